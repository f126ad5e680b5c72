# SPDX-License-Identifier: Apache-2.0
"""Commit subjects read "area: imperative subject" and are at most 72 characters long."""
import re
import shutil

from common import Finding, run

SUBJECT = re.compile(r"^[a-z0-9][\w./+-]*(?:, ?[\w./+-]+)*: (\S+)(?: |$)")
# Other forms of the verb; the words that only look like one are let through.
PAST = re.compile(r"^\w+(?:ed|ing)$")
FINE = {"bring", "embed", "exceed", "feed", "need", "proceed", "ring", "seed", "shed", "speed",
        "string", "succeed", "swing", "embed"}
THIRD = {"adds", "fixes", "changes", "makes", "removes", "updates", "moves", "uses", "allows"}
LONGEST = 72


def reason(subject):
    """What is wrong with a subject, or None."""
    hit = SUBJECT.match(subject)
    if not hit:
        return "is not 'area: imperative subject'"
    verb = hit[1].lower()
    if (PAST.match(verb) and verb not in FINE) or verb in THIRD:
        return f"'{hit[1]}' is not an imperative"
    if len(subject) > LONGEST:
        return f"is {len(subject)} characters long, at most {LONGEST}"
    return "ends with a full stop" if subject.endswith(".") else None


def check(tree):
    """Findings: one per commit reachable from HEAD; what a shallow clone has is enough."""
    if not tree.exists(".git") or not shutil.which("git"):
        tree.note = "no history here"
        return
    status, out = run(["git", "-C", tree.root, "log", "--no-merges", "--format=%h %s"])
    if status:
        tree.note = "no commits yet"
        return
    rows = [line.split(" ", 1) for line in out.splitlines()]
    for commit, subject in rows:
        wrong = reason(subject)
        if wrong:
            yield Finding(f"commit {commit}", 0, f"subject {wrong}: {subject}")
    tree.note = f"{len(rows)} commits"
