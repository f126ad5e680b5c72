#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong input: `make image` says one sentence and leaves nothing behind; a damaged bundle or a
firmware that cannot lie where it wants is refused at boot before the firmware's first word."""
import argparse
import concurrent.futures
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "qemu"))

import machine

BANNER = b"OpenSBI v"
REFUSED = b"[cordon] refused: "
MAKE_CHATTER = re.compile(r"make(\[\d+\])?: |cc |\S+-gcc |packages: |fetch: ")
FLIPS_QUICK, FLIPS_ALL = 60, 600
SEED = 1


class Wrong(Exception):
    """What was expected and did not happen, in one sentence."""


# ---- make image ----

class Make:
    """`make image` with wrong words; each check is one method of no arguments."""

    def __init__(self, options):
        self.options = options
        self.dir = tempfile.mkdtemp(prefix="cordon-bad-")
        self.out = os.path.join(self.dir, "out.bin")
        self.firmware = f"{options.build}/images/opensbi-1.9/fw_dynamic.elf"

    def file(self, name, data):
        path = os.path.join(self.dir, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def image(self, **words):
        words = {"OUT": self.out, "B": self.options.build, "CACHE": self.options.cache,
                 "CROSS": self.options.cross, **words}
        environment = {k: v for k, v in os.environ.items()
                       if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", *words)}
        return subprocess.run(["make", "--no-print-directory", "image",
                               *(f"{k}={v}" for k, v in words.items())],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env=environment, check=False)

    def refuse(self, says, status=None, **words):
        """The words must be refused by one sentence, by the tool's own status if one is given."""
        before = sorted(os.listdir(self.dir))
        done = self.image(**words)
        text = done.stdout + done.stderr
        if done.returncode == 0:
            raise Wrong("make ended with status 0")
        if status is not None and f"Error {status}" not in text:
            raise Wrong(f"the tool did not end with status {status}: {text.strip()}")
        sentences = [line for line in text.split("\n") if line.strip() and
                     (not MAKE_CHATTER.match(line) or says in line)]
        spoken = [line for line in text.split("\n") if says in line]
        if len(spoken) != 1 or (status is not None and sentences != spoken):
            raise Wrong(f"not one sentence with \"{says}\": {text.strip()}")
        if sorted(os.listdir(self.dir)) != before:
            raise Wrong(f"files were left behind: {os.listdir(self.dir)}")

    def checks(self):
        with open(self.firmware, "rb") as f:
            elf = f.read()
        yield "an unknown policy", lambda: self.refuse("no such policy 'nosuch'", POLICY="nosuch")
        yield "an unknown board", lambda: self.refuse("no such board 'nosuch'", BOARD="nosuch")
        yield "a firmware that is not there", lambda: self.refuse(
            "FIRMWARE='nosuch.elf' is not there", FIRMWARE="nosuch.elf")
        yield "a program of the host", lambda: self.refuse(
            "mkbundle: ", 4, FIRMWARE=shutil.which("ls"))
        yield "an ELF cut short", lambda: self.refuse(
            "mkbundle: ", 5, FIRMWARE=self.file("short.elf", elf[:len(elf) // 3]))
        yield "an ELF cut in its header", lambda: self.refuse(
            "mkbundle: ", 5, FIRMWARE=self.file("head.elf", elf[:40]))
        yield "an empty firmware", lambda: self.refuse(
            "mkbundle: ", 10, FIRMWARE=self.file("empty.bin", b""))
        yield "an address that is no number", lambda: self.refuse(
            "-a wants a number", 2, FIRMWARE=self.file("fw.bin", elf), FIRMWARE_ADDR="here")
        yield "an address outside the address space", lambda: self.refuse(
            "mkbundle: ", 7, FIRMWARE=self.file("raw.bin", bytes(64)),
            FIRMWARE_ADDR="0xfffffffffffffff0")
        yield "an address for an ELF", lambda: self.refuse(
            "its own addresses", 2, FIRMWARE_ADDR="0x80000000",
            FIRMWARE=f"{self.options.build}/images/opensbi-1.1/fw_dynamic.elf")
        yield "an output that is a folder", lambda: self.refuse("mkbundle: ", 8, OUT=self.dir)
        yield "an output where nothing can be written", lambda: self.refuse(
            "mkbundle: ", 8, OUT="/proc/out.bin")
        yield "an output in a folder below a file", lambda: self.refuse(
            "cannot create directory", OUT=os.path.join(self.file("plain", b""), "out.bin"))
        yield "an output in a folder yet to be made", self.make_folder

    def make_folder(self):
        out = os.path.join(self.dir, "new", "folder", "out.bin")
        done = self.image(OUT=out)
        if done.returncode != 0 or not os.path.exists(out):
            raise Wrong("the folder was not made: " + done.stderr.strip())


# ---- at boot ----

class Boot:
    """One bundle on QEMU: run until it speaks, or until it has had its time."""

    def __init__(self, options):
        self.options = options
        self.dir = tempfile.mkdtemp(prefix="cordon-bad-")
        self.patience = 20
        self.silent = 0
        firmware = f"{options.build}/images/opensbi-1.9/fw_dynamic.elf"
        self.good = self.bundle(firmware)
        with open(self.good, "rb") as f:
            self.whole = f.read()

    def bundle(self, firmware, *words):
        handle, out = tempfile.mkstemp(dir=self.dir, suffix=".bin")
        os.close(handle)
        subprocess.run([f"{self.options.build}/host/mkbundle", "-m",
                        f"{self.options.build}/monitor.elf", "-f", firmware, "-o", out, *words],
                       check=True)
        return out

    def run(self, path, *words):
        """All that the machine says in its time; it is stopped when it has said enough."""
        process = machine.Machine(
            [self.options.qemu, "-M", "virt", "-m", "128M", "-display", "none", "-monitor", "none",
             "-serial", "stdio", "-no-reboot", "-bios", path, *words], self.patience)
        while process.read_some():
            spoken = process.data.find(REFUSED)
            if BANNER in process.data or (spoken >= 0 and b"\n" in process.data[spoken:]):
                break
        process.finish()
        return process.data

    def calibrate(self):
        """The whole bundle must start its firmware; a damaged one then gets four times as long."""
        started = time.monotonic()
        said = self.run(self.good)
        if BANNER not in said:
            raise Wrong(f"the whole bundle does not start its firmware: {said!r}")
        self.patience = max(3, 4 * (time.monotonic() - started))

    def refuse(self, data, silence_allowed):
        """These bytes must not reach the firmware; only some of them may do so silently."""
        with tempfile.NamedTemporaryFile(dir=self.dir, suffix=".run", delete=False) as f:
            f.write(data)
        said = self.run(f.name)
        os.unlink(f.name)
        if BANNER in said:
            raise Wrong("the firmware was started")
        if REFUSED not in said:
            self.silent += 1
            if not silence_allowed:
                raise Wrong(f"no refusal, but {said!r}")

    def refuse_place(self, firmware_addr, says, *words):
        path = self.bundle(f"{self.options.build}/images/opensbi-1.9/fw_dynamic.bin",
                           "-a", firmware_addr)
        said = self.run(path, *words)
        if REFUSED not in said or says.encode() not in said:
            raise Wrong(f"no refusal with \"{says}\", but {said!r}")

    def parts(self):
        """Places in the bundle by name: (name, first byte, one behind the last, may be silent)."""
        hash_len, relocs, count, header, total = struct.unpack_from("<5Q", self.whole, 40)
        yield "the monitor", 0, hash_len, True
        yield "the scratch space", hash_len, relocs, True
        yield "the relocations", relocs, relocs + 4 * count, True
        yield "the bundle's header", header, header + 1720, False
        first = struct.unpack_from("<Q", self.whole, header + 264 + 88 * 3 + 8)[0]
        yield "the firmware", first, total - 8, False
        yield "the end mark", total - 8, total, False

    def flips(self):
        """Bytes spread over the whole file, in every part at least its first and last one."""
        draw = random.Random(SEED)
        parts = list(self.parts())
        wanted = FLIPS_ALL if self.options.all else FLIPS_QUICK
        for name, start, end, silent in parts:
            spread = max(2, wanted * (end - start) // len(self.whole), wanted // 10)
            for i in range(spread):
                at = start + (end - 1 - start) * i // (spread - 1)
                bit = draw.randrange(8)
                data = bytearray(self.whole)
                data[at] ^= 1 << bit
                yield f"bit {bit} of byte {at} flipped, in {name}", bytes(data), silent

    def cuts(self):
        for name, start, end, silent in self.parts():
            for at in sorted({start, (start + end) // 2, end - 1}):
                yield f"cut to {at} bytes, in {name}", self.whole[:at], silent

    def checks(self):
        yield "the whole bundle starts its firmware", self.calibrate
        for name, data, silent in [*self.cuts(), *self.flips()]:
            yield "a bundle with " + name if "flipped" in name else "a bundle " + name, \
                lambda data=data, silent=silent: self.refuse(data, silent)
        outside, payload = "is not in memory", "overlaps the payload"
        taken = "overlaps monitor, device tree or initrd"
        kernel = ["-kernel", f"{self.options.build}/images/opensbi-1.9/fw_jump.bin"]
        for name, addr, says, words in (
                ("below memory", "0x40000000", outside, []),
                ("over the end of memory", "0x87fff000", outside, []),
                ("over the payload", "0x801f0000", payload, kernel),
                ("over the device tree", "0x87e00000", taken, []),
                ("over the initrd", "0x84200000", taken, [*kernel, "-initrd", "/bin/ls"])):
            yield "a firmware " + name, \
                lambda a=addr, s=says, w=words: self.refuse_place(a, s, *w)


def attempt(check):
    """Run one check: its name, and what is wrong or None."""
    name, function = check
    try:
        function()
    except Wrong as wrong:
        return name, str(wrong)
    return name, None


def report(results, quiet):
    passed = failed = 0
    for name, wrong in results:
        if wrong or not quiet:
            print(f"FAIL {name}: {wrong}" if wrong else f"ok   {name}", flush=True)
        passed, failed = passed + (not wrong), failed + bool(wrong)
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description="Wrong input to make and at boot.")
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--cache", default="build/cache", help="CACHE of make")
    parser.add_argument("--cross", default="riscv64-unknown-elf-", help="CROSS of make")
    parser.add_argument("--qemu", default="qemu-system-riscv64", help="the machine")
    parser.add_argument("--jobs", type=int, default=2, help="machines at a time (default: 2)")
    parser.add_argument("--all", action="store_true", help="ten times as many damaged bundles")
    options = parser.parse_args()
    make, boot = Make(options), Boot(options)
    try:
        made = report(map(attempt, make.checks()), False)
        checks = boot.checks()
        first = report([attempt(next(checks))], False)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            rest = report(pool.map(attempt, checks), True)
        print(f"of {rest[0] + rest[1]} wrong bundles {boot.silent} were refused without a word")
    finally:
        shutil.rmtree(make.dir)
        shutil.rmtree(boot.dir)
    passed, failed = (sum(pair) for pair in zip(made, first, rest))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
