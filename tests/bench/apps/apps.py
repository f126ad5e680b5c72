#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applications in a Debian on four harts, on the bare machine and on the monitor alternately.

Both machines are booted, one after the other, to a shell and no further, and stay; while one works
the other sleeps, and they take turns with each application, so that what the host does besides
meets both alike. Prints a table: both medians, their ratio, and how far the rounds of one side lie
apart, which is the noise.
Status 0: measured; 1: a machine or a program failed; 2: wrong usage.
"""
import argparse
import json
import os
import re
import statistics
import sys

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "real"))
sys.path.insert(0, os.path.join(HERE, "..", "..", "qemu"))

import debian

ROUND_SECONDS = 1200
# The first program is the initramfs's busybox; its /init is carried on to a shell, not to systemd:
# what a service does in the meantime would be measured as well.
FIRST = " rdinit=/bin/busybox -- sh"
TO_SHELL = ("/bin/busybox sed s,/sbin/init,/bin/sh, /init >/to-shell; "
            "exec /bin/busybox sh /to-shell")
MOUNTS = "mount -t proc none /proc; mount -t sysfs none /sys; mount -t tmpfs none /run"
LINE = re.compile(r"^app: (\S+) ([\d.]+(?:e[+]?\d+)?) (\S+)$")
SIDES = ("native", "cordon")
APPLICATIONS = ("redis-set", "redis-get", "cpu", "memory", "threads", "fileio", "compile")


class Side:
    """One machine: the bare one, or one with the monitor."""

    def __init__(self, options, native, port):
        options.native = native
        machine = debian.Debian(options)
        argv = [word.replace("images/debian/", "images/debian-apps/") for word in machine.argv()]
        argv[argv.index("-append") + 1] += FIRST
        name = SIDES[0] if native else SIDES[1]
        self.log = open(f"{options.build}/bench/apps-{name}.log", "wb")
        self.console = debian.Console(argv, debian.BOOT_SECONDS, self.log)
        self.port, self.seconds = port, options.seconds

    def begin(self):
        """Up to a shell that has the script."""
        self.console.expect(rb"# ", debian.BOOT_SECONDS)
        self.console.send(TO_SHELL + "\n")
        self.console.expect(rb"mounted filesystem(?s:.*)# ", debian.BOOT_SECONDS)
        self.console.take_shell()
        self.console.run(MOUNTS)
        self.console.run("export HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin")
        self.console.run("modprobe virtio_net")
        url = f"http://10.0.2.2:{self.port}"
        self.console.run("ip link set lo up; ip link set eth0 up; "
                         "ip address add 10.0.2.15/24 dev eth0")
        self.console.run(f"busybox wget -q -O run.sh {url}/run.sh")

    def measure(self, name):
        """(value, unit) of one application, once."""
        lines = self.console.run(f"sh run.sh {name} {self.seconds} http://10.0.2.2:{self.port}",
                                 ROUND_SECONDS)
        found = [m for m in map(LINE.match, lines) if m and m[1] == name]
        if len(found) != 1:
            raise debian.Trouble(f"{name} did not say what it measured", lines[-10:])
        return float(found[0][2]), found[0][3]

    def end(self):
        if not self.console.process.stdin.closed:
            self.console.stop()
        self.log.close()


def serve():
    port = debian.serve()
    with open(os.path.join(HERE, "run.sh"), "rb") as script:
        debian.Files.content["/run.sh"] = script.read()
    return port


def measure(options):
    """[{name: (value, unit)}] of each side, round by round in turns."""
    port = serve()
    sides, rounds = [], ([], [])
    try:
        for native in (True, False):
            sides.append(Side(options, native, port))
            sides[-1].begin()
        for number in range(options.rounds):
            for side in rounds:
                side.append({})
            for place, name in enumerate(options.only or APPLICATIONS):
                for i in ((0, 1), (1, 0))[(number + place) % 2]:
                    rounds[i][-1][name] = sides[i].measure(name)
            print(f"  round {number + 1}", flush=True)
    finally:
        for side in sides:
            side.end()
    return rounds


def spread(values):
    """How far apart the rounds of one side lie, as a part of their middle."""
    return (max(values) - min(values)) / statistics.median(values)


def table(rounds):
    """Rows of the table as they stand in a document."""
    yield "| program | native | Cordon | speed of native | spread of native | spread of Cordon |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, (_, unit) in rounds[0][0].items():
        both = [[found[name][0] for found in side] for side in rounds]
        middle = [statistics.median(values) for values in both]
        ratio = middle[0] / middle[1] if unit == "seconds" else middle[1] / middle[0]
        yield (f"| {name} | {middle[0]:,.5g} {unit} | {middle[1]:,.5g} {unit} | {ratio:.2f} "
               f"| {spread(both[0]):.0%} | {spread(both[1]):.0%} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--policy", default="sandbox offload failsafe", help="policies")
    parser.add_argument("--rounds", type=int, default=3, help="rounds on each side (default: 3)")
    parser.add_argument("--seconds", type=int, default=10, help="of each program (default: 10)")
    parser.add_argument("--only", action="append", choices=APPLICATIONS, help="only this one")
    parser.add_argument("--smp", type=int, default=4, help="harts (default: 4)")
    parser.add_argument("--cpu", default="rv64", help="QEMU's CPU model (default: rv64)")
    parser.add_argument("--qemu", default="qemu-system-riscv64", help="the QEMU to use")
    parser.add_argument("--firmware", help="another firmware than OpenSBI 1.9")
    options = parser.parse_args()
    try:
        os.makedirs(f"{options.build}/bench", exist_ok=True)
        rounds = measure(options)
    except debian.Trouble as trouble:
        print(f"FAIL apps: {trouble}")
        for line in trouble.lines:
            print("     | " + line)
        return 1
    with open(f"{options.build}/bench/apps.json", "w", encoding="utf-8") as out:
        json.dump(dict(zip(SIDES, rounds)), out, indent=1)
    print("\n".join(table(rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
