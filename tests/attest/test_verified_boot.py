#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bundles that somebody has changed, on the machine: each is refused with its own sentence and
nothing of it is started. Whatever digests and signatures a thief can make right are right."""

import argparse
import hashlib
import os
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the source tree stays clean

import console

ARGS = None
TEST_KEY = "attest/keys/TEST-signing-key.pem"
MONITOR, FIRMWARE, MANIFEST = 1, 3, 5
PART = 88


def take_bytes(data, at):
    """A CBOR byte string: (where its content begins, where it ends)."""
    width = {24: 1, 25: 2}.get(data[at] & 31, 0)
    assert data[at] >> 5 == 2, hex(data[at])
    length = int.from_bytes(data[at + 1:at + 1 + width], "big") if width else data[at] & 31
    return at + 1 + width, at + 1 + width + length


def item(data):
    """data as a CBOR byte string."""
    n = len(data)
    return (bytes([0x40 | n]) if n < 24 else bytes([0x58, n]) if n < 256 else
            struct.pack(">BH", 0x59, n)) + data


def raw_signature(der):
    """r || s of a signature in DER."""
    r_end = 4 + der[3]
    return (int.from_bytes(der[4:r_end], "big").to_bytes(48, "big") +
            int.from_bytes(der[r_end + 2:], "big").to_bytes(48, "big"))


class Bundle:
    """A bundle that can be changed, and made whole again as far as no key is needed."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = bytearray(f.read())
        self.header = struct.unpack_from("<Q", self.data, 64)[0]

    def count(self):
        return struct.unpack_from("<I", self.data, self.header + 32)[0]

    def parts(self):
        for i in range(self.count()):
            at = self.header + 264 + PART * i
            kind, _, offset, length = struct.unpack_from("<IIQQ", self.data, at)
            yield kind, at, offset, length

    def part(self, wanted):
        return next((at, offset, length) for kind, at, offset, length in self.parts()
                    if kind == wanted)

    def payload(self):
        return take_bytes(self.data, self.part(MANIFEST)[1] + 5)

    def replace(self, old, new):
        """In what is signed, where it occurs exactly once."""
        start, end = self.payload()
        assert len(old) == len(new) and self.data.count(old, start, end) == 1
        at = self.data.index(old, start, end)
        self.data[at:at + len(old)] = new

    def sign(self, key, kid, folder):
        start, end = self.payload()
        header_at, header_end = take_bytes(self.data, end + 2)
        signature_at, _ = take_bytes(self.data, header_end + 1)
        self.data[header_end - 20:header_end] = kid
        tbs, sig = os.path.join(folder, "tbs"), os.path.join(folder, "sig")
        with open(tbs, "wb") as f:
            f.write(b"\x85\x69Signature\x40" + item(bytes(self.data[header_at:header_end])) +
                    b"\x40" + item(bytes(self.data[start:end])))
        subprocess.run(["openssl", "dgst", "-sha384", "-sign", key, "-out", sig, tbs], check=True,
                       timeout=60)
        with open(sig, "rb") as f:
            self.data[signature_at:signature_at + 96] = raw_signature(f.read())

    def without_manifest(self):
        at, offset, length = self.part(MANIFEST)
        self.data[offset:offset + length] = bytes(length)
        self.data[at:at + PART] = bytes(PART)
        struct.pack_into("<I", self.data, self.header + 32, self.count() - 1)

    def seal(self):
        """Every digest right again."""
        for kind, at, offset, length in self.parts():
            data = self.data[offset:offset + length]
            if kind == MONITOR:  # but for bundle_off and total_len
                data[64:80] = bytes(16)
            self.data[at + 40:at + PART] = hashlib.sha384(data).digest()
        head = bytes(self.data[self.header:self.header + 1672])
        self.data[self.header + 1672:self.header + 1720] = hashlib.sha384(
            head + bytes(48)).digest()


class BootTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.out = os.path.join(self.dir.name, "bundle.bin")

    def make(self, monitor, *more):
        subprocess.run([ARGS.mkbundle, "-m", monitor, "-f", ARGS.guest, "-o", self.out, *more],
                       check=True, timeout=60)
        return Bundle(self.out)

    def boot(self, bundle, until):
        """The console, up to the first of these words."""
        with open(self.out, "wb") as f:
            f.write(bundle.data)
        return console.listen([ARGS.qemu, "-M", "virt", "-m", "128M", "-nographic",
                               "-bios", self.out], until, ARGS.timeout)

    def refused(self, bundle, sentence):
        bundle.seal()
        said = self.boot(bundle, [b"nothing was started", b"hello from"])
        self.assertIn("refused: " + sentence, said)
        self.assertIn("nothing was started", said)
        self.assertNotIn("hello from", said)

    def runs(self, bundle):
        bundle.seal()
        said = self.boot(bundle, [b"nothing was started", b"hello from"])
        self.assertIn("hello from", said)
        return said

    def kid(self, key):
        point = subprocess.run(["openssl", "ec", "-in", key, "-pubout", "-outform", "DER"],
                               check=True, capture_output=True, timeout=60).stdout[-97:]
        return hashlib.sha384(point).digest()[:20], point


class Enforced(BootTest):
    def changed(self, old, new):
        """Something else in what is signed, signed again by the key that everybody has."""
        bundle = self.make(ARGS.monitor)
        bundle.replace(old, new)
        bundle.sign(TEST_KEY, self.kid(TEST_KEY)[0], self.dir.name)
        return bundle

    def test_a_whole_bundle_runs_and_the_test_key_is_loud(self):
        self.assertIn("INSECURE: TEST keys", self.runs(self.make(ARGS.monitor)))

    def test_signing_again_is_done_right_by_this_test(self):
        self.runs(self.changed(b"unreleased", b"Unreleased"))

    def test_changed_firmware(self):
        bundle = self.make(ARGS.monitor)
        bundle.data[bundle.part(FIRMWARE)[1] + 100] ^= 1
        self.refused(bundle, "the firmware is not the one that was signed")

    def test_another_platform(self):
        self.refused(self.changed(b"qemu-virt", b"qemu-vird"), "the bundle is signed for another "
                     "platform")

    def test_other_policies(self):
        self.refused(self.changed(b"sandbox", b"sandbux"), "the bundle is signed for other "
                     "policies")

    def test_another_monitor(self):
        bundle = self.make(ARGS.monitor)
        digest = bytes(bundle.data[bundle.part(MONITOR)[0] + 40:][:48])
        self.refused(self.changed(digest, bytes(48)), "the bundle is signed for another monitor")

    def test_changed_manifest_and_signature(self):
        for where in (60, -1):
            bundle = self.make(ARGS.monitor)
            _, offset, length = bundle.part(MANIFEST)
            bundle.data[offset + where % length] ^= 1
            self.refused(bundle, "the manifest's signature is wrong")

    def test_no_manifest(self):
        bundle = self.make(ARGS.monitor)
        bundle.without_manifest()
        self.refused(bundle, "the bundle has no manifest")

    def test_a_key_that_is_not_authorised(self):
        key = os.path.join(self.dir.name, "own.pem")
        subprocess.run(["openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out",
                        key], check=True, timeout=60)
        bundle = self.make(ARGS.monitor)
        bundle.sign(key, self.kid(key)[0], self.dir.name)
        self.refused(bundle, "the manifest is signed by a key that is not authorised")
        bundle.sign(key, self.kid(TEST_KEY)[0], self.dir.name)
        self.refused(bundle, "the manifest's signature is wrong")


class OwnKey(BootTest):
    """A monitor that was built with KEYS= and VERIFY=measure."""

    def test_the_test_key_is_not_in_it(self):
        point = self.kid(TEST_KEY)[1]
        for monitor, there in ((ARGS.monitor, True), (ARGS.own_monitor, False)):
            with open(monitor, "rb") as f:
                self.assertEqual(point[1:] in f.read(), there)

    def test_its_own_key_is_silent(self):
        said = self.runs(self.make(ARGS.own_monitor, "-k", ARGS.own_key))
        self.assertNotIn("INSECURE: TEST keys", said)
        self.assertNotIn("not verified", said)

    def test_what_it_only_measures_runs_loudly(self):
        bundle = self.make(ARGS.own_monitor, "-k", ARGS.own_key)
        bundle.sign(TEST_KEY, self.kid(TEST_KEY)[0], self.dir.name)
        said = self.runs(bundle)
        self.assertIn("INSECURE: not verified, and run all the same (VERIFY=measure): the "
                      "manifest is signed by a key that is not authorised", said)


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("mkbundle", "monitor", "own-monitor", "own-key", "guest"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--qemu", default="qemu-system-riscv64")
    parser.add_argument("--timeout", type=int, default=60)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
