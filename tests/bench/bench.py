#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what operations cost, natively and on the monitor: docs/performance.md.

usage: bench.py measure [--suite NAME] [--json FILE] [--svg FILE]     all columns, and a table
       bench.py check FILE        measure, and compare with the baseline in FILE
       bench.py baseline FILE     measure, and write that baseline
       bench.py difference A B    two results of measure --json
       bench.py table A           one of them, as tables for a document
       bench.py profile NAME --policy A+B      where one operation's instructions go; or those
                                               of boot, startup and linux, a boot's phases
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

# The phases of a Linux boot by the numbers that count.c gives them.
PHASES = {"boot": 4096, "startup": 4097, "linux": 0}
SUITES = ("operations", "harts", "linux")
GREW, CANNOT = 1, 3
TOLERANCE = 0.03  # of a count, and at least one instruction


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


def measure(arguments, wanted):
    """Run these suites; the results with what they depend on."""
    files = suites.Files(arguments.build, arguments.cross, arguments.monitors)
    columns = [suites.NATIVE, *(arguments.policy or suites.POLICIES)]
    results = {}

    def tell(words):
        if arguments.what == "measure":
            print(f"  {words}", flush=True)

    bench = suites.Bench(files, arguments.qemu, columns, tell)
    if bench.counter.plugin is None:
        print(f"note: {arguments.qemu} loads no plugin; these are totals by rdcycle")
        wanted = ["operations"]
    if "operations" in wanted:
        suites.measure_operations(bench, results)
    if "harts" in wanted:
        fair = suites.Bench(files, second_qemu(arguments), columns, tell)
        suites.measure_harts(fair, results)
        bench.failed += fair.failed
    if "linux" in wanted:
        suites.measure_linux(bench, results)
    return {"qemu": suites.version_of(arguments.qemu),
            "compiler": suites.version_of(arguments.cross + "gcc"),
            "columns": columns,
            "disagreeing": bench.disagreeing,
            "failed": bench.failed,
            "seconds of host time, which is noise": {c: round(s, 1)
                                                     for c, s in bench.seconds.items()},
            "results": results}


def write_chart(path, found):
    """The sections side by side as bars."""
    import as_svg  # of tests/stats
    from sections import Row, Section
    sections = []
    for name, rows in found["results"].items():
        lines = [Row(row, [round(report.cost(line[c], name)) if c in line else 0
                           for c in found["columns"]])
                 for row, line in report.folded(rows).items()]
        sections.append(Section(report.TITLES.get(name, name), lines, "instructions"))
    with open(path, "w", encoding="utf-8") as out:
        out.write(as_svg.render("What operations cost", found["columns"], sections,
                                "Executed instructions. Each section has a linear scale of its "
                                "own; of Linux, the monitor's alone."))


def do_measure(arguments):
    found = measure(arguments, arguments.suite or SUITES)
    print(report.text(found["results"], found["columns"]))
    print("host time, which is noise: " + ", ".join(
        f"{c} {s} s" for c, s in found["seconds of host time, which is noise"].items()))
    if arguments.json:
        write_json(arguments.json, found)
    if arguments.svg:
        write_chart(arguments.svg, found)
    for sentence in found["failed"]:
        print(f"bench: {sentence}", file=sys.stderr)
    return CANNOT if found["failed"] else 0


def comparable(old, new):
    """None, or why counts of both cannot be compared."""
    for what in ("qemu", "compiler"):
        a, b = (x[what].split(".")[0] for x in (old, new))
        if a != b:
            return f"{what} {old[what]} made the older one, this is {new[what]}"
    return None


def do_check(arguments):
    """One test for each row: no column of it has grown; one more: both counters agree."""
    old, new = read_json(arguments.files[0]), measure(arguments, ["operations"])
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
    for sentence in new["failed"]:
        print(f"FAIL {sentence}")
    for column, name, counted, cycles in new["disagreeing"]:
        print(f"FAIL {name}, {column}: the plugin counts {counted}, rdcycle {cycles}")
    rows = {(s, n) for s, lines in old["results"].items() for n in lines}
    bad = {(s, n) for s, n, *_ in grown} | {(s, n) for _, s, n, _ in absent}
    if bad:
        print("If this is meant, make bench-baseline, and say in the same commit why.")
    passed, failed = len(rows - bad), len(bad)
    passed, failed = (passed, failed + 1) if new["disagreeing"] else (passed + 1, failed)
    print(f"{passed} passed, {failed} failed")
    return GREW if failed else 0


def do_baseline(arguments):
    found = measure(arguments, ["operations"])
    if found["failed"]:
        raise counter.BenchError(found["failed"][0])
    for word in ("seconds of host time, which is noise", "disagreeing", "failed"):
        del found[word]
    write_json(arguments.files[0], found)
    return 0


def do_difference(arguments):
    old, new = map(read_json, arguments.files[:2])
    reason = comparable(old, new)
    if reason:
        raise counter.BenchError(f"these counts cannot be compared: {reason}; measure both anew")
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
    if name in PHASES:
        run = bench.linux(policy, suites.LINUX_CPUS["Sstc on"], profiled=PHASES[name])
        hot.show(run, files.cross, files.monitor(policy), 1)
        return 0
    for guest in (bench.firmware_guest, bench.calls):
        known = operations.costs(guest(policy))
        if name in known:
            hot.show(guest(policy, profiled=known[name][0].marker), files.cross,
                     files.monitor(policy), operations.LAPS)
            return 0
    raise counter.BenchError(f"no operation is called '{name}'; bench.py measure --json "
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
    parser.add_argument("--suite", action="append", choices=SUITES, help="only this one")
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
