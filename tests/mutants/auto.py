#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes one thing at a time in monitor/ and policies/, as a machine would, and asks who notices.

Which lines are changed, and how, SEED and the words of the line decide, not where it is.
Judges are the unit tests that execute the changed statement, built without optimisation; then, of
what they do not notice, the guests and proofs of judges.txt.  A change that does not compile, or
that leaves the object code of the monitor as it was, does not count, and another is drawn.
A survivor must be an entry of survivors.txt, and each entry must fit a line that there is.
Ends with "N passed, N failed".

Status 0: all noticed but what survivors.txt explains, and 95 of 100 noticed; 1: not so; 2: wrong
usage; 3: what judges is not in order by itself.
"""
import argparse
import concurrent.futures
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # the source tree stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import commands  # noqa: E402  (these are beside this file)
import places  # noqa: E402
from machines import Machines  # noqa: E402

SANITIZE = "-O0 -fsanitize=address,undefined -fno-sanitize-recover=all --coverage"
FAILED = re.compile(r"^not ok \d+ - (\S+)", re.MULTILINE)
STOPPED = re.compile(r"AddressSanitizer: \S+|runtime error: .*|panic: .*|fake hart: .*")
ENOUGH = 95  # of a hundred
SUITE_SECONDS = 3  # of processor time, and ten times what it takes by itself
STUCK_SECONDS = 120  # by the clock: threads that wait for each other
ROOT = commands.ROOT


class Suite:
    """One test program: how it is linked, how long it takes, which lines it executes."""

    def __init__(self, name, link):
        self.name, self.link, self.seconds = name, link, 0.0
        self.lines = {}  # (path, line): object that has it

    def command(self, objects, out):
        """The link with other objects in place of some."""
        words = [objects.get(word, word) for word in self.link]
        words[words.index("-o") + 1] = out
        first = next((i for i, word in enumerate(words) if word.endswith(".a")), len(words))
        extra = [new for old, new in objects.items() if old not in self.link]
        return words[:first] + extra + words[first:]

    def limit(self):
        return int(SUITE_SECONDS + 10 * self.seconds)


class UnitJudge:
    """The unit tests, built once; for a mutant one object is compiled and a few are linked."""

    def __init__(self, build, make_words):
        self.build = os.path.join(build, "mutants", "auto")
        self.make = ["make", f"B={self.build}", f"UNIT_SAN={SANITIZE}"] + make_words
        self.compiles, self.suites = {}, []

    def prepare(self):
        os.makedirs(os.path.join(ROOT, self.build), exist_ok=True)
        parts = os.path.join(ROOT, self.build, "third-party")
        if not os.path.islink(parts):
            os.symlink("../../third-party", parts)
        built = commands.run(self.make + ["-s", "unit-programs"])
        if built.returncode != 0:
            raise commands.Trouble("the unit tests cannot be built: " +
                                   built.stdout.decode()[-2000:])
        shutil.rmtree(os.path.join(ROOT, self.build, "lines"), ignore_errors=True)
        self.learn_commands()
        for suite in self.suites:
            self.learn_lines(suite)

    def learn_commands(self):
        for words in commands.of_make(self.make + ["unit-programs"]):
            out = words[words.index("-o") + 1]
            if "-lcmocka" not in words:
                self.compiles[out] = words
            elif out.startswith(f"{self.build}/unit/"):
                self.suites.append(Suite(os.path.basename(out), words))

    def learn_lines(self, suite):
        """Runs a suite as it is; gcov tells what it executed."""
        scratch = os.path.join(ROOT, self.build, "lines", suite.name)
        start = os.times()
        status, output = self.start(suite.link[suite.link.index("-o") + 1], scratch, 600)
        end = os.times()
        if status != 0:
            raise commands.Trouble(f"{suite.name} must pass before it can judge: {output[-1000:]}")
        suite.seconds = end.children_user - start.children_user
        for folder, counts in self.counts(scratch):
            for source in json.loads(counts)["files"]:
                if source["file"].startswith(("monitor/", "policies/")) and \
                        source["file"].endswith(".c"):
                    stem = os.path.join(folder, os.path.basename(source["file"])[:-2] + ".o")
                    for line in source["lines"]:
                        if line["count"] > 0:
                            suite.lines[source["file"], line["line_number"]] = stem

    def counts(self, scratch):
        """(folder of the object, gcov's words in JSON) of each source of ours in a suite."""
        for folder, _, names in os.walk(scratch):
            home = os.path.relpath(folder, scratch)
            data = [n for n in names if n.endswith(".gcda")]
            if not data or not re.search(r"/(monitor|policies/\w+)$", home):
                continue
            for name in data:
                notes = name[:-5] + ".gcno"
                os.symlink(os.path.join(ROOT, home, notes), os.path.join(folder, notes))
            done = subprocess.run(["gcov", "--json-format", "--stdout"] + data, cwd=folder,
                                  check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
            for line in done.stdout.decode().split("\n"):
                if line.startswith("{"):
                    yield home, line

    @staticmethod
    def start(program, scratch, seconds):
        """Returns (status, output); the status is None if it does not end."""
        def bound():
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        strip = str(ROOT.count("/"))
        env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", GCOV_PREFIX=scratch,
                   GCOV_PREFIX_STRIP=strip)
        try:
            done = commands.run([program], env=env, preexec_fn=bound,
                       timeout=max(STUCK_SECONDS, 3 * seconds))
        except subprocess.TimeoutExpired:
            return None, "no end"
        if done.returncode in (-9, -24):  # SIGKILL, SIGXCPU: the limit of processor time
            return None, "no end"
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def order(self, place, change):
        """The suites that execute the statement, likely judges first."""
        stem = os.path.basename(place.path)[:-2]
        found = []
        for suite in self.suites:
            homes = {suite.lines[place.path, n] for n in change.lines
                     if (place.path, n) in suite.lines}
            if homes:
                found.append((suite.name != f"test_{stem}", stem.split("_")[0] not in suite.name,
                              suite.seconds, suite.name, suite, homes.pop()))
        return [entry[4:] for entry in sorted(found, key=lambda entry: entry[:4])]

    def ask(self, mutant, scratch):
        """(verdict, by what): None if it cannot be compiled, else "caught", "hangs" or "lives"."""
        objects = {}
        suites = self.order(mutant.place, mutant.change)
        for suite, home in suites:
            if home not in objects:
                new = os.path.join(scratch, home.replace("/", "-"))
                if not commands.compile_text(self.compiles[home], mutant.place.path,
                                             mutant.text, new):
                    return None, ""
                objects[home] = new
            program = os.path.join(scratch, "suite")
            linked = commands.run(suite.command({home: objects[home]}, program))
            if linked.returncode != 0:
                return None, ""
            status, output = self.start(program, os.path.join(scratch, "counts"), suite.limit())
            if status is None:
                return "hangs", f"{suite.name}: no end"
            if status != 0:
                why = FAILED.findall(output) or STOPPED.findall(output) or ["it stops early"]
                return "caught", f"{suite.name}: {why[0]}"
        return "lives", f"{len(suites)} suites"


class Mutant:
    """One change of one place."""

    def __init__(self, place, change, text):
        self.place, self.change = place, change
        self.mark = place.mark(change)
        self.text = places.apply(text, change)
        self.verdict, self.how, self.seconds = None, "", 0.0


def draw(seed):
    """All places in the order of their turn, each with its changes in theirs."""
    found = []
    for home in ("monitor", "policies"):
        for folder, _, names in os.walk(os.path.join(ROOT, home)):
            for name in names:
                if name.endswith(".c"):
                    path = os.path.relpath(os.path.join(folder, name), ROOT)
                    found += places.places_of(path, commands.read(path))
    found.sort(key=lambda p: (places.digest(seed, p.identity), p.path))
    for place in found:
        place.changes.sort(key=lambda c: places.digest(seed, place.identity, c.what))
    return found


def read_survivors():
    """{mark: path} of survivors.txt; an entry without a reason is none."""
    entries = {}
    text = "\n".join(line for line in commands.read("tests/mutants/survivors.txt").split("\n")
                     if not line.startswith("#"))
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        first = lines[0].split()
        if first[:1] == ["survivor"] and any(line.startswith("why ") for line in lines):
            entries[first[1]] = first[2]
    return entries


def stale_entries(found, known):
    """Marks of survivors.txt that no mutant of its file has any more: the line has changed."""
    have = {(place.mark(change), place.path) for place in found for change in place.changes}
    return [mark for mark, path in known.items() if (mark, path) not in have]


def is_known(mutant, known):
    """Two functions of one name may have the same line: then the file decides."""
    return known.get(mutant.mark) == mutant.place.path


def keep_marks(found, marks):
    for place in found:
        place.changes = [c for c in place.changes if place.mark(c) in marks]


class Trial:
    """Asks about places until enough of them count."""

    def __init__(self, unit, machines, known, options):
        self.unit, self.machines, self.known, self.options = unit, machines, known, options
        self.texts, self.scratch = {}, os.path.join(unit.build, "scratch")

    def try_place(self, place):
        """The first change of the line that counts; None if there is none."""
        text = self.texts[place.path]
        scratch = os.path.join(self.scratch, places.digest(place.path, place.identity)[:12])
        os.makedirs(os.path.join(ROOT, scratch), exist_ok=True)
        found = None
        for change in place.changes:
            mutant, start = Mutant(place, change, text), time.monotonic()
            mutant.verdict, mutant.how = self.unit.ask(mutant, scratch)
            if mutant.verdict == "lives":
                mutant.verdict, mutant.how = self.machines.ask(mutant, scratch, mutant.how,
                                                               is_known(mutant, self.known))
            mutant.seconds = time.monotonic() - start
            if mutant.verdict is not None:
                found = mutant
                break
        shutil.rmtree(os.path.join(ROOT, scratch), ignore_errors=True)
        return found

    def run(self, found):
        """Tries the places in their order until N of them count; yields what came of each."""
        for place in found:
            if place.path not in self.texts:
                self.texts[place.path] = commands.read(place.path)
        shutil.rmtree(os.path.join(ROOT, self.scratch), ignore_errors=True)
        counted, at = 0, 0
        with concurrent.futures.ThreadPoolExecutor(max_workers=self.options.jobs) as pool:
            while counted < self.options.number and at < len(found):
                turn = found[at:at + self.options.number - counted]
                at += len(turn)
                for mutant in pool.map(self.try_place, turn):
                    if mutant is not None:
                        counted += 1
                        yield mutant


def tell(mutant, count, known):
    place = mutant.place
    mark = {"lives": "LIVES" if not is_known(mutant, known) else "known"}.get(mutant.verdict, "ok")
    print(f"{count:4} {mark:<5} {place.path}:{mutant.change.line} {place.function}(): "
          f"{mutant.change.what} | {mutant.how[:120]} | {mutant.seconds:.1f} s", flush=True)
    if mark == "LIVES":
        print(f"     survivor {mutant.mark}: {place.words}", flush=True)


def conclude(mutants, known, full, stale):
    """The sums; returns the exit status."""
    lives = [m for m in mutants if m.verdict == "lives"]
    hangs = sum(m.verdict == "hangs" for m in mutants)
    unknown = [m for m in lives if not is_known(m, known)]
    noticed = len(mutants) - len(lives)
    by = {}
    for mutant in mutants:
        if mutant.verdict != "lives":
            who = mutant.how.split(":")[0]
            by[who] = by.get(who, 0) + 1
    print("noticed by: " + ", ".join(f"{who} {n}" for who, n in sorted(by.items(),
                                                                       key=lambda e: -e[1])))
    for mutant in mutants:
        if mutant.verdict != "lives" and is_known(mutant, known):
            print(f"survivors.txt: {mutant.mark} is noticed now; take it out")
    share = 100 * noticed / len(mutants) if mutants else 0
    print(f"{len(mutants)} mutants: {noticed} noticed ({share:.1f} of 100), {hangs} of them "
          f"because the test does not end; {len(lives)} survive, {len(unknown)} unexplained")
    few = full and share < ENOUGH
    if few:
        print(f"fewer than {ENOUGH} of 100 are noticed: mend the suites")
    if stale:
        print(f"survivors.txt has entries that fit nothing: {' '.join(stale)}")
    failed = len(unknown) + few + len(stale)
    print(f"{len(mutants) - len(unknown)} passed, {failed} failed")
    return 1 if failed else 0


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--number", type=int, default=200, help="how many count")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="places whose path or function has this text")
    parser.add_argument("--marks", default="", help="only these mutants, by their marks")
    parser.add_argument("--units-only", action="store_true", help="no guests on QEMU")
    parser.add_argument("--list", action="store_true", help="print the first changes, try none")
    parser.add_argument("make_words", nargs="*", help="for make: NAME=VALUE")
    return parser.parse_args()


def main():
    options = read_options()
    found = draw(options.seed)
    known = read_survivors()
    stale = stale_entries(found, known)
    for mark in stale:
        print(f"survivors.txt: {mark} fits no line of {known[mark]} any more: take it out",
              flush=True)
    found = [p for p in found if options.only in f"{p.path}:{p.function}"]
    if options.marks:
        keep_marks(found, options.marks.split())
        found = [place for place in found if place.changes]
    if not found or options.number < 1:
        print("auto.py: no such place; name a file or function, or marks that there are",
              file=sys.stderr)
        return 2
    if options.list:
        for place in found[:options.number]:
            print(f"{place.path}:{place.number} {place.function}(): {place.changes[0].what} | "
                  f"{place.words}")
        return 0
    unit = UnitJudge(options.build, options.make_words)
    machines = Machines(options.build, options.make_words, options.units_only)
    mutants = []
    try:
        unit.prepare()
        machines.prepare()
        for mutant in Trial(unit, machines, known, options).run(found):
            mutants.append(mutant)
            tell(mutant, len(mutants), known)
    except commands.Trouble as trouble:
        print(f"auto.py: {trouble}", file=sys.stderr)
        return 3
    return conclude(mutants, known, options.number >= 100, stale)


if __name__ == "__main__":
    sys.exit(main())
