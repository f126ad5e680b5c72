# SPDX-License-Identifier: Apache-2.0
"""cppcheck's errors and warnings; what is let through stands, numbered, in cppcheck.txt."""
import re
import shutil
import tempfile

from common import Finding, Skip, run

LIST = "tests/check/cppcheck.txt"
FORMAT = "--template={file}:{line}:{severity}:{id}:{message}"
WHERE = re.compile(r"^([^:\n]+):(\d+):(error|warning):(\w+):(.*)$", re.M)


def _suppressions(tree):
    """(suppressions, findings about lines that carry no numbered reason)."""
    found, bad, reason, last = [], [], False, 0
    for number, line in tree.lines(LIST) if tree.exists(LIST) else []:
        hit = re.match(r"# (\d+)\. \S", line)
        if hit:
            if int(hit[1]) != last + 1:
                bad.append(Finding(LIST, number, f"number {hit[1]} follows {last}"))
            last, reason = int(hit[1]), True
        elif line and not line.startswith("#"):
            if not reason:
                bad.append(Finding(LIST, number, f"{line}: no numbered reason above it"))
            found.append(line.strip())
            reason = False
    return found, bad


def _defines(tree):
    """What the preprocessor needs of the build's flags."""
    return [f for f in tree.cflags if re.match(r"-[DUI].", f)] or ["-Isrc", "-I."]


def check(tree):
    """Findings: errors and warnings in the monitor's C, and a badly kept list."""
    suppressed, bad = _suppressions(tree)
    yield from bad
    paths = tree.monitor_files((".c",))
    tree.note = f"{len(paths)} files"
    if not shutil.which("cppcheck"):
        raise Skip("cppcheck is not installed; install the package cppcheck")
    if not paths:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(suppressed + ["missingIncludeSystem"]) + "\n")
        file.flush()
        status, out = run(["cppcheck", "--quiet", "--enable=warning", "--std=c11", "-j2",
                           "--platform=unix64", "--max-configs=1", "--suppressions-list="
                           + file.name, FORMAT, *_defines(tree), *paths], tree.root)
    for path, line, severity, name, message in WHERE.findall(out):
        yield Finding(path, int(line), f"{severity}: {message} [{name}]")
    if status:
        yield Finding("cppcheck", 0, f"failed: {out.strip().splitlines()[-1]}")
