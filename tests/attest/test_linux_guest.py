#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux with cordon.ko and cordon-agent: what an operator sees in the guest, and what
cordon serve says when the guest answers its challenge over the network.

Needs the distribution's own Python, which has cbor2 (package python3-cbor2).
"""

import argparse
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import cbor2

import maker
import test_serve

ARGS = None
REGISTERS = 12
IMAGES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "images")
FLASH_TOOL = os.path.join(IMAGES, "..", "..", "src", "stage0", "flash.py")
CONSOLE, INIT = os.path.join(IMAGES, "console.py"), os.path.join(IMAGES, "init")


def sha384(data):
    return hashlib.sha384(data).digest()


class Session:
    """A Linux in QEMU, started with these words, and a script of commands: said[N] and status[N]
    are output and exit code of the command number N."""

    MACHINE = ["-M", "virt", "-m", "256M", "-nographic", "-smp", "2"]
    NETWORK = ["-netdev", "user,id=net", "-device", "virtio-net-device,netdev=net"]
    APPEND = ["-append", "console=ttyS0 earlycon=sbi cordon.plain loglevel=3"]

    def __init__(self, qemu, words, commands, seconds=150):
        script = "".join(f"echo '<{n}'; {command}; echo \"={n} $?\"\n"
                         for n, command in enumerate(commands))
        script += "sleep 1\n"  # the end of the session drops what the console has not sent
        run = subprocess.run(
            [sys.executable, CONSOLE, "--timeout", str(seconds), qemu, *self.MACHINE, *words,
             *self.APPEND, *self.NETWORK],
            input=script.encode(), capture_output=True, timeout=seconds + 50, check=False)
        self.console = run.stdout.decode(errors="replace").replace("\r", "")
        self.said, self.status = {}, {}
        found = re.findall(r"<(\d+)\n(.*?)=\1 (\d+)\n", self.console, re.S)
        for number, said, status in found:
            self.said[int(number)] = said
            self.status[int(number)] = int(status)


class Boot(Session):
    """One boot of this test's bundle."""

    def __init__(self, monitor, commands):
        with tempfile.TemporaryDirectory() as folder:
            bundle = os.path.join(folder, "bundle.bin")
            subprocess.run([ARGS.mkbundle, "-m", monitor, "-f", ARGS.firmware, "-o", bundle],
                           check=True, capture_output=True, timeout=60)
            super().__init__(ARGS.qemu, ["-bios", bundle, "-kernel", ARGS.kernel,
                                         "-initrd", ARGS.initrd], commands)


def replay(events):
    registers = [bytes(48)] * REGISTERS
    for event in events:
        registers[event[1]] = sha384(registers[event[1]] + event[3])
    return registers


def events_of(log):
    file, events = io.BytesIO(log), []
    while file.tell() != len(log):
        events.append(cbor2.load(file))
    return events


NONCE = bytes(range(8, 40))
KEY = {1: 2, -1: 1, -2: b"x" * 32, -3: b"y" * 32}


