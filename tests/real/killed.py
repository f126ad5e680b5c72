#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kill the firmware below a Linux under load, and see that Linux does not mind.

OpenSBI is given a few instructions that make it loop, or jump to nowhere, when Linux plugs in a
CPU.  On the bare machine that is the end: the control.  On the monitor with failsafe Linux goes on,
plugs its CPUs, runs its programs, reboots and powers off.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "qemu"))

import broken_firmware
import machine

DEATHS = {"loop": [], "jump": ["-DDIES_BY_JUMP"]}
SECONDS = 150          # for everything, on a busy host
CONTROL_SECONDS = 40   # after which the bare machine is given up
SHOWN = 25
CPU = "/sys/devices/system/cpu/cpu"
LOAD = r"for i in 1 2 3 4; do (while :; do md5sum /bin/busybox >/dev/null; done) & " \
       r'pids="$pids $!"; done'
DIE = [("expect", "cordon:~#"),
       ("send", LOAD + "\n"),
       ("send", f"echo 0 >{CPU}1/online; echo unplugged $((6 * 7))\n"),
       ("expect", "unplugged 42"),
       ("send", f"echo 1 >{CPU}1/online; echo alive $((6 * 7))\n")]
GO_ON = [*DIE, ("expect", "failsafe: firmware stopped on hart"),
         ("expect", "alive 42"),
         ("send", f"echo 1 >{CPU}1/online; for n in 2 3; do echo 0 >{CPU}$n/online; "
                  f"echo 1 >{CPU}$n/online; done; echo cpus $(cat {CPU[:-4]}/online)\n"),
         ("expect", "cpus 0-3"),
         ("send", "kill $pids; lawful\n"), ("expect", "lawful: 0 wrong")]
ENDS = {"poweroff": [("send", "poweroff -f\n"), ("expect", "reboot: Power down"), ("end", "")],
        "reboot": [("send", "reboot -f\n"), ("expect", "Linux version"),
                   ("expect", "cordon:~#"), ("send", "poweroff -f\n"),
                   ("expect", "reboot: Power down"), ("end", "")]}
TROUBLE = re.compile(r".*(BUG|Oops|stall|lockup|WARNING|Call Trace|unhandled|panic).*")


class Killer:
    def __init__(self, options):
        self.options = options
        self.work = os.path.join(options.build, "real")
        os.makedirs(self.work, exist_ok=True)

    def make_firmware(self, death):
        """The dying OpenSBI as an ELF file, and as the raw image that QEMU starts natively."""
        original = f"{self.options.build}/images/opensbi-1.9/fw_dynamic.elf"
        name = os.path.join(self.work, f"opensbi-{death}")
        broken_firmware.make(original, name, self.options.cross, DEATHS[death])
        return name + ".elf"

    def bundle(self, elf):
        out = elf[:-4] + "-bundle.bin"
        policies = self.options.policy.replace(" ", "+")
        monitor = f"{self.options.build}/policies/{policies}/monitor.elf"
        subprocess.run([f"{self.options.build}/host/mkbundle", "-m", monitor, "-f", elf,
                        "-o", out], check=True)
        return out

    def start(self, name, bios, script, seconds):
        images = f"{self.options.build}/images"
        outcome = machine.run_script(
            ["qemu-system-riscv64", "-M", "virt", "-cpu", self.options.cpu, "-smp", "4",
             "-m", "512M", "-display", "none", "-monitor", "none", "-serial", "stdio",
             "-bios", bios, "-kernel", f"{images}/linux-6.12/Image",
             "-initrd", f"{images}/initramfs.cpio.gz",
             "-append", "console=ttyS0 cordon.plain"], seconds, script)
        with open(os.path.join(self.work, name + ".log"), "w", encoding="utf-8") as log:
            log.write(outcome.text)
        return outcome

    def control(self, death, _):
        """The bare machine must not get past the firmware's death."""
        bios = os.path.join(self.work, f"opensbi-{death}.bin")
        outcome = self.start(f"killed-{death}-native", bios, [*DIE, ("expect", "alive 42")],
                             CONTROL_SECONDS)
        if outcome.reason is None:
            return ["natively Linux survives this firmware: it does not die"]
        if "unplugged 42" not in outcome.text:
            return ["natively Linux did not come to the firmware's death",
                    *outcome.text.split("\n")[-SHOWN:]]
        return []

    def survive(self, death, end):
        """The monitor must get Linux past it, and to the end."""
        bios = os.path.join(self.work, f"opensbi-{death}-bundle.bin")
        outcome = self.start(f"killed-{death}-{end}", bios, GO_ON + ENDS[end], SECONDS)
        trouble = [line for line in outcome.text.split("\n") if TROUBLE.fullmatch(line)]
        if outcome.reason or trouble:
            return [outcome.reason or "the kernel complains", *trouble,
                    *outcome.text.split("\n")[-SHOWN:]]
        return []

    def cases(self):
        for death in DEATHS:
            self.bundle(self.make_firmware(death))
            yield f"natively Linux does not survive a firmware that dies by a {death}", \
                self.control, death, ""
            for end in ENDS:
                yield f"Linux survives a firmware that dies by a {death}, and its {end} works", \
                    self.survive, death, end


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--policy", default="sandbox offload failsafe",
                        help="the monitor's policies, failsafe among them (%(default)s)")
    parser.add_argument("--cross", default="riscv64-unknown-elf-", help="compiler prefix")
    parser.add_argument("--filter", default="", help="only cases in which this is found")
    parser.add_argument("--cpu", default="rv64", help="QEMU's CPU model (default: rv64)")
    parser.add_argument("--jobs", type=int, default=2, help="machines at a time (default: 2)")
    killer = Killer(parser.parse_args())
    try:
        cases = [case for case in killer.cases() if re.search(killer.options.filter, case[0])]
    except broken_firmware.PatchError as error:
        sys.exit(f"killed.py: OpenSBI cannot be made to die: {error}")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(killer.options.jobs) as pool:
        results = pool.map(lambda case: case[1](*case[2:]), cases)
        for (sentence, *_), wrong in zip(cases, results):
            print(("FAIL " if wrong else "ok   ") + sentence, flush=True)
            for line in wrong:
                print("     | " + line)
            failed += bool(wrong)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
