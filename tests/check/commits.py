# SPDX-License-Identifier: Apache-2.0
"""Commit subjects read "area: imperative subject" and are at most 72 characters long.

What commits.txt names as the base, and what lies behind it, was written before the rule.
"""
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


def _range(tree):
    """Arguments of git log: all but the base and its ancestors, if this clone has the base."""
    known = []
    for number, words in tree.reviewed("commits.txt"):
        if words[0] != "base" or len(words) < 3:
            raise ValueError(f"tests/check/commits.txt:{number} is no 'base COMMIT why' line")
        status, _ = run(["git", "-C", tree.root, "cat-file", "-e", words[1] + "^{commit}"])
        if status == 0:
            known.append("^" + words[1])
    return ["HEAD"] + known


def check(tree):
    """Findings: one per commit since the base; what a shallow clone has is enough."""
    if not tree.exists(".git") or not shutil.which("git"):
        tree.note = "no history here"
        return
    status, out = run(["git", "-C", tree.root, "log", "--no-merges", "--format=%h %s",
                       *_range(tree), "--"])
    if status:
        tree.note = "no commits yet"
        return
    rows = [line.split(" ", 1) for line in out.splitlines()]
    for commit, subject in rows:
        wrong = reason(subject)
        if wrong:
            yield Finding(f"commit {commit}", 0, f"subject {wrong}: {subject}")
    tree.note = f"{len(rows)} commits"
