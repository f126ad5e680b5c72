#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The self-test of crypto/ on QEMU, and bounds on what its operations cost there.

A table of the costs is printed first: instructions in all, in the longest call, calls, stack.
"""

import argparse
import subprocess
import sys
import unittest

ARGS = None
SLICE_LIMIT = 3_000_000  # instructions in one call while interrupts wait


class Costs:
    """What the program on the machine said."""

    def __init__(self):
        run = subprocess.run([ARGS.qemu, "-M", "virt", "-cpu", ARGS.cpu, "-m", "32M",
                              "-icount", "shift=0", "-display", "none", "-serial", "stdio",
                              "-monitor", "none", "-bios", "none", "-kernel", ARGS.image],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=120, check=False)
        self.status, self.lines = run.returncode, run.stdout.replace("\r", "").splitlines()
        self.rows = {words[0]: [int(n) for n in words[1:]]
                     for words in map(str.split, self.lines)
                     if len(words) > 1 and all(n.isdigit() for n in words[1:])}

    def table(self):
        for name, numbers in self.rows.items():
            print(f"{name:14}" + "".join(f"{n:12d}" for n in numbers))


class OnQemu(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.costs = Costs()
        cls.costs.table()

    def test_selftest_passes(self):
        self.assertEqual(self.costs.status, 0, self.costs.lines)
        self.assertEqual(self.costs.lines[0], "selftest ok")

    def test_slices_are_short(self):
        for name in ("p384_sign", "p384_verify"):
            total, longest, calls, _ = self.costs.rows[name]
            self.assertLessEqual(longest, SLICE_LIMIT, name)
            self.assertGreater(calls, total // SLICE_LIMIT, name)

    def test_stack_is_as_the_header_says(self):
        limit = self.costs.rows["stack"][0]
        for name, numbers in self.costs.rows.items():
            if len(numbers) == 4:
                self.assertLessEqual(numbers[3], limit, name)

    def test_arena_has_room_and_is_given_back(self):
        peak, used, size = self.costs.rows["arena"]
        self.assertEqual(used, 0)
        self.assertLessEqual(peak * 3, size * 2)
        self.assertGreater(peak, 0)


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--qemu", required=True)
    parser.add_argument("--cpu", required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0]] + rest)


if __name__ == "__main__":
    main()
