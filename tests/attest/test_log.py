#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Registers and event log of six boots, decoded by cbor2 and tpm2_eventlog, replayed by hashlib.

Needs the distribution's own Python, which has cbor2 (package python3-cbor2), and tpm2-tools.
"""

import argparse
import hashlib
import io
import os
import re
import struct
import subprocess
import tempfile
import unittest

import cbor2

ARGS = None
REGISTERS, RUNTIME, OWN = 12, 6, 8
LOADED = 0x80000000  # where mkbundle puts a firmware that is linked to 0
SEPARATOR, EXTENDED, POLICY, SEGMENT, TREE, INITRD, IMAGE, DENIED = 0, 1, 4, 6, 7, 8, 9, 11
MANIFEST = 15


def sha384(data):
    return hashlib.sha384(data).digest()


class Boot:
    """One boot: what the payload has shown."""

    def __init__(self, folder, firmware, payload=None, harts=1):
        bundle = os.path.join(folder, "bundle.bin")
        subprocess.run([ARGS.mkbundle, "-m", ARGS.monitor, "-f", firmware, "-o", bundle],
                       check=True, capture_output=True, timeout=60)
        run = subprocess.run(["timeout", "-k", "1", "40", ARGS.qemu, "-M", "virt", "-m", "128M",
                              "-display", "none", "-serial", "stdio", "-monitor", "none",
                              "-smp", str(harts), "-bios", bundle,
                              "-kernel", payload or ARGS.payload],
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                             check=False)
        self.said = run.stdout.decode(errors="replace").replace("\r", "")[:60000]
        self.registers = [b""] * REGISTERS
        for number, value in re.findall(r"^t: register (\d+) ([0-9a-f]{96})$", self.said, re.M):
            self.registers[int(number)] = bytes.fromhex(value)
        self.cbor, self.tcg = self.log("cbor"), self.log("tcg")

    def log(self, name):
        lines = re.findall(rf"^t: {name} (\d+) ([0-9a-f]+)$", self.said, re.M)
        data = bytes.fromhex("".join(text for _, text in lines))
        return data if lines and len(data) == int(lines[0][0]) else b""

    def events(self):
        """The CBOR log as a list, decoded to its last byte."""
        file, events = io.BytesIO(self.cbor), []
        while file.tell() != len(self.cbor):
            events.append(cbor2.load(file))
        return events


def replay(events):
    registers = [bytes(48)] * REGISTERS
    for event in events:
        registers[event[1]] = sha384(registers[event[1]] + event[3])
    return registers


def field(kind, data):
    """The event field of the TCG log, which is what is hashed."""
    return data if kind == SEPARATOR else struct.pack("<II", 0x43440000 | kind, len(data)) + data


def regions_of(elf):
    """(address, content in memory) of each loadable segment of a 64-bit ELF."""
    start, = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    for at in range(start, start + size * count, size):
        kind, _, offset, _, addr, held, memory = struct.unpack_from("<IIQQQQQ", elf, at)
        if kind == 1 and memory:
            yield addr, elf[offset:offset + held].ljust(memory, b"\0")


def image_of(elf):
    """A Linux image (boot-image-header.rst) of an ELF that is linked behind its header."""
    data = bytearray(64)
    parts = list(regions_of(elf))
    base = parts[0][0] - len(data)
    for addr, content in parts:
        data = data.ljust(addr - base, b"\0") + content
    jump = 0x6f | len(data[:64]) << 20  # jal x0, 64
    struct.pack_into("<IIQQ", data, 0, jump, 0, 0x200000, len(data))
    struct.pack_into("<I", data, 56, 0x05435352)
    return base, bytes(data)


def tpm2_eventlog(log):
    """(exit status, PCR values by number) as the tool computes them."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(log)
        file.flush()
        run = subprocess.run(["tpm2_eventlog", file.name], capture_output=True, timeout=20,
                             check=False)
    text = run.stdout.decode(errors="replace")
    pcrs = re.findall(r"^ +(\d+) *: 0x([0-9a-f]{96})$", text[text.rfind("pcrs:"):], re.M)
    return run.returncode, {int(n): bytes.fromhex(value) for n, value in pcrs}