class Guest(unittest.TestCase):
    COMMANDS = [
        "cordon-agent registers",                           # 0: there is no device yet
        "guest-up",
        "ls -l /dev/cordon",                                # 2
        "cordon-agent info",
        "cordon-agent extend 8 --file /init",               # 4
        "cordon-agent extend 9 " + "5a" * 48,
        "cordon-agent extend 3 " + "5a" * 48,               # 6: the monitor's
        "cordon-agent extend 12 " + "5a" * 48,
        "cordon-agent extend 9 5a5a",                       # 8: no digest
        "cordon-agent log; cordon-agent registers",
        "cordon-agent log --form tcg --out /t && ls -l /t && strings /t | head -n 1",   # 10
        "cordon-agent log --form xml",
        "cordon-agent extend 8",                            # 12: by what?
        "for i in 1 2 3 4 5 6 7 8; do cordon-agent log --out /l$i & done; wait;"
        " cat /l? | wc -c; cat /l1 | wc -c",
        "rmmod cordon; ls /dev/cordon",                     # 14
        "insmod /modules/cordon.ko && cordon-agent registers",
        "cordon-agent evidence --nonce " + NONCE.hex(),      # 16
        "cordon-agent certificate 0; cordon-agent certificate 1; cordon-agent certificate 2",
        "cordon-agent evidence --nonce 00112233445566",      # 18: seven bytes
        f"echo {cbor2.dumps(KEY, canonical=True).hex()} | xxd -r -p >/k;"
        f" cordon-agent evidence --cnf /k --nonce {NONCE[:8].hex()}",
        "echo no key. >/k; cordon-agent evidence --cnf /k --nonce " + NONCE.hex(),   # 20
        "cordon-agent seal --label one; cordon-agent seal --label one;"
        " cordon-agent seal --label two",
        "cordon-agent seal --label one --svn 200",           # 22
        "cordon-agent report --data 0102 --out /r && cordon-agent verify /r",
        "cp /r /w; printf x | dd of=/w bs=1 seek=100 conv=notrunc 2>/dev/null;"
        " cordon-agent verify /w",                           # 24
        "cordon-agent status",
        "for i in 1 2 3 4 5 6; do cordon-agent evidence --out /e$i --nonce 0${i}11223344556677 &"
        " done; wait; for i in 1 2 3 4 5 6; do xxd -p -c 9999 /e$i; done",   # 26
        "i=0; while cordon-agent evidence --nonce 0011223344556677 --out /e && [ $i -lt 40 ];"
        " do i=$((i+1)); done; [ $i -ge 14 ]",
        "cordon-agent answer https://10.0.2.2:1",            # 28: who would that be?
        "cordon-agent answer http://10.0.2.2:1 --no-verify",
        "cordon-agent confirm",                              # 30: without stage 0
        "cordon-agent update /k",
    ]

    @classmethod
    def setUpClass(cls):
        cls.boot = Boot(ARGS.monitor, cls.COMMANDS)
        cls.said, cls.status = cls.boot.said, cls.boot.status

    def test_every_command_was_run(self):
        self.assertEqual(sorted(self.status), list(range(len(self.COMMANDS))),
                         self.boot.console[-4000:])

    def test_without_the_module_it_is_said(self):
        self.assertEqual(self.status[0], 2)
        self.assertIn("/dev/cordon is not there", self.said[0])

    def test_device_is_for_root_alone(self):
        self.assertEqual(self.status[1], 0, self.said[1])
        self.assertTrue(self.said[2].startswith("crw-------"), self.said[2])

    def test_info(self):
        self.assertEqual(self.status[3], 0)
        self.assertIn("registers: 12\n", self.said[3])
        self.assertIn("extendable: 3840\n", self.said[3])
        self.assertIn("flags for evidence: 1\n", self.said[3])

    def registers_of(self, text):
        found = re.findall(r"^(\d+) ([0-9a-f]{96})$", text, re.M)
        self.assertEqual([int(n) for n, _ in found], list(range(REGISTERS)))
        return [bytes.fromhex(value) for _, value in found]

    def log_and_registers(self):
        self.assertEqual(self.status[9], 0)
        log, _, rest = self.said[9].partition("\n")
        return events_of(bytes.fromhex(log)), self.registers_of(rest)

    def test_log_replays_to_the_registers(self):
        events, registers = self.log_and_registers()
        self.assertEqual(replay(events), registers)
        self.assertNotEqual(replay(events[:-1]), registers)

    def test_own_registers_are_extended(self):
        _, registers = self.log_and_registers()
        self.assertEqual((self.status[4], self.status[5]), (0, 0))
        with open(INIT, "rb") as file:
            self.assertEqual(registers[8], sha384(bytes(48) + sha384(file.read())))
        self.assertEqual(registers[9], sha384(bytes(48) + b"\x5a" * 48))

    def test_errors_are_those_of_the_monitor(self):
        self.assertEqual(self.status[6], 4)
        self.assertIn("Permission denied", self.said[6])
        self.assertEqual(self.status[7], 4)
        self.assertIn("Invalid argument", self.said[7])

    def test_wrong_commands_are_refused_here(self):
        self.assertEqual((self.status[8], self.status[11], self.status[12]), (1, 1, 1))

    def test_tcg_form(self):
        self.assertEqual(self.status[10], 0, self.said[10])
        self.assertTrue(self.said[10].startswith("-rw-------"))
        self.assertIn("\nSpec ID Event03\n", self.said[10])

    def test_many_at_once(self):
        total, one = [int(word) for word in self.said[13].split()[-2:]]
        self.assertGreater(one, 1000)
        self.assertGreaterEqual(total, 8 * one)

    def test_module_goes_and_comes_again(self):
        self.assertNotEqual(self.status[14], 0)
        self.assertEqual(self.status[15], 0)
        self.registers_of(self.said[15])


    # ---- evidence ----

    def token_of(self, text):
        """The claims of a token in hex, whose signature was checked by its own chain's leaf."""
        message = cbor2.loads(bytes.fromhex(text.strip()))
        self.assertEqual(message.tag, 18)
        return cbor2.loads(message.value[2]), message.value[1][33]

    def test_evidence_answers_the_nonce(self):
        self.assertEqual(self.status[16], 0, self.said[16])
        claims, _ = self.token_of(self.said[16])
        self.assertEqual(claims[10], NONCE)
        self.assertNotIn(8, claims)

    def test_firmware_that_has_booted_linux_has_its_code_still(self):
        """The program asks for it, and so the evidence says it."""
        events, _ = self.log_and_registers()
        code = next(e[4] for e in events if e[2] == 6)  # a segment
        for n in 16, 19:
            claims, _ = self.token_of(self.said[n])
            self.assertEqual(claims[-70011], {1: 1, 2: 1, 3: sha384(code)})

    def test_certificates_are_those_of_the_evidence(self):
        _, chain = self.token_of(self.said[16])
        self.assertEqual([bytes.fromhex(line) for line in self.said[17].split()], chain)

    def test_wrong_requests_are_refused(self):
        self.assertEqual((self.status[18], self.status[20]), (1, 4))
        self.assertIn("Invalid argument", self.said[20])

    def test_key_of_the_callers(self):
        self.assertEqual(self.status[19], 0, self.said[19])
        claims, _ = self.token_of(self.said[19])
        self.assertEqual((claims[8], claims[10]), (KEY, NONCE[:8]))

    def test_many_ask_at_once(self):
        nonces = [self.token_of(line)[0][10] for line in self.said[26].split()]
        self.assertEqual(nonces, [bytes([n]) + bytes.fromhex("11223344556677")
                                  for n in range(1, 7)])

    def test_flood_of_requests(self):
        self.assertEqual(self.status[27], 0, self.said[27])

    # ---- secrets and reports ----

    def test_sealing_keys(self):
        one, again, other = self.said[21].split()
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)
        self.assertEqual(len(bytes.fromhex(one)), 48)
        self.assertEqual(self.status[22], 4)
        self.assertIn("Permission denied", self.said[22])

    def test_local_reports(self):
        self.assertEqual((self.status[23], self.status[24]), (0, 4))
        self.assertIn("Bad message", self.said[24])

    def test_status(self):
        self.assertEqual(self.status[25], 0)
        self.assertIn("identity class: 3\n", self.said[25])

    def test_transport_is_named_or_refused(self):
        self.assertEqual((self.status[28], self.status[29]), (1, 1))

    def test_without_slots_there_are_no_updates(self):
        self.assertEqual((self.status[30], self.status[31]), (3, 3), self.said[31])
        self.assertIn("does not offer to confirm", self.said[30])


