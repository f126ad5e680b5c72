#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run the on-target tests: each guest on the bare machine and on the monitor, logs compared.

The expectation is never written down: a guest first runs natively in M-mode on QEMU, and what it
logs there is what it must log on the monitor, except for the lines that differences.txt reviews.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # the source tree stays clean

import compare
import machine
import table

HERE = os.path.dirname(os.path.abspath(__file__))
USAGE, BROKEN_FILES, FAILED = 2, 3, 1
OWN_QEMU = "7.2"  # of Debian 12; a machine with a newer one uses that in its place
DIFF_LINES = 40
TAIL_LINES = 15
NATIVE_TRIES = 3


class Skip(Exception):
    """This run cannot be tried here; the text says why and what to do."""


class Failure(Exception):
    """This run went wrong: one sentence, and lines that show it."""

    def __init__(self, sentence, lines=()):
        super().__init__(sentence)
        self.lines = list(lines)


class Job:
    """One run of one test: on one config, with one number of harts."""

    def __init__(self, test, config, smp):
        self.test = test
        self.config = config
        self.smp = smp
        self.name = f"{test.name}@{config.name}" + (f"/{smp}" if smp > 1 else "")


class Runner:
    def __init__(self, options, skips):
        self.options = options
        self.skips = skips
        self.build = options.build
        self.differences = table.read_differences(os.path.join(HERE, "differences.txt"))
        self.qemus = {}

    def qemu_version(self, config):
        """The version this config runs on: its own, or the one asked for on the command line."""
        version = self.options.qemu_version or config.qemu
        if config.since and float(version) < float(config.since):
            raise Skip(f"QEMU {version} has no -cpu {config.cpu}; it came with {config.since}")
        return version

    def find_qemu(self, version):
        """The QEMU of that version: from build/tools, else the machine's own if it is that."""
        if version in self.qemus:
            return self.qemus[version]
        found = os.path.join(self.build, "tools", f"qemu-{version}", "qemu-system-riscv64")
        if not os.path.exists(found):
            found = self.own_qemu(version)
        self.qemus[version] = (found, self.version_of(found))
        return self.qemus[version]

    def own_qemu(self, version):
        """The machine's own QEMU, if it is that version or the table did not insist."""
        found = shutil.which("qemu-system-riscv64") or ""
        own = re.search(r"version (\d+\.\d+)", self.version_of(found))
        if not own or (own[1] != version and (self.options.qemu_version or version != OWN_QEMU)):
            raise Skip(f"QEMU {version} is not here; make {self.build}/tools/qemu-{version}/.stamp")
        if own[1] != version:
            print(f"note: there is no QEMU {version}; the machine's own {own[1]} stands in for it")
        return found

    @staticmethod
    def version_of(path):
        if not path:
            return ""
        return subprocess.run([path, "--version"], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False).stdout.split("\n")[0]

    def guest_path(self, job):
        if job.test.firmware:
            path = job.test.firmware.replace("$B", self.build)
        else:
            path = os.path.join(self.build, "guests", job.test.guest + ".elf")
        if not os.path.exists(path):
            raise Failure(f"{path} is missing; build it first")
        return path

    @staticmethod
    def native_path(guest):
        """QEMU cannot place a position-independent ELF (base 0); its raw image it can."""
        raw = os.path.splitext(guest)[0] + ".bin"
        return raw if os.path.exists(raw) else guest

    def argv(self, job, bios):
        test, config = job.test, job.config
        qemu, _ = self.find_qemu(self.qemu_version(config))
        argv = [qemu, "-M", config.machine, "-cpu", config.cpu, "-smp", str(job.smp),
                "-m", test.mem or config.mem, "-display", "none", "-monitor", "none",
                "-serial", "stdio", "-bios", bios]
        if not test.reboot:
            argv.append("-no-reboot")
        for option in ("kernel", "initrd", "append"):
            value = getattr(test, option)
            if value:
                argv += ["-" + option, value.replace("$B", self.build)]
        return argv + [word.replace("$B", self.build) for word in test.extra]

    def cache_file(self, job, guest):
        """Where the native run's log is kept; the name holds a hash of all that decides it."""
        digest = hashlib.sha256()
        _, version = self.find_qemu(self.qemu_version(job.config))
        digest.update(repr((version, self.argv(job, "")[1:])).encode())
        loaded = [word.partition("file=")[2].split(",")[0] for word in job.test.extra]
        for path in [guest, *loaded, *(getattr(job.test, k) for k in ("kernel", "initrd"))]:
            if path:
                with open(path.replace("$B", self.build), "rb") as data:
                    digest.update(hashlib.sha256(data.read()).digest())
        if job.test.script:
            with open(os.path.join(HERE, job.test.script), "rb") as data:
                digest.update(data.read())
        folder = os.path.join(self.build, "qemu", "native")
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, f"{job.test.name}-{digest.hexdigest()[:24]}.log")

    def execute(self, job, bios, where):
        """Run once and return the guest's lines; raises Failure."""
        scale = self.options.timeout_scale * (1 if where == "natively" else 2)
        argv = self.argv(job, bios)
        if job.test.kind == "console":
            script = table.read_script(os.path.join(HERE, job.test.script))
            outcome = machine.run_script(argv, job.test.timeout * scale, script)
        else:
            outcome = machine.run_to_end(argv, job.test.timeout * scale)
        self.keep_log(job, where, outcome.text)
        lines = compare.guest_lines(outcome.text)
        problem = outcome.reason
        if problem is None and job.test.kind == "test":
            problem = compare.complaint(lines)
        if problem:
            raise Failure(f"{where}: {problem}", outcome.text.split("\n")[-TAIL_LINES:])
        return lines

    def keep_log(self, job, where, text):
        folder = os.path.join(self.build, "qemu", "logs")
        os.makedirs(folder, exist_ok=True)
        name = f"{job.name.replace('/', '-smp')}.{'native' if where == 'natively' else 'monitor'}"
        with open(os.path.join(folder, name), "w", encoding="utf-8") as log:
            log.write(text)

    def native_lines(self, job, guest):
        cache = self.cache_file(job, guest)
        if os.path.exists(cache) and not self.options.fresh:
            with open(cache, encoding="utf-8") as log:
                return log.read().split("\n")
        lines = self.native_run(job, guest)
        if self.options.repeat and job.test.kind == "test":
            self.require_equal(lines, self.execute(job, guest, "natively"))
        self.store(cache, job, lines)
        return lines

    @staticmethod
    def store(cache, job, lines):
        with open(cache + f".{os.getpid()}-{id(job)}", "w", encoding="utf-8") as log:
            log.write("\n".join(lines))
        os.replace(log.name, cache)

    def renewed_lines(self, job, guest, before):
        """The native run once more, after a difference: a log that was kept may be damaged, for
        the console of a busy machine loses characters now and then."""
        lines = self.native_run(job, guest)
        if lines != before:
            print(f"note: {job.name}: natively it logs something else than before; the new log "
                  "is kept", flush=True)
            self.store(self.cache_file(job, guest), job, lines)
        return lines

    def native_run(self, job, guest):
        """The machine's own run. OpenSBI 1.1 hangs now and then with several harts, natively: a
        console may fail there twice without telling anything about the monitor."""
        tries = NATIVE_TRIES if job.test.kind == "console" else 1
        for left in range(tries - 1, -1, -1):
            try:
                return self.execute(job, guest, "natively")
            except Failure as failure:
                if not left:
                    raise
                print(f"note: {job.name}: {failure}; once more", flush=True)

    @staticmethod
    def require_equal(first, second):
        if first != second:
            raise Failure("two native runs differ: the guest logs something unstable",
                          compare.unexplained(first, second, "", [])[:DIFF_LINES])

    def monitor_with(self, policy):
        """The monitor that tests/qemu/qemu.mk builds for such a line."""
        return os.path.join(self.build, "policies", policy, "monitor.elf")

    def bundle(self, job, guest):
        """The bundle of this guest; for a nested test, that in a bundle once more."""
        folder = os.path.join(self.build, "qemu", "bundles")
        os.makedirs(folder, exist_ok=True)
        name = os.path.join(folder, job.name.replace("/", "-smp"))
        monitor = self.options.monitor or self.monitor_with("none")
        if job.test.policy is not None:
            monitor = self.monitor_with(job.test.policy)
        for level in range(job.test.nest):
            out = f"{name}.{level}.bin"
            words = {"MONITOR": monitor, "GUEST": guest, "OUT": out}
            argv = [words.get(word, word) for word in shlex.split(self.options.bundle_cmd)]
            made = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  check=False)
            if level:
                os.unlink(guest)
            if made.returncode:
                raise Failure("the bundle was not made", (made.stdout + made.stderr).split("\n"))
            guest = out
        return guest

    def difference(self, job, native, lines):
        """What no reviewed line explains."""
        if job.test.kind == "console":
            native = [line for line in native if job.test.same.match(line)]
            lines = [line for line in lines if job.test.native and job.test.same.match(line)]
        return compare.unexplained(native, lines, f"{job.name}@{self.qemu_version(job.config)}",
                                   self.differences)

    def run_job(self, job):
        version = self.qemu_version(job.config)
        for rule in self.skips:
            if not self.options.native_only and rule.covers(job.name, version):
                raise Skip(rule.reason)
        guest = self.guest_path(job)
        if not job.test.native and self.options.native_only:
            raise Skip("what it tests is the monitor's own, and not there natively")
        native = self.native_lines(job, self.native_path(guest)) if job.test.native else []
        if self.options.native_only:
            return
        bundle = self.bundle(job, guest)
        lines = self.execute(job, bundle, "on the monitor")
        diff = self.difference(job, native, lines)
        if diff and job.test.native:
            native = self.renewed_lines(job, self.native_path(guest), native)
            diff = self.difference(job, native, lines)
        if diff:
            raise Failure("the logs differ", ["(- native, + on the monitor)", *diff[:DIFF_LINES]])
        os.unlink(bundle)

    def attempt(self, job):
        """Run one job; returns a result record and never raises."""
        started = time.monotonic()
        result = {"name": job.name, "sentence": job.test.sentence, "result": "ok", "lines": []}
        try:
            self.run_job(job)
        except Skip as skip:
            result.update(result="SKIP", reason=str(skip))
        except Failure as failure:
            result.update(result="FAIL", reason=str(failure), lines=failure.lines)
        except (OSError, table.TableError) as error:
            result.update(result="FAIL", reason=str(error))
        result["seconds"] = round(time.monotonic() - started, 2)
        return result


