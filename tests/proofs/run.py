#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run the proofs of table.txt by CBMC and say of each whether it holds, and how long it took.

A proof holds if all its assertions do but the witnesses, which must fail: that the end is reached,
so that nothing is proved by assumptions that contradict each other, and that what should be
different symbols can differ.  Ends with "N passed, N failed".
"""
import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WITNESS = "witness: "
INCLUDES = ("tests/proofs/common/none", "tests/host", "src", ".", "monitor/default",
            "tests/model", "tests/proofs/common")
OPTIONS = ("--object-bits", "12", "--slice-formula", "--no-standard-checks",
           "--drop-unused-functions", "--unwinding-assertions")


def tool(cbmc, name):
    """Another program of the package that the model checker comes from, with its own libraries."""
    beside = os.path.join(os.path.dirname(os.path.realpath(cbmc)), "*", "usr", "bin", name)
    found = glob.glob(beside)
    if not found:
        sys.exit(f"proofs: there is no {beside}: give --cbmc as tests/images/fetch.sh makes it")
    usr = os.path.dirname(os.path.dirname(found[0]))
    libraries = f"{usr}/lib/x86_64-linux-gnu"
    return [f"{libraries}/ld-linux-x86-64.so.2", "--argv0", f"{usr}/bin/{name}",
            "--library-path", f"{libraries}:{usr}/lib", f"{usr}/bin/{name}"]


class Proof:
    """One line of the table."""

    def __init__(self, name, extent, folder, defines):
        self.name, self.extent, self.folder = name, extent, folder
        self.defines = [word for word in defines if not word.startswith("--")]
        self.options = [part for word in defines if word.startswith("--")
                        for part in word.split("=", 1)]

    def sources(self, root):
        """The proof's files, the prover's options, and calls that go to the proof's functions."""
        folder = f"tests/proofs/{self.folder}"
        with open(f"{root}/{folder}/sources.txt", encoding="ascii") as text:
            words = [line.split() for line in text if line.strip() and line[0] != "#"]
        options = [word for line in words if line[0] == "option" for word in line[1:]]
        replaced = [f"{line[1]}:{line[2]}" for line in words if line[0] == "replace"]
        files = [word for line in words if line[0] not in ("option", "replace") for word in line]
        return [f"{folder}/proof.c"] + files, options + self.options, replaced

    def commands(self, cbmc, root, folder):
        """What is to be run one after the other; the last one judges. folder is for their files."""
        files, options, replaced = self.sources(root)
        includes = [word for path in INCLUDES for word in ("-I", path)]
        defines = [word for define in self.defines for word in ("-D", define)]
        if not replaced:
            return [[cbmc] + files + includes + defines + list(OPTIONS) + options]
        whole, cut = os.path.join(folder, "whole"), os.path.join(folder, "cut")
        calls = [word for name in replaced for word in ("--replace-calls", name)]
        return [tool(cbmc, "goto-cc") + files + includes + defines + ["-o", whole],
                tool(cbmc, "goto-instrument") + calls + [whole, cut],
                [cbmc, cut] + list(OPTIONS) + options]

    def judge(self, output):
        """An empty string if the proof holds, else why it does not."""
        results = re.findall(r"^\[(\S+)\] line \d+ (.*): (SUCCESS|FAILURE)$", output,
                             re.MULTILINE)
        failed = [(name, what) for name, what, how in results if how == "FAILURE"]
        others = [f"{what} ({name})" for name, what in failed if not what.startswith(WITNESS)]
        asleep = [f"no {what} ({name})" for name, what, how in results
                  if how == "SUCCESS" and what.startswith(WITNESS)]
        if not results:
            return "CBMC gave no result: " + " ".join(output.strip().split("\n")[-3:])
        if others or asleep:
            return "; ".join((others + asleep)[:5])
        return "" if failed else "the end is not reached: nothing was proved"

    def run(self, cbmc, root, seconds):
        """Returns (why it does not hold or "", seconds, assertions)."""
        start = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as folder:
                for command in self.commands(cbmc, root, folder):
                    done = subprocess.run(command, cwd=root, text=True, check=False,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                          timeout=seconds)
            why, count = self.judge(done.stdout), done.stdout.count(": SUCCESS\n")
        except subprocess.TimeoutExpired:
            why, count = f"no answer within {seconds} s", 0
        return why, time.monotonic() - start, count


def csr_lines(root):
    """Number and name of each CSR in csr_list.h; those of a macro (counters) left out."""
    with open(f"{root}/src/hw/csr_list.h", encoding="ascii") as text:
        return re.findall(r"^CSR\((0x[0-9a-f]+), (\w+),", text.read(), re.MULTILINE)


def read_table(root):
    with open(os.path.join(HERE, "table.txt"), encoding="ascii") as text:
        rows = [line.split() for line in text if line.strip() and line[0] != "#"]
    proofs = [Proof(row[0], row[1], row[2], row[3:]) for row in rows if row[0] != "each-csr"]
    named = {define for proof in proofs for define in proof.defines}
    for row in rows:
        if row[0] == "each-csr":
            proofs += [Proof(f"csr-{name}", row[1], row[2], [f"{row[3]}={number}"])
                       for number, name in csr_lines(root) if f"{row[3]}={number}" not in named]
    return proofs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cbmc", required=True, help="the model checker")
    parser.add_argument("--root", default=ROOT, help="the source tree to prove (default: ours)")
    parser.add_argument("--quick", action="store_true", help="only those of the quick extent")
    parser.add_argument("--only", default="", help="names, separated by blanks")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=1200, help="for one proof")
    options = parser.parse_args()
    wanted = options.only.split()
    proofs = [proof for proof in read_table(options.root)
              if (proof.name in wanted if wanted else
                  not options.quick or proof.extent == "quick")]
    if not proofs or len(proofs) < len(wanted):
        print("proofs: no such proof; have: " +
              " ".join(proof.name for proof in read_table(options.root)), file=sys.stderr)
        return 2
    cbmc = os.path.abspath(options.cbmc)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {pool.submit(proof.run, cbmc, options.root, options.seconds): proof
                for proof in proofs}
        for done in concurrent.futures.as_completed(runs):
            why, seconds, count = done.result()
            failed += why != ""
            print(f"{'FAIL' if why else 'ok  '} {runs[done].name:<16} {seconds:6.1f} s  " +
                  (why or f"{count} assertions"), flush=True)
    print(f"{len(proofs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
