#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do docs/threat-model.md and attacks.txt say the same? Exit status: 0 yes, 1 no, 3 broken file."""
import os
import re
import sys

sys.dont_write_bytecode = True  # the source tree stays clean

import attacks

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
DOCUMENT = os.path.join(TOP, "docs", "threat-model.md")
ROW = re.compile(r"^\| (A-\d+) \|(.*)\|$", re.M)
COLUMNS = ["attack", "stopped by", "tests", "controls", "not stopped"]
LAST_ID = 64


def rows():
    """The table: id -> cells by column."""
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    return {hit[1]: dict(zip(COLUMNS, (c.strip() for c in hit[2].split("|"))))
            for hit in ROW.finditer(text)}


def quoted(cell):
    return set(re.findall(r"`([^`]+)`", cell))


def controls_of(lines):
    """What the controls of these attacks switch off, in the words of the document."""
    found = set()
    for attack in lines:
        found |= {attack.control} if attack.mutant else set(attack.mechanisms)
        if attack.without:
            found.add("no policy")
    return found


def exists(name):
    """Is it a guest, a payload or a file of the tree?"""
    return any(os.path.exists(os.path.join(TOP, path)) for path in
               (f"tests/guests/{name}.c", f"tests/guests/payloads/{name}.c", name))


def disagreements(table, document):
    """One sentence for each."""
    names = {a.name for a in table}
    for number in range(1, LAST_ID + 1):
        if f"A-{number}" not in document:
            yield f"A-{number} has no row"
    for key, row in document.items():
        if len(row) != len(COLUMNS):
            yield f"{key}: the row has {len(row) + 1} columns in place of {len(COLUMNS) + 1}"
            continue
        mine = [a for a in table if a.id == key]
        cited = quoted(row["tests"])
        for name in {a.name for a in mine} - cited:
            yield f"{key}: the row does not name the test {name}"
        for name in cited - names:
            if not exists(name):
                yield f"{key}: the row names {name}, which is no test"
        if quoted(row["controls"]) != controls_of(mine):
            yield f"{key}: the controls are {', '.join(sorted(controls_of(mine))) or 'none'}"
        if not cited and not row["not stopped"]:
            yield f"{key}: neither a test nor a reason"


def main():
    try:
        table = attacks.read(os.path.join(HERE, "attacks.txt"))
    except attacks.TableError as error:
        print(f"agree.py: {error}", file=sys.stderr)
        return 3
    found = list(disagreements(table, rows()))
    for sentence in found:
        print(f"agree.py: {sentence}: docs/threat-model.md and tests/attacks/attacks.txt differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
