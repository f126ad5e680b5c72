# SPDX-License-Identifier: Apache-2.0
"""Invariants: each id of docs/invariants.md has evidence, each id cited exists there."""
import re

from common import CODE, MONITOR_ROOTS, Finding

DOCUMENT = "docs/invariants.md"
ID = re.compile(r"\bI-[A-Z][A-Z0-9]*-\d+\b")
DEFINES = re.compile(r"^[\s|#*`-]*(I-[A-Z][A-Z0-9]*-\d+)\b")
ASSERTS = re.compile(r"\b(?:CHECK|static_assert)\s*\(")
NEAR = 4


def _defined(tree):
    """({id: line}, findings about ids defined twice)."""
    found, twice = {}, []
    for number, line in tree.lines(DOCUMENT) if tree.exists(DOCUMENT) else []:
        hit = DEFINES.match(line)
        if hit and hit[1] in found:
            twice.append(Finding(DOCUMENT, number, f"{hit[1]} is defined twice"))
        elif hit:
            found[hit[1]] = number
    return found, twice


def _cited(tree):
    """(path, line, id, is it evidence) of each citation outside the document."""
    for path in tree.files(None, MONITOR_ROOTS + ("tests/", "docs/")):
        if path == DOCUMENT or path.startswith("tests/check/"):
            continue
        lines = tree.lines(path)
        test = path.startswith("tests/")
        for number, line in lines:
            for name in ID.findall(line):
                near = lines[number - 1:number - 1 + NEAR]
                proof = path.endswith(CODE) and any(ASSERTS.search(text) for _, text in near)
                yield path, number, name, test or proof


def check(tree):
    """Findings: unknown ids, ids defined twice, ids that nothing tests, proves or checks."""
    defined, twice = _defined(tree)
    yield from twice
    evidence = set()
    for path, number, name, proves in _cited(tree):
        if name not in defined:
            yield Finding(path, number, f"{name} is not defined in {DOCUMENT}")
        elif proves:
            evidence.add(name)
    for name, number in defined.items():
        if name not in evidence:
            yield Finding(DOCUMENT, number, f"{name}: no test, proof or CHECK cites it")
    for number, line in tree.lines(DOCUMENT) if tree.exists(DOCUMENT) else []:
        for name in set(ID.findall(line)) - set(defined):
            yield Finding(DOCUMENT, number, f"{name} is mentioned but not defined")
    tree.note = f"{len(defined)} invariants"
