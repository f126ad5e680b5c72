#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The differential machine: random privileged programs on the bare machine and on the monitor.

Each program runs natively in M-mode and in vM-mode on the same QEMU; what its blocks leave must be
equal but for the lines of differences.txt. What fails is made smaller and kept as a file.

Exit: 0 all equal, 1 a difference or too little coverage, 2 called wrongly, 3 a tool is missing or
failed.
"""
import argparse
import concurrent.futures
import glob
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import compare
import coverage
import csrs
import generate
import machines
import program as P
import shrink

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = 400
MOST_FAILURES = 5        # as many are made smaller
MOST_ENDLESS = 0.01      # programs that do not end natively


class Run:
    """One configuration with one number of harts."""

    def __init__(self, options, config, harts, scratch, symbols):
        self.options, self.config, self.harts, self.symbols = options, config, harts, symbols
        bundle = os.path.join(scratch, "stage.bin")
        self.native = machines.Machine("native", options.stage, scratch)
        if options.model:
            self.judge = "model"
            self.other = machines.Model(options.model, options.stage, scratch)
        else:
            self.judge = "monitor"
            self.other = machines.Machine("monitor", bundle, scratch)
        self.rules = compare.read_rules(self.judge)
        self.coverage = coverage.Coverage()
        self.explained = 0
        self.endless = 0
        self.failures = []      # (program, verdict or None if it did not end)
        config.harts = harts

    def existing(self, machine):
        """Which CSRs does this machine have?"""
        logs, complete = machine.run(P.encode_blob([P.Program(0, 31)], self.config,
                                                   self.symbols), 1, self.config)
        if not complete:
            raise machines.Broken(f"the stage does not come to its end: {machine.name}")
        return [n for n in coverage.existing(logs[0]) if n not in csrs.NEVER]

    def probe(self):
        """CSRs that programs use: those of the machine, and the model must know them, too."""
        self.config.numbers = self.existing(self.native)
        if self.judge == "model":
            known = self.existing(self.other)
            self.config.numbers = [n for n in self.config.numbers if n in known]

    def both(self, programs):
        """(native logs, the judge's logs) as far as they got."""
        blob = P.encode_blob(programs, self.config, self.symbols)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(m.run, blob, len(programs), self.config)
                    for m in (self.native, self.other)]
            return [job.result()[0] for job in jobs]

    def verdicts(self, programs):
        """(program, native log, verdict) of each; a verdict of None: the monitor did not end."""
        found = []
        while programs:
            one, other = self.both(programs)
            done = min(len(one), len(other))
            for program, native, monitor in zip(programs, one, other):
                found.append((program, native, compare.compare(self.config.name, self.rules,
                                                               native, monitor, program)))
            if done < len(programs):
                if len(one) > done:
                    found.append((programs[done], one[done], None))
                else:
                    self.endless += 1
                done += 1
            programs = programs[done:]
        return found

    def fails(self, programs):
        """For shrink: which of them fail? Those that do not end count where the monitor hangs."""
        bad = {id(program) for program, _, verdict in self.verdicts(programs)
               if verdict is None or verdict.failed()}
        return [id(program) in bad for program in programs]

    def batch(self, programs):
        for program, log, verdict in self.verdicts(programs):
            if verdict is None or verdict.failed():
                self.failures.append((program, verdict))
                continue
            self.explained += verdict.stopped is not None
            self.coverage.add(program, log, verdict.blocks)

    def random(self, first, count):
        for start in range(first, first + count, BATCH):
            end = min(start + BATCH, first + count)
            self.batch([generate.make_program(i, self.options.seed, self.config, self.symbols)
                        for i in range(start, end)])
            if len(self.failures) >= 20:
                break

    def kept(self):
        """Programs that failed once."""
        programs = []
        for path in sorted(glob.glob(os.path.join(HERE, "kept", "*.json"))):
            with open(path, encoding="ascii") as file:
                program = P.from_text(file.read(), len(programs))
            if not program.flags & P.HAS_H or self.config.h:
                programs.append(program)
        if programs:
            self.batch(programs)
        return len(programs)

    # ---- what is said ----

    def title(self):
        harts = "1 hart" if self.harts == 1 else f"{self.harts} harts"
        return f"{self.config.name} on QEMU {self.config.qemu}, {harts}"

    def explain(self, program, verdict):
        print(f"FAIL {self.title()}: program {program.ident} of seed {self.options.seed}")
        if verdict is None:
            print(f"  it does not end on the {self.judge}")
            return
        where = f"block {verdict.index} ({P.WAYS[program.blocks[verdict.index].way]})" \
            if verdict.index < len(program.blocks) else "the end"
        print(f"  after {where}:")
        for name, one, other in verdict.fields[:12]:
            print(f"    {name}: {one:x} on the machine, {other:x} on the {self.judge}")

    def keep(self, program, verdict):
        """Make a failing program smaller and write it down."""
        if verdict is None:
            small = program        # each try would cost the time that it takes to be sure
        elif not self.fails([program])[0]:
            print("  alone it does not fail: something is left over from an earlier program")
            return
        else:
            small = shrink.shrink(program, self.fails)
        folder = os.path.join(self.options.build, "differential")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"{self.config.name}-{self.options.seed}-{program.ident}.json")
        with open(path, "w", encoding="ascii") as file:
            file.write(P.to_text(small))
        print(f"  {path} has it with {sum(len(b.insns) for b in small.blocks)} instructions; "
              "when the cause is mended it belongs into tests/differential/kept")
        for found, _, now in self.verdicts([small]):
            if now is None or now.failed():
                self.explain(found, now)
            else:
                print("  run once more it does not fail: the cause is no matter of the program")

    def report(self, floors, seconds):
        """The closing lines; True if all is well."""
        seen = self.coverage
        for program, verdict in self.failures[:MOST_FAILURES]:
            self.explain(program, verdict)
            if not self.options.no_shrink:
                self.keep(program, verdict)
        short = coverage.below_floor(floors, f"{self.config.name}/{self.harts}", seen)
        for sentence in short:
            print(f"FAIL {self.title()}: {sentence}")
        total = seen.programs + len(self.failures) + self.endless
        if self.endless > max(2, total * MOST_ENDLESS):
            short.append("endless")
            print(f"FAIL {self.title()}: {self.endless} programs do not end natively")
        counts = ", ".join(f"{name} {n}" for name, n in seen.counts().items())
        print(f"{self.title()}: {seen.programs} programs, {seen.blocks} blocks, {seen.steps} "
              f"steps; {counts}; {self.explained} ended by a reviewed difference, {self.endless} "
              f"without an end, {len(self.failures)} differ ({seconds:.0f} s)", flush=True)
        return not short and not self.failures


