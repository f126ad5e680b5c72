#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Slots as stage 0 uses them: what starts after an update, a confirmation, an older bundle, a
damaged one, and a log that somebody has changed. The log is written here a second time, in
Python."""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

import console
from dice_reference import derive, hkdf, mac, sha384

ARGS = None
FLASH = 32 << 20
SECTOR = 256 << 10
SLOT = 16 * SECTOR
LOG = 125 * SECTOR
NONE = 255
ENDS = (b"hello from", b"nothing was started", b"t: end")
TRAPPED = r"cause=[57] "


def log_key():
    """Of a device without a secret, with the TEST key."""
    der = subprocess.run(["openssl", "ec", "-pubin", "-in", "attest/keys/TEST-public-key.pem",
                          "-outform", "DER"], check=True, capture_output=True, timeout=60).stdout
    zero = bytes(48)
    root = derive(zero, zero, zero, sha384(der[-97:]), 1, zero)["seal0"]
    return hkdf(root, b"", b"cordon boot log")


def record(sequence, boots, floor, active, trial=NONE, attempts=0, key=None):
    """A record of the log; of the device without a secret, unless a key is given."""
    body = b"CNDSLOG1" + struct.pack("<QQIIII", sequence, boots, floor, active, trial, attempts)
    return body + mac(key or log_key(), body + struct.pack("<Q", LOG)) + b"\xff" * 12 + bytes(4)


class Machine(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        with open(ARGS.stage0, "rb") as f:
            self.image("pflash0", [(0, f.read())])

    def path(self, name):
        return os.path.join(self.dir.name, name)

    def image(self, name, parts):
        data = bytearray(b"\xff" * FLASH)
        for at, part in parts:
            data[at:at + len(part)] = part
        with open(self.path(name), "wb") as f:
            f.write(data)

    def bundle(self, svn, monitor=None, firmware=None):
        subprocess.run([ARGS.mkbundle, "-m", monitor or ARGS.monitor, "-f",
                        firmware or ARGS.guest, "-s", str(svn), "-o", self.path("bundle")],
                       check=True, timeout=60)
        with open(self.path("bundle"), "rb") as f:
            return f.read()

    def boot(self, *more):
        words = [ARGS.qemu, "-M", "virt", "-m", "128M", "-nographic", "-bios", "none", *more]
        for unit in 0, 1:
            words += ["-drive", "if=pflash,unit=%d,format=raw,file=%s%s" % (
                unit, self.path("pflash%d" % unit), "" if unit else ",readonly=on")]
        return console.listen(words, ENDS, ARGS.timeout, gently=True)

    def runs(self, *what):
        said = self.boot()
        for words in (*what, "hello from"):
            self.assertIn(words, said)
        return said

    def refused(self, *what):
        said = self.boot()
        for words in (*what, "stage 0: nothing was started"):
            self.assertIn(words, said)
        self.assertNotIn("monitor at", said)


class Rollback(Machine):
    def test_starts_are_counted(self):
        self.image("pflash1", [(0, self.bundle(0))])
        self.runs("slot 0, start 1\r")
        self.runs("slot 0, start 2\r")

    def test_an_older_bundle_is_refused(self):
        log = (LOG, record(7, 6, 5, 0))
        self.image("pflash1", [(0, self.bundle(4)), log])
        self.refused("security version is older than what has been confirmed")
        self.image("pflash1", [(0, self.bundle(5)), log])
        self.runs("slot 0, start 7\r")

    def test_an_update_that_nobody_confirms_reverts(self):
        self.image("pflash1", [(0, self.bundle(3)), (SLOT, self.bundle(9)),
                               (LOG, record(1, 1, 3, 0, 1, 1))])
        self.runs("slot 1 on trial, start 2\r")
        self.runs("slot 0, start 3\r")
        self.image("pflash1", [(0, self.bundle(3)), (SLOT, self.bundle(9)),
                               (LOG, record(1, 1, 9, 1))])
        self.runs("slot 1, start 2\r")

    def test_an_update_that_is_too_old_is_given_up(self):
        self.image("pflash1", [(0, self.bundle(3)), (SLOT, self.bundle(2)),
                               (LOG, record(1, 1, 3, 0, 1, 1))])
        self.runs("slot 1: the bundle's security version is older", "slot 0, start 2\r")
        self.assertNotIn("slot 1", self.runs("slot 0, start 3\r"))

    def test_a_damaged_bundle_leads_to_recovery(self):
        damaged = bytearray(self.bundle(3))
        damaged[5000] ^= 1
        self.image("pflash1", [(0, damaged), (2 * SLOT, self.bundle(3))])
        self.runs("slot 0: the bundle is damaged", "slot 2, start 1\r")
        self.image("pflash1", [(0, damaged), (2 * SLOT, self.bundle(3)),
                               (LOG, record(1, 1, 4, 0))])
        self.refused("slot 0: the bundle is damaged", "slot 2: the bundle's security version")

    def test_a_changed_log(self):
        for at in (16, 24, 40, 90):
            log = bytearray(record(1, 1, 5, 0))
            log[at] ^= 1
            self.image("pflash1", [(0, self.bundle(9)), (LOG, log)])
            self.refused("the log of starts was tampered with")
        self.image("pflash1", [(0, self.bundle(9)), (LOG, 2 * record(1, 1, 5, 0))])
        self.refused("the log of starts was tampered with")


class Flash(Machine):
    """Started by stage 0, nobody but the monitor reaches the flash."""

    def accesses(self, said):
        lines = re.findall(r"^[MSU] [ls]w: .*$", said.replace("\r", ""), re.M)
        self.assertEqual(len(lines), 24, said)
        return lines

    def test_it_is_denied_to_both_worlds(self):
        self.image("pflash1", [(0, self.bundle(0, ARGS.plain_monitor, ARGS.flash_guest))])
        for line in self.accesses(self.boot()):
            self.assertRegex(line, TRAPPED)

    def test_without_stage_0_the_same_program_reaches_it(self):
        self.bundle(0, ARGS.plain_monitor, ARGS.flash_guest)
        self.image("pflash1", [])
        words = [ARGS.qemu, "-M", "virt", "-m", "128M", "-nographic", "-bios",
                 self.path("bundle"), "-drive",
                 "if=pflash,unit=1,format=raw,file=" + self.path("pflash1")]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=ARGS.timeout, check=False)
        for line in self.accesses(done.stdout.decode(errors="replace")):
            self.assertNotRegex(line, TRAPPED)


class Update(Machine):
    """The payload's own way: stage, start again, confirm."""

    def attested(self, svn):
        return self.bundle(svn, ARGS.attest_monitor, ARGS.firmware)

    def payload(self, update=None):
        """What the payload says; update: it finds this bundle."""
        words = ["-device", "loader,file=" + ARGS.payload]
        if update is not None:
            with open(self.path("update"), "wb") as f:
                f.write(struct.pack("<Q", len(update)) + update)
            words += ["-device", "loader,addr=0x81000000,force-raw=on,file=" + self.path("update")]
        said = self.boot(*words)
        self.assertIn("t: end", said)
        self.assertNotIn("FAIL", said)
        return said

    def says(self, said, *what):
        for words in what:
            self.assertIn(words, said)

    def test_an_update_is_staged_tried_and_confirmed(self):
        self.image("pflash1", [(0, self.attested(4))])
        said = self.payload(self.attested(9))
        self.says(said, "found: slot 0, pending 0, confirmed 0, counter 0, svn 4",
                  "PASS all chunks are taken", "PASS the end is taken")
        said = self.payload()
        self.says(said, "slot 1 on trial, start 2\r",
                  "found: slot 1, pending 1, confirmed 0, counter 0, svn 9", "PASS confirmed",
                  "left: slot 1, pending 0, confirmed 1, counter 9, svn 9")
        said = self.payload(self.attested(4))
        self.says(said, "slot 1, start 3\r",
                  "found: slot 1, pending 0, confirmed 1, counter 9, svn 9")
        said = self.payload()
        self.says(said, "slot 0: the bundle's security version is older", "slot 1, start 4\r",
                  "found: slot 1, pending 0, confirmed 1, counter 9, svn 9")

    def test_without_stage_0_there_is_nothing_to_update(self):
        bundle = self.attested(4)
        with open(self.path("alone"), "wb") as f:
            f.write(bundle)
        self.image("pflash1", [])
        done = subprocess.run([ARGS.qemu, "-M", "virt", "-m", "128M", "-nographic", "-bios",
                               self.path("alone"), "-kernel", ARGS.payload],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=ARGS.timeout, check=False).stdout.decode(errors="replace")
        self.says(done, "found: slot 255, pending 0, confirmed 0, counter 0, svn 4",
                  "PASS nothing to stage to", "PASS nothing to confirm", "t: end")
        self.assertNotIn("FAIL", done)


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("mkbundle", "monitor", "stage0", "guest", "attest-monitor", "firmware",
                 "payload", "flash-guest", "plain-monitor"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--qemu", default="qemu-system-riscv64")
    parser.add_argument("--timeout", type=int, default=300)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
