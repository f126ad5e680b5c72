#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boot a full Debian on the monitor, load it with everything at once, and look into its log.

The system boots to its login on four harts, compiles, transfers, writes, computes and unplugs its
CPUs for so many minutes; then nothing may have failed and nothing may be in the kernel's log.  It
is rebooted, and powered off.  --native does the same on the bare machine.
"""
import argparse
import hashlib
import http.server
import io
import os
import random
import re
import subprocess
import sys
import tarfile
import threading
import time

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "qemu"))

import machine

BOOT_SECONDS = 420      # to the login, on a busy host
COMMAND_SECONDS = 120
BLOB_BYTES = 3 << 20
KINDS = ("compile", "network", "disk", "stress", "hotplug")
PROMPT = "cordon-ready# "
# Warnings that tell of a slow host, or that Linux gives on the bare machine just the same.
EXPECTED = re.compile(r"hrtimer: interrupt took \d+ ns|.*clocksource.*(skew|watchdog)|"
                      r"systemd.*: Time jumped|.*perf: interrupt took too long|"
                      # Linux 6.12 asks for fences on CPUs that it has itself unplugged, which
                      # OpenSBI and the monitor refuse alike (SBI 3.0, 8).
                      r"__sbi_rfence_v02_call: .* failed \(error \[-22\]\)")
# Linux 6.12 counts the deadline server of a CPU's fair tasks among the tasks of the CPU, and warns
# when the server's timer makes it one while the CPU is being unplugged.  The bare machine does so
# just the same (dying_cpu.py shows it); without the servers that is not in the log.
NO_FAIR_SERVER = "mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug; " \
                 "for cpu in /sys/kernel/debug/sched/fair_server/cpu*; do " \
                 "echo 0 >$cpu/runtime || exit; done"
MAKEFILE = """all: program
program: {objects}
	gcc -nostdlib -static -s -Wl,--build-id=none -o $@ $^
%.o: %.c
	gcc {flags} -c -o $@ $<
%.o: %.S
	gcc {flags} -c -o $@ $<
"""
FLAGS = "-march=rv64gc -mabi=lp64d -O2 -ffreestanding -fno-pic -fno-stack-protector " \
        "-fno-tree-loop-distribute-patterns"


class Trouble(Exception):
    """The test failed: one sentence, and lines that show it."""

    def __init__(self, sentence, lines=()):
        super().__init__(sentence)
        self.lines = list(lines)


def pack_sources():
    """A tar archive of the program lawful with a makefile: what the guest compiles."""
    folder, packed = os.path.join(HERE, "lawful"), io.BytesIO()
    names = sorted(os.listdir(folder))
    objects = " ".join(name[:-2] + ".o" for name in names if name[-2:] in (".c", ".S"))
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in names:
            archive.add(os.path.join(folder, name), name)
        text = MAKEFILE.format(objects=objects, flags=FLAGS).encode()
        entry = tarfile.TarInfo("Makefile")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    return packed.getvalue()


class Files(http.server.BaseHTTPRequestHandler):
    """Serves what the guest fetches, and answers what it sends with the sum of it."""

    content = {}

    def answer(self, data):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path in self.content:
            self.answer(self.content[self.path])
        else:
            self.send_error(404)

    def do_POST(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(sum_line(data))

    def log_message(self, *_):
        pass


def sum_line(data):
    return hashlib.sha256(data).hexdigest().encode() + b"  -\n"


def serve():
    """The host's side of the network; returns the port."""
    blob = random.Random(1).randbytes(BLOB_BYTES)
    with open(os.path.join(HERE, "debian", "load.sh"), "rb") as load:
        Files.content = {"/blob": blob, "/blob.sha256": sum_line(blob),
                         "/sources.tar": pack_sources(), "/load.sh": load.read()}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Console(machine.Machine):
    """A machine whose serial line is a shell's, after a login."""

    def __init__(self, argv, timeout, log):
        super().__init__(argv, timeout)
        self.position = 0
        self.log = log
        self.logged = 0

    def expect(self, pattern, seconds):
        """Wait for a pattern after what was met before; returns the match, or raises Trouble."""
        deadline = time.monotonic() + seconds
        while not (found := re.compile(pattern).search(self.data, self.position)):
            self.deadline = deadline
            more = self.read_some()
            self.log.write(self.data[self.logged:])
            self.log.flush()
            self.logged = len(self.data)
            if not more:
                why = "the machine ended" if self.eof else f"{seconds} s went by"
                tail = self.data[-3000:].decode("utf-8", "backslashreplace").split("\n")
                raise Trouble(f"{why} before \"{pattern.decode()}\" came", tail[-25:])
        self.position = found.end()
        return found

    def login(self):
        self.expect(rb"cordon login: ", BOOT_SECONDS)
        self.send("root\n")
        self.expect(rb"root@cordon:~# ", COMMAND_SECONDS)
        self.take_shell()

    def take_shell(self):
        """Go on in a plain shell, whose prompt is not in its own echo."""
        self.send(f"stty -echo; exec env PS1={PROMPT[:3]}''{PROMPT[3:-2]}'# ' sh\n")
        self.expect(PROMPT.encode(), COMMAND_SECONDS)
        self.run("dmesg -n 1")

    def run(self, command, seconds=COMMAND_SECONDS):
        """The output of a command; raises Trouble when it fails."""
        start = self.position
        self.send(command + "; echo \"status $? of it\"\n")
        status = self.expect(rb"status (\d+) of it\r?\n", seconds)
        self.expect(PROMPT.encode(), COMMAND_SECONDS)
        text = self.data[start:status.start()].decode("utf-8", "backslashreplace")
        lines = text.replace("\r", "").strip().split("\n")
        if int(status[1]):
            raise Trouble(f"\"{command}\" ended with status {int(status[1])}", lines[-15:])
        return lines

    def warnings(self):
        """What the kernel has said so far that is a warning or worse, without the times."""
        lines = self.run("dmesg --level=emerg,alert,crit,err,warn --notime")
        return [line for line in lines if line and not EXPECTED.match(line)]


