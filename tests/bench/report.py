# SPDX-License-Identifier: Apache-2.0
"""Results as an aligned table, as sections of a chart, and as a difference of two results."""
import re

MONITOR, FIRMWARE, PAYLOAD, EXITS, NESTED = range(5)
TITLES = {
    "csr": "Firmware: one CSR instruction (the most of any operand)",
    "row": "Firmware: each further one in a row",
    "device": "Firmware: one load or store",
    "other": "Firmware: other instructions",
    "payload": "Payload, with a firmware of a few instructions",
    "call": "Payload: calls of OpenSBI 1.9",
    "boot": "Boot",
    "harts 2": "To all others of 2 harts (all harts together)",
    "harts 4": "To all others of 4 harts (all harts together)",
    "harts 8": "To all others of 8 harts (all harts together)",
    "linux": "Linux from firmware to power-off",
}
OPERAND = re.compile(r"^(csrr) x\d+, (\w+)$|^(csrw) (\w+), x\d+$|^(rdtime that traps) to x\d+$")
SPLIT = ("boot", "linux")


def folded(rows):
    """{name: {column: counts}}, rows that differ only in the operand made one: the largest."""
    found = {}
    for name, columns in rows.items():
        parts = OPERAND.match(name)
        short = " ".join(filter(None, parts.groups())) if parts else name
        kept = found.setdefault(short, dict(columns))
        for column, counts in columns.items():
            if cost(counts) > cost(kept[column]):
                kept[column] = counts
    return found


def cost(counts, section="csr"):
    """All instructions; what is waited for or runs anyway is left out where it would drown them."""
    if section.startswith("harts"):
        return counts[MONITOR] + counts[FIRMWARE]
    return counts[MONITOR] if section == "linux" else sum(counts[:EXITS])


def _number(value):
    return f"{value:,.0f}" if abs(value - round(value)) < 0.005 or value > 1000 else f"{value:,.1f}"


def _short(value):
    return f"{value / 1e6:.2f} M" if value >= 1e6 else _number(value)


def _cell(counts, section):
    if section in SPLIT:
        return "/".join(_short(counts[i]) for i in (MONITOR, FIRMWARE, PAYLOAD))
    exits = counts[EXITS] + (counts[NESTED] if section.startswith("harts") else 0)
    return _number(cost(counts, section)) + (f" ({_number(exits)})" if exits else "")


def _table(rows, columns, section):
    cells = [[name, *(_cell(line[c], section) if c in line else "-" for c in columns)]
             for name, line in rows.items()]
    cells.insert(0, ["", *columns])
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns) + 1)]
    for row in cells:
        yield (row[0].ljust(widths[0]) + "  "
               + "  ".join(c.rjust(w) for c, w in zip(row[1:], widths[1:]))).rstrip()


def text(results, columns):
    """The whole table, lines with their ends."""
    lines = []
    for section, rows in results.items():
        note = "monitor/firmware/payload" if section in SPLIT else "instructions (exits)"
        lines += ["", f"{TITLES.get(section, section)}: {note}"]
        lines += _table(folded(rows), columns, section)
    return "\n".join(lines[1:]) + "\n"


def markdown(results, columns):
    """The same as tables of a document."""
    for section, rows in results.items():
        note = "monitor / firmware / payload" if section in SPLIT else "instructions (exits)"
        yield f"### {TITLES.get(section, section)}\n\n"
        yield f"| {note} | " + " | ".join(c.replace("+", " ") for c in columns) + " |\n"
        yield "|---" + "|---:" * len(columns) + "|\n"
        for name, line in folded(rows).items():
            cells = [_cell(line[c], section).replace("/", " / ") if c in line else "-"
                     for c in columns]
            yield f"| {name} | " + " | ".join(cells) + " |\n"
        yield "\n"


def differences(old, new, least=0.0):
    """[(section, name, column, before, after)] of costs that differ by more than least."""
    for section, rows in new.items():
        for name, line in rows.items():
            for column, counts in line.items():
                before = old.get(section, {}).get(name, {}).get(column)
                if before is None:
                    continue
                a, b = cost(before, section), cost(counts, section)
                if abs(b - a) > least * max(a, 1):
                    yield section, name, column, a, b


def missing(old, new):
    """[(section, name, column)] that only one of both has, and of which."""
    for which, one, other in (("gone", old, new), ("new", new, old)):
        for section, rows in one.items():
            for name, line in rows.items():
                for column in line:
                    if column not in other.get(section, {}).get(name, {}):
                        yield which, section, name, column
