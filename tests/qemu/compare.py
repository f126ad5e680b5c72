# SPDX-License-Identifier: Apache-2.0
"""Compare the machine's own log with the log on the monitor, line by line."""
import difflib
import fnmatch
import re

MONITOR_MARK = "[cordon]"
RUN_OF_CAUSES = re.compile("([0-9a-f]+)-([0-9a-f]+): cause ([0-9a-f]+)")


def guest_lines(text):
    """The guest's own lines: whatever the monitor says about itself is taken out."""
    return [line.rstrip() for line in text.split("\n")
            if line.strip() and not line.startswith(MONITOR_MARK)]


def complaint(lines):
    """Why this log is bad in itself, or None."""
    for line in lines:
        if line.startswith("FAIL"):
            return "the guest says: " + line
    if not lines or lines[-1] != "end":
        return "the log does not close with \"end\""
    return None


def _allowed_pair(native, monitor, rules):
    for rule in rules:
        if rule.native and rule.monitor and rule.native.fullmatch(native) \
                and rule.monitor.fullmatch(monitor):
            rule.used = True
            return True
    return False


def _allowed_alone(line, side, rules):
    for rule in rules:
        pattern, other = (rule.native, rule.monitor) if side == "native" \
            else (rule.monitor, rule.native)
        if pattern and other is None and pattern.fullmatch(line):
            rule.used = True
            return True
    return False


def _expand(lines):
    """Undo the short form "A-B: cause C" of the sweeps, so that each register is one line."""
    for line in lines:
        run = RUN_OF_CAUSES.fullmatch(line)
        if not run:
            yield line
            continue
        for number in range(int(run[1], 16), int(run[2], 16) + 1):
            yield f"{number:x}: cause {run[3]}"


def _judge_block(native, monitor, rules):
    """The lines of a pair of unequal blocks that no rule covers, in the form of a diff."""
    native = [line for line in native if not _allowed_alone(line, "native", rules)]
    monitor = [line for line in monitor if not _allowed_alone(line, "monitor", rules)]
    if len(native) == len(monitor):
        pairs = [(a, b) for a, b in zip(native, monitor)
                 if a != b and not _allowed_pair(a, b, rules)]
        native, monitor = [a for a, _ in pairs], [b for _, b in pairs]
    return ["-" + line for line in native] + ["+" + line for line in monitor]


def _concerns(rule, run):
    """A rule names a test ("pmp_*"), or one on a config and QEMU version ("pmp_*@u54@11.1")."""
    return fnmatch.fnmatchcase(run, rule.guest) or \
        fnmatch.fnmatchcase(run.split("@")[0], rule.guest)


def unexplained(native, monitor, run, differences):
    """What no reviewed difference explains, as the lines of a diff; empty when the logs agree."""
    if native == monitor:
        return []
    native, monitor = list(_expand(native)), list(_expand(monitor))
    rules = [rule for rule in differences if _concerns(rule, run)]
    matcher = difflib.SequenceMatcher(None, native, monitor, autojunk=False)
    found = []
    for tag, a, b, c, d in matcher.get_opcodes():
        lines = _judge_block(native[a:b], monitor[c:d], rules) if tag != "equal" else []
        if lines:
            before = native[a - 1] if a else "(first line)"
            found += [f"@@ native line {a + 1}, after: {before}", *lines]
    return found
