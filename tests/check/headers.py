# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone, on the host and for the target, and guards itself.

The folders that hold assembly are only compiled for the target: the host has its own in tests.
"""
import os
import re
import shutil
import tempfile

from asm import HOME
from common import Finding, Skip, first_error, run_many


def _guard(tree, path, seen):
    """What is wrong with the include guard, or None."""
    hit = re.search(r"^#ifndef (\w+)\n#define (\w+)\s*$", tree.text(path), re.M)
    if not hit or hit[1] != hit[2]:
        return "has no include guard (#ifndef X, #define X)"
    wanted = re.sub(r"\W", "_", os.path.basename(path)).upper()
    if not hit[1].endswith(wanted):
        return f"include guard {hit[1]} should end in {wanted}"
    if hit[1] in seen:
        return f"include guard {hit[1]} is also used by {seen[hit[1]]}"
    seen[hit[1]] = path
    return None


def _include_name(path):
    return path[len("src/"):] if path.startswith("src/") else path


def _jobs(tree, folder, paths, compilers):
    for number, path in enumerate(paths):
        source = os.path.join(folder, f"{number}.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(f'#include "{_include_name(path)}"\nextern int not_empty;\n')
        for kind, argv, exempt in compilers:
            if path not in exempt and not (kind == "host" and path.startswith(HOME)):
                yield (path, kind), argv + ["-fsyntax-only", source], tree.root


def _compilers(tree, exempt):
    usual = ["-std=gnu11", "-ffreestanding", "-I.", "-Isrc"]
    wanted = [("host", [tree.hostcc, *(tree.host_cflags or usual)]),
              ("cross", [tree.cross + "gcc", *(tree.cflags or usual)])]
    for kind, argv in wanted:
        if not shutil.which(argv[0]):
            raise Skip(f"{argv[0]} is not installed")
        yield kind, argv, {p for p, k in exempt.items() if k in (kind, "both")}


def check(tree):
    """Findings: headers that lean on others or can be included twice."""
    rows = tree.reviewed("headers.txt")
    exempt = {words[0]: words[1] for _, words in rows}
    for number, words in rows:
        if not tree.exists(words[0]):
            yield Finding("tests/check/headers.txt", number, f"{words[0]} does not exist")
    paths, seen = tree.monitor_files((".h",)), {}
    for path in paths:
        reason = None if exempt.get(path) == "both" else _guard(tree, path, seen)
        if reason:
            yield Finding(path, 1, reason)
    with tempfile.TemporaryDirectory() as folder:
        jobs = list(_jobs(tree, folder, paths, list(_compilers(tree, exempt))))
        for (path, kind), status, output in run_many(jobs):
            if status:
                yield Finding(path, 1, f"does not compile alone ({kind}): {first_error(output)}")
    tree.note = f"{len(paths)} headers"
