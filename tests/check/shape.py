# SPDX-License-Identifier: Apache-2.0
"""The shape budget: sizes of functions, files and lines, licence line, tabs, no leftovers."""
import os
import re

import clex
from common import CODE, SCRIPTS, Finding

MAX_LINE, MAX_FILE, MAX_FUNCTION, MAX_PARAMS, MAX_BRANCHES = 100, 600, 80, 5, 15
MEDIAN, P90, ENOUGH = 14, 45, 20
SPDX = "SPDX-License-Identifier: Apache-2.0"
# The kernel's licence, for what becomes a part of it, and its header for programs.
KERNEL = {"attest/guest/module/": "SPDX-License-Identifier: GPL-2.0",
          "attest/guest/cordon_ioctl.h": "SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note"}
# Spelt so that this file does not find itself.
LEFTOVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
DEAD = re.compile(r"""
      ^[A-Za-z_][\w.\[\]>-]*\s*(?:[-+|&^*/]|<<|>>)?=[^=].*;$    # an assignment
    | ^[A-Za-z_][\w.>-]*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*;$     # a call
    | ^(?:if|for|while|switch)\s*\(.*\)\s*\{?$                   # the head of a statement
    | ^(?:return|goto|break|continue)\b[^,.]*;$
    | ^\#\s*(?:if|ifdef|ifndef|endif|include|define)\b""", re.X)


class Exceptions:
    """shape.txt: what was let through, and what of it is still needed."""

    def __init__(self, tree):
        self.rows = {(w[0], w[1]): n for n, w in tree.reviewed("shape.txt")}
        self.used = set()

    def allow(self, rule, place):
        """Is this place excused from the rule?"""
        self.used.add((rule, place))
        return (rule, place) in self.rows

    def stale(self):
        """Entries that excuse nothing."""
        for key, number in self.rows.items():
            if key not in self.used:
                yield Finding("tests/check/shape.txt", number, f"{key[1]} needs no exception")


def _is_source(path):
    return path.endswith(CODE + SCRIPTS) or os.path.basename(path) == "Makefile" \
        or path == ".ci/run"


def _text(tree, path, excuse):
    """Findings that need no understanding of the language."""
    lines = tree.lines(path)
    spdx = next((text for start, text in KERNEL.items() if path.startswith(start)), SPDX)
    if not any(spdx in line for _, line in lines[:3]):
        yield Finding(path, 1, f"has no '{spdx}' line at the top")
    if len(lines) > MAX_FILE and not excuse.allow("file-lines", path):
        yield Finding(path, MAX_FILE + 1, f"{len(lines)} lines, at most {MAX_FILE}")
    for number, line in lines:
        if len(line.expandtabs(8)) > MAX_LINE:
            yield Finding(path, number, f"line longer than {MAX_LINE} columns")
        if line != line.rstrip():
            yield Finding(path, number, "blanks at the end of the line")
        if LEFTOVER.search(line):
            yield Finding(path, number, "leftover: finish it or drop it")


def _indentation(tree, path):
    for number, line in enumerate(clex.without_comments(tree.text(path)).splitlines(), 1):
        if re.match(r"  +\S", line):
            yield Finding(path, number, "indented with blanks: use tabs")


def _dead_code(tree, path):
    for number, line in clex.comments(tree.text(path)):
        if DEAD.match(line):
            yield Finding(path, number, "looks like commented-out code")


def _functions(path, functions, excuse):
    """Findings about each function."""
    for f in functions:
        place = f"{path}:{f.name}"
        if f.lines > MAX_FUNCTION and not excuse.allow("function-lines", place):
            yield Finding(path, f.line, f"{f.name}: {f.lines} lines, at most {MAX_FUNCTION}")
        if f.params > MAX_PARAMS and not excuse.allow("params", place):
            yield Finding(path, f.line, f"{f.name}: {f.params} parameters, at most {MAX_PARAMS}")
        if f.branches > MAX_BRANCHES and not excuse.allow("branches", place):
            yield Finding(path, f.line,
                          f"{f.name}: {f.branches} branches, at most {MAX_BRANCHES}")


def conditionals(tree, path):
    """Line numbers of #if, #ifdef, #ifndef.

    A header's guard and an option's default (#ifndef X, #define X value) do not count: they
    leave out no code.
    """
    text = clex.without_comments(tree.text(path))
    text = re.sub(r"^#ifndef (\w+)[ \t]*\n#define \1\b", "\n", text, flags=re.M)
    return [number for number, line in enumerate(text.splitlines(), 1)
            if re.match(r"\s*#\s*if", line)]


def _conditionals(tree, excuse):
    """Findings if the monitor's sources have more conditionals than the budget."""
    paths = [p for p in tree.monitor_files() if not excuse.allow("conditionals", p)]
    places = [(p, n) for p in paths for n in conditionals(tree, p)]
    lines = sum(len(tree.lines(p)) for p in paths)
    allowed = -(-lines // 1000)
    for path, number in places if len(places) > allowed else []:
        yield Finding(path, number, f"#if: {len(places)} in {lines} lines, at most {allowed}")


def _spread(sizes, what):
    """Findings about median and ninth decile of function sizes; and the numbers in words."""
    if not sizes:
        return [], f"{what}: no functions"
    sizes = sorted(sizes)
    median, p90 = sizes[(len(sizes) - 1) // 2], sizes[-(-len(sizes) * 9 // 10) - 1]
    words = f"{what}: {len(sizes)} functions, median {median}, p90 {p90}, max {sizes[-1]}"
    bad = len(sizes) >= ENOUGH and (median > MEDIAN or p90 > P90)
    return [Finding(what, 0, f"{words}; budget {MEDIAN}/{P90}")] if bad else [], words


def check(tree):
    """Findings: everything the budget of docs and style forbids."""
    excuse, sizes = Exceptions(tree), {"monitor": [], "tests and tools": []}
    monitor = set(tree.monitor_files())
    for path in filter(_is_source, tree.files()):
        yield from _text(tree, path, excuse)
        if path.endswith((".c", ".h")):
            functions = clex.functions(tree.text(path))
            sizes["monitor" if path in monitor else "tests and tools"] += \
                [f.lines for f in functions]
            yield from _functions(path, functions, excuse)
            yield from _dead_code(tree, path)
        if path.endswith(CODE):
            yield from _indentation(tree, path)
    yield from _conditionals(tree, excuse)
    spreads = [_spread(values, what) for what, values in sizes.items()]
    for findings, _ in spreads:
        yield from findings
    yield from excuse.stale()
    tree.note = "; ".join(words for _, words in spreads)
