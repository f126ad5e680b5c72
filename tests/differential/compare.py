# SPDX-License-Identifier: Apache-2.0
"""Two logs of a program against each other, and the reviewed differences."""
import fnmatch
import os

import facts

ALL = 0xFFFFFFFFFFFFFFFF


class Rule:
    """One line of differences.txt."""

    def __init__(self, line, number):
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 6 or parts[4] not in ("go on", "stop") or not parts[5]:
            raise ValueError(f"{number}: six fields are wanted: configs | fields "
                             "| bits | when | go on or stop | reason")
        self.configs, self.fields = parts[0].split(","), parts[1].split(",")
        self.bits = ALL if parts[2] == "*" else int(parts[2], 16)
        self.when = [] if parts[3] == "-" else [self.condition(c) for c in parts[3].split(",")]
        self.stops = parts[4] == "stop"
        self.reason = parts[5]
        self.number = number
        self.used = 0

    @staticmethod
    def condition(text):
        """NAME=PATTERN/PATTERN, !: none of them, m:NAME: on the monitor or model."""
        name, value = text.strip().split("=")
        side = 1 if name.startswith("m:") else 0
        return side, name.removeprefix("m:"), value.startswith("!"), value.lstrip("!").split("/")

    @staticmethod
    def meets(condition, records, known):
        side, name, inverted, patterns = condition
        if name in records[side].names:
            value = f"{records[side][name]:x}"
        elif name in known[side]:
            value = f"{known[side][name]:x}"
        else:
            return False
        return any(fnmatch.fnmatchcase(value, p) for p in patterns) != inverted

    def covers(self, config, name, bits, records, known):
        """records and known: what the machine and the judge left, and facts.py says of it."""
        return any(fnmatch.fnmatchcase(config, c) for c in self.configs) and \
            any(fnmatch.fnmatchcase(name, f) for f in self.fields) and \
            not bits & ~self.bits and \
            all(self.meets(condition, records, known) for condition in self.when)


def read_rules(judge):
    """The reviewed differences of the machine and that judge, "monitor" or "model"."""
    name = "differences.txt" if judge == "monitor" else f"differences-{judge}.txt"
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="ascii") as file:
        return [Rule(line, f"{name}:{number}") for number, line in enumerate(file, 1)
                if line.strip() and not line.startswith("#")]


class Verdict:
    """Equal up to some block, and then a reviewed difference, or one that is not."""

    def __init__(self, blocks, stopped=None, index=None, fields=()):
        self.blocks = blocks        # blocks that were compared
        self.stopped = stopped      # the rule that ended it
        self.index = index          # the block (or the number of blocks: the end) that differs
        self.fields = list(fields)  # (name, native, monitor)

    def failed(self):
        return self.index is not None


def _judge(config, rules, native, monitor, known):
    """(fields that no rule covers, a rule that stops)"""
    bad, stop = [], None
    for name, one, other in zip(native.names, native.words, monitor.words):
        if one == other:
            continue
        both = (native, monitor)
        rule = next((r for r in rules if r.covers(config, name, one ^ other, both, known)), None)
        if rule is None:
            bad.append((name, one, other))
            continue
        rule.used += 1
        if rule.stops:
            stop = rule
    return bad, stop


def compare(config, rules, native, monitor, program):
    """Two logs of a program."""
    total = native.blocks()
    if native.words == monitor.words:
        return Verdict(total)
    for index in range(total + 1):
        one, other = native.record(index), monitor.record(index)
        if one.words == other.words:
            continue
        known = facts.of_both(program, index, (one, other))
        bad, stop = _judge(config, rules, one, other, known)
        if bad and not stop:
            return Verdict(index, None, index, bad)
        if stop:
            return Verdict(index, stop)
    return Verdict(total)
