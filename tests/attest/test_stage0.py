#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots by stage 0 on QEMU: what it starts and what it refuses, the identity it makes, and what is
left of its secrets in memory and in the flash."""

import argparse
import json
import os
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import dice_reference as reference

ARGS = None
RANDOM = random.Random(0)  # the same device every time
FLASH, SECTOR, SLOT = 32 << 20, 256 << 10, 4 << 20
RAM, RAM_SIZE = 0x80000000, 128 << 20
LINKED = 0x80000000  # the monitor
SECTOR_AT = 0x23fc0000  # the identity sector, in the second flash
VERSION, SVN, POLICIES = "1.0-test", 3, ["sandbox", "attest"]
STARTED = "t: idle\n"  # the payload
UDS, HIDDEN = RANDOM.randbytes(48), RANDOM.randbytes(48)


def run(*words, check=True):
    return subprocess.run([str(w) for w in words], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=check)


def tool(*words):
    out = run(ARGS.tool, *words).stdout.decode()
    return {name: bytes.fromhex(value) for name, value in
            (line.split("=") for line in out.splitlines())}


class Folder:
    """Files for a machine, made once."""

    def __init__(self, path):
        self.path = path
        self.bundles = {}

    def file(self, name, data=None):
        path = os.path.join(self.path, name)
        if data is not None:
            with open(path, "wb") as file:
                file.write(data)
        return path

    def bundle(self, monitor, key=None, firmware=None):
        """A signed bundle of a monitor."""
        if (monitor, key, firmware) not in self.bundles:
            out = self.file("bundle.bin")
            run(ARGS.mkbundle, "-m", monitor, "-f", firmware or ARGS.firmware, "-b", "qemu-virt",
                "-p", " ".join(POLICIES), "-s", SVN, "-v", VERSION, "-k", key or ARGS.key,
                "-o", out)
            with open(out, "rb") as file:
                self.bundles[monitor, key, firmware] = file.read()
        return self.bundles[monitor, key, firmware]

    def flashes(self, bundle, sector=b"", recovery=b""):
        """QEMU's arguments for both flashes; bundle is in slot A."""
        with open(ARGS.stage0, "rb") as file:
            stage0 = file.read()
        words = []
        for unit, parts in enumerate(([(0, stage0)], [(0, bundle), (2 * SLOT, recovery),
                                                         (FLASH - SECTOR, sector)])):
            image = bytearray(b"\xff" * FLASH)
            for at, data in parts:
                image[at:at + len(data)] = data
            path = self.file(f"pflash{unit}.img", image)
            words += ["-drive", f"if=pflash,unit={unit},format=raw,file={path}" +
                      (",readonly=on" if unit == 0 else "")]
        return words


def sector(certificate=b"", uds=UDS, kind=2):
    """An identity sector as provisioning writes it."""
    data = struct.pack("<8sII48s48sII", b"CORDONID", 1, kind, uds, HIDDEN, len(certificate), 0)
    return data + certificate + reference.sha384(data + certificate)


class Machine:
    """A running machine: its console so far, and QEMU's own console."""

    def __init__(self, folder, flashes, harts=1, payload=None):
        self.console = folder.file("console")
        self.socket = folder.file("qemu.sock")
        for old in (self.console, self.socket):
            if os.path.exists(old):
                os.remove(old)
        words = ["timeout", "-k", "1", "100", ARGS.qemu, "-M", "virt", "-m", f"{RAM_SIZE}B",
                 "-display", "none", "-serial", f"file:{self.console}",
                 "-smp", str(harts),
                 "-qmp", f"unix:{self.socket},server=on,wait=off", "-bios", "none", *flashes]
        if payload is not False:
            words += ["-device", f"loader,file={payload or ARGS.payload}"]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def said(self):
        if not os.path.exists(self.console):
            return ""
        with open(self.console, "rb") as file:
            return file.read(400000).decode(errors="replace").replace("\r", "")

    def wait(self, text, seconds=60, times=1):
        """True once the console has the text so many times."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if self.said().count(text) >= times:
                return True
            time.sleep(0.1)
        return self.said().count(text) >= times

    def command(self, name, **arguments):
        """One command of QEMU's protocol for machines; waits until it has been carried out."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(60)
            s.connect(self.socket)
            file = s.makefile("rw")
            file.readline()
            for execute, given in (("qmp_capabilities", {}), (name, arguments)):
                file.write(json.dumps({"execute": execute, "arguments": given}) + "\n")
                file.flush()
                answer = {}
                while "return" not in answer:
                    answer = json.loads(file.readline())
                    if "error" in answer:
                        raise RuntimeError(f"{execute}: {answer['error']}")

    def memory(self, folder, base=RAM, size=RAM_SIZE):
        path = folder.file("ram")
        self.command("stop")
        self.command("pmemsave", val=base, size=size, filename=path)
        with open(path, "rb") as file:
            return file.read()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=30)


