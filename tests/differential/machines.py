# SPDX-License-Identifier: Apache-2.0
"""The two machines: QEMU with the stage as firmware, and QEMU with the stage on the monitor.

Memory is a file that we map, too: programs are written into it before the start, and the log is
there when the machine has powered off.
"""
import mmap
import os
import re
import shutil
import subprocess
import time

import csrs
import program as P

OWN_QEMU = "7.2"
PATIENCE = 5       # seconds without one more program done


class Config:
    def __init__(self, name, qemu, cpu, h=True):
        self.name, self.qemu, self.cpu, self.h = name, qemu, cpu, h
        self.harts = 1
        self.numbers = list(csrs.NAMES.values())
        self.path = None
        # QEMU 10 shows M-mode's pending interrupts in hvip; differences.txt has it, programs not.
        self.unread = set() if qemu == "7.2" else {csrs.NAMES["hvip"]}

    def choices(self):
        """The file with what this CPU chose where the manual leaves it a choice."""
        here = os.path.dirname(os.path.abspath(__file__))
        return os.path.join(here, "choices", f"{self.name}.txt")

    def sound_mpv(self):
        return not self.h or self.qemu != "7.2"


CONFIGS = [
    Config("rv64", "7.2", "rv64"),
    Config("noh", "7.2", "rv64,h=false", h=False),
    Config("nosstc", "7.2", "rv64,sstc=false"),
    Config("u54", "7.2", "sifive-u54", h=False),
    Config("max", "10.0", "max"),
]
# Those of which the choices are known, for the model: it is a hart without H.
MODEL_CONFIGS = [
    Config("noh10", "10.0", "rv64,h=false", h=False),
    Config("u54", "7.2", "sifive-u54", h=False),
]


class Broken(Exception):
    """The machinery itself failed; one sentence."""


def find_qemu(build, version):
    """The QEMU of that version under build/tools, or the machine's own if it is that one."""
    path = os.path.join(build, "tools", f"qemu-{version}", "qemu-system-riscv64")
    if os.path.exists(path):
        return path
    own = shutil.which("qemu-system-riscv64")
    said = own and subprocess.run([own, "--version"], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, check=False).stdout
    if said and f"version {version}." in said:
        return own
    return None


def read_symbols(cross, elf):
    """Addresses of the stage's doors by name."""
    text = subprocess.run([cross + "nm", elf], capture_output=True, text=True, check=True,
                          stdin=subprocess.DEVNULL).stdout
    return {name: int(value, 16) for value, _, name in
            (line.split() for line in text.splitlines())
            if re.fullmatch(r"(vectors|exit|enter_\w+?)\d+", name)}


class Machine:
    """QEMU, with something as its firmware."""

    def __init__(self, name, bios, scratch):
        self.name, self.bios, self.scratch = name, bios, scratch

    def argv(self, config, ram):
        # Turns of two harts under -icount last until something happens; each has its own thread.
        clock = ["-icount", "shift=0,sleep=off"] if config.harts == 1 else []
        return [config.path, *clock, "-M", "virt,memory-backend=ram", "-cpu", config.cpu, "-smp",
                str(config.harts), "-m", "256M", "-object",
                f"memory-backend-file,id=ram,size=256M,mem-path={ram},share=on",
                "-display", "none", "-monitor", "none",
                "-serial", "none", "-no-reboot", "-bios", self.bios]

    def run(self, blob, count, config):
        """The logs of the programs that came to an end, and whether all of them did."""
        ram = os.path.join(self.scratch, f"ram-{self.name}")
        with open(ram, "wb+") as file:
            file.truncate(P.RAM_SIZE)
            memory = mmap.mmap(file.fileno(), P.RAM_SIZE)
            at = P.BLOB_BASE - P.RAM_BASE
            if len(blob) > P.LOG_BASE - P.BLOB_BASE:
                raise Broken("the batch is too large for its place; take fewer programs")
            memory[at:at + len(blob)] = blob
            said = self.wait(config, ram, memory)
            at = P.LOG_BASE - P.RAM_BASE
            head = memory[at:at + 64]
            end = int.from_bytes(head[16:24], "little")
            self.block = int.from_bytes(head[24:32], "little") - 1
            data = memory[at:max(end - P.RAM_BASE, at + 64)]
            memory.close()
        logs, complete = P.split_log(data, config)
        if said:
            raise Broken(f"QEMU {config.qemu} says: {said}")
        return logs, complete and len(logs) == count

    def wait(self, config, ram, memory):
        """Until it powers off, or nothing happens any more; what QEMU complained of."""
        progress = P.LOG_BASE - P.RAM_BASE + 8
        with subprocess.Popen(self.argv(config, ram), stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            before, since = b"", time.monotonic()
            while time.monotonic() - since < PATIENCE:
                try:
                    process.wait(0.05)
                    break
                except subprocess.TimeoutExpired:
                    now = memory[progress:progress + 8]
                    if now != before:
                        before, since = now, time.monotonic()
            else:
                process.kill()
                process.wait()
                return None
            text = process.stderr.read().decode("utf-8", "replace").strip()
        return text.replace("\n", "; ") if process.returncode else None


class Model(Machine):
    """The reference model with a machine around it (tests/model/machine), in place of QEMU."""

    def __init__(self, program, stage, scratch):
        super().__init__("model", stage, scratch)
        self.program = program

    def argv(self, config, ram):
        return [self.program, ram, config.choices(), self.bios]
