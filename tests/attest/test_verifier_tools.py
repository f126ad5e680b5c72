#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cordon's other subcommands: what they make is judged by other software or by cordon verify.

    test_verifier_tools.py --tool CORDON --reference TOOL [unittest's options]

TOOL is build/tests/crypto/tool: the library of the monitor, which must derive the same keys.
"""
import hashlib
import hmac
import os
import re
import stat
import struct
import subprocess
import sys

sys.dont_write_bytecode = True

from cordon_case import (CRYPTO, INSECURE, MALFORMED, OK, REFERENCE, USAGE,  # noqa: E402
                         CordonCase, main)
from maker import (FIRMWARE, MONITOR, SIGNER, Device, Tag, cbor, private_pem,  # noqa: E402
                   public_pem, sha384, token, usual_log)
from p384 import Key  # noqa: E402

MONITOR_BYTES = 128 + 64


def openssl(*args, **o):
    """OpenSSL's command; its status and what it printed."""
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, check=False, **o)
    return done.returncode, done.stdout + done.stderr


def sign_manifest(payload, keys, algorithms=None):
    """A COSE_Sign by some keys."""
    signatures = []
    for index, key in enumerate(keys):
        algorithm = algorithms[index] if algorithms else -35
        header = cbor({1: algorithm, 4: key.id})
        message = cbor(["Signature", b"", header, b"", payload])
        signature = key.sign_raw(message) if algorithm == -35 else b"hss " * 10
        signatures.append([header, {}, signature])
    return cbor(Tag(98, [b"", {}, payload, signatures]))


def measured(monitor):
    """What is digested of a monitor: all but what is about the rest of the file."""
    return monitor[:64] + bytes(16) + monitor[80:]


def part(kind, offset, data, load=0, mem=0):
    """One part of the table; attest/image_format.h."""
    digest = sha384(measured(data) if kind == 1 else data)
    return struct.pack("<IIQQQQ", kind, 0, offset, len(data), load, mem) + digest


def bundle(manifest=None, firmware=None, monitor_mark=b"\x11"):
    """A small bundle in the form of attest/image_format.h."""
    def header(total):
        return struct.pack("<II8sIIQQQQQQQ", 0, 0, b"CORDONM1", 2, 0, 0x80000000, MONITOR_BYTES,
                           MONITOR_BYTES, MONITOR_BYTES, 0, 4096, total) + bytes(48)

    firmware = firmware or FIRMWARE
    at = 4096 + 1720
    body, rows = b"", []
    for base, data in firmware:
        rows.append((3, at + len(body), data, base, len(data)))
        body += data
    if manifest:
        rows.append((5, at + len(body), manifest(None) if callable(manifest) else manifest, 0, 0))
        body += rows[-1][2]
    total = at + len(body) + 8
    monitor = header(total) + monitor_mark * 64
    if callable(manifest):
        made = manifest(sha384(measured(monitor)))
        body = body[:-len(made)] + made
        rows[-1] = rows[-1][:2] + (made, 0, 0)
    table = [part(1, 0, monitor), part(2, MONITOR_BYTES, b"")] + [part(*r) for r in rows]
    head = struct.pack("<8sIIQQII", b"CORDONB1", 2, 1720, total, firmware[0][0], len(table), 0)
    head += b"qemu-virt".ljust(32, b"\0") + b"sandbox".ljust(128, b"\0") + b"fw".ljust(64, b"\0")
    head += b"".join(table).ljust(88 * 16, b"\0")
    head += sha384(head + bytes(48))
    return (monitor.ljust(4096, b"\0") + head + body + b"CORDONE1",
            sha384(measured(monitor)))


def manifest_of(monitor, svn=3):
    """The content of a manifest."""
    return cbor({1: 1, 2: "test", 3: "1.0", 4: svn, 5: "qemu-virt", 6: monitor, 7: ["sandbox"],
                 8: [], 9: 0x80000000, 10: 0})


