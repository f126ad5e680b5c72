# SPDX-License-Identifier: Apache-2.0
"""Compare the machine's own log with the log on the monitor, line by line."""
import difflib

MONITOR_MARK = "[cordon]"


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


def _block_differs(native, monitor, rules):
    """Is there a line in this pair of unequal blocks that no rule covers?"""
    native = [line for line in native if not _allowed_alone(line, "native", rules)]
    monitor = [line for line in monitor if not _allowed_alone(line, "monitor", rules)]
    if len(native) != len(monitor):
        return True
    return any(a != b and not _allowed_pair(a, b, rules) for a, b in zip(native, monitor))


def unexplained(native, monitor, guest, differences):
    """The unified diff when a difference is not a reviewed one, else an empty list."""
    rules = [rule for rule in differences if rule.guest in ("*", guest)]
    matcher = difflib.SequenceMatcher(None, native, monitor, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal" and _block_differs(native[a:b], monitor[c:d], rules):
            return list(difflib.unified_diff(
                native, monitor, "native", "monitor", lineterm="", n=1))
    return []