class Measured(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder, open(ARGS.firmware, "rb") as file:
            cls.elf = file.read()
            at = cls.elf.index(b"OpenSBI v")
            # Of the same name: the bundle's length is in the monitor's header, which is measured.
            other = os.path.join(folder, "other", os.path.basename(ARGS.firmware))
            os.mkdir(os.path.dirname(other))
            with open(other, "wb") as out:
                out.write(cls.elf[:at] + b"o" + cls.elf[at + 1:])
            cls.first = Boot(folder, ARGS.firmware)
            cls.second = Boot(folder, ARGS.firmware)
            cls.changed = Boot(folder, other)
            cls.four = [Boot(folder, ARGS.firmware, harts=4) for _ in range(2)]
            with open(ARGS.behind, "rb") as behind:
                cls.base, cls.image = image_of(behind.read())
            image = os.path.join(folder, "image")
            with open(image, "wb") as out:
                out.write(cls.image)
            cls.headed = Boot(folder, ARGS.firmware, image)

    def test_payload_finds_what_it_should(self):
        self.assertIn("t: end", self.first.said)
        self.assertNotIn("FAIL", self.first.said)
        self.assertEqual(self.first.said.count("t: PASS"), 27, self.first.said)

    def test_cbor_is_deterministic_and_numbered(self):
        events = self.first.events()
        self.assertGreater(len(events), 10)
        self.assertEqual(b"".join(cbor2.dumps(e, canonical=True) for e in events),
                         self.first.cbor)
        self.assertEqual([e[0] for e in events], list(range(len(events))))

    def test_digests_are_of_the_data(self):
        for _, register, kind, digest, data in self.first.events():
            if kind == EXTENDED:
                self.assertEqual((register, data, digest), (OWN, b"", bytes(range(48))))
            else:
                self.assertLess(register, OWN)
                self.assertEqual(digest, sha384(field(kind, data)))

    def test_replay_gives_the_registers(self):
        self.assertEqual(replay(self.first.events()), self.first.registers)

    def test_replay_of_a_changed_log_does_not(self):
        for n in range(len(self.first.events())):
            left_out = self.first.events()
            del left_out[n]
            changed = self.first.events()
            changed[n][3] = bytes([changed[n][3][0] ^ 1]) + changed[n][3][1:]
            self.assertNotEqual(replay(left_out), self.first.registers)
            self.assertNotEqual(replay(changed), self.first.registers)

    def test_what_is_measured(self):
        events = self.first.events()
        policies = [e[4] for e in events if e[2] == POLICY]
        self.assertEqual(policies, [b"sandbox", b"attest"])
        handed = [e[2] for e in events if e[1] == 5]
        self.assertEqual(handed, [TREE, INITRD, IMAGE, SEPARATOR])
        for register in range(6):
            kinds = [e[2] for e in events if e[1] == register]
            self.assertEqual(kinds.count(SEPARATOR), 1)
            self.assertEqual(kinds[-1], SEPARATOR)
        denied = [e for e in events if e[2] == DENIED]
        self.assertTrue(denied)
        self.assertTrue(all(e[1] == RUNTIME for e in denied))

    def test_firmware_is_what_its_file_says(self):
        wanted = [struct.pack("<QQ", LOADED + addr, len(data)) + sha384(data)
                  for addr, data in regions_of(self.elf)]
        self.assertTrue(wanted)
        self.assertEqual([e[4] for e in self.first.events() if e[2] == SEGMENT], wanted)

    def test_payload_is_what_its_file_says(self):
        self.assertIn("t: end", self.headed.said)
        self.assertEqual([e[4] for e in self.headed.events() if e[2] == IMAGE],
                         [struct.pack("<QQ", self.base, len(self.image)) + sha384(self.image)])
        self.assertEqual(replay(self.headed.events()), self.headed.registers)
        differ = [n for n in range(REGISTERS)
                  if self.first.registers[n] != self.headed.registers[n]]
        self.assertEqual(differ, [5])

    def test_payload_of_unknown_length_is_said_to_be_one(self):
        self.assertEqual([e[4] for e in self.first.events() if e[2] == IMAGE],
                         [struct.pack("<QQ", 0x80200000, 0) + sha384(b"")])

    def test_next_boot_gives_the_same(self):
        self.assertEqual(self.first.registers, self.second.registers)
        self.assertEqual(self.first.cbor, self.second.cbor)
        self.assertEqual(self.first.tcg, self.second.tcg)

    def test_harts_begin_in_any_order(self):
        one, other = self.four
        self.assertIn("t: end", one.said)
        self.assertEqual(one.registers[:RUNTIME], other.registers[:RUNTIME])
        self.assertEqual(replay(other.events()), other.registers)
        self.assertNotEqual(one.registers[1], self.first.registers[1])

    def test_other_firmware_changes_its_register_and_the_manifest_alone(self):
        differ = [n for n in range(REGISTERS)
                  if self.first.registers[n] != self.changed.registers[n]]
        self.assertEqual(differ, [0, 3])
        kinds = [a[2] for a, b in zip(self.first.events(), self.changed.events())
                 if a[1] == 0 and a != b]
        self.assertEqual(kinds, [MANIFEST])

    def test_tpm2_eventlog_replays_to_the_registers(self):
        status, pcrs = tpm2_eventlog(self.first.tcg)
        self.assertEqual(status, 0)
        self.assertEqual(sorted(pcrs), [0, 1, 2, 3, 4, 5, 6, 8])
        for number, value in pcrs.items():
            self.assertEqual(value, self.first.registers[number])

    def test_tpm2_eventlog_notices_what_is_tampered_with(self):
        log = self.first.tcg
        self.assertNotEqual(tpm2_eventlog(log[:-1])[0], 0)
        self.assertNotEqual(tpm2_eventlog(log + b"\1")[0], 0)
        at = log.index(bytes(range(48)))
        _, pcrs = tpm2_eventlog(log[:at] + b"\1" + log[at + 1:])
        self.assertNotEqual(pcrs[OWN], self.first.registers[OWN])


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    for name in ("--monitor", "--mkbundle", "--firmware", "--payload", "--behind", "--qemu"):
        parser.add_argument(name, required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[__file__] + rest)


if __name__ == "__main__":
    main()
