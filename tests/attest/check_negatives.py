#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds negatives.txt against the tests that it names, and the table of docs/attestation.md against
negatives.txt.

usage: check_negatives.py             one line, status 0; or a line for each finding, status 1
       check_negatives.py --selftest  a wrong list of each kind is found
       check_negatives.py --write     makes the table of docs/attestation.md
"""

import fnmatch
import glob
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LIST, DOC = "tests/attest/negatives.txt", "docs/attestation.md"
WANTED = [f"N-{n}" for n in range(1, 46)]
LINE = re.compile(r"(N-\d+) (quick|all|later)((?: [\w./-]+:[\w.*-]+)*) : (.*)")
HEAD = "| | What is tried | Shown by | Runs |\n|---|---|---|---|\n"
HEADING = "## What is refused\n"


class Row:
    """One line: id, extent, [(file, pattern)], sentence, what is open (or "")."""

    def __init__(self, match):
        self.id, self.extent, tests, text = match.groups()
        self.tests = [tuple(word.rsplit(":", 1)) for word in tests.split()]
        self.text, _, self.open = text.partition(" | later: ")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def parse(text):
    """([Row], [finding])."""
    rows, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if match:
            rows.append(Row(match))
        else:
            wrong.append(f"{LIST}:{number}: not of the form 'N-1 quick FILE:TEST.. : SENTENCE'")
    return rows, wrong


# ---- what tests there are ----

def names(path):
    """The tests in a file that really run: those that its kind of runner would find."""
    text = read(path)
    if path.endswith(".py"):
        return re.findall(r"^    def (test_\w+)\(self", text, re.M)
    if path.endswith(".c"):
        short = re.findall(r"^#define (\w+)\(\w+\)\s.*cmocka_unit_test", text, re.M)
        return re.findall(rf"(?:{'|'.join(['cmocka_unit_test', *short])})\w*\(\s*(\w+)", text)
    return re.findall(r"^(?:attack|test|console) (\S+) ", text, re.M)


def tags(path, test):
    """Of a line in a table of tests."""
    line = re.search(rf"^(?:attack|test|console) {re.escape(test)} (.*)$", read(path), re.M)[1]
    found = re.search(r"\btags=([\w,]+)", line.split(" : ")[0])
    return found[1].split(",") if found else []


def targets_of(path):
    """The targets of make whose commands name this file."""
    found = set()
    for part in glob.glob(os.path.join(TOP, "tests", "**", "*.mk"), recursive=True):
        target = []
        for line in read(os.path.relpath(part, TOP)).splitlines():
            if re.match(r"[\w -]+:(?!=)", line):
                target = line.split(":")[0].split()
            elif line.startswith("\t") and path in line:
                found.update(target)
    return found


def extent_of(path, test):
    """quick or all: the least of make test and make test-all that runs it. None: neither does."""
    if path == "tests/attacks/attacks.txt":
        return "quick" if "quick" in tags(path, test) else "all"
    if path == "tests/qemu/table.txt":
        return "all" if "all" in tags(path, test) else "quick"
    if path.startswith("tests/unit/"):
        return "quick"
    always, _, rest = read("tests/all.sh").partition('if [ "$extent" = quick ]; then\n')
    _, _, long = rest.partition("\nelse\n")
    for text, extent in ((always, "quick"), (long, "all")):
        if targets_of(path) & set(re.findall(r"[\w-]+", text)):
            return extent
    return None


# ---- the judgement ----

def judge_test(row, path, pattern):
    """(extents of the tests that it names, [finding])."""
    where = f"{LIST}: {row.id}: {path}:{pattern}"
    if not os.path.exists(os.path.join(TOP, path)):
        return [], [f"{where}: no such file"]
    found = fnmatch.filter(names(path), pattern)
    if not found:
        return [], [f"{where}: no such test"]
    extents = [extent_of(path, test) for test in found]
    wrong = [f"{where}: make test-all does not run it"] if None in extents else []
    return extents, wrong


def judge_row(row):
    extents, wrong = [], []
    for path, pattern in row.tests:
        more, findings = judge_test(row, path, pattern)
        extents += more
        wrong += findings
    real = "later" if not row.tests else "all" if "all" in extents else "quick"
    if real == "later" and not row.open:
        wrong.append(f"{LIST}: {row.id}: names no test, and not why")
    if not wrong and real != row.extent:
        wrong.append(f"{LIST}: {row.id}: says {row.extent}, but it is {real}")
    return wrong


def judge(text):
    """Every finding about a list."""
    rows, wrong = parse(text)
    ids = [row.id for row in rows]
    if ids != WANTED:
        missing = [n for n in WANTED if n not in ids]
        wrong.append(f"{LIST}: the ids are not N-1 to N-45 in this order, each once" +
                     (f": {' '.join(missing)} missing" if missing else ""))
    for row in rows:
        wrong += judge_row(row)
    return wrong


# ---- the table ----

def cell(row):
    by_file = {}
    for path, pattern in row.tests:
        by_file.setdefault(path, []).append(f"`{pattern}`")
    parts = []
    for path, patterns in by_file.items():
        name = os.path.basename(path)
        parts.append(f"[{name}](../{path}): {', '.join(patterns)}")
    return "; ".join(parts)


def table(text):
    rows, _ = parse(text)
    lines = []
    for row in rows:
        what = row.text + (f" Open: {row.open}" if row.open else "")
        lines.append(f"| {row.id} | {what} | {cell(row)} | {row.extent} |\n")
    return HEAD + "".join(lines)


def split_doc(text):
    """(before the table, the table, behind it); the table is the one under its heading."""
    start = text.index(HEAD, text.index(HEADING))
    end = text.index("\n\n", start) + 1
    return text[:start], text[start:end], text[end:]


def write():
    before, _, behind = split_doc(read(DOC))
    with open(os.path.join(TOP, DOC), "w", encoding="utf-8") as file:
        file.write(before + table(read(LIST)) + behind)


# ---- the checker itself ----

def selftest():
    good = read(LIST)
    first = next(line for line in good.splitlines() if line.startswith("N-23 "))
    changes = {
        "N-23 missing": (first + "\n", ""),
        "not of the form": (first, "N-23"),
        "no such test": (first, "N-23 quick tests/attest/test_verifier.py:test_23_gone : Old."),
        "no such file": (first, "N-23 quick tests/attest/test_gone.py:test_x : Old."),
        "names no test": (first, "N-23 later : Old."),
        "says all, but it is quick": (first, first.replace("quick", "all", 1)),
    }
    bad = [wanted for wanted, (old, new) in changes.items()
           if not any(wanted in finding for finding in judge(good.replace(old, new, 1)))]
    for wanted in bad:
        print(f"FAIL negatives: a list with '{wanted}' is accepted")
    return 1 if bad else 0


def main(argv):
    if argv == ["--write"]:
        write()
        return 0
    if argv == ["--selftest"]:
        return selftest()
    if argv:
        print(__doc__.split("\n\n", 1)[1], file=sys.stderr)
        return 2
    wrong = judge(read(LIST))
    if not wrong and split_doc(read(DOC))[1] != table(read(LIST)):
        wrong.append(f"{DOC}: the table is not that of {LIST}; run tests/attest/"
                     "check_negatives.py --write")
    for finding in wrong:
        print(f"FAIL negatives: {finding}")
    if not wrong:
        print(f"ok negatives ({len(WANTED)} ids)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
