#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux with cordon.ko and cordon-agent: what an operator sees in the guest.

Needs the distribution's own Python, which has cbor2 (package python3-cbor2).
"""

import argparse
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import unittest

import cbor2

ARGS = None
REGISTERS = 12
IMAGES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "images")
CONSOLE, INIT = os.path.join(IMAGES, "console.py"), os.path.join(IMAGES, "init")


def sha384(data):
    return hashlib.sha384(data).digest()


class Boot:
    """One boot: said[N] and status[N] are output and exit code of the command number N."""

    def __init__(self, monitor, commands, network=""):
        script = "".join(f"echo '<{n}'; {command}; echo \"={n} $?\"\n"
                         for n, command in enumerate(commands))
        with tempfile.TemporaryDirectory() as folder:
            bundle = os.path.join(folder, "bundle.bin")
            subprocess.run([ARGS.mkbundle, "-m", monitor, "-f", ARGS.firmware, "-o", bundle],
                           check=True, capture_output=True, timeout=60)
            run = subprocess.run(
                [sys.executable, CONSOLE, "--timeout", "150", ARGS.qemu, "-M", "virt", "-m", "256M",
                 "-nographic", "-smp", "2", "-bios", bundle, "-kernel", ARGS.kernel,
                 "-initrd", ARGS.initrd, "-append",
                 "console=ttyS0 earlycon=sbi cordon.plain loglevel=3",
                 "-netdev", "user,id=net" + network, "-device", "virtio-net-device,netdev=net"],
                input=script.encode(), capture_output=True, timeout=200, check=False)
        self.console = run.stdout.decode(errors="replace").replace("\r", "")
        self.said, self.status = {}, {}
        found = re.findall(r"<(\d+)\n(.*?)=\1 (\d+)\n", self.console, re.S)
        for number, said, status in found:
            self.said[int(number)] = said
            self.status[int(number)] = int(status)


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


class WithoutAttest(unittest.TestCase):
    def test_module_says_that_nobody_is_there(self):
        boot = Boot(ARGS.plain, ["guest-up", "cordon-agent info"])
        self.assertEqual(boot.status.get(0), 1, boot.console[-4000:])
        self.assertIn("No such device", boot.said[0])
        self.assertEqual(boot.status.get(1), 2)


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    for name in ("monitor", "plain", "mkbundle", "firmware", "kernel", "initrd", "qemu"):
        parser.add_argument("--" + name, required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[__file__] + rest)


if __name__ == "__main__":
    main()
