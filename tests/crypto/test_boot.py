#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A monitor that tries its cryptography at boot: it goes on if it is right, and stops if not."""

import argparse
import os
import subprocess
import sys
import tempfile
import unittest

ARGS = None
# Beginnings of known answers in the image: crypto/selftest_data.c
KNOWN = {"ECDSA verification": bytes.fromhex("94edbb92a5ecb8aad4736e56c691916b"),
         "HSS verification": bytes.fromhex("9bb5f44e4ed4c7e639c3b81915e47928")}


class Boot(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        with open(ARGS.monitor, "rb") as file:
            self.elf = file.read()

    def console(self, elf):
        """What the machine says until it stops or five seconds are over."""
        monitor, out = (os.path.join(self.dir.name, n) for n in ("monitor.elf", "bundle.bin"))
        with open(monitor, "wb") as file:
            file.write(elf)
        subprocess.run([ARGS.mkbundle, "-m", monitor, "-f", ARGS.firmware, "-o", out], check=True,
                       capture_output=True, timeout=60)
        run = subprocess.run(["timeout", "-k", "1", "5", ARGS.qemu, "-M", "virt", "-m", "128M",
                              "-display", "none", "-serial", "stdio", "-monitor", "none",
                              "-bios", out], stdin=subprocess.DEVNULL, capture_output=True,
                             timeout=60, check=False)
        return run.stdout.decode(errors="replace")[:20000]

    def test_right_cryptography_boots(self):
        said = self.console(self.elf)
        self.assertIn("self-test: cryptography is right", said)
        self.assertIn("OpenSBI", said)

    def test_wrong_cryptography_stops(self):
        for what, known in KNOWN.items():
            at = self.elf.index(known)
            said = self.console(self.elf[:at + 11] + b"\xff" + self.elf[at + 12:])
            self.assertIn(f"self-test: {what} is wrong", said)
            self.assertNotIn("OpenSBI", said)


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    for name in ("--monitor", "--mkbundle", "--firmware", "--qemu"):
        parser.add_argument(name, required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0]] + rest)


if __name__ == "__main__":
    main()
