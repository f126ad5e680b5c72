#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what operations cost, natively and on the monitor: docs/performance.md.

usage: bench.py measure [--quick] [--json FILE] [--svg FILE]   all columns, a table on the console
       bench.py check FILE        measure, and compare with the baseline in FILE
       bench.py baseline FILE     measure, and write that baseline
       bench.py difference A B    two results of measure --json
       bench.py table A           one of them, as tables for a document
       bench.py profile NAME --policy A+B      where one operation's instructions go, or Linux's
Status 0: done; 1: something grew; 2: wrong usage; 3: something cannot be measured.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "stats"))

import counter
import hot
import operations
import report
import suites

GREW, CANNOT = 1, 3
TOLERANCE = 0.03  # of a count, and at least one instruction
LARGE = ("boot", "linux")


def read_json(path):
    try:
        with open(path, encoding="utf-8") as data:
            return json.load(data)
    except (OSError, ValueError) as error:
        raise counter.BenchError(f"{path} cannot be read ({error}): make bench-baseline writes "
                                 "a baseline, make bench a result") from error


def write_json(path, found):
    with open(path, "w", encoding="utf-8") as out:
        out.write(compact(found))


def compact(found):
    """JSON with a line for each row, so that a difference of two files can be read."""
    parts = []
    for section, rows in found["results"].items():
        lines = ",\n".join(f"   {json.dumps(name)}: {json.dumps(line)}"
                           for name, line in rows.items())
        parts.append(f"  {json.dumps(section)}: {{\n{lines}\n  }}")
    head = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}"
                      for key, value in found.items() if key != "results")
    return "{\n" + head + ',\n "results": {\n' + ",\n".join(parts) + "\n }\n}\n"


def second_qemu(arguments):
    """A QEMU that shares time fairly among harts when it counts: 8.1 or newer."""
    own = suites.version_of(arguments.qemu)
    if tuple(map(int, own.split(".")[:2])) >= (8, 1):
        return arguments.qemu
    return os.path.join(arguments.build, "tools", "qemu-10.0", "qemu-system-riscv64")


def measure(arguments, quick):
    """Run the suites; the results with what they depend on."""
    files = suites.Files(arguments.build, arguments.cross, arguments.monitors)
    columns = [suites.NATIVE, *(arguments.policy or suites.POLICIES)]
    results = {}
    tell = (lambda words: None) if quick else lambda words: print(f"  {words}", flush=True)
    bench = suites.Bench(files, arguments.qemu, columns, tell)
    counted = bench.counter.plugin is not None
    if not counted:
        print(f"note: {arguments.qemu} loads no plugin; these are totals by rdcycle")
    suites.measure_operations(bench, results)
    if not quick and counted:
        suites.measure_scale(suites.Bench(files, second_qemu(arguments), columns, tell), results)
        suites.measure_linux(bench, results)
    return {"qemu": suites.version_of(arguments.qemu),
            "compiler": suites.version_of(arguments.cross + "gcc"),
            "columns": columns,
            "seconds of host time, which is noise": {c: round(s, 1)
                                                     for c, s in bench.seconds.items()},
            "results": results}


def write_chart(path, found):
    """The sections side by side as bars."""
    import as_svg  # of tests/stats
    from sections import Row, Section
    sections = []
    for name, rows in found["results"].items():
        lines = [Row(row, [round(report.cost(line[c], name)) for c in found["columns"]])
                 for row, line in report.folded(rows).items()]
        sections.append(Section(report.TITLES.get(name, name), lines, "instructions"))
    with open(path, "w", encoding="utf-8") as out:
        out.write(as_svg.render("What operations cost", found["columns"], sections,
                                "Executed instructions. Each section has a linear scale of its "
                                "own; of Linux, the monitor's alone."))


def do_measure(arguments):
    found = measure(arguments, arguments.quick)
    print(report.text(found["results"], found["columns"]))
    print("host time, which is noise: " + ", ".join(
        f"{c} {s} s" for c, s in found["seconds of host time, which is noise"].items()))
    if arguments.json:
        write_json(arguments.json, found)
    if arguments.svg:
        write_chart(arguments.svg, found)
    return 0