class Base(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.folder = Folder(self.dir.name)

    def start(self, bundle=None, identity=b"", **words):
        if bundle is None:
            bundle = self.folder.bundle(ARGS.monitor)
        machine = Machine(self.folder, self.folder.flashes(bundle, identity), **words)
        self.addCleanup(machine.end)
        return machine

    def boot(self, identity=b"", **words):
        """A machine whose payload has begun."""
        machine = self.start(identity=identity, **words)
        self.assertTrue(machine.wait(STARTED), machine.said()[-2000:])
        return machine


def certificates(memory):
    """Every DER certificate in memory, the longest way to see what a start has made."""
    found = set()
    for hit in re.finditer(rb"\x30\x82(..)\x30\x82(..)\xa0\x03\x02\x01\x02", memory, re.S):
        size, body = (struct.unpack(">H", part)[0] for part in hit.groups())
        if 300 < body < size < 1280:
            found.add(memory[hit.start():hit.start() + 4 + size])
    return found


class Identity(Base):
    """The layer that stage 0 derives, held against Python's."""

    @classmethod
    def setUpClass(cls):
        cls.root = reference.private_key(RANDOM.randbytes(48))
        xy = tool("public", cls.root.hex())["public"]
        cls.root_id = reference.sha384(b"\4" + xy)[:20]
        cls.uds_xy = tool("public", reference.derive(UDS, *[bytes(48)] * 3, 1, HIDDEN)[
            "uds-key"].hex())["public"]
        own = (cls.root.hex(), cls.root_id.hex(), "INSECURE DEVELOPMENT ROOT", "-")
        cls.root_der = tool("certify", *own, xy.hex(), "INSECURE DEVELOPMENT ROOT", "-",
                            2)["certificate"]
        cls.uds_der = tool("certify", *own, cls.uds_xy.hex(), "Cordon UDS", "-", 1)["certificate"]

    def layer(self):
        """What is made of UDS by the bundle of these tests."""
        bundle = self.folder.bundle(ARGS.monitor)
        hash_len, = struct.unpack_from("<Q", bundle, 40)
        key = run("openssl", "ec", "-in", ARGS.key, "-pubout", "-outform", "DER").stdout[-97:]
        config = reference.config_descriptor(VERSION, POLICIES, SVN, 2, 0)
        code = bundle[:64] + bytes(16) + bundle[80:hash_len]
        return (UDS, reference.sha384(code), reference.sha384(config), reference.sha384(key), 1,
                HIDDEN)

    def verify(self, found):
        """OpenSSL accepts the leaf among the certificates; its path ends at the root."""
        names = []
        for i, der in enumerate(sorted(found)):
            path = self.folder.file(f"{i}.der", der)
            text = run("openssl", "x509", "-inform", "DER", "-in", path, "-noout",
                       "-subject").stdout.decode()
            pem = self.folder.file(f"{i}.pem", run("openssl", "x509", "-inform", "DER", "-in",
                                                   path).stdout)
            names.append((re.search("CN = (.*?),", text)[1], pem))
        leaf = [pem for name, pem in names if name == "Cordon attestation"]
        self.assertEqual(sorted(name for name, _ in names),
                         ["Cordon UDS", "Cordon attestation", "Cordon monitor"])
        root = self.folder.file("root.pem", run("openssl", "x509", "-inform", "DER", "-in",
                                                self.folder.file("root.der", self.root_der)).stdout)
        words = [w for name, pem in names if pem not in leaf for w in ("-untrusted", pem)]
        done = run("openssl", "verify", "-x509_strict", "-CAfile", root, *words, leaf[0],
                   check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_boots_are_alike_and_openssl_accepts_them(self):
        sets = []
        for harts in (1, 4):
            machine = self.boot(sector(self.uds_der), harts=harts)
            self.assertIn("INSECURE identity: flash-dev", machine.said())
            self.assertIn(f"{harts} harts, policies: sandbox attest", machine.said())
            sets.append(certificates(machine.memory(self.folder)))
            machine.end()
        self.assertEqual(sets[0], sets[1])
        self.assertEqual(len(sets[0]), 3)
        self.assertIn(self.uds_der, sets[0])
        self.verify(sets[0])

    def test_firmware_does_not_matter(self):
        """Another firmware, of another length: the same identity, so the same attestation key."""
        machine = self.boot(sector(self.uds_der))
        first = certificates(machine.memory(self.folder))
        machine.end()
        bundle = self.folder.bundle(ARGS.monitor, firmware=ARGS.payload)
        self.assertNotEqual(len(bundle), len(self.folder.bundle(ARGS.monitor)))
        machine = self.start(bundle, sector(self.uds_der), payload=False)
        self.assertTrue(machine.wait("firmware idle.elf, entry"), machine.said()[-2000:])
        self.assertEqual(certificates(machine.memory(self.folder)), first)
        self.assertEqual(len(first), 3)

    def secrets(self):
        """({name: what must be nowhere}, {name: what the monitor keeps})."""
        given = self.layer()
        keys = reference.derive(*given)
        salt = reference.sha384(b"".join(given[1:4]) + bytes([given[4]]) + given[5])
        seal_salt = reference.sha384(given[3] + bytes([given[4]]) + given[5])
        gone = {name: keys[name] for name in ("attest", "seal", "uds-key", "monitor-key",
                                              "seal255", "seal254", "seal7")}
        gone["uds"] = UDS
        gone["prk"] = reference.mac(salt, UDS)
        gone["prk of sealing"] = reference.mac(seal_salt, UDS)
        gone["prk without salt"] = reference.mac(b"", UDS)
        gone["prk of the layer"] = reference.mac(b"", keys["attest"])
        root = keys["seal7"]
        for _ in range(7 - SVN):
            root = reference.hkdf(root, b"", b"cordon seal version")
        return gone, {"attestation key": keys["attestation-key"], "sealing root": root}

    def objects(self, said):
        """{name: range in memory} of what the monitor keeps secrets in, where it runs."""
        base = int(re.search(r"monitor at ([0-9a-f]+) ", said)[1], 16)
        lines = run(ARGS.nm, "-S", ARGS.monitor).stdout.decode().splitlines()
        found = {w[3]: (int(w[0], 16) - LINKED + base - RAM, int(w[1], 16))
                 for w in map(str.split, lines) if len(w) == 4}
        marks = {w[2]: int(w[0], 16) - LINKED + base - RAM
                 for w in map(str.split, lines) if len(w) == 3}
        found = {name: range(at, at + size) for name, (at, size) in found.items()}
        found["memory"] = range(marks["crypto_memory"], marks["crypto_memory_end"])
        return found

    def scan(self, machine, kept_in):
        """All of RAM: what is to be gone is nowhere, in either order of bytes, nor is a third of
        it, left where a register was; what is kept is found, only in these objects, and they
        lie in the memory of the cryptography."""
        self.assertIn(UDS, machine.memory(self.folder, SECTOR_AT, 4096), "this finds nothing")
        memory = machine.memory(self.folder)
        objects = self.objects(machine.said())
        gone, kept = self.secrets()
        for name, value in gone.items():
            for form in (value, value[::-1]):
                for part in (0, 16, 32):
                    at = memory.find(form[part:part + 16])
                    self.assertEqual(at, -1, f"{name} from byte {part} at {RAM + at:#x}")
        for name, value in kept.items():
            for form in (value, value[::-1]):
                for part in (0, 16, 32):
                    at = [hit.start() for hit in
                          re.finditer(re.escape(form[part:part + 16]), memory)]
                    where = [o for i in at for o in kept_in if i in objects[o]]
                    self.assertEqual(len(where), len(at), f"{name} outside: {at}")
                    self.assertTrue(all(i in objects["memory"] for i in at),
                                    f"{name} outside of the memory of the cryptography: {at}")
                    if form == value:
                        self.assertIn("identity", where, f"{name} is not what Python derives")

    def test_secrets_are_gone(self):
        """After the hand-over, memory has the attestation key and the sealing root in the monitor's
        identity alone, and what they are made of nowhere."""
        machine = self.boot(sector(self.uds_der), harts=2)
        self.scan(machine, ["identity"])

    def test_secrets_are_nowhere_else_while_they_are_used(self):
        """The payload has had evidence, sealing keys and reports, and asks for more evidence."""
        machine = self.start(identity=sector(self.uds_der), payload=ARGS.evidence, harts=2)
        self.assertTrue(machine.wait("t: verify "), machine.said()[-2000:])
        for shown in "evidence", "sealing", "report":
            self.assertIn(f"t: {shown} ", machine.said())
        self.scan(machine, ["identity", "secrets", "crypto_arena", "crypto_stack"])

    def test_blank_sector_is_the_zero_identity_and_loud(self):
        machine = self.boot()
        self.assertIn("stage 0: INSECURE identity: zero", machine.said())
        self.assertIn("[cordon] INSECURE identity: zero", machine.said())
        names = [run("openssl", "x509", "-inform", "DER", "-in", self.folder.file("c", der),
                     "-noout", "-subject", "-issuer").stdout.decode()
                 for der in certificates(machine.memory(self.folder))]
        self.assertEqual(len(names), 3)
        self.assertEqual(sum("INSECURE zero identity" in name for name in names), 2)

    def test_reset_gives_the_same_again(self):
        """Memory survives a reset: nothing that it holds confuses the next start."""
        machine = self.boot(sector(self.uds_der), harts=4)
        before = certificates(machine.memory(self.folder))
        machine.command("system_reset")
        machine.command("cont")
        version = run(ARGS.qemu, "--version").stdout.decode()
        if tuple(map(int, re.search(r"version (\d+)\.(\d+)", version).groups())) < (8, 2):
            # Such a QEMU does not reset the PMP: the secret stays latched, and stage 0 says so.
            self.assertTrue(machine.wait("still latched"), machine.said()[-2000:])
            return
        self.assertTrue(machine.wait(STARTED, times=2), machine.said()[-2000:])
        self.assertEqual(certificates(machine.memory(self.folder)), before)


class Latch(Base):
    """A program in the monitor's place, with all of M-mode's rights."""

    ROW = "t: hart {}" + " 5 5 7 1 read" * 3

    def test_every_hart_has_lost_the_secret(self):
        machine = self.start(self.folder.bundle(ARGS.probe), sector(), harts=4, payload=False)
        self.assertTrue(machine.wait("t: hart 3 "), machine.said())
        time.sleep(0.5)
        lines = re.findall("^t: .*$", machine.said(), re.M)
        self.assertEqual(lines, [self.ROW.format(i) for i in range(4)])

    def test_without_stage_0_it_is_there(self):
        """The probe can tell: started by itself, it reads everything."""
        bundle = self.folder.file("probe.bin", self.folder.bundle(ARGS.probe))
        flashes = self.folder.flashes(b"", sector())
        words = flashes[2:]
        machine = Machine(self.folder, ["-bios", bundle, *words], payload=False)
        self.addCleanup(machine.end)
        self.assertTrue(machine.wait("\n"), machine.said())
        time.sleep(0.5)
        self.assertIn("t: hart 0 read read read", machine.said())


class Refusals(Base):
    """What stage 0 does not start."""

    def refuse(self, bundle, identity, sentence):
        machine = self.start(bundle, identity, payload=False)
        self.assertTrue(machine.wait("stage 0: nothing was started"), machine.said())
        self.assertIn(sentence, machine.said())
        self.assertNotIn("OpenSBI", machine.said())
        self.assertNotIn("[cordon] monitor at", machine.said())
        machine.end()

    def test_empty_slot(self):
        self.refuse(b"\xff", b"", "no bundle in slot 0")

    def test_recovery_is_tried_last(self):
        good = self.folder.bundle(ARGS.monitor)
        bad = bytearray(good)
        bad[0x1000] ^= 4
        machine = Machine(self.folder, self.folder.flashes(bytes(bad), recovery=good))
        self.addCleanup(machine.end)
        self.assertTrue(machine.wait(STARTED), machine.said()[-2000:])
        self.assertIn("stage 0: refused: bundle in slot 0", machine.said())

    def test_changed_bundle(self):
        good = self.folder.bundle(ARGS.monitor)
        hash_len, = struct.unpack_from("<Q", good, 40)
        for at in (0x1000, hash_len - 1, len(good) // 2, len(good) - 100):
            bad = bytearray(good)
            bad[at] ^= 4
            self.refuse(bytes(bad), b"", "stage 0: refused: bundle in slot 0")

    def test_other_signer(self):
        key = self.folder.file("other.pem")
        run("openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", key)
        p8 = self.folder.file("other8.pem")
        run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", key, "-out", p8)
        self.refuse(self.folder.bundle(ARGS.probe, p8), b"", "stage 0: refused: bundle in slot 0")

    def test_damaged_identity(self):
        good = sector()
        for at in (0, 9, 12, 16, 70, 112, 120, len(good) - 1):
            bad = bytearray(good)
            bad[at] ^= 0x10
            self.refuse(self.folder.bundle(ARGS.monitor), bytes(bad), "identity sector is damaged")

    def test_class_of_a_better_device(self):
        for kind in (0, 1, 3):
            self.refuse(self.folder.bundle(ARGS.monitor), sector(kind=kind),
                        "identity sector is damaged")


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    for name in ("tool", "mkbundle", "key", "stage0", "monitor", "probe", "firmware", "payload",
                 "evidence", "nm", "qemu"):
        parser.add_argument("--" + name, required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0]] + rest)


if __name__ == "__main__":
    main()
