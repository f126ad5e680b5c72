# SPDX-License-Identifier: Apache-2.0
"""What is measured: every suite, natively and on the monitor with each choice of policies.

Results are plain: {section: {name: {column: [monitor, firmware, payload, exits, nested]}}}, a
column being "native" or policies with + between them.
"""
import os
import re
import subprocess

import counter
import operations

NATIVE = "native"
POLICIES = ("none", "sandbox", "offload", "sandbox+offload", "sandbox+offload+failsafe+audit")
GUEST_MACHINE = ["-M", "virt", "-cpu", "rv64", "-m", "128M", *counter.STEADY]
LINUX_CPUS = {"Sstc on": "rv64", "Sstc off": "rv64,sstc=false"}
HARTS = (1, 2, 4, 8)


class Files:
    """The tools and files of a build; the monitors may be another revision's."""

    def __init__(self, build, cross, monitors=None):
        self.build, self.cross = build, cross
        self.monitors = monitors or build

    def guest(self, name):
        return os.path.join(self.build, "bench", name + ".elf")

    def image(self, *names):
        return os.path.join(self.build, "images", *names)

    def monitor(self, policy):
        return os.path.join(self.monitors, "policies", policy, "monitor.elf")

    def bundle(self, policy, firmware, out):
        """Make a bundle of the monitor with these policies; raises BenchError."""
        tool = os.path.join(self.monitors, "host", "mkbundle")
        made = subprocess.run([tool, "-m", self.monitor(policy), "-f", firmware, "-o", out],
                              capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        if made.returncode:
            raise counter.BenchError(f"no bundle for {policy}: {made.stderr.strip()}; "
                                     f"make {self.monitor(policy)}")
        return out


class Bench:
    """Runs guests on one QEMU, in all columns."""

    def __init__(self, files, qemu, columns, tell=print):
        self.files, self.columns, self.tell = files, columns, tell
        self.counter = counter.Counter(qemu, files.build, files.cross)
        self.seconds, self.disagreeing, self.failed = {}, [], []

    def run(self, column, image, options, **more):
        """One run of a firmware (an ELF); natively QEMU gets its raw image if there is one."""
        if column == NATIVE:
            raw = os.path.splitext(image)[0] + ".bin"
            done = self.counter.run(raw if os.path.exists(raw) else image, options, **more)
        else:
            out = os.path.join(self.counter.folder.name, "bundle.bin")
            done = self.counter.run(self.files.bundle(column, image, out), options,
                                    monitor=self.files.monitor(column), **more)
        self.seconds[column] = self.seconds.get(column, 0) + done.seconds
        return done

    def firmware_guest(self, column, profiled=None):
        """The run of tests/bench/guests/firmware.S and payload.S."""
        guest = self.files.guest("operations")
        names = counter.symbols(self.files.cross + "nm", guest)
        return self.run(column, guest, GUEST_MACHINE, profile=profiled,
                        firmware=(names["_start"], names["firmware_end"]))

    def calls(self, column, harts=1, profiled=None):
        """The run of tests/bench/guests/calls.S; with several harts, one more beats time."""
        count = harts if harts == 1 else harts + 1
        options = [*GUEST_MACHINE, "-smp", str(count), "-kernel", self.files.guest("calls")]
        return self.run(column, self.files.image("opensbi-1.9", "fw_dynamic.elf"), options,
                        profile=profiled, timeout=400)

    def linux(self, column, cpu, profiled=None):
        """A boot of Linux to its first program and off again."""
        options = ["-M", "virt", "-cpu", cpu, "-m", "512M", *counter.STEADY,
                   "-kernel", self.files.image("linux-6.12", "Image"),
                   "-initrd", self.files.image("initramfs.cpio.gz"),
                   "-append", "console=ttyS0 earlycon=sbi cordon.auto"]
        done = self.run(column, self.files.image("opensbi-1.6", "fw_dynamic.elf"), options,
                        timeout=600, profile=profiled)
        if "cordon: shell says 42" not in done.text:
            raise counter.BenchError(f"Linux did not reach its first program ({column})")
        return done


def _keep(results, section, name, column, counts):
    results.setdefault(section, {}).setdefault(name, {})[column] = counts.values()


def _compare_counters(bench, run, column):
    """One hart: rdcycle counts no other's instructions, so both counters must agree."""
    if run.cells:
        bench.disagreeing += [(column, *found) for found in operations.disagreeing(run)]


def _keep_costs(results, run, column, wanted=lambda op: True, section=None):
    for name, (op, cost, cycles) in operations.costs(run).items():
        if op.group != "loop" and wanted(op):
            # Without a plugin there is one number, and nobody knows whose instructions they are.
            counts = cost if run.cells else counter.Counts((0, 0, cycles, 0, 0))
            _keep(results, section or op.group, name, column, counts)


def _each(bench, column, what, action):
    """Tell, then act; a run that fails leaves its cells empty, and is told at the end."""
    bench.tell(f"{what}: {column}")
    try:
        action()
    except counter.BenchError as error:
        bench.failed.append(f"{what}, {column}: {error}")


def _measure_column(bench, results, column):
    for guest in (bench.firmware_guest, bench.calls):
        run = guest(column)
        _keep_costs(results, run, column)
        _compare_counters(bench, run, column)
    if run.cells:
        _keep(results, "boot", "the monitor itself", column, run.marker(counter.BOOT))
        _keep(results, "boot", "OpenSBI 1.9 to its payload", column,
              run.marker(counter.STARTUP))


def measure_operations(bench, results):
    """Firmware's instructions, a payload's traps, calls of a real firmware, and its boot."""
    for column in bench.columns:
        _each(bench, column, "operations", lambda c=column: _measure_column(bench, results, c))


def measure_harts(bench, results):
    """What reaches other harts, by their number; all harts' instructions together."""
    for column in bench.columns:
        for harts in HARTS[1:]:
            _each(bench, column, f"harts {harts}", lambda c=column, h=harts: _keep_costs(
                results, bench.calls(c, h), c, lambda op: op.group == "others", f"harts {h}"))


def _measure_boot(bench, results, column, title):
    run = bench.linux(column, LINUX_CPUS[title])
    _keep(results, "linux", f"{title}: the monitor's boot", column, run.marker(counter.BOOT))
    _keep(results, "linux", f"{title}: OpenSBI 1.6 to Linux", column, run.marker(counter.STARTUP))
    _keep(results, "linux", f"{title}: Linux to power-off", column, run.marker(0))


def measure_linux(bench, results):
    """A Linux boot, split by owner."""
    for title in LINUX_CPUS:
        for column in bench.columns:
            _each(bench, column, f"linux, {title}",
                  lambda c=column, t=title: _measure_boot(bench, results, c, t))


def version_of(tool):
    """The first line by which a tool names itself."""
    out = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False,
                         stdin=subprocess.DEVNULL).stdout.split("\n")[0]
    found = re.search(r"\d+\.\d+(\.\d+)?", out)
    return found[0] if found else "unknown"
