# SPDX-License-Identifier: Apache-2.0
"""Nothing of the machine we build on is in the tree: no package hosts, no absolute paths.

The names to look for are read from the machine's own configuration, so none stands here.
"""
import glob
import os
import re
import shutil

from common import Finding, run

URL_HOST = re.compile(r"[a-z]+://(?:[^/\s@\"]*@)?([a-z0-9.-]+\.[a-z]+)")
# Hosts of other machines, by the shape such names have.
USUAL_HOST = re.compile(r"\b(?:deb|ftp\d*|archive|security|snapshot|registry|mirrors?|ports)"
                        r"\.[a-z0-9-]+\.(?:org|com|net|io|edu)\b")
USUAL_PATH = re.compile(r"(?<![\w.)}/$~-])/(?:home|Users)/[a-z]\w*/")
STANDARD = {"bin", "boot", "build", "dev", "etc", "home", "lib", "mnt", "opt", "proc", "root",
            "run", "sbin", "src", "srv", "sys", "tmp", "usr", "var"}


def _hosts():
    """Host names that this machine's package managers are set up with."""
    text = ""
    for name in ["/etc/apt/sources.list"] + glob.glob("/etc/apt/sources.list.d/*"):
        if name.endswith((".list", ".sources")) and os.access(name, os.R_OK):
            with open(name, encoding="utf-8", errors="replace") as file:
                text += file.read()
    if shutil.which("npm"):
        text += run(["npm", "config", "get", "registry"])[1]
    text += os.environ.get("PIP_INDEX_URL", "")
    return set(URL_HOST.findall(text))


def _paths(tree):
    """Absolute paths that belong to this machine: the tree, the home, an unusual top folder."""
    top = os.path.realpath(tree.root)
    found = {top} if top.count("/") > 1 else set()
    first = top.split("/")[1]
    if first not in STANDARD:
        found.add("/" + first)
    home = os.environ.get("HOME", "")
    if home.count("/") > 1:
        found.add(home)
    return found


def check(tree):
    """Findings: lines that only make sense on one machine or point at one registry."""
    hosts, paths = _hosts(), _paths(tree)
    host = re.compile("|".join(re.escape(h) for h in sorted(hosts)) or r"(?!)")
    path = re.compile(r"(?<![\w.)}/$~-])(?:" + "|".join(map(re.escape, sorted(paths)))
                      + r")(?![\w-])" if paths else r"(?!)")
    for name in tree.files():
        for number, line in tree.lines(name):
            if host.search(line) or USUAL_HOST.search(line):
                yield Finding(name, number, "names a package registry's host: derive it")
            if path.search(line) or USUAL_PATH.search(line):
                yield Finding(name, number, "names an absolute path of one machine")
    tree.note = f"{len(hosts)} host names, {len(paths)} paths looked for"
