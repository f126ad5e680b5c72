#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Show that the bare machine's Linux warns about CPUs it unplugs, and what stops it.

Linux 6.12 has a deadline server for each CPU's fair tasks and counts it among the CPU's tasks; if
its timer expires between the CPU's last task and its end, Linux says "Dying CPU not properly
vacated!".  With the period that Linux comes with that happens about twice in an hour of unplugging;
here the period is a hundredth of it.  The machine runs OpenSBI alone, without a monitor.  With the
servers it must warn, without them it must not: then debian.py may do without them.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True  # the source tree stays clean
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import debian

WARNING = "Dying CPU not properly vacated!"
# Ten milliseconds in nanoseconds, and how much of them is the fair tasks'.
SHORT = "for cpu in /sys/kernel/debug/sched/fair_server/cpu*; do " \
        "echo 500000 >$cpu/runtime && echo 10000000 >$cpu/period || exit; done"
UNPLUG = "for n in 1 2 3 4; do (while :; do :; done) & done; " \
         "for n in 1 2 3 4 5 6 7 8; do (while :; do sleep 0.01; done) & done; " \
         "end=$(($(date +%s) + {seconds})); while [ $(date +%s) -lt $end ]; do " \
         "for bit in 0 1; do for cpu in 1 2 3; do " \
         "echo $bit >/sys/devices/system/cpu/cpu$cpu/online || exit; done; done; done"


def count_warnings(options, setting):
    """How often Linux warned while CPUs were unplugged and plugged, on a machine of its own."""
    machine = debian.Debian(options)
    with open(f"{options.build}/real/dying_cpu.log", "ab") as log:
        console = debian.Console(machine.argv(), debian.BOOT_SECONDS, log)
        try:
            console.login()
            console.run(f"({debian.NO_FAIR_SERVER})")
            console.run(f"({setting})")
            console.run(f"({UNPLUG.format(seconds=options.seconds)})",
                        options.seconds * 3 + debian.COMMAND_SECONDS)
            return console.warnings().count(WARNING)
        finally:
            console.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--qemu", default="qemu-system-riscv64", help="the QEMU to use")
    parser.add_argument("--seconds", type=int, default=90, help="of unplugging (default: 90)")
    options = parser.parse_args()
    for name, value in (("native", True), ("smp", 4), ("cpu", "rv64"), ("firmware", None)):
        setattr(options, name, value)
    os.makedirs(f"{options.build}/real", exist_ok=True)
    passed = 0
    for setting, what, warns in ((SHORT, "with", True), ("true", "without", False)):
        try:
            warnings = count_warnings(options, setting)
        except debian.Trouble as trouble:
            print(f"FAIL the bare machine {what} fair servers: {trouble}", flush=True)
            continue
        right = (warnings > 0) == warns
        passed += right
        print(f"{'ok  ' if right else 'FAIL'} the bare machine {what} fair servers: "
              f"{warnings} warnings", flush=True)
    print(f"{passed} passed, {2 - passed} failed")
    return 0 if passed == 2 else 1


if __name__ == "__main__":
    sys.exit(main())
