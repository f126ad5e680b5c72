# SPDX-License-Identifier: Apache-2.0
"""The table of attacks, attacks.txt."""
import os
import re
import shlex

HERE = os.path.dirname(os.path.abspath(__file__))
OUTCOMES = ("fail", "hang", "end", "died", "seen", "panic")
ID = re.compile(r"(A-\d+)(\..*)?$")


class TableError(Exception):
    """attacks.txt is wrong; the text says where."""


class Attack:
    """One line of the table."""

    DEFAULTS = {"policies": "none", "smp": "1,4", "control": "", "ends": "fail", "without": "",
                "timeout": "20", "patience": "8", "firmware": "$B/attacks/hostile.elf",
                "payload": "$B/attacks/victim.elf", "cpu": "rv64", "machine": "virt",
                "mem": "128M", "extra": "", "tags": "", "forbid": "", "qemu": "", "controls": ""}

    def __init__(self, words, sentence):
        self.name, self.sentence = words[0], sentence
        if not ID.match(self.name):
            raise TableError(f"{self.name} does not begin with an id like A-1")
        self.id = ID.match(self.name)[1]
        values = dict(self.DEFAULTS)
        for word in words[1:]:
            key, _, value = word.partition("=")
            if key not in values or not value:
                raise TableError(f"{self.name}: what is {word}?")
            values[key] = value
        for key in ("firmware", "payload", "cpu", "machine", "mem", "extra", "control", "ends",
                    "without", "forbid", "qemu"):
            setattr(self, key, values[key])
        self.policies = values["policies"].split(",")
        self.controls = values["controls"].split(",") if values["controls"] else self.policies
        self.smp = [int(n) for n in values["smp"].split(",")]
        self.timeout, self.patience = float(values["timeout"]), float(values["patience"])
        self.tags = values["tags"].split(",")
        self.quick, self.reboot = "quick" in self.tags, "reboot" in self.tags
        self.mutant = self.control.partition("mutant:")[2]
        self.mechanisms = [] if self.mutant else [m for m in self.control.split("+") if m]
        self.judge()

    def judge(self):
        """What the line may not say."""
        for outcome in (*self.ends.split("/"), self.without):
            if outcome and outcome not in OUTCOMES:
                raise TableError(f"{self.name}: {outcome} is none of {', '.join(OUTCOMES)}")
        for mechanism in self.mechanisms:
            if mechanism not in mechanisms():
                raise TableError(f"{self.name}: monitor/mechanism.h has no MECH_{mechanism}")
        if self.mutant and not os.path.exists(f"{HERE}/mutants/{self.mutant}.txt"):
            raise TableError(f"{self.name}: there is no mutants/{self.mutant}.txt")
        if self.without and "none" in self.policies:
            raise TableError(f"{self.name}: cannot be stopped and succeed without policies")


def mechanisms():
    """The names of monitor/mechanism.h without MECH_, by number."""
    with open(f"{HERE}/../../monitor/mechanism.h", encoding="utf-8") as file:
        names = re.findall(r"^\tMECH_(\w+)", file.read(), re.M)
    return {name: number for number, name in enumerate(names)}


def read(path):
    """The attacks in the file at path; raises TableError."""
    found = []
    with open(path, encoding="utf-8") as file:
        lines = file.read().replace("\\\n", " ").split("\n")
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        head, _, sentence = " ".join(line.split()).partition(" : ")
        words = shlex.split(head)
        if words[0] != "attack" or len(words) < 2 or not sentence.strip():
            raise TableError(f"not a line of the form 'attack NAME .. : sentence': {line}")
        found.append(Attack(words[1:], sentence.strip()))
        if sum(a.name == found[-1].name for a in found) > 1:
            raise TableError(f"{found[-1].name} is there twice")
    return found
