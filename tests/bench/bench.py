#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what operations cost, natively and on the monitor: docs/performance.md.

usage: bench.py operations [--policy A+B ...] [--only TEXT]
       bench.py profile NAME --policy A+B
Status 0: done; 2: wrong usage; 3: something cannot be measured.
"""
import argparse
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # the source tree stays clean

import counter
import hot
import operations

CANNOT = 3
POLICIES = ("none", "sandbox", "offload", "sandbox+offload", "sandbox+offload+failsafe+audit")
MACHINE = ["-M", "virt", "-cpu", "rv64", "-m", "128M", *counter.STEADY]


class Bench:
    """The tools and the files of one build."""

    def __init__(self, arguments):
        self.build, self.cross = arguments.build, arguments.cross
        self.counter = counter.Counter(arguments.qemu, self.build, self.cross)
        self.guest = os.path.join(self.build, "bench", "operations.elf")
        names = counter.symbols(self.cross + "nm", self.guest)
        self.firmware = (names["_start"], names["firmware_end"])

    def monitor(self, policy):
        return os.path.join(self.build, "policies", policy, "monitor.elf")

    def bundle(self, policy, firmware):
        """A bundle of the monitor with these policies; replaced by the next one."""
        out = os.path.join(self.counter.folder.name, "bundle.bin")
        made = subprocess.run([os.path.join(self.build, "host", "mkbundle"), "-m",
                               self.monitor(policy), "-f", firmware, "-o", out],
                              capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        if made.returncode:
            raise counter.BenchError(f"no bundle for {policy}: {made.stderr.strip()}; "
                                     f"make {self.monitor(policy)}")
        return out

    def operations(self, policy, marker=None):
        """The operations' run, natively for None."""
        if policy is None:
            return self.counter.run(self.guest, MACHINE, firmware=self.firmware)
        return self.counter.run(self.bundle(policy, self.guest), MACHINE, self.monitor(policy),
                                self.firmware, marker)


def show_operations(bench, arguments):
    columns = [None, *(arguments.policy or POLICIES)]
    found = [operations.costs(bench.operations(policy)) for policy in columns]
    print(f"{'instructions (exits)':40}" + "".join(f"{c or 'native':>20.20}" for c in columns))
    for name, (op, _, _) in found[0].items():
        if op.group == "loop" or (arguments.only and arguments.only not in name):
            continue
        cells = [costs[name][1] for costs in found]
        print(f"{name:40}" + "".join(f"{c.total():12.6g} ({c.exits:5.4g})" for c in cells))


def show_profile(bench, arguments):
    policy = (arguments.policy or ["sandbox+offload+failsafe"])[0]
    known = operations.costs(bench.operations(policy))
    if arguments.name not in known:
        raise counter.BenchError(f"no operation is called '{arguments.name}'; "
                                 "bench.py operations lists them")
    op = known[arguments.name][0]
    run = bench.operations(policy, op.marker)
    hot.show(run, bench.cross, bench.monitor(policy), operations.LAPS)


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("operations", "profile"))
    parser.add_argument("name", nargs="?", help="the operation to profile")
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--cross", default="riscv64-unknown-elf-", help="toolchain prefix")
    parser.add_argument("--qemu", default="qemu-system-riscv64", help="QEMU to measure on")
    parser.add_argument("--policy", action="append", help="policies, + between them")
    parser.add_argument("--only", help="only operations whose name has this text")
    return parser.parse_args(argv)


def main(argv):
    arguments = parse_arguments(argv)
    shows = {"operations": show_operations, "profile": show_profile}
    try:
        shows[arguments.what](Bench(arguments), arguments)
    except counter.BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return CANNOT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