class Keys(CordonCase):
    """cordon keygen."""

    def test_openssl_reads_them(self):
        out = self.run_tool("keygen", "--out", self.path("k"), "--root", "A root")
        status, text = openssl("pkey", "-in", self.path("k"), "-noout", "-text")
        self.assertEqual(status, 0)
        self.assertIn("P-384", text)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("k")).st_mode), 0o600)
        status, text = openssl("verify", "-CAfile", self.path("k.crt"), self.path("k.crt"))
        self.assertEqual(status, 0, text)
        self.assertIn("key identifier ", out)

    def test_never_overwrites(self):
        for name in ("k", "k.pub", "k.crt"):
            self.put(name, "precious")
            self.run_tool("keygen", "--out", self.path("k"), "--root", "x", expect=USAGE)
            self.assertEqual(self.get(name), b"precious")
            self.assertEqual(os.listdir(self.home.name), [name], "all files or none")
            os.unlink(self.path(name))

    def test_two_are_different(self):
        self.run_tool("keygen", "--out", self.path("a"))
        self.run_tool("keygen", "--out", self.path("b"))
        self.assertNotEqual(self.get("a"), self.get("b"))

    def test_folder_that_is_not_there(self):
        self.run_tool("keygen", "--out", self.path("none/k"), expect=USAGE)


