# SPDX-License-Identifier: Apache-2.0
"""What text and chart show: sections of rows, one value for each boot, summed over the harts."""

ROWS_MAX = 8


class Row:
    def __init__(self, name, values, of=None):
        self.name = name
        self.values = values  # one for each boot
        self.of = of          # of so many, likewise; None: it is no part of anything


class Section:
    def __init__(self, title, rows, unit=""):
        self.title = title
        self.rows = rows
        self.unit = unit


def _names(tables, group):
    """Names of a group in any boot, largest first."""
    found = {name: max(t.value(group, name) for t in tables)
             for table in tables for name in table.names(group)}
    return sorted(found, key=lambda name: (-found[name], name))


def _counted(tables, group):
    """One row a name; the smallest are put together."""
    names = _names(tables, group)
    shown = names if len(names) <= ROWS_MAX else names[:ROWS_MAX - 1]
    rows = [Row(name, [t.value(group, name) for t in tables]) for name in shown]
    if len(shown) < len(names):
        rest = names[len(shown):]
        rows.append(Row(f"{len(rest)} others",
                        [sum(t.value(group, name) for name in rest) for t in tables]))
    return rows


def _calls(tables):
    return [Row(name, [t.value("forwarded", name) for t in tables],
                [t.value("calls", name) for t in tables]) for name in _names(tables, "calls")]


def _time(tables):
    """Ticks, or milliseconds if every console told the clock; the boot apart."""
    known = all(t.hertz for t in tables)
    parts = {"while booting": lambda t: t.value("ticks", "boot"),
             "afterwards": lambda t: t.value("ticks", "firmware") - t.value("ticks", "boot")}
    rows = [Row(name, [part(t) * 1000 / t.hertz if known else part(t) for t in tables])
            for name, part in parts.items()]
    return Section("Time in the firmware", rows, "ms" if known else "ticks")


def make(tables):
    """The sections of these boots (audit_log.Table); one without any row is left out."""
    sections = [
        Section("Exits out of the firmware, by cause", _counted(tables, "firmware-exits")),
        Section("Exits out of the payload, by cause", _counted(tables, "payload-exits")),
        Section("World switches", _counted(tables, "switches")),
        Section("SBI calls that the firmware got, of all", _calls(tables)),
        _time(tables),
        Section("Denied actions", _counted(tables, "denied")),
    ]
    return [section for section in sections if section.rows]


def shown(value):
    """A value as people read it."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
