# SPDX-License-Identifier: Apache-2.0
"""Bugs made on purpose: each still finds the place in the sources that it changes.

The runs that need them are long and rare; this says at once that code has moved under one.
"""
import subprocess

from common import Finding

TABLE = "tests/mutants/table.txt"
ATTACKS = "tests/attacks/mutants/"


def _sed(command, text):
    """The text after the command; None if sed does not take it."""
    done = subprocess.run(["sed", command], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False, text=True)
    return done.stdout if done.returncode == 0 else None


def _of_attacks(tree):
    """Files of lines "SOURCE: SED COMMAND", done one after the other."""
    for path in tree.files(".txt", (ATTACKS,)):
        changed = {}
        for number, line in tree.lines(path):
            if not line or line.startswith("#"):
                continue
            source, command = line.split(": ", 1)
            if not tree.exists(source):
                yield Finding(path, number, f"there is no {source}")
                continue
            before = changed.get(source, tree.text(source))
            changed[source] = _sed(command, before)
            if changed[source] in (None, before):
                yield Finding(path, number, f"changes nothing in {source}: adapt it")
                changed[source] = before


def _of_table(tree):
    """Blocks with a line "file SOURCE" and the lines as they are, which begin with "-"."""
    block, start = [], 1
    for number, line in tree.lines(TABLE) + [(0, "")]:
        if line and not line.startswith("#"):
            start = start if block else number
            block.append(line)
        elif not line and block:
            source = [text[5:] for text in block if text.startswith("file ")][-1]
            old = "".join(text[1:] + "\n" for text in block if text.startswith("-"))
            if not tree.exists(source) or tree.text(source).count(old) != 1:
                yield Finding(TABLE, start, f"is not in {source} exactly once: adapt it")
            block = []


def check(tree):
    """Findings for both kinds."""
    yield from _of_attacks(tree)
    if tree.exists(TABLE):
        yield from _of_table(tree)