# ---- the network ----

def references(text, firmware=None):
    """Signed reference values of what a token says; if given, with another digest of firmware."""
    claims = cbor2.loads(cbor2.loads(bytes.fromhex(text.strip())).value[2])
    triples = []
    for entry in claims[2399]:
        digest = firmware if firmware and entry[1] == "VFW" else entry[2]
        value = {2: [[7, digest]], 3: {8: entry[-1]}}
        if entry[1] == "M-MON":
            value[1] = maker.Tag(553, 0)
        triples.append([{0: {1: "Cordon", 2: entry[1]}}, [{1: value}]])
    registers = {n: [[7, claims[-70010][n]]] for n in range(5)}
    triples.append([{0: {1: "Cordon", 2: "REGISTERS"}}, [{1: {14: registers}}]])
    comid = maker.cbor({1: {0: "test"}, 4: {0: triples}})
    payload = maker.cbor(maker.Tag(501, {0: "test values", 1: [maker.Tag(506, comid)],
                                         3: maker.Tag(32, "tag:cordon,2026:vfm#1")}))
    protected = maker.cbor({1: -35, 3: "application/rim+cbor", 4: maker.SIGNER.id,
                            8: maker.cbor({0: {0: "tester"}})})
    return maker.sign1(maker.SIGNER, protected, {}, payload), claims


