#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""crypto/ against OpenSSL: what one makes the other accepts, and both refuse what was changed."""

import argparse
import base64
import os
import random
import subprocess
import sys
import tempfile
import unittest

ARGS = None
RANDOM = random.Random(384)  # the same inputs every time
CURVE = bytes.fromhex("06052b81040022")  # OBJECT IDENTIFIER secp384r1
EC_KEY = bytes.fromhex("06072a8648ce3d0201")  # OBJECT IDENTIFIER id-ecPublicKey


def ours(*words):
    """One line of the tool's answer."""
    done = subprocess.run([ARGS.tool, words[0], *[w.hex() or "-" for w in words[1:]]],
                          capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def openssl(*words, check=True):
    return subprocess.run(["openssl", *words], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=check)


def der(tag, *parts):
    """A DER value of less than 64 KiB."""
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else \
        bytes([0x81, len(body)]) if len(body) < 256 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body


def integer(raw):
    raw = raw.lstrip(b"\0") or b"\0"
    return der(2, (b"\0" if raw[0] & 0x80 else b"") + raw)


def der_signature(raw):
    return der(0x30, integer(raw[:48]), integer(raw[48:]))


def raw_signature(encoded):
    out, rest = b"", encoded[2 if encoded[1] < 128 else 3:]
    while rest:
        out += rest[2:2 + rest[1]].lstrip(b"\0").rjust(48, b"\0")
        rest = rest[2 + rest[1]:]
    return out


def some_bytes(low, high):
    return RANDOM.randbytes(RANDOM.randint(low, high))


class Against(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def file(self, name, data):
        path = os.path.join(self.dir.name, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def pem(self, name, label, data):
        text = base64.encodebytes(data).decode()
        return self.file(name, f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode())

    def key_pair(self):
        """A pair of ours: d, x || y, and files for OpenSSL."""
        d = bytes.fromhex(ours("derive", some_bytes(32, 64)))
        xy = bytes.fromhex(ours("public", d))
        private = self.pem("key.pem", "EC PRIVATE KEY",
                           der(0x30, b"\x02\x01\x01", der(4, d), der(0xa0, CURVE)))
        public = self.pem("pub.pem", "PUBLIC KEY",
                          der(0x30, der(0x30, EC_KEY, CURVE), der(3, b"\0\4" + xy)))
        return d, xy, private, public

    def openssl_accepts(self, public, message, encoded):
        done = openssl("dgst", "-sha384", "-verify", public, "-signature",
                       self.file("sig", encoded), self.file("msg", message), check=False)
        return done.returncode == 0 and b"Verified OK" in done.stdout


class Symmetric(Against):
    def test_hash(self):
        for _ in range(8):
            message = some_bytes(0, 700)
            done = openssl("dgst", "-sha384", "-binary", self.file("msg", message))
            self.assertEqual(ours("hash", message), done.stdout.hex())

    def test_hmac(self):
        for low, high in ((1, 64), (127, 129), (130, 300)):
            key, message = some_bytes(low, high), some_bytes(0, 300)
            done = openssl("dgst", "-sha384", "-mac", "HMAC", "-macopt", "hexkey:" + key.hex(),
                           "-binary", self.file("msg", message))
            self.assertEqual(ours("hmac", key, message), done.stdout.hex())

    def test_hkdf(self):
        for size in (1, 48, 49, 300):
            salt, key, info = some_bytes(1, 200), some_bytes(1, 200), some_bytes(1, 200)
            done = openssl("kdf", "-keylen", str(size), "-binary", "-kdfopt", "digest:SHA384",
                           "-kdfopt", "hexsalt:" + salt.hex(), "-kdfopt", "hexkey:" + key.hex(),
                           "-kdfopt", "hexinfo:" + info.hex(), "HKDF")
            self.assertEqual(ours("hkdf", salt, key, info, bytes(size)), done.stdout.hex())


class Signatures(Against):
    def test_public_key(self):
        _, xy, private, _ = self.key_pair()
        done = openssl("ec", "-in", private, "-pubout", "-outform", "DER")
        self.assertEqual(done.stdout[-96:], xy)

    def test_openssl_accepts_ours(self):
        for _ in range(3):
            d, _, _, public = self.key_pair()
            message = some_bytes(0, 500)
            encoded = der_signature(bytes.fromhex(ours("sign", d, message)))
            self.assertTrue(self.openssl_accepts(public, message, encoded))
            self.assertFalse(self.openssl_accepts(public, message + b"\0", encoded))
            changed = encoded[:-1] + bytes([encoded[-1] ^ 1])
            self.assertFalse(self.openssl_accepts(public, message, changed))

    def test_we_accept_openssls(self):
        for _ in range(3):
            _, xy, private, _ = self.key_pair()
            message = some_bytes(0, 500)
            done = openssl("dgst", "-sha384", "-sign", private, self.file("msg", message))
            raw = raw_signature(done.stdout)
            self.assertEqual(ours("verify", xy, raw, message), "right")
            self.assertEqual(ours("verify", xy, raw, message + b"\0"), "wrong")
            at = RANDOM.randrange(96)
            changed = raw[:at] + bytes([raw[at] ^ 1 << RANDOM.randrange(8)]) + raw[at + 1:]
            self.assertEqual(ours("verify", xy, changed, message), "wrong")

    def test_we_refuse_another_key(self):
        d, _, _, _ = self.key_pair()
        _, other, _, _ = self.key_pair()
        raw = bytes.fromhex(ours("sign", d, b"message"))
        self.assertEqual(ours("verify", other, raw, b"message"), "wrong")


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0]] + rest)


if __name__ == "__main__":
    main()
