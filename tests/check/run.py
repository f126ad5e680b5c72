#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the checkers named on the command line (or all) over a tree.

Prints "ok NAME" or "FAIL NAME: file:line reason" for each; exit status 1 if anything failed,
2 for a wrong command line.  The build is described by CHECK_* variables, see check.mk.
"""
import importlib
import os
import sys

sys.dont_write_bytecode = True

from common import Skip, Tree  # noqa: E402

SOURCE = ["layers", "asm", "headers", "shape", "ids", "docs", "words", "commits", "mutants"]
BUILT = ["globals", "registers", "relocs"]
OTHERS = ["clang", "cppcheck"]
ALL = SOURCE + BUILT + OTHERS


def judge(name, tree):
    """Run one checker and print its verdict; the number of findings."""
    tree.note = ""
    try:
        findings = list(importlib.import_module(name).check(tree))
    except Skip as reason:
        print(f"skip {name}: {reason}")
        return 0
    except (FileNotFoundError, ValueError) as reason:
        print(f"FAIL {name}: {reason}")
        return 1
    for finding in findings:
        print(f"FAIL {name}: {finding}")
    if not findings:
        print(f"ok {name}" + (f" ({tree.note})" if tree.note else ""))
    sys.stdout.flush()
    return len(findings)


def main(argv):
    """The command line: [--root DIR] [checker ...]."""
    root = "."
    if argv[:1] == ["--root"] and len(argv) > 1:
        root, argv = argv[1], argv[2:]
    unknown = [name for name in argv if name not in ALL]
    if unknown:
        print(f"no checker named {' '.join(unknown)}; have: {' '.join(ALL)}", file=sys.stderr)
        return 2
    tree = Tree(root, os.environ)
    found = sum(judge(name, tree) for name in argv or ALL)
    if found:
        print(f"{found} finding(s): correct them, or review the list in tests/check/ they name",
              file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
