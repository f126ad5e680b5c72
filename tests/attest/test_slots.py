#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Slots and their log on QEMU's own flash, over many starts of one machine."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ARGS = None
FLASH = 32 << 20
SECTOR = 256 << 10
LOG = 125 * SECTOR
STAGE, CONFIRM, REJECT = 1, 2, 4


class Slots(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.flash = os.path.join(self.dir.name, "flash")
        with open(self.flash, "wb") as f:
            f.write(b"\xff" * FLASH)

    def start(self, what=0, svn=0, flash=True):
        """One start of the machine; what it said."""
        drive = ["-drive", "if=pflash,unit=1,format=raw,file=" + self.flash] if flash else []
        done = subprocess.run(
            [ARGS.qemu, "-M", "virt", "-m", "128M", "-display", "none", "-serial", "stdio",
             "-bios", ARGS.image, *drive, "-device",
             "loader,addr=0x84000000,data=%d,data-len=4" % (what | svn << 8)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ARGS.timeout,
            check=True)
        return done.stdout.strip()

    def state(self, slot, trial, boots, floor):
        return "slot %d trial %d boots %d floor %d" % (slot, trial, boots, floor)

    def test_an_update_that_nobody_confirms_reverts(self):
        self.assertEqual(self.start(CONFIRM, 3), self.state(0, 0, 1, 0))
        self.assertEqual(self.start(STAGE), self.state(0, 0, 2, 3))
        with open(self.flash, "rb") as f:
            f.seek(16 * SECTOR)
            self.assertEqual(f.read(16), b"an update of it\0")
        self.assertEqual(self.start(), self.state(1, 1, 3, 3))
        self.assertEqual(self.start(), self.state(0, 0, 4, 3))

    def test_an_update_that_is_confirmed_stays(self):
        self.start(STAGE)
        self.assertEqual(self.start(CONFIRM, 5), self.state(1, 1, 2, 0))
        self.assertEqual(self.start(), self.state(1, 0, 3, 5))
        self.assertEqual(self.start(CONFIRM, 4), self.state(1, 0, 4, 5))
        self.assertEqual(self.start(), self.state(1, 0, 5, 5))

    def test_an_update_that_cannot_start_is_given_up(self):
        self.start(STAGE)
        self.assertEqual(self.start(REJECT), self.state(0, 0, 2, 0))
        self.assertEqual(self.start(), self.state(0, 0, 3, 0))

    def test_no_update_during_a_trial(self):
        self.start(STAGE)
        self.assertIn("cannot be done now", self.start(STAGE))

    def test_a_changed_log(self):
        self.start(CONFIRM, 9)
        with open(self.flash, "r+b") as f:
            f.seek(LOG + 24)
            byte = f.read(1)[0]
            f.seek(LOG + 24)
            f.write(bytes([byte ^ 1]))
        self.assertIn("open: the log of starts was tampered with", self.start())

    def test_an_older_flash_is_not_noticed(self):
        """This is what SLOTS_REPLAYABLE says."""
        self.start(CONFIRM, 1)
        shutil.copy(self.flash, self.flash + ".old")
        self.start(CONFIRM, 9)
        shutil.copy(self.flash + ".old", self.flash)
        self.assertEqual(self.start(), self.state(0, 0, 2, 1))

    def test_no_flash(self):
        with open(self.flash, "r+b") as f:
            f.truncate(0)
        self.assertIn("there is no flash for slots", self.start(flash=False))


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--image", required=True)
    parser.add_argument("--qemu", default="qemu-system-riscv64")
    parser.add_argument("--timeout", type=int, default=120)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
