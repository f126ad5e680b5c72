#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Derivations against Python's hashlib and hmac, certificates against OpenSSL."""

import argparse
import base64
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import unittest

import dice_reference as reference

ARGS = None
RANDOM = random.Random(4)  # the same inputs every time

CURVE = bytes.fromhex("06052b81040022")  # OBJECT IDENTIFIER secp384r1
ROOT_CONFIG = """
[req]
prompt = no
distinguished_name = name
x509_extensions = ext
string_mask = utf8only
[name]
CN = INSECURE DEVELOPMENT ROOT
serialNumber = {id}
[ext]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = {id}
"""


def ours(*words):
    """The tool's answer, by name."""
    done = subprocess.run([ARGS.tool, *map(str, words)], capture_output=True, text=True,
                          timeout=60, check=True)
    return {name: bytes.fromhex(value)
            for name, value in (line.split("=") for line in done.stdout.splitlines())}


def openssl(*words, check=True):
    return subprocess.run(["openssl", *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=check)


def key_id(xy):
    return hashlib.sha384(b"\4" + xy).digest()[:20]


def some_input():
    """UDS and the inputs of a layer: code, config, authority, mode, hidden."""
    a = [RANDOM.randbytes(48) for _ in range(5)]
    return [*a[:4], RANDOM.randrange(4), a[4]]


class Derivations(unittest.TestCase):
    def test_secrets_and_keys(self):
        for _ in range(6):
            given = some_input()
            words = [w if isinstance(w, int) else w.hex() for w in given]
            self.assertEqual(ours("derive", *words), reference.derive(*given))

    def test_descriptor(self):
        rows = (("", [], 0, 0, 0), ("1.0", ["sandbox"], 1, 3, 0),
                ("2026.11-5-gabcdef0", ["sandbox", "offload", "failsafe", "attest", "audit"], 255,
                 2, 0xffffffff))
        for version, policies, svn, kind, off in rows:
            out = ours("config", version or "-", " ".join(policies) or "-", svn, kind, off)
            self.assertEqual(out["config"], reference.config_descriptor(version, policies, svn,
                                                                        kind, off))


class Certificates(unittest.TestCase):
    """A folder of certificates, and OpenSSL to judge them."""

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.given = some_input()

    def path(self, name):
        return os.path.join(self.dir.name, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def write_pem(self, name, label, der):
        text = base64.encodebytes(der).decode()
        return self.write(name, f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode())

    def verify(self, leaf="attestation.pem", untrusted=("monitor.pem", "uds.pem"),
               root="root.pem"):
        words = [w for u in untrusted for w in ("-untrusted", self.path(u))]
        return openssl("verify", "-x509_strict", "-check_ss_sig", "-CAfile", self.path(root),
                       *words, self.path(leaf), check=False)

class Chain(Certificates):
    """root (made by OpenSSL) -> UDS -> MON -> AK, verified by OpenSSL."""

    def setUp(self):
        super().setUp()
        self.keys = reference.derive(*self.given)
        self.root = {"d": reference.private_key(RANDOM.randbytes(48)),
                     "cn": "INSECURE DEVELOPMENT ROOT"}
        self.root["id"] = key_id(ours("public", self.root["d"].hex())["public"])
        self.chain()

    def make_root(self):
        d = self.root["d"]
        inner = b"\2\1\1" + bytes([4, 48]) + d + bytes([0xa0, len(CURVE)]) + CURVE
        key = self.write_pem("root.key", "EC PRIVATE KEY", bytes([0x30, len(inner)]) + inner)
        config = self.write("root.cnf", ROOT_CONFIG.format(id=self.root["id"].hex()).encode())
        openssl("req", "-x509", "-new", "-key", key, "-config", config, "-sha384", "-days", "9999",
                "-set_serial", "1", "-out", self.path("root.pem"))

    def certify(self, name, issuer, cn, length, layer=()):
        """One certificate by ours; what the next one needs to be issued by it."""
        d = self.keys[name + "-key"]
        xy = ours("public", d.hex())["public"]
        der = ours("certify", issuer["d"].hex(), issuer["id"].hex(), issuer["cn"],
                   issuer.get("o", "-"), xy.hex(), cn, "-", length, *layer)["certificate"]
        self.write_pem(name + ".pem", "CERTIFICATE", der)
        self.write(name + ".der", der)
        return {"d": d, "id": key_id(xy), "cn": cn, "der": der}

    def chain(self, lengths=(1, 0, -1)):
        code, _, authority, mode, hidden = self.given[1:]
        self.make_root()
        self.uds = self.certify("uds", self.root, "Cordon UDS", lengths[0])
        layer = (code.hex(), "0" * 96, authority.hex(), mode, hidden.hex(), "1.2", "sandbox attest",
                 7, 2, 0)
        self.mon = self.certify("monitor", self.uds, "Cordon monitor", lengths[1], layer)
        self.ak = self.certify("attestation", self.mon, "Cordon attestation", lengths[2])

    def test_openssl_accepts_the_chain(self):
        done = self.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("attestation.pem: OK", done.stdout)

    def test_openssl_refuses_a_gap(self):
        self.assertNotEqual(self.verify(untrusted=("uds.pem",)).returncode, 0)
        self.assertNotEqual(self.verify(untrusted=("monitor.pem",)).returncode, 0)

    def test_openssl_refuses_changed_bytes(self):
        """Any bit of what is signed and of the signature; positions at random, one in each part."""
        der = self.mon["der"]
        for part in range(0, len(der), 24):
            at = min(part + RANDOM.randrange(24), len(der) - 1)
            changed = der[:at] + bytes([der[at] ^ 1 << RANDOM.randrange(8)]) + der[at + 1:]
            self.write_pem("changed.pem", "CERTIFICATE", changed)
            done = self.verify(untrusted=("changed.pem", "uds.pem"))
            self.assertNotEqual(done.returncode, 0, f"byte {at} of the monitor's certificate")

    def test_attestation_key_certifies_nothing(self):
        leaf = {**self.ak, "o": "-"}
        self.keys["below-key"] = reference.private_key(RANDOM.randbytes(48))
        self.certify("below", leaf, "below", -1)
        done = self.verify("below.pem", ("attestation.pem", "monitor.pem", "uds.pem"))
        self.assertNotEqual(done.returncode, 0)

    def test_path_lengths_hold(self):
        self.chain(lengths=(0, 0, -1))
        self.assertIn("path length", self.verify().stderr)

    def test_content(self):
        text = {name: openssl("x509", "-in", self.path(name + ".pem"), "-noout", "-text",
                              "-nameopt", "RFC2253").stdout
                for name in ("uds", "monitor", "attestation")}
        for name, words in {
                "uds": ["CA:TRUE, pathlen:1", "Certificate Sign"],
                "monitor": ["CA:TRUE, pathlen:0", "Certificate Sign"],
                "attestation": ["CA:FALSE", "Digital Signature"]}.items():
            for word in [*words, "ecdsa-with-SHA384", "NIST CURVE: P-384",
                         "Not Before: Jan  1 00:00:00 2026 GMT",
                         "Not After : Dec 31 23:59:59 9999 GMT", "Version: 3 (0x2)"]:
                self.assertIn(word, text[name], name)
        self.assertIn(f"Subject: serialNumber={self.ak['id'].hex()},CN=Cordon attestation",
                      text["attestation"])
        self.assertIn(f"Issuer: serialNumber={self.mon['id'].hex()},CN=Cordon monitor",
                      text["attestation"])
        serial = bytearray(self.ak["id"])
        serial[0] = serial[0] & 0x7f or 1
        self.assertIn(bytes(serial).hex(":"), text["attestation"])
        self.assertEqual(text["attestation"].count("CA:TRUE"), 0)

    def extension(self, oid):
        """The DER of an extension of the monitor's certificate, parsed by OpenSSL."""
        lines = openssl("asn1parse", "-inform", "DER", "-in", self.path("monitor.der")).stdout
        lines = lines.splitlines()
        at = next(i for i, line in enumerate(lines) if line.endswith(":" + oid))
        self.assertIn("OCTET STRING", lines[at + 1], "the extension is critical")
        raw = bytes.fromhex(lines[at + 1].rsplit("[HEX DUMP]:", 1)[1])
        parsed = openssl("asn1parse", "-inform", "DER", "-in", self.write("ext", raw)).stdout
        return raw, [line.split(":", 1)[1] for line in parsed.splitlines()]

    def test_dice_extension(self):
        raw, lines = self.extension("1.3.6.1.4.1.11129.2.1.24")
        code, _, authority, mode, _ = self.given[1:]
        config = reference.config_descriptor("1.2", ["sandbox", "attest"], 7, 2, 0)
        shape = [line.split("prim:")[-1].split("cons:")[-1].split("[HEX")[0].split("  :")[0].strip()
                 for line in lines]
        pair = "OCTET STRING"
        self.assertEqual(shape, ["SEQUENCE", "cont [ 0 ]", pair, "cont [ 2 ]", pair, "cont [ 3 ]",
                                 pair, "cont [ 4 ]", pair, "cont [ 6 ]", "INTEGER"])
        dumped = [line.rsplit(":", 1)[1].lower() for line in lines if "HEX DUMP" in line]
        self.assertEqual(dumped, [code.hex(), reference.sha384(config).hex(), config.hex(),
                                  authority.hex()])
        self.assertEqual(raw[-3:], bytes([2, 1, mode]))

    def test_tcb_info(self):
        raw, lines = self.extension("2.23.133.5.4.1")
        self.assertIn(bytes.fromhex("8203312e32" "830107"), raw)
        self.assertTrue(any(line.endswith(":sha384") for line in lines))
        self.assertTrue(any(line.endswith(self.given[1].hex().upper()) for line in lines))

    def test_zero_identity_says_so(self):
        d = self.keys["uds-key"]
        xy = ours("public", d.hex())["public"]
        words = (d.hex(), key_id(xy).hex(), "Cordon UDS", "INSECURE zero identity", xy.hex(),
                 "Cordon UDS", "INSECURE zero identity", 1)
        self.write_pem("zero.pem", "CERTIFICATE", ours("certify", *words)["certificate"])
        self.assertEqual(self.verify("zero.pem", (), "zero.pem").returncode, 0)
        self.assertNotEqual(self.verify("zero.pem", ()).returncode, 0)
        text = openssl("x509", "-in", self.path("zero.pem"), "-noout", "-subject", "-issuer").stdout
        self.assertEqual(text.count("INSECURE zero identity"), 2)


class Zero(Certificates):
    """What a monitor without a stage 0 makes by itself: its device is the verifier's root."""

    def setUp(self):
        super().setUp()
        done = subprocess.run([ARGS.tool, "zero", self.given[1].hex(), "sandbox attest", "5", "1.2",
                               "7"], capture_output=True, text=True, timeout=60, check=True)
        self.warning = done.stderr.strip()
        self.made = {name: bytes.fromhex(value) for name, value in
                     (line.split("=") for line in done.stdout.splitlines())}
        for name in ("uds", "monitor", "attestation"):
            self.write_pem(name + ".pem", "CERTIFICATE", self.made[name])

    def test_secrets(self):
        config = reference.config_descriptor("1.2", ["sandbox", "attest"], 7, 3, 5)
        wanted = reference.derive(bytes(48), self.given[1], reference.sha384(config), bytes(48), 0,
                                  bytes(48))
        for name in ("attestation-key", "seal0"):
            self.assertEqual(self.made[name], wanted[name], name)
        xy = ours("public", wanted["uds-key"].hex())["public"]
        self.assertEqual(self.made["device"], reference.sha384(b"\4" + xy))

    def test_chain(self):
        done = self.verify(untrusted=("monitor.pem",), root="uds.pem")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_is_loud(self):
        self.assertIn("INSECURE identity: zero", self.warning)
        for name in ("uds", "monitor"):
            text = openssl("x509", "-in", self.path(name + ".pem"), "-noout", "-issuer").stdout
            self.assertIn("INSECURE zero identity", text)


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0]] + rest)


if __name__ == "__main__":
    main()
