#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of test_negatives.py fail when the protection that they are about is switched off.

All arguments are those of test_negatives.py, but that the monitor is one for the attack gate, with
switches.
"""

import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "attacks"))

import switch  # noqa: E402

ARGS = []
MONITOR = None


class Fails(unittest.TestCase):
    def run_one(self, monitor, test):
        """(status, what it said) of one test with this monitor."""
        done = subprocess.run([sys.executable, os.path.join(HERE, "test_negatives.py"), *ARGS,
                               "--monitor", monitor, test], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300, check=False)
        return done.returncode, done.stderr

    def without(self, test, *mechanisms):
        """It passes with all protections on, and fails without these."""
        with tempfile.TemporaryDirectory() as folder:
            monitor = os.path.join(folder, "monitor.elf")
            for off, status, word in (((), 0, "\nOK"),
                                      (mechanisms, 1, "FAIL: " + test.split(".")[1])):
                switch.patch(MONITOR, monitor, off)
                got, said = self.run_one(monitor, test)
                self.assertIn(word, said)
                self.assertEqual(got, status)

    def test_secrets(self):
        self.without("Secrets.test_firmware_reaches_no_secret_before_or_after_the_lock", "SELF",
                     "DENY")

    def test_flash(self):
        self.without("Secrets.test_firmware_never_reaches_the_flash", "DEVICES", "DENY")

    def test_race(self):
        self.without("Handover.test_payload_that_a_second_hart_changes_is_measured_as_it_runs",
                     "RENDEZVOUS")

    def test_what_stays(self):
        self.without("Handover.test_what_is_handed_over_stays", "DENY")

    def test_changed_code(self):
        self.without("Patched.test_code_that_was_changed_is_denied_and_seen", "DENY")


def main():
    global ARGS, MONITOR
    at = sys.argv.index("--monitor")
    MONITOR = sys.argv[at + 1]
    ARGS = sys.argv[1:at] + sys.argv[at + 2:]
    unittest.main(argv=[sys.argv[0]])


if __name__ == "__main__":
    main()
