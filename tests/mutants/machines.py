# SPDX-License-Identifier: Apache-2.0
"""Judges what the unit tests have not noticed: the target's compiler, guests on QEMU, proofs.

judges.txt says which of them for which source.  A source whose object code is the same in every
monitor of judges.txt that has it has not been changed.
"""
import os
import re
import shutil
import subprocess
import threading

import commands

TABLE = "tests/mutants/judges.txt"
GUEST_FAILED = re.compile(r"^FAIL (\S+)", re.MULTILINE)


class Monitor:
    """A monitor with a set of policies: how its objects are compiled and how it is linked."""

    def __init__(self, name, build, make_words):
        self.name, self.home = name, os.path.join(build, "policies", name)
        policies = "" if name == "none" else name.replace("+", " ")
        self.make = ["make", f"B={self.home}", f"POLICY={policies}",
                     "POLICY_DIR=tests/policies"] + make_words
        self.compiles, self.link, self.lock = {}, None, threading.Lock()
        self.originals = {}

    def prepare(self):
        for words in commands.of_make(self.make + [f"{self.home}/monitor.elf"]):
            out = words[words.index("-o") + 1]
            if "-c" in words:
                self.compiles[words[words.index("-c") + 1]] = words
            elif out == f"{self.home}/monitor.elf":
                self.link = words

    def original(self, path, folder):
        """The object code as it is without the change."""
        with self.lock:
            if path not in self.originals:
                out = os.path.join(folder, "original.o")
                commands.compile_text(self.compiles[path], path, commands.read(path), out)
                self.originals[path] = code_of(out)
            return self.originals[path]

    def linked(self, path, changed, out):
        """Links with the changed object; is it there?"""
        words = list(self.link)
        old = self.compiles[path][self.compiles[path].index("-o") + 1]
        words[words.index(old)] = changed
        words[words.index("-o") + 1] = out
        return commands.run(words).returncode == 0


def code_of(name):
    with open(os.path.join(commands.ROOT, name), "rb") as file:
        return file.read()


class Machines:
    """Everything that is asked after the unit tests."""

    def __init__(self, build, make_words, units_only):
        self.build, self.units_only = build, units_only
        self.rows = read_table()
        names = sorted({row[1] for row in self.rows if row[1] != "proof"})
        self.monitors = {name: Monitor(name, build, make_words) for name in names}
        self.turn = threading.Lock()  # one machine at a time: the runner's files have one name

    def prepare(self):
        for monitor in self.monitors.values():
            monitor.prepare()

    def ask(self, mutant, scratch, how, is_known):
        """
        (verdict, by what), the verdict None if the mutant does not count. Guests and proofs are
        not asked about survivors that are known.
        """
        path, objects = mutant.place.path, {}
        for name, monitor in self.monitors.items():
            if path not in monitor.compiles:
                continue
            out = os.path.join(scratch, f"{name}.o")
            if not commands.compile_text(monitor.compiles[path], path, mutant.text, out):
                return None, "does not compile"
            if code_of(out) != monitor.original(path, scratch):
                objects[name] = out
        if not objects:
            return None, "the same object code"
        if self.units_only or is_known:
            return "lives", how
        with self.turn:
            return self.ask_rows(mutant, scratch, objects, how)

    def ask_rows(self, mutant, scratch, objects, how):
        for start, name, runs in self.rows:
            if not mutant.place.path.startswith(start):
                continue
            if name == "proof":
                verdict, why = self.ask_proofs(mutant, scratch, runs)
            elif name in objects:
                verdict, why = self.ask_guests(mutant, scratch, (name, objects[name]), runs)
            else:
                continue
            if verdict != "lives":
                return verdict, why
            how += f", {name} {len(runs)}"
        return "lives", how

    def ask_guests(self, mutant, scratch, monitor, runs):
        """The on-target runner, in a build folder where one monitor is another."""
        name, changed = monitor
        folder = os.path.join(scratch, "build")
        shutil.rmtree(os.path.join(commands.ROOT, folder), ignore_errors=True)
        self.build_with_links(folder)
        elf = os.path.join(folder, "policies", name, "monitor.elf")
        os.makedirs(os.path.join(commands.ROOT, os.path.dirname(elf)))
        if not self.monitors[name].linked(mutant.place.path, changed, elf):
            return None, "is not linked"
        failed = self.run_guests(folder, runs)
        if not failed:
            return "lives", ""
        if self.run_guests(self.build, failed[:1]):
            raise commands.Trouble(f"{failed[0]} fails without the change, too")
        return "caught", f"guest: {failed[0]}"

    def run_guests(self, folder, runs):
        """Those that fail."""
        words = ["tests/qemu/run.py", "--build", folder, "--jobs", "1", "--timeout-scale", "3",
                 "--bundle-cmd", f"{self.build}/host/mkbundle -m MONITOR -f GUEST -o OUT"]
        done = commands.run(words + [w for run in runs for w in ("--filter", run)])
        text = done.stdout.decode("utf-8", "replace")
        failed = [name.rstrip(":") for name in GUEST_FAILED.findall(text)]
        if done.returncode != 0 and not failed:
            raise commands.Trouble("the guests cannot be run: " + text[-500:])
        return failed

    def build_with_links(self, folder):
        """A build folder with everything of ours but the monitors and the guests' logs."""
        source, target = os.path.join(commands.ROOT, self.build), os.path.join(commands.ROOT,
                                                                               folder)
        os.makedirs(target)
        for entry in os.listdir(source):
            if entry not in ("policies", "mutants"):
                os.symlink(os.path.join(source, entry), os.path.join(target, entry))

    def ask_proofs(self, mutant, scratch, names):
        """The proofs, on a tree of links in which one source is another."""
        root = os.path.join(commands.ROOT, scratch, "tree")
        shutil.rmtree(root, ignore_errors=True)
        home, name = os.path.split(mutant.place.path)
        os.makedirs(os.path.join(root, home))
        for entry in ("src", "tests", "policies", "crypto", "attest", "monitor"):
            if not home.startswith(entry):
                os.symlink(os.path.join(commands.ROOT, entry), os.path.join(root, entry))
        for entry in os.listdir(os.path.join(commands.ROOT, home)):
            if entry != name:
                os.symlink(os.path.join(commands.ROOT, home, entry),
                           os.path.join(root, home, entry))
        with open(os.path.join(root, home, name), "w", encoding="utf-8") as file:
            file.write(mutant.text)
        done = commands.run(["python3", "tests/proofs/run.py", "--cbmc",
                             f"{self.build}/tools/cbmc-6.6/cbmc", "--jobs", "1", "--seconds",
                             "300", "--root", root, "--only", " ".join(names)])
        text = done.stdout.decode("utf-8", "replace")
        if "no answer" in text or "gave no result" in text or done.returncode not in (0, 1):
            return "lives", ""
        failed = GUEST_FAILED.findall(text)
        return ("caught", f"proof: {failed[0]}") if failed else ("lives", "")


def read_table():
    """[(start of the path, monitor or "proof", names)]"""
    rows = [line.split() for line in commands.read(TABLE).split("\n")
            if line and line[0] != "#"]
    return [(row[0], row[1], row[2:]) for row in rows]
