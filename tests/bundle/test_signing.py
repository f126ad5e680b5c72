#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signed bundles as their user makes them: keys, versions, refusals; judged by OpenSSL as well."""

import argparse
import hashlib
import os
import struct
import subprocess
import sys
import tempfile
import unittest

USAGE, MONITOR, DAMAGED, KEY = 2, 9, 11, 12
ARGS = None

# tag 98, 4 items, h'', {}, and then the payload (attest/manifest.cddl)
FRONT = bytes.fromhex("d8628440a0")
# An HSS public key that nobody has the other half of.
HSS_KEY = struct.pack(">III", 1, 6, 4) + bytes(range(48))


def take_bytes(data, at):
    """A CBOR byte string: (content, where it ends)."""
    first = data[at]
    assert first >> 5 == 2, hex(first)
    width = {24: 1, 25: 2}.get(first & 31, 0)
    length = int.from_bytes(data[at + 1:at + 1 + width], "big") if width else first & 31
    start = at + 1 + width
    return data[start:start + length], start + length


def bytes_item(data):
    """data as a CBOR byte string."""
    n = len(data)
    head = bytes([0x40 | n]) if n < 24 else bytes([0x58, n]) if n < 256 else struct.pack(
        ">BH", 0x59, n)
    return head + data


def der_signature(raw):
    """r || s as DER."""
    def integer(b):
        b = b.lstrip(b"\0") or b"\0"
        b = b"\0" + b if b[0] & 0x80 else b
        return bytes([2, len(b)]) + b
    body = integer(raw[:48]) + integer(raw[48:])
    return bytes([0x30, len(body)]) + body


class Manifest:
    """The manifest of a bundle, taken apart without the C code."""

    def __init__(self, bundle):
        at = struct.unpack_from("<Q", bundle, 64)[0]
        count = struct.unpack_from("<I", bundle, at + 32)[0]
        kind, _, offset, length = struct.unpack_from("<IIQQ", bundle, at + 264 + 88 * (count - 1))
        assert kind == 5, kind
        self.bytes = bundle[offset:offset + length]
        assert self.bytes.startswith(FRONT)
        self.payload, end = take_bytes(self.bytes, len(FRONT))
        self.count = self.bytes[end] & 31
        assert self.bytes[end + 1] == 0x83
        self.header, end = take_bytes(self.bytes, end + 2)
        assert self.bytes[end] == 0xa0
        self.signature, end = take_bytes(self.bytes, end + 1)

    def signed(self):
        """The Sig_structure (RFC 9052, 4.4)."""
        return (b"\x85\x69Signature\x40" + bytes_item(self.header) + b"\x40" +
                bytes_item(self.payload))


class SigningTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.out = self.path("out.bin")
        self.firmware = self.file("fw.bin", b"\x13\0\0\0" * 16)

    def path(self, name):
        return os.path.join(self.dir.name, name)

    def file(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def read(self, path):
        with open(path, "rb") as f:
            return f.read()

    def openssl(self, *args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, timeout=60)

    def key(self, name, curve="secp384r1"):
        private, public = self.path(name + ".pem"), self.path(name + ".pub")
        self.openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", private)
        self.openssl("ec", "-in", private, "-pubout", "-out", public)
        return private, public

    def monitor(self, *keys, flags=0):
        """The monitor of the build with other keys in what it says of itself."""
        elf = bytearray(self.read(ARGS.monitor))
        at = elf.find(b"CORDONT1")
        traits = b""
        for kind, data in keys:
            kid = hashlib.sha384(data).digest()[:20]
            traits += struct.pack("<I20s97s3x", kind, kid, data)
        elf[at + 12:at + 16] = struct.pack("<I", flags)
        elf[at + 176:at + 672] = traits.ljust(496, b"\0")
        return self.file("monitor.elf", elf)

    def point(self, public):
        self.openssl("ec", "-pubin", "-in", public, "-outform", "DER", "-out", self.path("der"))
        return self.read(self.path("der"))[-97:]

    def tool(self, *args, firmware=None, monitor=None):
        return subprocess.run(
            [ARGS.tool, "-m", monitor or ARGS.monitor, "-f", firmware or self.firmware,
             "-o", self.out, *args], capture_output=True, text=True, timeout=60, check=False)

    def made(self, *args, **kwargs):
        done = self.tool(*args, **kwargs)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.read(self.out)

    def refused(self, code, *args, says, **kwargs):
        done = self.tool(*args, **kwargs)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (code, 1), done.stderr)
        self.assertIn(says, done.stderr)
        self.assertFalse(os.path.exists(self.out))

    def verify(self):
        return subprocess.run([ARGS.tool, "--verify", self.out], capture_output=True, text=True,
                              timeout=60, check=False)

    def openssl_agrees(self, manifest, public):
        self.file("tbs", manifest.signed())
        self.file("sig", der_signature(manifest.signature))
        return subprocess.run(
            ["openssl", "dgst", "-sha384", "-verify", public, "-signature", self.path("sig"),
             self.path("tbs")], capture_output=True, timeout=60, check=False).returncode == 0


