# SPDX-License-Identifier: Apache-2.0
"""A second opinion: clang reads all of the monitor's C with the same warnings as gcc."""
import re
import shutil

from common import Finding, Skip, run, run_many

TARGET = ["--target=riscv64", "-Wno-unknown-warning-option", "-Qunused-arguments",
          "-fsyntax-only"]
REFUSED = re.compile(r"(?:unknown argument|unsupported option|unknown -\w+ option): ?'([^']+)'|"
                     r"argument unused during compilation: '([^']+)'")
WHERE = re.compile(r"^([^:\s]+):(\d+):\d+: (?:fatal )?(?:error|warning): (.*)$", re.M)


def _flags(tree):
    """The build's flags without those that this clang does not know."""
    flags = [re.sub(r"^(-march=rv64[a-z]*)_.*", r"\1", f) for f in tree.cflags]
    if not any(f.startswith("-march=") for f in flags):
        flags += ["-march=rv64imac", "-mabi=lp64"]
    for _ in range(len(flags)):
        status, out = run([tree.clang, *TARGET, *flags, "-x", "c", "/dev/null"], tree.root)
        refused = {a or b for a, b in REFUSED.findall(out)}
        if status == 0 or not refused:
            break
        flags = [f for f in flags if f not in refused]
    return flags


def check(tree):
    """Findings: every error and warning of clang."""
    if not shutil.which(tree.clang):
        raise Skip(f"{tree.clang} is not installed; install the package clang")
    flags = _flags(tree)
    paths = [p for p in tree.srcs or tree.monitor_files((".c",)) if p.endswith(".c")]
    jobs = [(p, [tree.clang, *TARGET, *flags, p], tree.root) for p in paths]
    for path, status, out in run_many(jobs):
        hits = WHERE.findall(out)
        for where, line, message in hits:
            yield Finding(where, int(line), message)
        if status and not hits:
            yield Finding(path, 0, out.strip().splitlines()[0])
    tree.note = f"{len(paths)} files"