class Provisioning(CordonCase):
    """cordon provision."""

    secret = bytes(range(1, 49))

    def setUp(self):
        super().setUp()
        self.run_tool("keygen", "--out", self.path("root"), "--root", "Our root")
        self.put("uds", self.secret)

    def provision(self, *more, expect=OK):
        """Provision with the root and the secret."""
        return self.run_tool("provision", "--root-key", self.path("root"), "--root-cert",
                             self.path("root.crt"), "--uds", self.path("uds"), *more,
                             expect=expect)

    def test_certificate_by_openssl(self):
        out = self.provision("--cert", self.path("c"))
        status, text = openssl("verify", "-CAfile", self.path("root.crt"), self.path("c"))
        self.assertEqual(status, 0, text)
        status, text = openssl("x509", "-in", self.path("c"), "-noout", "-text")
        for wanted in ("CA:TRUE, pathlen:1", "Certificate Sign", "ecdsa-with-SHA384",
                       "CN = Cordon UDS", "Dec 31 23:59:59 9999"):
            self.assertIn(wanted, text)
        self.assertRegex(out, r"\Adevice 01[0-9a-f]{64}\n\Z")

    def test_key_is_the_monitors(self):
        """The same secret gives the same key in the library of the monitor."""
        self.provision("--cert", self.path("c"))
        prk = hmac.digest(bytes(48), self.secret, "sha384")
        seed = hmac.digest(prk, b"cordon UDS key\1", "sha384")
        done = subprocess.run([self.reference, "derive", seed.hex()], capture_output=True,
                              text=True, check=True)
        scalar = int(done.stdout.strip(), 16)
        _, text = openssl("x509", "-in", self.path("c"), "-noout", "-pubkey")
        self.assertEqual(text, public_pem(Key("", scalar)))

    def test_sector(self):
        self.provision("--sector", self.path("s"), "--cert", self.path("c"), "--hidden",
                       "ab" * 48)
        sector, cert = self.get("s"), self.get("c")
        self.assertEqual(len(sector), 256 << 10)
        magic, version, klass, secret, hidden, size, zero = struct.unpack_from(
            "<8sII48s48sII", sector)
        self.assertEqual((magic, version, klass, secret, hidden, size, zero),
                         (b"CORDONID", 1, 2, self.secret, b"\xab" * 48, len(cert), 0))
        end = 120 + size
        self.assertEqual(sector[120:end], cert)
        self.assertEqual(sector[end:end + 48], hashlib.sha384(sector[:end]).digest())
        self.assertEqual(set(sector[end + 48:]), {0xff})
        self.assertEqual(stat.S_IMODE(os.stat(self.path("s")).st_mode), 0o600)

    def test_flash(self):
        self.put("a", b"slot a")
        self.put("r", b"recovery")
        self.provision("--flash", self.path("f"), "--sector", self.path("s"), "--slot-a",
                       self.path("a"), "--recovery", self.path("r"))
        flash = self.get("f")
        self.assertEqual(len(flash), 32 << 20)
        self.assertEqual(flash[127 * (256 << 10):], self.get("s"))
        self.assertEqual(flash[:8], b"slot a\xff\xff")
        self.assertEqual(flash[8 << 20:][:10], b"recovery\xff\xff")
        self.assertEqual(flash[4 << 20:][:8], b"\xff" * 8)

    def test_all_files_or_none(self):
        self.put("s", "precious")
        self.provision("--cert", self.path("c"), "--sector", self.path("s"), expect=USAGE)
        self.assertEqual(self.get("s"), b"precious")
        self.assertFalse(os.path.exists(self.path("c")))

    def test_random_secrets(self):
        outs = {self.run_tool("provision", "--root-key", self.path("root"), "--root-cert",
                              self.path("root.crt"), "--cert", self.path(f"c{i}"))
                for i in range(2)}
        self.assertEqual(len(outs), 2)

    def test_zeros(self):
        self.put("uds", bytes(48))
        self.provision("--cert", self.path("c"), expect=INSECURE)
        self.assertFalse(os.path.exists(self.path("c")))

    def test_refusals(self):
        self.put("uds", bytes(47))
        self.provision("--cert", self.path("c"), expect=MALFORMED)
        self.put("uds", self.secret)
        self.provision(expect=USAGE)
        self.provision("--cert", self.path("c"), "--slot-a", self.path("uds"), expect=USAGE)
        for name in ("zero", "hw", ""):
            self.provision("--sector", self.path("s"), "--class", name, expect=USAGE)
        self.provision("--sector", self.path("s"), "--class", "tpm", expect=USAGE)
        self.provision("--sector", self.path("s"), "--tpm", "t", "--stage0", self.path("uds"),
                       expect=USAGE)
        self.provision("--sector", self.path("s"), "--class", "tpm", "--tpm", self.path("t"),
                       "--stage0", self.path("uds"), expect=USAGE)  # there is none
        self.assertFalse(os.path.exists(self.path("s")))
        self.provision("--sector", self.path("s"), "--hidden", "00", expect=USAGE)
        self.run_tool("keygen", "--out", self.path("other"), "--root", "Other")
        self.run_tool("provision", "--root-key", self.path("other"), "--root-cert",
                      self.path("root.crt"), "--cert", self.path("c"), expect=CRYPTO)
        self.put("big", bytes((4 << 20) + 1))
        self.provision("--flash", self.path("f"), "--slot-b", self.path("big"), expect=USAGE)
        self.assertFalse(os.path.exists(self.path("f")))

    def test_device_verifies(self):
        """A chain below a certificate that cordon made is a good one."""
        self.provision("--cert", self.path("c"))
        prk = hmac.digest(bytes(48), self.secret, "sha384")
        seed = hmac.digest(prk, b"cordon UDS key\1", "sha384")
        done = subprocess.run([self.reference, "derive", seed.hex()], capture_output=True,
                              text=True, check=True)
        device = Device(klass=1)
        device.uds = Key("", int(done.stdout.strip(), 16))
        device.chain = [device._ak(), device._mon(), self.get("c")]
        self.accept(token(device, self.log), root=self.get("root.crt"))


