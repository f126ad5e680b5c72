# SPDX-License-Identifier: Apache-2.0
"""What every checker stands on: the tree being looked at, findings, reviewed lists.

A checker is a module with one function check(tree) that yields Finding objects; run.py calls it.
"""
import fnmatch
import os
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

# Folders whose code ends up in the monitor's image.
MONITOR_ROOTS = ("src/", "monitor/", "policies/", "crypto/", "attest/")
CODE = (".c", ".h", ".S")
SCRIPTS = (".sh", ".py", ".awk", ".mk", ".ld", ".lds")


@dataclass
class Finding:
    """One thing that is wrong: where, and what to do about it."""
    path: str
    line: int
    reason: str

    def __str__(self):
        return f"{self.path}:{self.line} {self.reason}" if self.line else \
            f"{self.path} {self.reason}"


class Skip(Exception):
    """A checker cannot run here; the message says why and what to install."""


def flags(text):
    """A compiler's flags as the shell would split them, without those that write files."""
    writes = re.compile(r"-(?:M(?:M?D|P|M|G)?|fcallgraph-info.*|fstack-usage|save-temps.*)$")
    return [f for f in shlex.split(text) if not writes.match(f)]


class Tree:
    """A source tree, with the build that belongs to it."""

    def __init__(self, root, env):
        self.root = root
        self.build = env.get("CHECK_BUILD", "build")
        self.cross = env.get("CHECK_CROSS", "riscv64-unknown-elf-")
        self.hostcc = env.get("CHECK_HOSTCC", "cc")
        self.clang = env.get("CHECK_CLANG", "clang")
        self.cflags = flags(env.get("CHECK_CFLAGS", ""))
        self.host_cflags = flags(env.get("CHECK_HOST_CFLAGS", ""))
        self.srcs = env.get("CHECK_SRCS", "").split()
        self.objs = env.get("CHECK_OBJS", "").split()
        self.note = ""
        self._text = {}
        self._files = None

    def path(self, name):
        """The file's path as the operating system wants it."""
        return os.path.join(self.root, name)

    def exists(self, name):
        return os.path.exists(self.path(name))

    def files(self, suffixes=None, under=("",)):
        """Our own files (tracked, or new and not ignored), sorted, relative to the root."""
        if self._files is None:
            self._files = self._list()
        return [f for f in self._files
                if f.startswith(tuple(under)) and (suffixes is None or f.endswith(suffixes))]

    def _list(self):
        if self.exists(".git") and shutil.which("git"):
            status, out = run(["git", "-C", self.root, "ls-files", "-co", "-z",
                               "--exclude-standard"])
            names = {n for n in out.split("\0") if n and os.path.isfile(self.path(n))}
            if status == 0:
                return sorted(names)
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [d for d in folders if d not in (".git", self.build)]
            found += [os.path.relpath(os.path.join(folder, n), self.root) for n in names]
        return sorted(found)

    def monitor_files(self, suffixes=CODE):
        """Files that are compiled into the monitor; host programs among them are left out."""
        hosts = tuple(fields[1] for _, fields in self.reviewed("layers.txt")
                      if fields[0] == "host")
        return [f for f in self.files(suffixes, MONITOR_ROOTS)
                if not (hosts and f.startswith(hosts))]

    def text(self, name):
        """The file's text, read once; an empty text for a binary file."""
        if name not in self._text:
            with open(self.path(name), "rb") as file:
                data = file.read()
            self._text[name] = "" if b"\0" in data else data.decode("utf-8", "replace")
        return self._text[name]

    def lines(self, name):
        """Numbered lines of a file, from 1."""
        return list(enumerate(self.text(name).splitlines(), 1))

    def reviewed(self, name):
        """(line number, words) of each entry of a reviewed list; # starts a comment."""
        path = "tests/check/" + name
        if not self.exists(path):
            return []
        rows = [(no, line.split("#", 1)[0].split()) for no, line in self.lines(path)]
        return [(no, words) for no, words in rows if words]

    def built(self, name="monitor.elf"):
        """Path of a built file, or None while there is no monitor source to build it from."""
        path = os.path.join(self.path(self.build), name)
        if os.path.exists(path):
            return path
        if not any(f.endswith((".c", ".S")) for f in self.monitor_files()):
            return None
        raise FileNotFoundError(f"{self.build}/{name} is not built: run make first")

    def objects(self):
        """The image's object files: those the build names, or else all that are built."""
        if self.objs:
            return [self.path(o) for o in self.objs if self.exists(o)]
        found = []
        for folder, _, names in os.walk(self.path(self.build)):
            found += [os.path.join(folder, n) for n in names if n.endswith(".o")]
        return sorted(found)


def run(argv, cwd=None):
    """Run a program without input; its exit status and all it printed."""
    done = subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def run_many(jobs):
    """Run (key, argv, cwd) jobs two at a time; (key, status, output) in the given order."""
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda job: run(job[1], job[2]), jobs))
    return [(job[0],) + result for job, result in zip(jobs, done)]


def first_error(output):
    """The first line of a compiler's output that is an error or warning, cut to its sense."""
    for line in output.splitlines():
        hit = re.search(r"(fatal error|error|warning): (.*)", line)
        if hit:
            return hit.group(2)
    return output.strip().splitlines()[0] if output.strip() else "no message"


def matches(name, patterns):
    """Does the name match one of the shell patterns?"""
    return any(fnmatch.fnmatchcase(name, p) for p in patterns)
