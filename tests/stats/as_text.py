# SPDX-License-Identifier: Apache-2.0
"""The boots side by side, as an aligned text table."""
from sections import shown

NAME_WIDTH = 26
PER_HART = ("exits out of the firmware", "exits out of the payload", "switches to the firmware",
            "SBI calls", ".. that the firmware got")


def _cells(row):
    if row.of is None:
        return [shown(value) for value in row.values]
    return [f"{shown(value)} of {shown(of)}" for value, of in zip(row.values, row.of)]


def _of_hart(table, hart):
    return [table.total("firmware-exits", hart), table.total("payload-exits", hart),
            table.value("switches", "to-firmware", hart), table.total("calls", hart),
            table.total("forwarded", hart)]


def _hart_lines(tables, width):
    """Each hart by itself, in the same columns."""
    for hart in sorted({hart for table in tables for hart in table.harts}):
        columns = [_of_hart(table, hart) for table in tables]
        yield ""
        yield f"Hart {hart}"
        for i, name in enumerate(PER_HART):
            yield _line("  " + name, [shown(column[i]) for column in columns], width)


def _line(name, cells, width):
    return f"{name:{NAME_WIDTH}}" + "".join(f"  {cell:>{width}}" for cell in cells)


def render(title, labels, tables, sections):
    """The whole table, lines with their ends."""
    cells = [cell for section in sections for row in section.rows for cell in _cells(row)]
    width = max(map(len, [*labels, *cells]))
    lines = [title, "", _line("policies", labels, width)]
    for section in sections:
        unit = f" ({section.unit})" if section.unit else ""
        lines += ["", section.title + unit]
        lines += [_line("  " + row.name, _cells(row), width) for row in section.rows]
    lines += _hart_lines(tables, width)
    lines += ["", "The call that ends the machine is counted; it goes to the firmware after this."]
    return "".join(line.rstrip() + "\n" for line in lines)
