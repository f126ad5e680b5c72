#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts each deliberate bug of table.txt into a copy of the tree and asks who notices.

A bug is caught if the suite or proof that the table names fails; that it passes without the bug is
asked first. One that does not compile, or whose old text is not found exactly once, is an error of
the table.  Ends with "N passed, N failed": a bug that nobody notices has failed.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PARTS = ("Makefile", "monitor", "policies", "crypto", "attest", "src", "tests")
# What was built of them: little is compiled again.
BUILT = ("unit", "fuzz", "gen", "guests", "host", "policies/none", "policies/offload",
         "qemu/native")
FAILED = re.compile(r"^not ok \d+ - (\S+)", re.MULTILINE)
NOT_KEPT = re.compile(r"((?:fake hart|panic|tests/fuzz/\S+): .*)")
CRASHED = re.compile(r"(AddressSanitizer: \S+|runtime error: .*|CHECK.*)")


class Mutant:
    """One block of the table."""

    def __init__(self, lines):
        keys = dict(line.split(" ", 1) for line in lines if line[0] not in "-+")
        self.name, self.path, self.by = keys["bug"], keys["file"], keys["by"].split()
        self.old = "".join(line[1:] + "\n" for line in lines if line[0] == "-")
        self.new = "".join(line[1:] + "\n" for line in lines if line[0] == "+")

    def apply(self, tree):
        """Returns the file's text as it was; None if the place is not found exactly once."""
        name = os.path.join(tree.path, self.path)
        with open(name, encoding="utf-8") as file:
            before = file.read()
        if before.count(self.old) != 1:
            return None
        tree.write(self.path, before.replace(self.old, self.new))
        return before


class Tree:
    """The copy, in which one bug at a time is."""

    def __init__(self, build, make_words):
        self.build, self.make_words = build, make_words
        self.path = os.path.join(build, "mutants", "tree")

    def fill(self):
        """Sources and what was built of them, with their times."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(os.path.join(self.path, "build"))
        for part in PARTS:
            source, target = os.path.join(ROOT, part), os.path.join(self.path, part)
            if os.path.isdir(source):
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)
        for part in ("third-party", "tools", "images"):
            os.symlink(os.path.abspath(os.path.join(self.build, part)),
                       os.path.join(self.path, "build", part))
        for part in BUILT:
            if os.path.isdir(os.path.join(self.build, part)):
                shutil.copytree(os.path.join(self.build, part),
                                os.path.join(self.path, "build", part), symlinks=True)

    def write(self, path, text):
        with open(os.path.join(self.path, path), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, words, seconds):
        """Returns (status, output); a program that does not end has failed."""
        try:
            done = subprocess.run(words, cwd=self.path, stdin=subprocess.DEVNULL, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"),
                                  timeout=seconds)
            return done.returncode, done.stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            return -1, f"no end within {seconds} s"

    def ask_unit(self, name):
        """(did it notice, by what); None instead of the first if it cannot be built."""
        program = f"build/unit/{name}"
        status, output = self.run(["make", "-s", "B=build", program] + self.make_words, 600)
        if status != 0:
            return None, output.strip()
        status, output = self.run([program], 100)
        why = FAILED.findall(output) or CRASHED.findall(output) or output.split("\n")[-2:]
        return status != 0, "; ".join(why)

    def ask_proof(self, name):
        status, output = self.run([sys.executable, "tests/proofs/run.py", "--cbmc",
                                   "build/tools/cbmc-6.6/cbmc", "--only", name], 1300)
        if status == 2 or "CBMC gave no result" in output:
            return None, output.strip()
        return status != 0, output.split("\n")[0]

    def ask_guest(self, run, policy):
        """The run of that name (tests/qemu/table.txt) on the monitor with that policy."""
        monitor = f"build/policies/{policy}/monitor.elf"
        status, output = self.run(["make", "-s", "B=build", monitor, "guests",
                                   "build/host/mkbundle"] + self.make_words, 900)
        if status != 0:
            return None, output.strip()
        status, output = self.run([sys.executable, "tests/qemu/run.py", "--build", "build",
                                   "--jobs", "1", "--timeout-scale", "0.5",
                                   "--filter", run, "--bundle-cmd",
                                   "build/host/mkbundle -m MONITOR -f GUEST -o OUT"], 300)
        if status not in (0, 1) or " 0 failed" in output and not output.startswith("ok"):
            return None, output.strip()
        lines = [line for line in output.split("\n") if line.startswith("FAIL")]
        return status != 0, lines[0] if lines else output.split("\n")[0]

    def ask_fuzz(self, name):
        program = f"build/fuzz/fuzz_{name}"
        status, output = self.run(["make", "-s", "B=build", program, "build/fuzz/seeds/.stamp"] +
                                  self.make_words, 900)
        if status != 0:
            return None, output.strip()
        status, output = self.run([program, "-max_total_time=40", "-seed=1", "-max_len=1024",
                                   "-len_control=0", f"build/fuzz/seeds/{name}"], 300)
        why = NOT_KEPT.findall(output) or CRASHED.findall(output) or ["it crashes"]
        return status != 0, why[0]

    def ask(self, by):
        return getattr(self, "ask_" + by[0])(*by[1:])


def read_table():
    with open(os.path.join(HERE, "table.txt"), encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if not line.startswith("#")]
    blocks = "\n".join(lines).strip("\n").split("\n\n")
    return [Mutant(block.strip("\n").split("\n")) for block in blocks]


def try_mutant(tree, mutant):
    """Returns (is it well, what to say)."""
    before = mutant.apply(tree)
    if before is None:
        return False, f"its old text is not in {mutant.path} exactly once: correct the table"
    noticed, how = tree.ask(mutant.by)
    tree.write(mutant.path, before)
    if noticed is None:
        return False, "cannot be tried: " + how
    who = " ".join(mutant.by)
    return noticed, f"{who}: {how}" if noticed else f"SURVIVES {who}: mend the suite"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", default="", help="names of bugs, separated by blanks")
    parser.add_argument("make_words", nargs="*", help="for make: NAME=VALUE")
    options = parser.parse_args()
    wanted = options.only.split()
    mutants = [m for m in read_table() if not wanted or m.name in wanted]
    if not mutants or len(mutants) < len(wanted):
        print("mutants: no such bug; have: " + " ".join(m.name for m in read_table()),
              file=sys.stderr)
        return 2
    tree = Tree(options.build, options.make_words)
    tree.fill()
    for by in sorted({tuple(m.by) for m in mutants}):
        noticed, how = tree.ask(by)
        if noticed is not False:
            print(f"mutants: {' '.join(by)} must pass before it can judge: {how}",
                  file=sys.stderr)
            return 3
    failed = 0
    for mutant in mutants:
        start = time.monotonic()
        well, what = try_mutant(tree, mutant)
        failed += not well
        print(f"{'ok  ' if well else 'FAIL'} {mutant.name:<24} "
              f"{time.monotonic() - start:5.1f} s  {what[:300]}", flush=True)
    print(f"{len(mutants) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