class Keys(SigningTest):
    def test_the_test_key_is_the_default_and_says_so(self):
        manifest = Manifest(self.made())
        self.assertTrue(self.openssl_agrees(manifest, "attest/keys/TEST-public-key.pem"))
        self.assertIn("INSECURE, the TEST key", self.verify().stdout)
        self.assertEqual(self.made("-k", "attest/keys/TEST-signing-key.pem"), self.made())

    def test_a_key_of_ones_own(self):
        private, public = self.key("own")
        monitor = self.monitor((1, self.point(public)))
        first = self.made("-k", private, "-s", "255", "-v", "1.2", monitor=monitor)
        self.assertTrue(self.openssl_agrees(Manifest(first), public))
        self.assertIn("version   1.2, security version 255\n", self.verify().stdout)
        self.assertNotIn("INSECURE", self.verify().stdout)
        pkcs8 = self.path("own8.pem")
        self.openssl("pkcs8", "-topk8", "-nocrypt", "-in", private, "-out", pkcs8)
        self.assertEqual(self.made("-k", pkcs8, "-s", "255", "-v", "1.2", monitor=monitor), first)

    def test_keys_that_the_monitor_does_not_authorise(self):
        private, public = self.key("own")
        self.refused(KEY, "-k", private, says="does not authorise")
        self.refused(KEY, monitor=self.monitor((1, self.point(public))), says="not authorise")

    def test_files_that_are_no_keys(self):
        small, _ = self.key("small", "prime256v1")
        _, public = self.key("own")
        for bad in (small, public, self.firmware, self.file("empty", b"")):
            self.refused(KEY, "-k", bad, says="no private key of P-384")

    def test_debug_images_are_for_the_test_key(self):
        private, public = self.key("own")
        monitor = self.monitor((1, self.point(public)), flags=1)
        self.refused(KEY, "-k", private, monitor=monitor, says="debug image")
        test = self.point("attest/keys/TEST-public-key.pem")
        self.made(monitor=self.monitor((1, test), flags=5))
        self.assertIn("a debug image", self.verify().stdout)

    def test_what_the_monitor_says_of_itself_counts(self):
        self.refused(MONITOR, "-b", "another", says="leave that option out")
        self.refused(MONITOR, "-p", "sandbox", says="leave that option out")

    def test_numbers_and_texts_have_limits(self):
        self.refused(USAGE, "-s", "256", says="at most 255")
        self.refused(USAGE, "-s", "x", says="wants a number")
        self.refused(DAMAGED, "-v", "a\x1bb", says="field")


