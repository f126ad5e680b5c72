# SPDX-License-Identifier: Apache-2.0
"""Readers of the three text files beside this one: the table, the differences, console scripts."""
import fnmatch
import re
import shlex


class TableError(Exception):
    """A line of one of our files is not understood; the text says which and why."""


class Config:
    def __init__(self, name, words):
        self.name = name
        self.qemu = words.pop("qemu")
        self.cpu = words.pop("cpu")
        self.machine = words.pop("machine", "virt")
        self.mem = words.pop("mem", "128M")
        self.since = words.pop("since", None)


class Test:
    """One line of the table; each (config, smp) pair of it is one run."""

    def __init__(self, kind, name, words, sentence):
        self.kind = kind
        self.name = name
        self.sentence = sentence
        self.guest = words.pop("guest", name)
        self.on = words.pop("on", "rv64").split(",")
        self.smp = [int(n) for n in words.pop("smp", "1").split(",")]
        self.timeout = float(words.pop("timeout", "20"))
        self.tags = words.pop("tags", "quick").split(",")
        self.mem = words.pop("mem", None)
        self.extra = shlex.split(words.pop("qemu_args", ""))
        self.firmware = words.pop("firmware", None)
        self.reboot = words.pop("reboot", "no") == "yes"
        self.native = words.pop("native", "yes") == "yes"
        self.nest = int(words.pop("nest", "1"))
        self.policy = words.pop("policy", None)
        self.script = words.pop("script", None)
        self.kernel = words.pop("kernel", None)
        self.initrd = words.pop("initrd", None)
        self.append = words.pop("append", None)
        self.same = re.compile(words.pop("same", "(?!)"))
        if kind == "console" and not (self.firmware and self.script):
            raise TableError(f"console {name} needs firmware= and script=")
        if kind == "test" and not self.native:
            raise TableError(f"test {name} has nothing to compare with; native=no is for console")


class SkipRule:
    """A line "skip": runs that are not tried, on which QEMU versions, and why."""

    def __init__(self, pattern, words, reason):
        self.pattern = pattern
        self.since = float(words.pop("since", "0"))
        self.reason = reason

    def covers(self, name, version):
        return fnmatch.fnmatchcase(name, self.pattern) and float(version) >= self.since


def _words(text):
    words = {}
    for word in shlex.split(text):
        key, equals, value = word.partition("=")
        if not equals:
            raise TableError(f"\"{word}\" is not key=value")
        words[key] = value
    return words


def _parse_line(line, configs, tests, skips):
    head, _, sentence = line.partition(" : ")
    kind, name, *rest = head.split(None, 2)
    words = _words(rest[0] if rest else "")
    if kind == "config":
        configs[name] = Config(name, words)
    elif kind == "skip":
        skips.append(SkipRule(name, words, sentence.strip()))
    elif kind in ("test", "console"):
        if not sentence.strip():
            raise TableError(f"{name} has no sentence")
        tests.append(Test(kind, name, words, sentence.strip()))
        for config in tests[-1].on:
            if config not in configs:
                raise TableError(f"{name} runs on the unknown config {config}")
    else:
        raise TableError(f"a line begins with \"{kind}\"")
    if words:
        raise TableError(f"{name} has the unknown key {next(iter(words))}")


def read_table(path):
    """The configs by name, the list of tests and that of skip rules; raises TableError."""
    configs, tests, skips = {}, [], []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            try:
                _parse_line(line, configs, tests, skips)
            except (TableError, ValueError, KeyError) as error:
                raise TableError(f"{path}:{number}: {error}; correct this line") from error
    names = [test.name for test in tests]
    for name in names:
        if names.count(name) > 1:
            raise TableError(f"{path}: the name {name} is used twice; rename one")
    return configs, tests, skips


class Difference:
    def __init__(self, guest, native, monitor, reason):
        self.guest = guest
        self.native_text = native
        self.native = None if native == "-" else re.compile(native)
        self.monitor = None if monitor == "-" else re.compile(monitor)
        self.reason = reason
        self.used = False


def read_differences(path):
    """The reviewed differences; raises TableError."""
    found = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            fields = [field.strip() for field in line.split(" | ")]
            if len(fields) != 4 or not fields[3]:
                raise TableError(f"{path}:{number}: not four fields with a reason; correct it")
            try:
                found.append(Difference(*fields))
            except re.error as error:
                raise TableError(f"{path}:{number}: {error}; correct the pattern") from error
    return found


def read_script(path):
    """The steps of a console test: (expect|send|end, text) pairs; raises TableError."""
    steps = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            word, _, text = line.partition(" ")
            if word not in ("expect", "send", "end"):
                raise TableError(f"{path}:{number}: begin the line with expect, send or end")
            if word == "send":
                text = text.encode().decode("unicode_escape") + "\n"
            steps.append((word, text))
    return steps
