#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The check of a bundle on the machine it is for: a stub monitor judges its own bundle on QEMU."""

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import unittest

ARGS = None
SOUND = "the bundle is sound"


class TargetTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def bundle(self, monitor):
        out = os.path.join(self.dir.name, "bundle.bin")
        subprocess.run([ARGS.tool, "-m", os.path.join(ARGS.inputs, monitor),
                        "-f", os.path.join(ARGS.inputs, "firmware.elf"), "-o", out],
                       check=True, timeout=60)
        with open(out, "rb") as f:
            return f.read()

    def run_on_qemu(self, data):
        """Status and console of a machine that starts these bytes at 0x80000000."""
        path = os.path.join(self.dir.name, "run.bin")
        with open(path, "wb") as f:
            f.write(data)
        done = subprocess.run([ARGS.qemu, "-M", "virt", "-m", "64M", "-display", "none",
                               "-serial", "stdio", "-monitor", "none", "-bios", path],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)
        return done.returncode, done.stdout.replace("\r", "")

    def accepted(self, data):
        self.assertEqual(self.run_on_qemu(data), (0, "before relocation: %s\n"
                                                  "after relocation: %s\n" % (SOUND, SOUND)))

    def refused(self, data, says):
        code, console = self.run_on_qemu(data)
        self.assertEqual(code, 1, console)
        self.assertTrue(console.startswith("before relocation: "), console)
        self.assertEqual(console.count("\n"), 1, "one sentence: " + console)
        self.assertIn(says, console)


class OnQemu(TargetTest):
    def test_sound_where_it_was_linked(self):
        self.accepted(self.bundle("stub.elf"))

    def test_sound_elsewhere(self):
        self.accepted(self.bundle("far.elf"))

    def test_cut_short(self):
        whole = self.bundle("stub.elf")
        bundle_off = struct.unpack_from("<Q", whole, 64)[0]
        self.refused(whole[:-1], "cut short")
        self.refused(whole[:-16], "cut short")
        self.refused(whole[:bundle_off + 1000], "header is damaged")
        self.refused(whole[:bundle_off], "header is missing")

    def test_damaged(self):
        whole = self.bundle("stub.elf")
        hash_len, reloc_off = struct.unpack_from("<2Q", whole, 40)
        bundle_off = struct.unpack_from("<Q", whole, 64)[0]
        first = struct.unpack_from("<Q", whole, bundle_off + 264 + 88 * 3 + 8)[0]
        for at, says in ((hash_len - 1, "does not match its digest"),
                         (hash_len + 64, "scratch space is not zero"),
                         (reloc_off, "relocation table"),
                         (reloc_off + 9, "not zero"),
                         (bundle_off + 30, "header is damaged"),
                         (first, "does not match its digest"),
                         (first + 7, "not zero")):
            damaged = bytearray(whole)
            damaged[at] ^= 1
            self.refused(bytes(damaged), says)


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True, help="mkbundle")
    parser.add_argument("--inputs", required=True, help="folder with stub.elf and the like")
    parser.add_argument("--qemu", required=True, help="qemu-system-riscv64")
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)


if __name__ == "__main__":
    main()