def make_bundle(options, scratch):
    out = os.path.join(scratch, "stage.bin")
    command = options.bundle_cmd.replace("MONITOR", options.monitor) \
        .replace("GUEST", options.stage).replace("OUT", out).split()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise machines.Broken(f"the bundle cannot be made: {done.stderr.strip()}")


def configs(options):
    return machines.MODEL_CONFIGS if options.model else machines.CONFIGS


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--cross", default="riscv64-unknown-elf-")
    parser.add_argument("--stage", required=True, help="the stage's ELF file")
    parser.add_argument("--monitor", help="the monitor's ELF file")
    parser.add_argument("--bundle-cmd", help="with MONITOR, GUEST and OUT")
    parser.add_argument("--model", help="judge by this program, the reference model, instead")
    parser.add_argument("--programs", type=int, default=1000, help="per configuration")
    parser.add_argument("--first", type=int, default=0, help="number of the first program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cpu", help="only the configuration of this name")
    parser.add_argument("--qemu", help="this version in place of the configuration's own")
    parser.add_argument("--harts", type=int, help="only with this number of harts")
    parser.add_argument("--no-shrink", action="store_true", help="name what fails, no more")
    options = parser.parse_args()
    names = [c.name for c in configs(options)]
    if options.cpu and options.cpu not in names:
        parser.error(f"there is no configuration {options.cpu}; have: {', '.join(names)}")
    if not options.model and not (options.monitor and options.bundle_cmd):
        parser.error("name the monitor and how to make a bundle of it, or the model")
    if options.programs < 1:
        parser.error("at least one program must run")
    return options


def plan(options):
    """(config, harts, programs): every fourth program with two harts."""
    for config in configs(options):
        if options.cpu and config.name != options.cpu:
            continue
        if options.qemu and float(options.qemu) < float(config.qemu):
            continue
        config.qemu = options.qemu or config.qemu
        if options.model:
            yield config, 1, options.programs
            continue
        quarter = max(1, options.programs // 4)
        for harts, count in ((1, options.programs - quarter), (2, quarter)):
            if options.harts in (None, harts):
                yield config, harts, options.programs if options.harts else count


def main():
    options = parse()
    floors = coverage.read_floors(os.path.join(HERE, "floors.txt"))
    passed = failed = skipped = 0
    shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="cordon-diff-", dir=shared) as scratch:
        if not options.model:
            make_bundle(options, scratch)
        symbols = machines.read_symbols(options.cross, options.stage)
        for config, harts, count in plan(options):
            config.path = machines.find_qemu(options.build, config.qemu)
            if config.path is None:
                print(f"skipped: QEMU {config.qemu} is not here; "
                      f"make {options.build}/tools/qemu-{config.qemu}/.stamp")
                skipped += 1
                continue
            start = time.monotonic()
            run = Run(options, config, harts, scratch, symbols)
            run.probe()
            run.kept()
            run.random(options.first, count)
            good = run.report(floors, time.monotonic() - start)
            passed, failed = passed + good, failed + (not good)
    if not passed and not failed:
        print("diff: nothing ran", file=sys.stderr)
        return 3
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


try:
    sys.exit(main())
except (machines.Broken, OSError, subprocess.SubprocessError) as error:
    print(f"diff: {error}", file=sys.stderr)
    sys.exit(3)
