# SPDX-License-Identifier: Apache-2.0
"""Runs one machine with the counting plugin (count.c) and reads what it counted.

The monitor moves itself, so a machine is started twice: until its boot line says where the monitor
lies, and then with the plugin. With -icount time is the number of instructions executed, so that
a run repeats to the instruction, whatever else the host does.
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "qemu"))

import machine  # noqa: E402

VERSIONS = (1, 3, 7)  # of the plugin interface, an object for each (bench.mk)
PLACE = re.compile(rb"\[cordon\] monitor at ([0-9a-f]+) \+(\d+) KiB")
REFUSED = re.compile(rb"Could not load plugin|plugin.*(disabled|not supported)|invalid option")
STEADY = ["-icount", "shift=0,sleep=off"]
BOOT, STARTUP = -1, -2  # until the first guest; then until the payload


class BenchError(Exception):
    """A run that cannot be counted; the text says why and what to do."""


class Counts:
    """What one marker saw: instructions by owner, and traps into the monitor."""
    NAMES = ("monitor", "firmware", "payload", "exits", "nested")

    def __init__(self, values=(0, 0, 0, 0, 0)):
        self.monitor, self.firmware, self.payload, self.exits, self.nested = values

    def values(self):
        return [getattr(self, name) for name in self.NAMES]

    def total(self):
        return self.monitor + self.firmware + self.payload

    def __add__(self, other):
        return Counts([a + b for a, b in zip(self.values(), other.values())])


class Run:
    """All that one run counted: by (marker, hart), the profile, and the guest's console."""

    def __init__(self, text, seconds):
        self.text, self.seconds = text, seconds
        self.cells, self.profile, self.whole = {}, {}, False

    def read(self, path):
        with open(path, encoding="ascii") as lines:
            for line in lines:
                words = line.split()
                if words[0] == "count":
                    self.cells[int(words[1]), int(words[2])] = Counts(list(map(int, words[3:])))
                elif words[0] == "at":
                    self.profile[int(words[1], 16)] = int(words[2])
                else:
                    self.whole = True
        if not self.whole:
            raise BenchError(f"{path} is cut short: run it again")
        return self

    def marker(self, number, hart=None):
        """The counts under one marker, of one hart or of all."""
        found = [c for (m, h), c in self.cells.items() if m == number and hart in (None, h)]
        return sum(found, Counts())


def symbols(nm, elf):
    """{name: address} of an ELF."""
    out = subprocess.run([nm, elf], capture_output=True, text=True, check=False,
                         stdin=subprocess.DEVNULL)
    if out.returncode:
        raise BenchError(f"{nm} cannot read {elf}: build it first")
    rows = [line.split() for line in out.stdout.splitlines()]
    return {row[2]: int(row[0], 16) for row in rows if len(row) == 3}


class Counter:
    """A QEMU, the plugin that it loads, and the places of the monitors seen so far."""

    def __init__(self, qemu, build, cross):
        self.qemu, self.build, self.nm = qemu, build, cross + "nm"
        self.folder = tempfile.TemporaryDirectory(prefix="cordon-bench-")
        self.places, self.vectors = {}, {}
        self.plugin = self._choose()

    def _choose(self):
        """The object that this QEMU loads; None if it loads none."""
        for version in VERSIONS:
            path = os.path.abspath(os.path.join(self.build, "bench", f"count-{version}.so"))
            if not os.path.exists(path):
                raise BenchError(f"{path} is missing: make bench-plugin")
            out = os.path.join(self.folder.name, "probe")
            done = subprocess.run(
                [self.qemu, "-M", "none", "-display", "none", "-serial", "none", "-monitor",
                 "stdio", "-plugin", f"{path},out={out}"], input=b"quit\n", check=False,
                capture_output=True, timeout=30)
            if done.returncode == 0 and not REFUSED.search(done.stderr):
                return path
        return None

    @staticmethod
    def _argv(qemu, bios, options):
        return [qemu, "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot",
                "-bios", bios, *options]

    def place(self, bios, monitor, options):
        """(where the monitor will be, its end), as it says itself."""
        key = (monitor, os.path.getsize(bios), *options)
        if key not in self.places:
            probe = machine.Machine(self._argv(self.qemu, bios, options), 60)
            while not PLACE.search(probe.data) and probe.read_some():
                pass
            found = PLACE.search(probe.data)
            probe.finish()
            if not found:
                raise BenchError(f"{bios} did not say where the monitor lies; it printed: "
                                 + probe.data.decode("utf-8", "replace")[-300:])
            low = int(found[1], 16)
            self.places[key] = (low, low + int(found[2]) * 1024)
        return self.places[key]

    def vector(self, monitor):
        """The trap vector's distance from the image's first byte."""
        if monitor not in self.vectors:
            names = symbols(self.nm, monitor)
            self.vectors[monitor] = names["trap_entry"] - names["_start"]
        return self.vectors[monitor]

    def run(self, bios, options, monitor=None, firmware=(0x80000000, 0x80200000), profile=None,
            timeout=120):
        """Run to the end of the machine and return a Run; monitor is the ELF in the bundle."""
        out = os.path.join(self.folder.name, f"counts-{os.getpid()}-{id(options)}")
        words = [f"firmware={firmware[0]:#x}-{firmware[1]:#x}", f"out={out}"]
        if monitor:
            low, high = self.place(bios, monitor, options)
            words += [f"monitor={low:#x}-{high:#x}", f"vector={low + self.vector(monitor):#x}"]
        if profile is not None:
            words.append(f"profile={profile}")
        plugin = ["-plugin", ",".join([self.plugin, *words])] if self.plugin else []
        done = machine.run_to_end(self._argv(self.qemu, bios, [*options, *plugin]), timeout)
        if done.reason:
            raise BenchError(f"{bios}: {done.reason}; its last words: {done.text[-300:]}")
        run = Run(done.text, done.seconds)
        return run.read(out) if self.plugin else run