class Debian:
    def __init__(self, options):
        self.options = options
        self.build = options.build
        self.firmware = options.firmware or f"{self.build}/images/opensbi-1.9/fw_dynamic.elf"

    def bios(self):
        """What QEMU starts: the firmware alone, or the bundle with the monitor."""
        if self.options.native:
            return os.path.splitext(self.firmware)[0] + ".bin"
        name = self.options.policy.replace(" ", "+") or "none"
        folder = f"{self.build}/policies/{name}"
        out = f"{self.build}/real/debian-{name}.bin"
        os.makedirs(os.path.dirname(out), exist_ok=True)
        made = subprocess.run([f"{self.build}/host/mkbundle", "-m", f"{folder}/monitor.elf",
                               "-f", self.firmware, "-o", out], check=False)
        if made.returncode:
            raise Trouble("the bundle was not made")
        return out

    def argv(self):
        images, options = f"{self.build}/images", self.options
        return [options.qemu, "-M", "virt", "-cpu", options.cpu, "-smp", str(options.smp),
                "-m", "1G", "-display", "none", "-monitor", "none", "-serial", "stdio",
                "-bios", self.bios(), "-kernel", f"{images}/linux-6.12/Image",
                "-initrd", f"{images}/debian/initrd.gz",
                # An hour of unplugging says more than the kernel's log holds by itself.
                "-append", "console=ttyS0 net.ifnames=0 log_buf_len=16M",
                "-drive", f"file={images}/debian/root.img,format=raw,if=none,id=disk,snapshot=on",
                "-device", "virtio-blk-device,drive=disk", "-netdev", "user,id=net",
                "-device", "virtio-net-device,netdev=net"]

    def load(self, console, port):
        """The mixed load; raises Trouble when a part of it failed or did nothing."""
        url = f"http://10.0.2.2:{port}"
        console.run("ip link set eth0 up; ip address add 10.0.2.15/24 dev eth0")
        console.run(f"busybox wget -q -O load.sh {url}/load.sh")
        seconds = int(self.options.minutes * 60)
        lines = console.run(f"sh load.sh {seconds} {url}", seconds * 2 + 600)
        for kind in KINDS:
            done = [line for line in lines if line.startswith(f"load: {kind}: ")]
            print("     | " + (done[0] if done else f"load: {kind}: nothing"), flush=True)
            idle = kind == "hotplug" and self.options.smp == 1
            if not done or not re.search(r": [1-9]\d* rounds" if not idle else r": \d+ r", done[0]):
                raise Trouble(f"the load \"{kind}\" did not go through", lines[-10:])

    def session(self, console, port):
        started = time.monotonic()
        console.login()
        print(f"ok   to the login in {time.monotonic() - started:.0f} s", flush=True)
        cpus = console.run("cat /sys/devices/system/cpu/online")[-1]
        if cpus != (f"0-{self.options.smp - 1}" if self.options.smp > 1 else "0"):
            raise Trouble(f"the CPUs online are {cpus}")
        failed = console.run("systemctl --failed --no-legend --plain")
        if failed != [""]:
            raise Trouble("services have failed", failed)
        console.run(f"({NO_FAIR_SERVER})")  # Linux warns of that, too
        before = console.warnings()
        self.load(console, port)
        after = console.warnings()
        if after[:len(before)] != before:
            raise Trouble("the kernel's log has lost its beginning, and what else nobody knows",
                          after[:20])
        if len(after) > len(before):
            raise Trouble("the kernel's log has new warnings", after[len(before):][-20:])
        print("ok   the load went through, and nothing is in the kernel's log", flush=True)
        console.send("reboot\n")
        console.login()
        print("ok   it reboots to the login", flush=True)
        console.send("poweroff\n")
        console.expect(rb"reboot: Power down", BOOT_SECONDS)
        console.deadline = time.monotonic() + COMMAND_SECONDS
        while console.read_some():
            pass
        outcome = console.finish()
        if outcome.reason:
            raise Trouble(f"after the power-off: {outcome.reason}")
        print("ok   it powers off", flush=True)

    def run(self):
        os.makedirs(f"{self.build}/real", exist_ok=True)
        with open(f"{self.build}/real/debian.log", "wb") as log:
            console = Console(self.argv(), BOOT_SECONDS, log)
            try:
                self.session(console, serve())
            finally:
                if not console.process.stdin.closed:
                    console.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--policy", default="", help="the monitor's policies (default: none)")
    parser.add_argument("--native", action="store_true", help="without a monitor")
    parser.add_argument("--minutes", type=float, default=60, help="of load (default: 60)")
    parser.add_argument("--smp", type=int, default=4, help="harts (default: 4)")
    parser.add_argument("--cpu", default="rv64", help="QEMU's CPU model (default: rv64)")
    parser.add_argument("--qemu", default="qemu-system-riscv64", help="the QEMU to use")
    parser.add_argument("--firmware", help="another firmware than OpenSBI 1.9")
    options = parser.parse_args()
    where = "natively" if options.native else f"with policies \"{options.policy}\""
    print(f"Debian on {options.smp} harts, {options.minutes:g} minutes of load, {where}",
          flush=True)
    try:
        Debian(options).run()
    except Trouble as trouble:
        print(f"FAIL Debian: {trouble}")
        for line in trouble.lines:
            print("     | " + line)
        print(f"     | the console is in {options.build}/real/debian.log")
        print("0 passed, 1 failed")
        return 1
    print("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