def comparable(old, new):
    """None, or why counts of both cannot be compared."""
    for what in ("qemu", "compiler"):
        a, b = (x[what].split(".")[0] for x in (old, new))
        if a != b:
            return f"{what} {old[what]} made the baseline, this is {new[what]}"
    return None


def do_check(arguments):
    """One test for each row: no column of it has grown."""
    old, new = read_json(arguments.files[0]), measure(arguments, quick=True)
    reason = comparable(old, new)
    if reason:
        print(f"SKIP the counts: {reason}\n0 passed, 0 failed, 1 skipped")
        return 0
    grown = [(s, n, c, a, b) for s, n, c, a, b
             in report.differences(old["results"], new["results"], TOLERANCE) if b > a + 1]
    for section, name, column, a, b in grown:
        print(f"FAIL {section}: {name}, {column}: {a:,.1f} -> {b:,.1f} instructions")
    absent = list(report.missing(old["results"], new["results"]))
    for which, section, name, column in absent:
        print(f"FAIL {section}: {name}, {column} is {which}")
    rows = {(s, n) for s, lines in new["results"].items() for n in lines}
    bad = {(s, n) for s, n, *_ in grown} | {(s, n) for _, s, n, _ in absent}
    if bad:
        print("If this is meant, make bench-baseline, and say in the same commit why.")
    print(f"{len(rows - bad)} passed, {len(bad)} failed")
    return GREW if bad else 0


def do_baseline(arguments):
    found = measure(arguments, quick=True)
    del found["seconds of host time, which is noise"]
    write_json(arguments.files[0], found)
    return 0


def do_difference(arguments):
    old, new = map(read_json, arguments.files[:2])
    for section, name, column, a, b in report.differences(old["results"], new["results"]):
        change = f"{100 * (b - a) / a:+.1f} %" if a else "new"
        print(f"{section:9} {name:40} {column:32} {a:14,.1f} -> {b:14,.1f}  {change}")
    for which, section, name, column in report.missing(old["results"], new["results"]):
        print(f"{section:9} {name:40} {column:32} {which}")
    return 0


def do_table(arguments):
    found = read_json(arguments.files[0])
    sys.stdout.writelines(report.markdown(found["results"], found["columns"]))
    return 0


def do_profile(arguments):
    files = suites.Files(arguments.build, arguments.cross, arguments.monitors)
    policy, name = (arguments.policy or ["sandbox+offload+failsafe"])[0], arguments.files[0]
    bench = suites.Bench(files, arguments.qemu, [policy])
    if name == "linux":
        run = bench.linux(policy, suites.LINUX_CPUS["Sstc on"], profiled=0)
        hot.show(run, files.cross, files.monitor(policy), 1)
        return 0
    for guest in (bench.firmware_guest, bench.calls):
        known = operations.costs(guest(policy))
        if name in known:
            hot.show(guest(policy, profiled=known[name][0].marker), files.cross,
                     files.monitor(policy), operations.LAPS)
            return 0
    raise counter.BenchError(f"no operation is called '{name}'; bench.py measure --quick --json "
                             "FILE names them")


ACTIONS = {"measure": (do_measure, 0), "check": (do_check, 1), "baseline": (do_baseline, 1),
           "difference": (do_difference, 2), "table": (do_table, 1), "profile": (do_profile, 1)}


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("what", choices=ACTIONS)
    parser.add_argument("files", nargs="*", help="files, or an operation's name")
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--monitors", help="build directory of the monitors, if another")
    parser.add_argument("--cross", default="riscv64-unknown-elf-", help="toolchain prefix")
    parser.add_argument("--qemu", default="qemu-system-riscv64", help="QEMU to measure on")
    parser.add_argument("--policy", action="append", help="policies, + between them")
    parser.add_argument("--quick", action="store_true", help="leave out other harts and Linux")
    parser.add_argument("--json", help="write the results to this file")
    parser.add_argument("--svg", help="draw them in this file")
    arguments = parser.parse_args(argv)
    if len(arguments.files) != ACTIONS[arguments.what][1]:
        parser.error(f"{arguments.what} takes {ACTIONS[arguments.what][1]} names")
    return arguments


def main(argv):
    arguments = parse_arguments(argv)
    try:
        return ACTIONS[arguments.what][0](arguments)
    except (counter.BenchError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return CANNOT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
