#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the stages of a start by stage 0 cost, in instructions: QEMU counts them (-icount shift=0,
so that a tick of the CLINT's 10 MHz is 100), and gdb reads mtime where each stage begins.

usage: boot_cost.py --qemu QEMU --gdb GDB --cross PREFIX --mkbundle TOOL
                    --stage0 stage0.elf --monitor monitor.elf --firmware ELF
Prints a line for each stage. Status 1 if one of them is not reached.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

FLASH = 32 << 20
MTIME = 0x200bff8
PER_TICK = 100
MOVED_BY = re.compile(r"monitor at ([0-9a-f]+) ")
LINKED = 0x80000000

# (where it begins: image and symbol, what begins there); each is looked for behind the one before.
# The firmware begins where the bundle did.
STAGES = [
    ("stage0", "stage0_main", "device tree, harts, payload"),
    ("stage0", "stage0_choose", "key of the log of starts, copy of the bundle"),
    ("stage0", "image_check", "digests of the bundle"),
    ("stage0", "manifest_verify", "the manifest's signature, in stage 0"),
    ("stage0", "stage0_derive", "secrets, keys, the monitor's certificate, sealing root"),
    ("bundle", "_start", "the monitor looks at the machine, moves itself"),
    ("monitor", "image_check_running", "digests of the bundle, in the monitor"),
    ("monitor", "manifest_verify", "the manifest's signature, in the monitor"),
    ("monitor", "load_firmware", "firmware copied, and digested in its place"),
    ("monitor", "scrub_memory", "memory cleared, policies started"),
    ("monitor", "identity_make", "the attestation key and its certificate"),
    ("monitor", "identity_forget", "firmware measured; up to its first instruction"),
    ("firmware", "entry", None),
]
# With -bios there is no stage 0, and the monitor makes all of the identity.
PLAIN = [
    ("bundle", "_start", None),
    ("monitor", "identity_make", "all three keys and certificates, without a stage 0"),
    ("monitor", "identity_forget", None),
]


def run(*words):
    return subprocess.run([str(w) for w in words], check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()


class Start:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        bundle = os.path.join(folder, "bundle")
        run(args.mkbundle, "-m", args.monitor, "-f", args.firmware, "-o", bundle)
        stage0 = os.path.join(folder, "stage0.bin")
        run(args.cross + "objcopy", "-O", "binary", args.stage0, stage0)
        self.size = os.path.getsize(bundle)
        self.flash = []
        for unit, name in enumerate((stage0, bundle)):
            with open(name, "rb") as file:
                image = file.read().ljust(FLASH, b"\xff")
            path = os.path.join(folder, f"flash{unit}")
            with open(path, "wb") as file:
                file.write(image)
            self.flash += ["-drive", f"if=pflash,unit={unit},format=raw,file={path}" +
                           (",readonly=on" if unit == 0 else "")]

        self.stage0 = ["-bios", "none", *self.flash]
        self.plain = ["-bios", bundle]

    def gdb(self, machine, commands):
        """Under a machine that waits; what gdb prints, and what the machine says."""
        socket, console = os.path.join(self.folder, "gdb"), os.path.join(self.folder, "console")
        process = subprocess.Popen(
            ["timeout", "-k", "1", "200", self.args.qemu, "-M", "virt", "-m", "128M", "-smp", "1",
             "-display", "none", "-serial", f"file:{console}", "-icount", "shift=0", "-S",
             "-gdb", f"unix:{socket},server=on", *machine],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        words = [self.args.gdb, "-nx", "-batch", "-ex", "set architecture riscv:rv64",
                 "-ex", f"target remote {socket}"]
        for command in commands:
            words += ["-ex", command]
        try:
            while not os.path.exists(socket) and process.poll() is None:
                time.sleep(0.05)
            said = run("timeout", "150", *words, "-ex", "kill")
        finally:
            process.terminate()
            process.wait()
            if os.path.exists(socket):
                os.remove(socket)
        with open(console, errors="replace") as file:
            return said, file.read()


def symbols(args, path):
    found = {}
    for line in run(args.cross + "nm", path).splitlines():
        words = line.split()
        found[words[-1]] = int(words[0], 16) if len(words) == 3 else 0
    return found


def measure(start, machine, stages):
    """[(million instructions, stage)], the first one from reset."""
    args = start.args
    # Where the monitor moves to: what it says before the firmware's first instruction.
    _, console = start.gdb(machine, 2 * [f"thbreak *{LINKED:#x}", "continue"])
    moved = MOVED_BY.search(console)
    if not moved:
        sys.exit("FAIL boot cost: the monitor does not say where it is")
    stage0, monitor = symbols(args, args.stage0), symbols(args, args.monitor)
    commands = []
    for image, symbol, _ in stages:
        at = LINKED
        if image == "stage0":
            at = stage0[symbol]
        elif image == "monitor":
            at = monitor[symbol] - LINKED + int(moved[1], 16)
        commands += [f"thbreak *{at:#x}", "continue", f"x/1gx {MTIME:#x}"]
    said, _ = start.gdb(machine, commands)
    ticks = [int(t, 16) for t in re.findall(rf"{MTIME:#x}:\s+(0x[0-9a-f]+)", said)]
    if len(ticks) != len(stages):
        sys.exit(f"FAIL boot cost: only {len(ticks)} of {len(stages)} stages begin\n{said}")
    whats = ["from reset on"] + [what for _, _, what in stages]
    return [((end - begin) * PER_TICK / 1e6, what)
            for what, begin, end in zip(whats, [0] + ticks, ticks)]


def main():
    parser = argparse.ArgumentParser()
    for name in ("qemu", "gdb", "cross", "mkbundle", "stage0", "monitor", "firmware"):
        parser.add_argument("--" + name, required=True)
    with tempfile.TemporaryDirectory() as folder:
        start = Start(parser.parse_args(), folder)
        print(f"a bundle of {start.size} bytes; million instructions")
        for cost, what in (measure(start, start.stage0, STAGES) +
                           measure(start, start.plain, PLAIN)[-1:]):
            print(f"{cost:8.1f}  {what}")


if __name__ == "__main__":
    main()