class Signing(CordonCase):
    """cordon sign."""

    def signed(self, keys, algorithms=None):
        """A bundle whose manifest these keys have signed."""
        def make(monitor):
            return sign_manifest(manifest_of(monitor or bytes(48)), keys, algorithms)
        return bundle(make)[0]

    def test_same_as_signed_at_once(self):
        """Only the signature's random part differs from a bundle that was built so."""
        old, new = Key("old"), Key("new")
        self.put("b", self.signed([old]))
        self.put("k", private_pem(new))
        self.run_tool("sign", "--key", self.path("k"), "--out", self.path("o"), self.path("b"))
        out, want = self.get("o"), self.signed([new])
        self.assertEqual(len(out), len(want))
        self.assertEqual(out[:4096 + 264 + 88], want[:4096 + 264 + 88], "header and monitor")
        self.assertEqual(out[4096 + 1720:-8 - 96], want[4096 + 1720:-8 - 96], "all that is signed")
        decoded = self.run_tool("decode", self.path("o"))
        self.assertIn("-35 by " + new.id.hex(), decoded)
        self.check_signature(out, new)

    def check_signature(self, out, key):
        """OpenSSL must accept the signature."""
        at = len(out) - 8 - 96
        payload = manifest_of(sha384(measured(out[:MONITOR_BYTES])))
        message = cbor(["Signature", b"", cbor({1: -35, 4: key.id}), b"", payload])
        numbers = [int.from_bytes(out[i:i + 48], "big") for i in (at, at + 48)]
        der = b"".join(b"\2" + bytes([n.bit_length() // 8 + 1])
                       + n.to_bytes(n.bit_length() // 8 + 1, "big") for n in numbers)
        self.put("sig", b"\x30" + bytes([len(der)]) + der)
        self.put("msg", message)
        self.put("pub", public_pem(key))
        status, text = openssl("dgst", "-sha384", "-verify", self.path("pub"), "-signature",
                               self.path("sig"), self.path("msg"))
        self.assertEqual(status, 0, text)

    def test_other_signature_stays(self):
        self.put("b", self.signed([Key("old"), Key("hss")], [-35, -46]))
        self.put("k", private_pem(Key("new")))
        self.run_tool("sign", "--key", self.path("k"), "--out", self.path("o"), self.path("b"))
        out = self.run_tool("decode", self.path("o"))
        self.assertIn("-46 by " + Key("hss").id.hex(), out)

    def test_refusals(self):
        good = self.signed([Key("old")])
        self.put("k", private_pem(Key("new")))
        for bad, code in ((bundle()[0], MALFORMED), (good[:-1], MALFORMED), (b"x" * 200, MALFORMED),
                          (good[:5000] + b"x" + good[5001:], MALFORMED),
                          (self.signed([Key("a"), Key("b")]), MALFORMED)):
            self.put("b", bad)
            self.run_tool("sign", "--key", self.path("k"), "--out", self.path("o"),
                          self.path("b"), expect=code)
        self.put("b", good)
        self.put("k", public_pem(Key("new")))
        self.run_tool("sign", "--key", self.path("k"), "--out", self.path("o"), self.path("b"),
                      expect=CRYPTO)
        self.assertFalse(os.path.exists(self.path("o")))


class Values(CordonCase):
    """cordon refval: what it makes, cordon verify accepts."""

    def setUp(self):
        super().setUp()
        data, monitor = bundle(lambda m: sign_manifest(manifest_of(m or bytes(48)), [Key("s")]))
        self.device = Device(monitor=monitor)
        self.message = token(self.device, self.log)
        self.put("bundle", data)
        self.put("golden.log", self.log.data)
        self.put("golden", self.message)
        self.put("key", private_pem(SIGNER))
        self.put("r.crt", self.device.root_pem())

    def refval(self, *more, expect=OK):
        """Make reference values."""
        return self.run_tool("refval", "--bundle", self.path("bundle"), "--key", self.path("key"),
                             "--out", self.path("refs"), *more, expect=expect)

    def both(self):
        """A log and a token of a device that is trusted."""
        return ["--log", self.path("golden.log"), "--token", self.path("golden")]

    def test_accepted(self):
        out = self.refval(*self.both(), "--root", self.path("r.crt"), "--name", "ours")
        self.assertIn("VFW      ", out)
        rows = self.accept(self.message, refs=self.get("refs"), log=self.log.data)
        self.assertEqual({step for step, (v, _) in rows.items() if v != "PASS"}, {"firmware code"})
        self.assertIn('"ours"', rows["reference values"][1])
        self.assertIn("3 is the least", rows["security version"][1])
        other = Device(root=Key("other root"), monitor=self.device.o["monitor"])
        self.refuse(token(other, self.log), REFERENCE, "reference values", "other roots",
                    refs=self.get("refs"), root=other.root_pem())

    def test_reproducible(self):
        first = self.refval(*self.both())
        signed = self.get("refs")
        self.assertEqual(self.refval(*self.both()), first)
        self.assertEqual(len(self.get("refs")), len(signed))
        self.assertIn("all      ", first)

    def test_min_svn(self):
        self.refval(*self.both(), "--min-svn", "9")
        self.refuse(self.message, 6, "security version", "9 is the least", refs=self.get("refs"))

    def test_sources_must_agree(self):
        for name, data in (("golden.log", usual_log(firmware=[(0x80000000, b"x")]).data),
                           ("golden", token(Device(), self.log)),
                           ("bundle", bundle(firmware=[(0x80000000, b"x")])[0])):
            kept = self.get(name)
            self.put(name, data)
            self.refval(*self.both(), expect=REFERENCE)
            self.put(name, kept)

    def test_stage0_and_payload(self):
        self.put("stage0", b"stage 0")
        self.put("kernel", b"a kernel")
        self.refval(*self.both(), "--stage0", self.path("stage0"), "--payload",
                    self.path("kernel"))
        self.put("kernel", b"another")
        self.refval(*self.both(), "--payload", self.path("kernel"), expect=REFERENCE)
        self.put("stage0", b"stage 1")
        self.refval(*self.both(), "--stage0", self.path("stage0"), expect=REFERENCE)

    def test_linux_image_counts_its_bss(self):
        image = bytearray(100)
        image[16:24] = struct.pack("<Q", 200)
        image[56:60] = b"RSC\x05"
        log = usual_log(payload=bytes(image) + bytes(100))
        self.put("golden.log", log.data)
        self.put("kernel", bytes(image))
        self.refval("--log", self.path("golden.log"), "--payload", self.path("kernel"))
        image[16:24] = struct.pack("<Q", 99)
        self.put("kernel", bytes(image))
        self.refval("--log", self.path("golden.log"), "--payload", self.path("kernel"),
                    expect=MALFORMED)

    def test_refusals(self):
        self.refval(expect=USAGE)
        self.put("golden.log", b"\x00")
        self.refval("--log", self.path("golden.log"), expect=MALFORMED)
        self.put("golden", b"\x00")
        self.refval("--token", self.path("golden"), expect=MALFORMED)
        self.put("bundle", b"\x00" * 5000)
        self.refval(*self.both(), expect=MALFORMED)

    def test_damaged_bundle_every_part(self):
        data = self.get("bundle")
        for at in (140, 4096 + 100, 4096 + 1719, 4096 + 1720, len(data) - 9):
            self.put("bundle", data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            self.refval(*self.both(), expect=MALFORMED)


class Reading(CordonCase):
    """cordon decode, replay and diff."""

    def test_decode(self):
        for content, wanted in ((self.good, "bootcount"), (self.log.data, "sandbox"),
                                (self.refs, "CoMID"), (bundle(sign_manifest(
                                    manifest_of(MONITOR), [Key("s")]))[0], "platform"),
                                (sign_manifest(manifest_of(MONITOR), [Key("s")]), "qemu-virt")):
            self.assertIn(wanted, self.run_tool("decode", self.put("f", content)))

    def test_decode_is_safe_on_terminals(self):
        message = token(self.device, self.log, say={"claims": {-70002: {"\x1b[31m": 1}}})
        out = self.run_tool("decode", self.put("f", message))
        self.assertIn("\\u001b", out)
        self.assertNotIn("\x1b", out)

    def test_decode_refuses(self):
        for content in (b"", b"\xd2", self.good[:-1], self.good + b"\0", b"\x85\x00", b"text",
                        b"\xd8\x62\x80", self.log.data[:-1]):
            self.run_tool("decode", self.put("f", content), expect=MALFORMED)
        self.run_tool("decode", self.path("none"), expect=USAGE)
        self.run_tool("decode", self.home.name, expect=USAGE)

    def test_replay(self):
        out = self.run_tool("replay", "--events", self.put("f", self.log.data))
        for number, value in enumerate(self.log.regs):
            self.assertIn(f"{number:2}  {value.hex()}\n", out)
        self.assertIn("policy", out)

    def test_replay_refuses_changes(self):
        # Which register has a separator, and what the payload extends by, only a token can say.
        for at in range(0, self.log.data.index(b"\x85\x09\x00\x00"), 5):
            changed = bytearray(self.log.data)
            changed[at] ^= 1 << at % 8
            self.run_tool("replay", self.put("f", bytes(changed)), expect=MALFORMED)

    def test_diff(self):
        other = token(self.device, usual_log(payload=b"other"), say={
            "payload": b"other", "claims": {267: 6}})
        a, b = self.put("a", self.good), self.put("b", other)
        self.assertEqual(self.run_tool("diff", a, a), "0 differences; nothing is verified\n")
        out = self.run_tool("diff", a, b, expect=REFERENCE)
        for wanted in ("component PAYLOAD differs", "register 5 differs", "bootcount\n  - 5\n"
                       "  + 6\n", "log\n"):
            self.assertIn(wanted, out)
        self.run_tool("diff", a, expect=USAGE)
        self.run_tool("diff", a, self.put("c", b"x"), expect=MALFORMED)

    def test_45_same_input_same_bytes(self):
        """The same claims signed by the same deterministic key are the same bytes."""
        a, b = self.put("a", token(self.device, self.log)), self.put("b", token(Device(),
                                                                               usual_log()))
        self.assertEqual(self.run_tool("diff", a, b), "0 differences; nothing is verified\n")
        self.assertEqual(self.get("a"), self.get("b"))

    def test_challenge(self):
        out = self.run_tool("challenge", "--out", self.path("c"), "--bytes", "64")
        self.assertEqual(len(out), 129)
        self.assertNotEqual(out, self.run_tool("challenge", "--out", self.path("d")))
        for wrong in (["--bytes", "7"], ["--bytes", "65"], ["--ttl", "0"], ["--ttl", "x"]):
            self.run_tool("challenge", "--out", self.path("e"), *wrong, expect=USAGE)
        self.run_tool("challenge", "--out", self.path("c"), expect=USAGE)
        self.assertIn(out.strip(), self.get("c").decode())


class Manual(CordonCase):
    """attest/verifier/cordon.1: it formats, and names every option that there is."""

    page = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "../../attest/verifier/cordon.1")
    commands = ("challenge", "decode", "verify", "keygen", "provision", "sign", "refval", "replay",
                "diff")

    def test_formats(self):
        done = subprocess.run(["man", "--warnings", "-l", "-Tutf8", self.page], text=True,
                              capture_output=True, check=False, env={**os.environ, "LC_ALL": "C",
                                                                     "MANPAGER": "cat"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("CORDON(1)", done.stdout)

    def test_options(self):
        with open(self.page, encoding="utf-8") as file:
            text = file.read().replace("\\-", "-")
        known = set()
        for command in self.commands:
            known |= set(re.findall(r"^  (--[a-z0-9-]+) ", self.run_tool(command, "--help"), re.M))
            self.assertIn(f".SS {command}\n", text)
        self.assertEqual(known, set(re.findall(r"--[a-z0-9-]+", text)))


if __name__ == "__main__":
    main()