class Fleet(unittest.TestCase):
    """One boot learns the reference values, another one answers challenges."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.servers = []
        learnt = Boot(ARGS.monitor, ["guest-up", "cordon-agent evidence --nonce " + NONCE.hex()])
        cls.good, claims = references(learnt.said[1])
        cls.other, _ = references(learnt.said[1], sha384(b"another"))
        cls.id = claims[256].hex()
        cls.write("signer.pem", maker.public_pem(maker.SIGNER).encode())
        right, wrong, strange = cls.serve("right", cls.good), cls.serve("wrong", cls.other), \
            cls.serve("strange", cls.good, known=False)
        ca = [cls.read(name + "/serve-cert.pem").replace("\n", "\\n")
              for name in ("right", "wrong")]
        to = "cordon-agent answer https://10.0.2.2:"
        cls.boot = Boot(ARGS.monitor, [
            "guest-up net",
            f"printf '{ca[0]}' >/ca; printf '{ca[1]}' >/other",
            f"{to}{right.port} --ca /ca", f"{to}{right.port}/ --ca /ca",     # 2, 3
            f"{to}{right.port} --ca /other", f"{to}{right.port} --ca /ca --name elsewhere",
            f"{to}{wrong.port} --no-verify", f"{to}{strange.port} --no-verify",    # 6, 7
            f"{to}{test_serve.free_port()} --no-verify",                     # 8
            f"{to}{right.port} --no-verify --ca /ca",
        ])
        cls.said, cls.status = cls.boot.said, cls.boot.status
        cls.pages = [server.ask("GET", "/devices", view=True)[1] for server in (right, wrong)]

    @classmethod
    def tearDownClass(cls):
        for server in cls.servers:
            server.stop()
        shutil.rmtree(cls.folder)

    @classmethod
    def write(cls, name, data):
        with open(os.path.join(cls.folder, name), "wb") as file:
            file.write(data)

    @classmethod
    def read(cls, name):
        with open(os.path.join(cls.folder, name), encoding="ascii") as file:
            return file.read()

    @classmethod
    def serve(cls, name, corim, known=True):
        folder = os.path.join(cls.folder, name)
        os.mkdir(folder)
        cls.write(name + "/ref.cbor", corim)
        if known:
            subprocess.run([ARGS.cordon, "serve", "--enrol", cls.id], cwd=folder, check=True,
                           timeout=30)
        cls.servers.append(test_serve.Server(
            folder, "cordon-serve.db", "--ref", "ref.cbor", "--ref-key", "../signer.pem",
            "--name", "10.0.2.2", "--allow-insecure-identity", "--allow-debug",
            "--require-policy", "sandbox", "--require-recheck", program=ARGS.cordon))
        return cls.servers[-1]

    def test_every_command_was_run(self):
        self.assertEqual(sorted(self.status), list(range(10)), self.boot.console[-4000:])
        self.assertEqual(self.status[0], 0, self.said[0])

    def test_right_machine_is_trusted_again_and_again(self):
        for n in (2, 3):
            self.assertEqual(self.status[n], 0, self.said[n])
            self.assertTrue(self.said[n].startswith("verdict 0 trusted\nPASS form:"),
                            self.said[n])
            self.assertIn("\nPASS firmware code: when the token was made it was", self.said[n])

    def test_other_firmware_is_not(self):
        self.assertEqual(self.status[6], 8, self.said[6])
        self.assertTrue(self.said[6].startswith("verdict 5 not trusted\n"))
        self.assertRegex(self.said[6], r"FAIL components: .*VFW")

    def test_verifier_must_have_the_named_certificate(self):
        self.assertEqual((self.status[4], self.status[5]), (6, 6))
        self.assertIn("certificate", self.said[4])

    def test_unknown_device_gets_no_nonce(self):
        self.assertEqual(self.status[7], 7)
        self.assertIn("(404)", self.said[7])

    def test_nobody_there(self):
        self.assertEqual(self.status[8], 6)

    def test_choice_must_be_clear(self):
        self.assertEqual(self.status[9], 1)

    def test_fleet_shows_it(self):
        codes = [[device["code"] for device in test_serve.json.loads(page)]
                 for page in self.pages]
        self.assertEqual(codes, [[0], [5]])


# ---- updates ----

def archive(path, data):
    """A cpio archive (newc) of one file, for the kernel to unpack behind the initrd."""
    def entry(name, mode, data):
        numbers = [1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        head = b"070701" + b"".join(b"%08x" % n for n in numbers) + name.encode() + b"\0"
        return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)

    with open(ARGS.initrd, "rb") as file:
        initrd = file.read()
    with open(path, "wb") as file:
        file.write(initrd + bytes(-len(initrd) % 4) + entry("update", 0o100600, data) +
                   entry("TRAILER!!!", 0, b""))


class Updates(unittest.TestCase):
    """Three starts by stage 0 from one flash: stage, try and confirm, stay."""

    COMMANDS = [
        ["guest-up", "cordon-agent status", "printf 12345 >/odd; cordon-agent update /odd",
         "cordon-agent update /update", "cordon-agent status", "cordon-agent update /none",
         "cordon-agent update"],
        ["guest-up", "cordon-agent status", "cordon-agent update /update", "cordon-agent confirm",
         "cordon-agent status"],
        ["guest-up", "cordon-agent status"],
    ]

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        at = {name: os.path.join(folder.name, name) for name in
              ("old", "new", "initrd", "flash", "flash0.img", "flash1.img")}
        for name, svn in (("old", 4), ("new", 9)):
            subprocess.run([ARGS.mkbundle, "-m", ARGS.monitor, "-f", ARGS.firmware, "-s",
                            str(svn), "-o", at[name]], check=True, timeout=60)
        with open(at["new"], "rb") as file:
            archive(at["initrd"], file.read())
        subprocess.run([sys.executable, FLASH_TOOL, "--stage0", ARGS.stage0, "--bundle",
                        at["old"], "--out", at["flash"]], check=True, timeout=60)
        words = ["-bios", "none", "-kernel", ARGS.kernel, "-initrd", at["initrd"]]
        for unit in 0, 1:
            words += ["-drive", f"if=pflash,unit={unit},format=raw,file={at['flash']}{unit}.img" +
                      ("" if unit else ",readonly=on")]
        cls.boots = [Session(ARGS.flash_qemu, words, commands, 300) for commands in cls.COMMANDS]

    def status(self, boot, command):
        said = self.boots[boot].said[command]
        return [int(re.search(rf"^{name}: (\d+)$", said, re.M)[1])
                for name in ("slot", "pending", "confirmed", "counter", "svn")]

    def test_every_command_was_run(self):
        for boot, commands in zip(self.boots, self.COMMANDS):
            self.assertEqual(sorted(boot.status), list(range(len(commands))),
                             boot.console[-4000:])

    def test_staged(self):
        first = self.boots[0]
        self.assertEqual(self.status(0, 1), [0, 0, 0, 0, 4])
        self.assertEqual(first.status[3], 0, first.said[3])
        self.assertIn("the next start tries it", first.said[3])
        self.assertEqual(self.status(0, 4)[:1], [0])

    def test_tried_and_confirmed(self):
        trial = self.boots[1]
        self.assertEqual(self.status(1, 1), [1, 1, 0, 0, 9])
        self.assertEqual(trial.status[2], 4)
        self.assertIn("what runs is on trial itself", trial.said[2])
        self.assertEqual(trial.status[3], 0, trial.said[3])
        self.assertIn("nothing below security version 9 starts", trial.said[3])
        self.assertEqual(self.status(1, 4), [1, 0, 1, 9, 9])

    def test_it_stays(self):
        self.assertEqual(self.status(2, 1), [1, 0, 1, 9, 9])

    def test_what_is_no_update(self):
        first = self.boots[0]
        self.assertEqual((first.status[2], first.status[5], first.status[6]), (5, 5, 1))
        self.assertIn("is not a bundle", first.said[2])


class WithoutAttest(unittest.TestCase):
    def test_module_says_that_nobody_is_there(self):
        boot = Boot(ARGS.plain, ["guest-up", "cordon-agent info"])
        self.assertEqual(boot.status.get(0), 1, boot.console[-4000:])
        self.assertIn("No such device", boot.said[0])
        self.assertEqual(boot.status.get(1), 2)


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    for name in ("monitor", "plain", "mkbundle", "firmware", "kernel", "initrd", "qemu", "cordon",
                 "stage0", "flash-qemu"):
        parser.add_argument("--" + name, required=True)
    ARGS, rest = parser.parse_known_args()
    ARGS.cordon = os.path.abspath(ARGS.cordon)
    unittest.main(argv=[__file__] + rest)


if __name__ == "__main__":
    main()