def select_jobs(options, configs, tests):
    jobs = []
    for test in tests:
        if "all" in test.tags and not options.all and not options.filter:
            continue
        for config in test.on:
            for smp in test.smp:
                job = Job(test, configs[config], smp)
                if any(word in job.name for word in options.filter or [""]):
                    jobs.append(job)
    return jobs


def report(result, options):
    line = f"{result['result']:4} {result['name']}"
    if result["result"] == "ok":
        if not options.quiet:
            print(f"{line} ({result['seconds']:.1f} s)", flush=True)
        return
    print(f"{line}: {result['reason']}", flush=True)
    for extra in result["lines"]:
        print("     | " + extra, flush=True)


def parse_options(argv):
    parser = argparse.ArgumentParser(description="Run the on-target tests of table.txt.")
    parser.add_argument("--build", default="build", help="build directory (default: build)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (default: 2)")
    parser.add_argument("--bundle-cmd", help="command that makes a bundle; the words MONITOR, "
                                             "GUEST and OUT are replaced")
    parser.add_argument("--monitor", help="MONITOR on lines without policy= "
                                          "(default: BUILD/policies/none/monitor.elf)")
    parser.add_argument("--native-only", action="store_true", help="do not run on the monitor")
    parser.add_argument("--filter", action="append", help="only runs whose name has this text")
    parser.add_argument("--all", action="store_true", help="also the tests tagged all")
    parser.add_argument("--fresh", action="store_true", help="ignore kept native logs")
    parser.add_argument("--repeat", action="store_true", help="run natively twice and compare")
    parser.add_argument("--timeout-scale", type=float, default=1, help="stretch every timeout")
    parser.add_argument("--qemu-version", help="run every config on this version, e.g. 11.1")
    parser.add_argument("--json", help="write the results to this file")
    parser.add_argument("--list", action="store_true", help="print the tests and sentences")
    parser.add_argument("--quiet", action="store_true", help="print what did not pass only")
    options = parser.parse_args(argv)
    if not options.list and not options.native_only and not options.bundle_cmd:
        parser.error("give --bundle-cmd or --native-only")
    words = shlex.split(options.bundle_cmd or "MONITOR GUEST OUT")
    if not {"MONITOR", "GUEST", "OUT"} <= set(words):
        parser.error("--bundle-cmd lacks one of the words MONITOR, GUEST and OUT")
    return options


def main(argv):
    options = parse_options(argv)
    try:
        configs, tests, skips = table.read_table(os.path.join(HERE, "table.txt"))
        runner = Runner(options, skips)
    except table.TableError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return BROKEN_FILES
    if options.list:
        for test in tests:
            print(f"{test.name:24} {test.sentence}")
        return 0
    jobs = select_jobs(options, configs, tests)
    if not jobs:
        print("run.py: no test matches; run.py --list shows them", file=sys.stderr)
        return USAGE
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = []
        for result in pool.map(runner.attempt, jobs):
            report(result, options)
            results.append(result)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(results, out, indent=1)
    count = {kind: sum(r["result"] == kind for r in results) for kind in ("ok", "FAIL", "SKIP")}
    if not options.native_only and not options.filter:
        for rule in runner.differences:
            if not rule.used and "@" not in rule.guest:
                print(f"note: no line needed the reviewed difference \"{rule.native_text}\""
                      f" of {rule.guest}")
    skipped = f", {count['SKIP']} skipped" if count["SKIP"] else ""
    print(f"{count['ok']} passed, {count['FAIL']} failed{skipped}")
    return FAILED if count["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
