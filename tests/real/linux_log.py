#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boot Linux on the bare machine and on the monitor, and compare the whole logs.

OpenSBI's banner and the kernel's log must be the same on both, line by line but in any order,
except for what linux_log.txt reviews; so for each set of policies.  With --all the bare machine is
booted twice and must agree with itself by the rules that do not speak of the monitor: that keeps
those rules honest.
"""
import argparse
import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import threading

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "qemu"))

import machine

OWN, TRIXIE, FORKY = ("qemu-system-riscv64", "$B/tools/qemu-10.0/qemu-system-riscv64",
                      "$B/tools/qemu-11.1/qemu-system-riscv64")
# The sets of policies, each with the machines it is tried on; A+B is POLICY="A B".
FULL, DEFAULT = "sandbox+offload+failsafe+audit", "sandbox+offload+failsafe"
QUICK = (("none", OWN, "rv64", 1), ("none", TRIXIE, "max", 2), (FULL, OWN, "rv64", 4))
SETS = ("none", "sandbox", "offload", "sandbox+offload", FULL)
ALL = (("none", OWN, "sifive-u54", 2), ("none", OWN, "rv64,h=false", 2), ("none", FORKY, "max", 8),
       (DEFAULT, OWN, "sifive-u54", 2), (DEFAULT, OWN, "rv64,h=false", 2),
       (DEFAULT, FORKY, "max", 8),
       *((policies, OWN, cpu, smp) for policies in SETS
         for cpu, smp in (("rv64", 1), ("rv64", 4), ("rv64", 8), ("rv64,sstc=false", 4))))
KINDS = ("noise", "either", "monitor")
POLICY_KIND = re.compile(r"policy:(\w+)")
TIMEOUT = 120
SHOWN = 30


def read_rules(path):
    """The rules by kind; a line that is not understood ends the program."""
    rules = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            fields = [field.strip() for field in line.split(" | ")]
            if not line.strip() or line.startswith("#"):
                continue
            known = fields[0] in KINDS or POLICY_KIND.fullmatch(fields[0])
            if len(fields) != 3 or not known or not fields[2]:
                sys.exit(f"{path}:{number}: not \"KIND | EXPRESSION | reason\"; correct this line")
            rules[fields[0]].append(re.compile(fields[1]))
    return rules


def significant(text, rules, kinds):
    """The lines that count, with their number: noise cut, lines of the other kinds left out."""
    count = collections.Counter()
    for line in text.split("\n"):
        for rule in rules["noise"]:
            line = rule.sub("~", line)
        line = line.strip("~ ")
        if not line or line.startswith("[cordon]"):
            continue
        if not any(rule.fullmatch(line) for kind in kinds for rule in rules[kind]):
            count[line] += 1
    return count


def difference(first, second, rules, kinds):
    """Lines of a diff between two logs; empty when they agree."""
    a, b = significant(first, rules, kinds), significant(second, rules, kinds)
    return [f"-{line}" for line in a - b] + [f"+{line}" for line in b - a]


class BadBoot(Exception):
    """A boot that did not get far enough; the lines say why."""

    def __init__(self, lines):
        super().__init__(lines[0])
        self.lines = lines


class Comparison:
    def __init__(self, build, rules, twice):
        self.build = build
        self.twice = int(twice)  # boot natively once more, to judge the rules
        self.rules = rules
        self.firmware = f"{build}/images/opensbi-1.9/fw_dynamic"
        self.native = {}         # what the bare machine said, by machine
        self.locks = collections.defaultdict(threading.Lock)

    def boot(self, name, config, bios):
        """The text of one boot to the end; raises BadBoot."""
        qemu, cpu, smp = config
        images = os.path.join(self.build, "images")
        outcome = machine.run_to_end(
            [qemu.replace("$B", self.build), "-M", "virt", "-cpu", cpu, "-smp", str(smp),
             "-m", "512M", "-display", "none", "-monitor", "none", "-serial", "stdio",
             "-bios", bios, "-kernel", f"{images}/linux-6.12/Image",
             "-initrd", f"{images}/initramfs.cpio.gz",
             "-append", "console=ttyS0 earlycon=sbi cordon.auto"], TIMEOUT)
        reason = outcome.reason
        if reason is None and "cordon: shell says 42" not in outcome.text:
            reason = "the shell was not reached"
        if reason:
            raise BadBoot([f"{name} boot: {reason}", *outcome.text.split("\n")[-SHOWN:]])
        return outcome.text

    def boot_natively(self, config):
        """The texts of the native boots of one machine, which are made once for all policies."""
        with self.locks[config]:
            if config not in self.native:
                self.native[config] = [self.boot("native", config, self.firmware + ".bin")
                                       for _ in range(1 + self.twice)]
        return self.native[config]

    def bundle(self, number, policies):
        """The firmware on the monitor, in a file of this machine's own."""
        bundle = os.path.join(self.build, "real", f"linux_log-{number}.bin")
        os.makedirs(os.path.dirname(bundle), exist_ok=True)
        monitor = f"{self.build}/policies/{policies}/monitor.elf"
        subprocess.run([f"{self.build}/host/mkbundle", "-m", monitor, "-f", self.firmware + ".elf",
                        "-o", bundle], check=True)
        return bundle

    def run(self, number, line):
        """Compare on one machine; the sentences and lines that say what is wrong."""
        policies, *config = line
        kinds = ["either", "monitor", *(f"policy:{name}" for name in policies.split("+"))]
        try:
            native = self.boot_natively(tuple(config))
            text = self.boot("monitor", config, self.bundle(number, policies))
        except BadBoot as bad:
            return bad.lines
        unstable = difference(native[0], native[-1], self.rules, ("either",))
        if unstable:
            return ["two native boots differ; add a rule for noise to linux_log.txt", *unstable]
        found = difference(native[0], text, self.rules, kinds)
        return ["(- native, + on the monitor)", *found] if found else []


def report(line, wrong):
    """Print how it went on one machine; whether it went wrong."""
    policies, qemu, cpu, smp = line
    name = f"{qemu.split('/')[-2] if '/' in qemu else 'qemu'} {cpu}/{smp}, " \
           f"policies {policies.replace('+', ' ')}"
    print(f"FAIL Linux's log on {name} differs from the native one:" if wrong else
          f"ok   Linux's log on {name} is the native one", flush=True)
    for text in wrong[:SHOWN]:
        print("     | " + text)
    return bool(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--all", action="store_true", help="more machines, and native ones twice")
    parser.add_argument("--policy", help="only this set of policies: a+b, or none")
    parser.add_argument("--jobs", type=int, default=2, help="machines at a time (default: 2)")
    options = parser.parse_args()
    rules = read_rules(os.path.join(HERE, "linux_log.txt"))
    comparison = Comparison(options.build, rules, options.all)
    configs = [line for line in dict.fromkeys(QUICK + (ALL if options.all else ()))
               if options.policy in (None, line[0])]
    if not configs:
        parser.error(f"no machine is listed for the policies \"{options.policy}\"")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(comparison.run, range(len(configs)), configs)
        failed = sum(report(*pair) for pair in zip(configs, results))
    print(f"{len(configs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
