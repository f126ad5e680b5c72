# SPDX-License-Identifier: Apache-2.0
"""Documents: links lead somewhere, and the tour names only files and functions that exist."""
import os
import re

from common import CODE, Finding

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
TOUR = "docs/tour.md"


def _slugs(text):
    """The anchors that the headings of a markdown text make."""
    titles = re.findall(r"^#+\s+(.*?)\s*#*$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def _link(tree, path, target):
    """Why the link is wrong, or None."""
    if re.match(r"[a-z]+:", target):
        return None
    name, _, anchor = target.partition("#")
    there = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
    if not tree.exists(there):
        return f"link to {target}: no such file"
    if anchor and there.endswith(".md") and anchor not in _slugs(tree.text(there)):
        return f"link to {target}: no such heading"
    return None


def _links(tree, path):
    text = re.sub(r"^```.*?^```", lambda m: re.sub(r"[^\n]", " ", m[0]), tree.text(path),
                  flags=re.M | re.S)
    for hit in LINK.finditer(text):
        reason = _link(tree, path, hit[1])
        if reason:
            yield Finding(path, text.count("\n", 0, hit.start()) + 1, reason)


def _named(tree, span, tops, words):
    """Why the tour must not name this, or None; only file names and functions are judged."""
    call = re.fullmatch(r"([a-z_]\w*)\(\)", span)
    if call:
        return None if call[1] in words else f"`{span}`: no such function"
    name = re.sub(r":\d+$", "", span)
    if not re.fullmatch(r"[\w.+-]+(?:/[\w.+-]*)+", name) or name.split("/")[0] not in tops:
        return None
    return None if tree.exists(name) else f"`{name}` does not exist"


def _tour(tree):
    tops = {f.split("/")[0] for f in tree.files()} | {"src", "monitor", "policies", "crypto",
                                                      "attest", "tests", "docs"}
    words = {w for f in tree.files(CODE) for w in re.findall(r"[a-z_]\w+", tree.text(f))}
    for number, line in tree.lines(TOUR):
        for span in CODE_SPAN.findall(line):
            reason = _named(tree, span, tops, words)
            if reason:
                yield Finding(TOUR, number, reason)


def check(tree):
    """Findings: broken links anywhere, and names in the tour that nothing answers to."""
    paths = tree.files((".md",))
    for path in paths:
        yield from _links(tree, path)
    if TOUR in paths:
        yield from _tour(tree)
    tree.note = f"{len(paths)} documents"
