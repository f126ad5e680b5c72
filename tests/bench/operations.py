# SPDX-License-Identifier: Apache-2.0
"""What a measured guest says of its operations, and their costs out of what was counted."""
import re

from counter import BenchError, Counts

LAPS = 16  # tests/bench/guests/measure.h
LINE = re.compile(r"^(?:\[firmware\] )?op (\d+) (\d+) ([^|]*) \| ([^|]*) \| ([^|]*) \| (\d+)\s*$",
                  re.M)


class Operation:
    """One line of the guest: its marker, and the operation whose cost is taken off."""

    def __init__(self, found):
        self.marker, self.per = int(found[1]), int(found[2])
        self.group, self.name, self.base = found[3], found[4], found[5]
        self.cycles = int(found[6])


def read_operations(text):
    """The operations in the order of their markers; raises BenchError."""
    found = [Operation(match) for match in LINE.finditer(text)]
    if not found or "FAIL" in text:
        raise BenchError("the guest did not say what it did; it printed: " + text[-500:])
    return found


def _less(counts, base, laps):
    """Per lap, what counts has more than base."""
    return Counts([(a - b) / laps for a, b in zip(counts.values(), base.values())])


def costs(run):
    """{name: (operation, Counts per lap, total per lap by rdcycle)} of one run."""
    operations = read_operations(run.text)
    by_name = {op.name: op for op in operations}
    found = {}
    for op in operations:
        base = by_name[op.base]
        laps = LAPS * op.per
        for each in (op, base):
            if run.cells and not run.marker(each.marker).total():
                raise BenchError(f"marker {each.marker} ({each.name}) was never seen")
        cycles = (op.cycles - base.cycles) / laps
        found[op.name] = (op, _less(run.marker(op.marker), run.marker(base.marker), laps), cycles)
    return found


def disagreeing(run):
    """Operations for which rdcycle says something else than the plugin.

    An instruction that traps does not retire, so rdcycle may be behind by the traps, of which one
    may be the firmware's own. QEMU counts a wfi differently.
    """
    for name, (_, cost, cycles) in costs(run).items():
        behind = cost.total() - cycles
        if not 0 <= behind <= cost.exits + cost.nested + 1 and not name.startswith("wfi"):
            yield name, cost.total(), cycles