class Hss(SigningTest):
    def test_an_external_signer_gets_what_it_has_to_sign(self):
        monitor = self.monitor((1, self.point("attest/keys/TEST-public-key.pem")), (2, HSS_KEY),
                               flags=4)
        key = self.file("hss.pub", HSS_KEY)
        message = self.path("message")
        self.refused(KEY, monitor=monitor, says="wants an HSS signature")
        done = subprocess.run(
            [ARGS.tool, "-m", monitor, "-f", self.firmware, "--hss-key", key, "--hss-message",
             message], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        header = b"\xa2\x01\x38\x2d\x04\x54" + hashlib.sha384(HSS_KEY).digest()[:20]
        self.assertIn(b"\x85\x69Signature\x40" + bytes_item(header) + b"\x40",
                      self.read(message))
        wrong = self.file("wrong.sig", struct.pack(">III", 0, 5, 4) + bytes(1444))
        self.refused(DAMAGED, "--hss-key", key, "--hss-signature", wrong, monitor=monitor,
                     says="HSS-LMS signature is wrong")
        self.refused(KEY, "--hss-key", key, "--hss-signature", key, monitor=monitor,
                     says="1456 bytes")
        self.refused(USAGE, "--hss-key", key, says="goes with")
        self.refused(KEY, "--hss-key", self.firmware, "--hss-signature", wrong, says="60 bytes")


class Verify(SigningTest):
    def changed(self, bundle, at, bit=1):
        """The bundle with one byte changed and every digest made right again."""
        b = bytearray(bundle)
        b[at] ^= bit
        header = struct.unpack_from("<Q", b, 64)[0]
        for i in range(struct.unpack_from("<I", b, header + 32)[0]):
            part = header + 264 + 88 * i
            offset, length = struct.unpack_from("<QQ", b, part + 8)
            data = b[offset:offset + length]
            if i == 0:  # the monitor, but for bundle_off and total_len
                data[64:80] = bytes(16)
            b[part + 40:part + 88] = hashlib.sha384(data).digest()
        b[header + 1672:header + 1720] = hashlib.sha384(b[header:header + 1672] +
                                                        bytes(48)).digest()
        with open(self.out, "wb") as f:
            f.write(b)

    def part(self, bundle, wanted):
        header = struct.unpack_from("<Q", bundle, 64)[0]
        for i in range(16):
            kind, _, offset, length = struct.unpack_from("<IIQQ", bundle, header + 264 + 88 * i)
            if kind == wanted:
                return offset, length
        raise AssertionError(wanted)

    def test_changes_that_the_digests_follow(self):
        whole = self.made()
        header = struct.unpack_from("<Q", whole, 64)[0]
        monitor = self.part(whole, 1)
        manifest = self.part(whole, 5)
        relocs, length = self.part(whole, 2)
        table = struct.unpack_from("<%dI" % (length // 4), whole, relocs)
        movable = next(i for i, (a, b) in enumerate(zip(table, table[1:]))
                       if b - a > 8 and a & 8 == 0)
        for at, bit, says in ((self.part(whole, 3)[0], 1, "not the one that was signed"),
                              (monitor[1] - 1, 1, "another monitor"),
                              (relocs + 4 * movable, 8, "another monitor"),
                              (manifest[0] + manifest[1] - 1, 1, "signature is wrong"),
                              (manifest[0] + 60, 1, "signature is wrong"),
                              (header + 264 + 88 * 3 + 33, 1, "not the one that was signed")):
            self.changed(whole, at, bit)
            done = self.verify()
            self.assertEqual(done.returncode, DAMAGED, (says, done.stdout))
            self.assertIn(says, done.stderr)
        self.changed(whole, 0, 0)
        self.assertEqual(self.verify().returncode, 0)


class Generator(SigningTest):
    """attest/keys/mkkeys.sh, which compiles the keys in."""

    def keys(self, *files):
        return subprocess.run(
            ["sh", "attest/keys/mkkeys.sh", "attest/keys/TEST-public-key.pem", self.out, *files],
            capture_output=True, text=True, timeout=60, check=False)

    def refused_keys(self, *files, says):
        done = self.keys(*files)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (3, 1), done.stderr)
        self.assertIn(says, done.stderr)
        self.assertFalse(os.path.exists(self.out))

    def test_keys_that_are_compiled_in(self):
        test = self.point("attest/keys/TEST-public-key.pem").hex(",").replace(",", ",0x")
        self.assertEqual(self.keys().returncode, 0)
        self.assertIn("0x" + test, self.read(self.out).decode())
        self.assertIn("MANIFEST_KEYS_TEST 1\n", self.read(self.out).decode())
        private, public = self.key("own")
        hss = self.file("hss.pub", HSS_KEY)
        self.assertEqual(self.keys(public, hss).returncode, 0)
        text = self.read(self.out).decode()
        self.assertNotIn(test, text)
        self.assertIn("MANIFEST_KEYS_TEST 0\n", text)
        self.assertIn("MANIFEST_KEYS_COUNT 2\n", text)
        self.assertIn("0x" + self.point(public).hex(",").replace(",", ",0x"), text)
        self.assertIn("0x" + HSS_KEY.hex(",").replace(",", ",0x"), text)
        os.unlink(self.out)
        self.refused_keys(private, says="private key")

    def test_keys_that_are_not_taken(self):
        _, public = self.key("own")
        _, small = self.key("small", "prime256v1")
        hss = self.file("hss.pub", HSS_KEY)
        self.refused_keys("attest/keys/TEST-public-key.pem", says="TEST key")
        self.refused_keys(public, "attest/keys/TEST-public-key.pem", says="TEST key")
        self.refused_keys(public, public, says="twice")
        self.refused_keys(small, says="neither")
        self.refused_keys(hss, says="first of KEYS=")
        self.refused_keys(self.path("none"), says="cannot read")


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--monitor", required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
