# SPDX-License-Identifier: Apache-2.0
"""Reads the table that the policy audit prints on the console (docs/audit.md)."""
import re

VERSION = 1
MARK = re.compile(r"\[cordon\] audit(?:: | hart )")
HEAD = re.compile(r"\[cordon\] audit: version (\d+), (\d+) harts\s*$")
LINE = re.compile(r"\[cordon\] audit hart (\d+): (\S+)((?: \S+ \d+)+)\s*$")
END = re.compile(r"\[cordon\] audit: end\s*$")
# The kernel says how fast `time` ticks.
CLOCK = re.compile(r"sched_clock: 64 bits at (\d+)([kM]?)Hz")


class LogError(Exception):
    """The console does not hold what we look for; the text says what to do."""


class Table:
    """What one boot counted: counts[group][name] per hart id, in the order printed."""

    def __init__(self, hart_count, hertz):
        self.hart_count = hart_count
        self.hertz = hertz  # of `time`; None: the console does not tell
        self.harts = {}

    def add(self, hart, group, items):
        groups = self.harts.setdefault(hart, {})
        words = items.split()
        groups.setdefault(group, {}).update(zip(words[::2], map(int, words[1::2])))

    def value(self, group, name, hart=None):
        """One counter of a hart, or the sum of all harts."""
        harts = self.harts.values() if hart is None else [self.harts.get(hart, {})]
        return sum(groups.get(group, {}).get(name, 0) for groups in harts)

    def names(self, group):
        found = {}
        for groups in self.harts.values():
            found.update(dict.fromkeys(groups.get(group, {})))
        return list(found)

    def total(self, group, hart=None):
        return sum(self.value(group, name, hart) for name in self.names(group))


def _last_table(lines):
    """The lines of the last complete table, its head first; raises LogError."""
    end = max((i for i, line in enumerate(lines) if END.search(line)), default=None)
    if end is None:
        raise LogError("has no complete audit table: did the payload shut down by an SBI call, "
                       "on a monitor with the policy audit?")
    head = max((i for i, line in enumerate(lines[:end]) if HEAD.search(line)), default=None)
    if head is None:
        raise LogError("has an audit table without a head line: run it again")
    return lines[head:end]


def _hertz(text):
    found = CLOCK.search(text)
    return int(found[1]) * {"": 1, "k": 1000, "M": 1000000}[found[2]] if found else None


def read_console(text):
    """The Table in a console's text; raises LogError."""
    lines = _last_table(text.split("\n"))
    head = HEAD.search(lines[0])
    if int(head[1]) != VERSION:
        raise LogError(f"has an audit table of version {head[1]}, we read version {VERSION}: "
                       "build monitor and script from one tree")
    table = Table(int(head[2]), _hertz(text))
    for line in lines[1:]:
        found = LINE.search(line)
        if found:
            table.add(int(found[1]), found[2], found[3])
        elif MARK.search(line):
            raise LogError(f"has a damaged audit line, \"{line.strip()}\": run it again")
    if not table.harts or len(table.harts) > table.hart_count:
        raise LogError(f"names {len(table.harts)} harts in an audit table of {table.hart_count}: "
                       "run it again")
    return table
