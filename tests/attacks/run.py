#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run the attacks of attacks.txt, each with the control that shows that it could have succeeded.

Exit status: 0 all as it must be, 1 something is not, 2 wrong call, 3 broken table.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "qemu"))

import attacks
import machine
import switch

FAILED, USAGE, BROKEN = 1, 2, 3
TAIL_LINES = 12
PANIC = r"^\[cordon\] .*monitor bug.*"
VERDICT = re.compile(r"^ATTACK (\S+) (PASS|FAIL)(.*)$", re.M)


class Job:
    """One run. kind: attack, control (a protection is off) or without (no policy)."""

    def __init__(self, attack, kind, policy, smp):
        self.attack, self.kind, self.policy, self.smp = attack, kind, policy, smp
        self.wanted = {"attack": "stopped", "control": attack.ends,
                       "without": attack.without}[kind]
        self.name = f"{attack.name}@{policy}/{smp} {kind}"
        if kind == "control":
            self.name += f" {attack.control}"

    def monitor(self, build):
        """The monitor's ELF and the mechanisms to switch off in it."""
        at = os.path.join(build, "attacks")
        if self.kind != "control":
            return os.path.join(at, "plain", self.policy, "monitor.elf"), []
        if self.attack.mutant:
            return os.path.join(at, "mutant", f"{self.policy}@{self.attack.mutant}.elf"), []
        return (os.path.join(at, "switch", self.policy, "monitor.elf"),
                self.attack.mechanisms)


class Broken(Exception):
    """The run could not be made; the text says why."""


def outcome_of(run, forbid):
    """What became of the attack: a word, and what shows it."""
    text = run.text
    if forbid and re.search(forbid, text, re.M):
        return "seen", repr(re.search(forbid, text, re.M)[0])
    if re.search(PANIC, text, re.M):
        return "panic", re.search(PANIC, text, re.M)[0]
    verdict = VERDICT.search(text)
    if verdict and verdict[2] == "FAIL":
        return "fail", verdict[3].strip()
    if verdict:
        well = run.reason is None and "ALIVE" in text[verdict.end():]
        return ("stopped" if well else "died"), verdict[3].strip()
    return ("end" if run.reason is None else "hang"), run.reason or "no verdict"


def run_to_end(argv, timeout):
    """Run until QEMU ends by itself or the monitor has stopped every hart."""
    run = machine.Machine(argv, timeout)
    run.process.stdin.close()
    run.process.stdin = open(os.devnull, "wb")
    while run.read_some():
        if b"all harts stop" in run.data and re.search(PANIC.encode(), run.data, re.M):
            break
    return run.finish()


