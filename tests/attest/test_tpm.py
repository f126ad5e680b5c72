#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A device whose secret and counter are in a TPM: real starts on QEMU with swtpm, what the TPM
gives to whom, older copies of the flash, and TPMs that are missing, dead or talk nonsense."""

import argparse
import os
import re
import subprocess
import sys
import time
import unittest

import dice_reference as reference
import test_stage0
from swtpm import Between, Tpm
from test_stage0 import FLASH, STARTED, Folder, Machine, certificates, run

ARGS = None
NONCE = bytes(range(0xa0, 0xe0)).hex()  # what the payload asks with
SECRET, COUNTER = "0x1400c00", "0x1400c01"
NOTHING = "stage 0: nothing was started"
TRAPPED = r"cause=[57] "


class Device:
    """A device as its owner makes it: TPM, identity sector, certificate."""

    def __init__(self, folder):
        self.folder = Folder(folder)
        self.tpm = Tpm(os.path.join(folder, "tpm"))
        file = self.folder.file
        run(ARGS.cordon, "keygen", "--out", file("root"), "--root", "Owner")
        said = run(ARGS.cordon, "provision", "--root-key", file("root"), "--root-cert",
                   file("root.crt"), "--class", "tpm", "--tpm", self.tpm.serve(), "--stage0",
                   ARGS.stage0, "--sector", file("sector"), "--uds-out", file("uds"))
        self.name = said.stdout.decode().split()[1]
        self.tpm.stop()
        self.sector = self.read("sector").ljust(256 << 10, b"\xff")
        self.words = []

    def read(self, name):
        with open(self.folder.file(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        return self.folder.file(name, data)

    def make_flash(self, bundle=None):
        """Both flashes as at delivery."""
        self.words = self.folder.flashes(bundle or self.folder.bundle(ARGS.monitor), self.sector)

    def boot(self, tpm_words=None, **more):
        words = self.tpm.words() if tpm_words is None else tpm_words
        return Machine(self.folder, self.words + words, **more)

    def run(self, *words, seconds=60):
        """A machine that ends itself; what it said."""
        done = subprocess.run(
            ["timeout", "-k", "1", str(seconds), ARGS.qemu, "-M", "virt", "-m", "128M",
             "-display", "none", "-serial", "stdio", "-monitor", "none", "-bios", "none",
             *self.words, *self.tpm.words(), *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=seconds + 10, check=False)
        return done.stdout.decode(errors="replace").replace("\r", "")


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = test_stage0.tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.dir.cleanup)
        cls.device = Device(cls.dir.name)
        cls.fresh = cls.device.tpm  # as provisioned; each test has a copy

    def setUp(self):
        self.home = test_stage0.tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        self.device.tpm = self.fresh.copy(os.path.join(self.home.name, "tpm"))
        self.addCleanup(self.device.tpm.stop)
        self.device.make_flash()

    def start(self, *args, **words):
        machine = self.device.boot(*args, **words)
        self.addCleanup(machine.end)
        return machine

    def boots(self, *what, **words):
        """A start up to the payload that ends at once, its flash written."""
        machine = self.start(**words)
        self.assertTrue(machine.wait(STARTED), machine.said()[-2000:])
        for text in what:
            self.assertIn(text, machine.said())
        return machine

    def refuses(self, *what, seconds=60, tpm_words=None):
        machine = self.start(tpm_words, payload=False)
        self.assertTrue(machine.wait(NOTHING, seconds), machine.said()[-2000:])
        for text in ("stage 0: refused: ", *what):
            self.assertIn(text, machine.said())
        self.assertNotIn("monitor at", machine.said())
        machine.end()


class Boot(Base):
    def bytes(self, said, name):
        lines = re.findall(rf"^t: {name} (\d+) ([0-9a-f]+)$", said, re.M)
        data = bytes.fromhex("".join(text for _, text in lines))
        self.assertTrue(lines and len(data) == int(lines[0][0]), said[-2000:])
        return data

    def test_evidence_is_trusted_without_excuses(self):
        """Of class tpm, below the owner's root, with the TPM's randomness and a counter that
        nobody puts back: no option allows an insecure identity."""
        path = self.device.folder.file
        run(ARGS.cordon, "keygen", "--out", path("values"))
        said = self.device.run("-kernel", ARGS.evidence)
        self.assertIn("stage 0: slot 0, start 1\n", said)
        self.assertNotIn("INSECURE identity", said)
        token = self.device.write("token", self.bytes(said, "evidence"))
        log = self.device.write("log", self.bytes(said, "log"))
        run(ARGS.cordon, "refval", "--bundle", path("bundle.bin"), "--token", token, "--log",
            log, "--stage0", ARGS.stage0, "--key", path("values"), "--root", path("root.crt"),
            "--out", path("refs"))
        done = run(ARGS.cordon, "verify", "--nonce", NONCE, "--root", path("root.crt"), "--ref",
                   path("refs"), "--ref-key", path("values.pub"), "--require-policy", "sandbox",
                   "--log", log, "--allow-debug", token, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(b"class tpm", done.stdout)
        shown = run(ARGS.cordon, "decode", token).stdout.decode()
        self.assertRegex(shown, r"(?m)^ +identity class 1$")
        self.assertRegex(shown, r'(?m)^ +crypto +\{1: "tpm"')
        self.assertRegex(shown, r"(?m)^ +update +\{.*4: false\}$")  # not to be put back

    def test_boots_are_alike_and_the_secret_is_gone(self):
        sets = []
        for harts in (1, 4):
            machine = self.boots(f"slot 0, start {len(sets) + 1}\n", harts=harts)
            memory = machine.memory(self.device.folder)
            sets.append(certificates(memory))
            uds = self.device.read("uds")
            for part in (uds[:16], uds[16:32], uds[32:], uds[::-1][:16]):
                self.assertNotIn(part, memory)
            self.tree_is_without_it(memory)
            self.counter_is_the_monitors(machine.said(), memory, uds)
            machine.end()
        self.assertEqual(sets[0], sets[1])
        self.assertEqual(len(sets[0]), 3)
        self.assertNotIn(uds, self.device.read("pflash1.img"))

    def tree_is_without_it(self, memory):
        at = memory.find(b"\xd0\x0d\xfe\xed")
        tree = self.device.write("tree", memory[at:at + int.from_bytes(memory[at + 4:at + 8],
                                                                       "big")])
        said = run("fdtget", tree, "/platform-bus@4000000/tpm_tis@0", "status").stdout
        self.assertEqual(said, b"disabled\n")

    def counter_is_the_monitors(self, said, memory, uds):
        key = reference.hkdf(uds, b"", b"cordon TPM counter")
        base, size = re.search(r"monitor at ([0-9a-f]+) \+(\d+) KiB", said).groups()
        base, size = int(base, 16) - test_stage0.RAM, int(size) << 10
        found = [hit.start() for hit in re.finditer(re.escape(key), memory)]
        self.assertTrue(found)
        self.assertTrue(all(base <= at < base + size for at in found), found)

    def test_a_reset_is_a_start_like_any_other(self):
        machine = self.boots("slot 0, start 1\n")
        machine.command("system_reset")
        self.assertTrue(machine.wait("slot 0, start 2\n"), machine.said()[-2000:])
        self.assertTrue(machine.wait(STARTED, times=2), machine.said()[-2000:])


class Registers(Base):
    """Whether the registers of the TPM can be reached."""

    def lines(self, said):
        lines = re.findall(r"^[MSU] [ls]w: .*$", said, re.M)
        self.assertEqual(len(lines), 18, said[-2000:])
        return lines

    def bundle(self):
        run(ARGS.mkbundle, "-m", ARGS.plain_monitor, "-f", ARGS.tpm_guest, "-o",
            self.device.folder.file("plain"))
        return self.device.read("plain")

    def test_both_worlds_are_kept_from_them(self):
        self.device.make_flash(self.bundle())
        machine = self.start(payload=False)
        machine.wait("t: end")
        for line in self.lines(machine.said()):
            self.assertRegex(line, TRAPPED)

    def test_without_stage_0_the_same_program_reaches_them(self):
        self.bundle()
        self.device.words = []
        machine = Machine(self.device.folder, self.device.tpm.words() + [
            "-bios", self.device.folder.file("plain")], payload=False)
        self.addCleanup(machine.end)
        machine.wait("t: end")
        for line in self.lines(machine.said()):
            self.assertNotRegex(line, TRAPPED)


class Rollback(Base):
    """The flash is put back, as whoever has its file can do."""

    def image(self):
        return self.device.folder.file("pflash1.img")

    def test_an_older_flash_is_refused(self):
        self.boots("slot 0, start 1\n").end()
        older = self.device.read("pflash1.img")
        self.boots("slot 0, start 2\n").end()
        newer = self.device.read("pflash1.img")
        self.assertNotEqual(older, newer)
        self.device.write("pflash1.img", older)
        self.refuses("the flash is older than the TPM's counter")
        self.device.make_flash()  # as at delivery: its log is empty
        self.refuses("the flash is older than the TPM's counter")
        self.device.write("pflash1.img", bytes(FLASH - len(self.device.sector)) +
                          newer[-len(self.device.sector):])
        self.refuses("there is no flash for slots")
        self.device.write("pflash1.img", newer)
        self.boots("slot 0, start 3\n")

    def test_a_flash_without_a_counter_is_not_noticed(self):
        """The same, with the secret in the flash: what the TPM is for."""
        self.device.words = self.device.folder.flashes(
            self.device.folder.bundle(ARGS.monitor), test_stage0.sector())
        self.boots("slot 0, start 1\n").end()
        older = self.device.read("pflash1.img")
        self.boots("slot 0, start 2\n").end()
        self.device.write("pflash1.img", older)
        self.boots("slot 0, start 2\n")


class Sealed(Base):
    """What the TPM gives to whom, asked by tpm2-tools."""

    def setUp(self):
        super().setUp()
        self.name = self.device.tpm.serve()

    def tpm2(self, *words, good=True):
        done = subprocess.run(
            [f"tpm2_{words[0]}", *words[1:]], stdin=subprocess.DEVNULL, capture_output=True,
            env={**os.environ, "TPM2TOOLS_TCTI": f"swtpm:path={self.name}"}, timeout=60,
            check=False)
        self.assertEqual(done.returncode == 0, good, done.stdout + done.stderr)
        return done.stdout if good else done.stderr.decode()

    def by_policy(self, *words, good=True):
        """A command, authorised by whatever PCR 0 has now."""
        session = os.path.join(self.home.name, "session")
        self.tpm2("startauthsession", "--policy-session", "-g", "sha384", "-S", session)
        self.tpm2("policypcr", "-S", session, "-l", "sha384:0")
        try:
            return self.tpm2(*words, "-P", f"session:{session}", good=good)
        finally:
            self.tpm2("flushcontext", session)

    def read_secret(self, good):
        return self.by_policy("nvread", SECRET, "-C", SECRET, "-s", "64", good=good)

    def extend(self, data):
        self.tpm2("pcrextend", f"0:sha384={reference.sha384(data).hex()}")

    def test_only_the_stage_0_that_was_measured_gets_it(self):
        with open(ARGS.stage0, "rb") as file:
            stage0 = file.read()
        self.assertIn("policy check failed", self.read_secret(False))
        self.extend(stage0)
        self.assertEqual(self.read_secret(True)[16:], self.device.read("uds"))
        self.extend(bytes(4))
        self.assertIn("policy check failed", self.read_secret(False))

    def test_what_stage_0_has_locked_waits_for_the_reset(self):
        with open(ARGS.stage0, "rb") as file:
            stage0 = file.read()
        self.extend(stage0)
        self.by_policy("nvreadlock", SECRET, "-C", SECRET)
        self.assertIn("0x148", self.read_secret(False))
        self.device.tpm.serve()
        self.extend(stage0)
        self.assertEqual(self.read_secret(True)[16:], self.device.read("uds"))

    def test_not_another_one(self):
        with open(ARGS.stage0, "rb") as file:
            stage0 = bytearray(file.read())
        stage0[len(stage0) // 2] ^= 1
        self.extend(stage0)
        self.assertIn("policy check failed", self.read_secret(False))

    def test_nobody_reads_or_changes_it_otherwise(self):
        for hierarchy in ("o", "p", SECRET):
            self.tpm2("nvread", SECRET, "-C", hierarchy, "-s", "64", good=False)
        data = os.path.join(self.home.name, "data")
        with open(data, "wb") as file:
            file.write(bytes(64))
        self.tpm2("nvwrite", SECRET, "-C", "p", "-i", data, good=False)

    def test_the_counter_is_not_for_everybody(self):
        self.tpm2("nvincrement", COUNTER, "-C", COUNTER, good=False)
        self.tpm2("nvincrement", COUNTER, "-C", "o", good=False)
        self.tpm2("nvread", COUNTER, "-C", COUNTER, good=False)
        key = reference.hkdf(self.device.read("uds"), b"", b"cordon TPM counter").hex()
        self.tpm2("nvincrement", COUNTER, "-C", COUNTER, "-P", f"hex:{key}")
        self.tpm2("nvundefine", COUNTER, "-C", "o", good=False)
        self.tpm2("clear")
        self.assertIn(b"0x1400C01", self.tpm2("nvreadpublic").replace(b"0x1400c01",
                                                                      b"0x1400C01"))

    def test_it_is_provisioned_once(self):
        path = self.device.folder.file
        done = run(ARGS.cordon, "provision", "--root-key", path("root"), "--root-cert",
                   path("root.crt"), "--class", "tpm", "--tpm", self.name, "--stage0",
                   ARGS.stage0, "--cert", path("another"), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"\Acordon: the TPM at .* take a new one\n\Z")


class Refusals(Base):
    def test_another_stage_0(self):
        """One that differs in a word that it never says."""
        with open(ARGS.stage0, "rb") as file:
            good = file.read()
        at = good.find(b"shorten the manifest's version")
        self.assertGreater(at, 0)
        changed = bytearray(good.ljust(FLASH, b"\xff"))
        changed[at] ^= 0x20
        self.device.write("pflash0.img", changed)
        self.refuses("the TPM says no (code 99d)")

    def test_no_tpm(self):
        self.refuses("the secret is in a TPM, and the device tree names none", tpm_words=[])

    def test_a_tpm_of_another_device(self):
        empty = Tpm(os.path.join(self.home.name, "empty"))
        self.addCleanup(empty.stop)
        self.refuses("the TPM says no (code 18b)", tpm_words=empty.words())

    def test_a_sector_with_a_secret_and_a_tpm(self):
        self.device.words = self.device.folder.flashes(
            self.device.folder.bundle(ARGS.monitor), test_stage0.sector(kind=1))
        self.refuses("identity sector is damaged")

    def paused(self):
        """A machine that has its TPM, and has not begun."""
        machine = self.start(self.device.tpm.words() + ["-S"], payload=False)
        end = time.monotonic() + 30
        while not os.path.exists(machine.socket) and time.monotonic() < end:
            time.sleep(0.1)
        machine.command("query-status")
        return machine

    def test_dead_tpm(self):
        machine = self.paused()
        self.device.tpm.stop()
        machine.command("cont")
        self.assertTrue(machine.wait(NOTHING), machine.said())
        self.assertRegex(machine.said(), r"refused: the TPM (answers nonsense|does not answer)")

    def test_silent_tpm(self):
        between = Between(self.device.tpm, lambda command, answer:
                          b"" if command[6:10] == b"\0\0\x01\x82" else answer)
        machine = self.start(between.words(), payload=False)
        self.assertTrue(machine.wait(NOTHING), machine.said())
        self.assertIn("refused: the TPM does not answer", machine.said())

    def nonsense(self, code, change):
        """The answer to the commands with this code is another one."""
        between = Between(self.device.tpm, lambda command, answer: change(answer)
                          if int.from_bytes(command[6:10], "big") == code else answer)
        self.refuses("the TPM answers nonsense", tpm_words=between.words())

    def test_nonsense_in_place_of_the_secret(self):
        self.nonsense(0x14e, lambda answer: answer[:16] + bytes(64) + answer[80:])

    def test_nonsense_in_a_length(self):
        self.nonsense(0x14e, lambda answer: answer[:14] + b"\xff\xff" + answer[16:])

    def test_nonsense_in_place_of_an_answer(self):
        self.nonsense(0x182, lambda answer: b"\x80\x01" + answer[2:6] + bytes(len(answer) - 6))

    def test_nonsense_in_place_of_random_bytes(self):
        self.nonsense(0x17b, lambda answer: answer[:2] + b"\0\0\0\x0c" + answer[6:12])

    def test_class_flash_with_a_silent_tpm(self):
        """A TPM that cannot be closed might give its secret to the payload."""
        self.device.words = self.device.folder.flashes(
            self.device.folder.bundle(ARGS.monitor), test_stage0.sector())
        between = Between(self.device.tpm, lambda command, answer:
                          answer[:6] + b"\0\0\x01\x01" + answer[10:]
                          if command[6:10] == b"\0\0\x01\x82" else answer)
        self.refuses("the TPM ", tpm_words=between.words())


class Updates(Base):
    """From staging to confirmation, counted; then the flash of before the confirmation."""

    def payload(self, *more):
        said = self.device.run("-device", "loader,file=" + ARGS.update, *more, seconds=400)
        self.assertIn("t: end", said)
        self.assertNotIn("FAIL", said)
        return said

    def bundle(self, svn):
        path = self.device.folder.file("update.bin")
        run(ARGS.mkbundle, "-m", ARGS.monitor, "-f", ARGS.firmware, "-b", "qemu-virt", "-p",
            "sandbox attest", "-s", svn, "-v", "1.0", "-o", path)
        return self.device.read("update.bin")

    def test_the_floor_rises_once_and_stays(self):
        self.device.make_flash(self.bundle(4))
        update = self.bundle(9)
        loaded = self.device.write("loaded", len(update).to_bytes(8, "little") + update)
        said = self.payload("-device", "loader,addr=0x81000000,force-raw=on,file=" + loaded)
        self.assertIn("counter 0, svn 4", said)
        before = self.device.read("pflash1.img")
        said = self.payload()
        for text in ("slot 1 on trial, start 2\n", "PASS confirmed",
                     "left: slot 1, pending 0, confirmed 1, counter 9, svn 9"):
            self.assertIn(text, said)
        after = self.device.read("pflash1.img")
        self.device.write("pflash1.img", before)
        self.refuses("the flash is older than the TPM's counter")
        self.device.write("pflash1.img", after)
        self.assertIn("found: slot 1, pending 0, confirmed 1, counter 9, svn 9", self.payload())


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    for name in ("cordon", "mkbundle", "key", "stage0", "monitor", "firmware", "payload",
                 "evidence", "update", "tpm-guest", "plain-monitor", "qemu"):
        parser.add_argument("--" + name, required=True)
    ARGS, rest = parser.parse_known_args()
    test_stage0.ARGS = ARGS
    unittest.main(argv=[sys.argv[0]] + rest)


if __name__ == "__main__":
    main()