class Runner:
    def __init__(self, options):
        self.options = options
        self.build = options.build
        self.work = os.path.join(options.build, "attacks", "runs")
        os.makedirs(self.work, exist_ok=True)

    def bundle(self, job):
        """A bundle of the firmware with the monitor that this run wants."""
        monitor, off = job.monitor(self.build)
        stem = os.path.join(self.work, re.sub(r"[^\w.+-]", "_", job.name))
        if not os.path.exists(monitor):
            raise Broken(f"{monitor} is missing: make attacks-build")
        if off:
            switch.patch(monitor, stem + ".elf", off)
            monitor = stem + ".elf"
        made = subprocess.run(
            [os.path.join(self.build, "host", "mkbundle"), "-m", monitor, "-f",
             job.attack.firmware.replace("$B", self.build), "-o", stem + ".bin"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if off:
            os.unlink(monitor)
        if made.returncode:
            raise Broken("no bundle: " + (made.stdout + made.stderr).strip())
        return stem

    def qemu(self, version):
        """The QEMU of that version, the machine's own if none is named."""
        if not version:
            return self.options.qemu
        path = os.path.join(self.build, "tools", f"qemu-{version}", "qemu-system-riscv64")
        if not os.path.exists(path):
            raise Broken(f"QEMU {version} is not here: make {os.path.dirname(path)}/.stamp")
        return path

    def argv(self, job, bundle):
        a = job.attack
        argv = [self.qemu(a.qemu), "-M", a.machine, "-cpu", a.cpu, "-smp", str(job.smp), "-m",
                a.mem, "-display", "none", "-monitor", "none", "-serial", "stdio", "-bios",
                bundle, "-kernel", a.payload.replace("$B", self.build), "-append",
                f"attack={a.name}"]
        if not a.reboot:
            argv.append("-no-reboot")
        return argv + shlex.split(a.extra.replace("$B", self.build))

    def run(self, job):
        stem = self.bundle(job)
        timeout = job.attack.timeout
        if set(job.wanted.split("/")) & {"hang", "panic"}:
            timeout = min(timeout, job.attack.patience)
        run = run_to_end(self.argv(job, stem + ".bin"), timeout * self.options.timeout_scale)
        os.unlink(stem + ".bin")
        with open(stem + ".log", "w", encoding="utf-8") as log:
            log.write(run.text)
        return run

    def attempt(self, job):
        """One run; a record of it, never an exception."""
        started = time.monotonic()
        record = {"attack": job.attack.name, "id": job.attack.id, "kind": job.kind,
                  "policy": "" if job.policy == "none" else job.policy.replace("+", " "),
                  "harts": job.smp, "sentence": job.attack.sentence, "wanted": job.wanted,
                  "control": job.attack.control if job.kind == "control" else "",
                  "name": job.name, "tail": []}
        try:
            run = self.run(job)
            record["outcome"], record["detail"] = outcome_of(run, job.attack.forbid)
            record["tail"] = run.text[-8000:].strip().split("\n")[-TAIL_LINES:]
        except (Broken, OSError, switch.NoSwitch) as error:
            record["outcome"], record["detail"] = "broken", str(error)
        record["ok"] = record["outcome"] in job.wanted.split("/")
        record["seconds"] = round(time.monotonic() - started, 2)
        return record


def jobs_of(attack, policies, quick):
    """Every run of one attack under the policy sets that can be built."""
    sets = attack.policies if not quick else attack.policies[-1:]
    smps = attack.smp if not quick else attack.smp[-1:]
    for policy in filter(policies.has, sets):
        for smp in smps:
            yield Job(attack, "attack", policy, smp)
            if attack.control and policy in attack.controls:
                yield Job(attack, "control", policy, smp)
    if attack.without and not quick:
        yield Job(attack, "without", "none", smps[-1])


class Policies:
    """Which policies there are: sets of others are left out, and counted."""

    def __init__(self, names):
        self.names = set(names.split())

    def has(self, policy):
        """Can a monitor with this set be built?"""
        return policy == "none" or set(policy.split("+")) <= self.names

    def missing(self, policy):
        return set(policy.split("+")) - self.names


def select(table, options, policies):
    jobs, left_out = [], []
    for attack in table:
        if options.quick and not attack.quick:
            continue
        jobs += jobs_of(attack, policies, options.quick)
        left_out += [(attack.name, p) for p in attack.policies if p != "none"
                     and not policies.has(p)]
    words = options.filter or [""]
    return ([j for j in jobs if any(w in j.name for w in words)],
            [(n, p) for n, p in left_out if any(w in f"{n}@{p}" for w in words)])


def show(record):
    word = "ok  " if record["ok"] else "FAIL"
    print(f"{word} {record['name']}: {record['outcome']} ({record['seconds']:.1f} s)"
          f" {record['detail']}", flush=True)
    if not record["ok"]:
        print(f"     | wanted: {record['wanted']}")
        for line in record["tail"]:
            print("     | " + line)


def summary(records, left_out):
    """The closing lines; true if all is as it must be."""
    count = {}
    for r in records:
        kind = "attack" if r["kind"] == "attack" else "control"
        count[kind, r["ok"]] = count.get((kind, r["ok"]), 0) + 1
    said = [count.get((k, ok), 0) for k in ("attack", "control") for ok in (True, False)]
    print("{} attacks stopped, {} failed; {} controls succeeded, {} failed".format(*said))
    skipped = f", {len(left_out)} skipped" if left_out else ""
    print(f"{said[0] + said[2]} passed, {said[1] + said[3]} failed{skipped}")
    return said[1] + said[3] == 0


def parse(argv):
    parser = argparse.ArgumentParser(description="Run the attacks of attacks.txt.")
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--policies", default="", help="names of the policies that exist")
    parser.add_argument("--jobs", type=int, default=2, help="machines at a time (default: 2)")
    parser.add_argument("--quick", action="store_true", help="only the attacks tagged quick")
    parser.add_argument("--filter", action="append", help="only runs whose name has this text")
    parser.add_argument("--qemu", default="qemu-system-riscv64")
    parser.add_argument("--timeout-scale", type=float, default=1)
    parser.add_argument("--json", help="write the records to this file")
    parser.add_argument("--monitors", choices=["all", "quick"],
                        help="print the monitors that are needed, and end")
    return parser.parse_args(argv)


def main(argv):
    options = parse(argv)
    try:
        table = attacks.read(os.path.join(HERE, "attacks.txt"))
    except attacks.TableError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return BROKEN
    policies = Policies(options.policies)
    if options.monitors:
        options.quick = options.monitors == "quick"
        jobs, _ = select(table, options, policies)
        print(" ".join(sorted({j.monitor(options.build)[0] for j in jobs})))
        return 0
    jobs, left_out = select(table, options, policies)
    if not jobs and not left_out:
        print("run.py: no attack matches", file=sys.stderr)
        return USAGE
    runner, records = Runner(options), []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for record in pool.map(runner.attempt, jobs):
            show(record)
            records.append(record)
    for name, policy in left_out:
        print(f"SKIP {name}@{policy}: no policy {' '.join(sorted(policies.missing(policy)))}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(records, out, indent=1)
    return 0 if summary(records, left_out) else FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
