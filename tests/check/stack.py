#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Worst-case stack depth of a hart, from gcc's -fcallgraph-info=su and indirect.txt.

Prints "ok stack (...)" with the deepest chain, or "FAIL stack: ..." and exits with status 1: a
chain deeper than the hart's stack, recursion, an unbounded frame, a call nobody can follow.
"""
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True

from common import Finding, Tree, matches, run  # noqa: E402

LIST = "tests/check/indirect.txt"
NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "([^"]*)"( shape : ellipse)?')
EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"')
USAGE = re.compile(r"(\d+) bytes \(([a-z,]+)\)")
INDIRECT = "__indirect_call"


class Graph:
    """Who calls whom, and what each function's own frame takes."""

    def __init__(self):
        self.frame, self.calls, self.unbounded = {}, {}, set()

    def read(self, path):
        """Add one .ci file."""
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                node, edge = NODE.match(line), EDGE.match(line)
                if node and not node[3]:
                    self._node(node[1], node[2])
                elif edge:
                    self.calls.setdefault(edge[1], set()).add(edge[2])

    def _node(self, title, label):
        usage = USAGE.search(label)
        self.frame[title] = int(usage[1]) if usage else 0
        if usage and usage[2] == "dynamic":
            self.unbounded.add(title)

    def named(self, pattern):
        """Titles of the functions whose plain name matches; gcc appends .isra.0 and the like."""
        return [t for t in self.frame if matches(plain(t), [pattern])]


def plain(title):
    """A function's name without the file of a static one and without gcc's clone suffix."""
    return title.rsplit(":", 1)[-1].split(".", 1)[0]


class Review:
    """indirect.txt, read."""

    def __init__(self, tree):
        self.roots, self.nested, self.limit, self.asm, self.call = [], [], None, [], {}
        for number, line in tree.lines(LIST) if tree.exists(LIST) else []:
            facts, _, why = line.split("#", 1)[0].partition(" : ")
            if facts.strip():
                self._line(number, facts.split(), why.strip())

    def _line(self, number, words, why):
        kind, rest = words[0], words[1:]
        if not rest or not why:
            raise ValueError(f"{LIST}:{number} lacks a name or, after ' : ', a reason")
        if kind in ("root", "nested"):
            getattr(self, "roots" if kind == "root" else kind).append((number, rest[0]))
        elif kind == "limit" and len(rest) == 2:
            self.limit = rest
        elif kind == "asm" and len(rest) > 1 and rest[1].isdigit():
            self.asm.append((number, rest[0], int(rest[1]), rest[2:]))
        elif kind == "call" and len(rest) > 1:
            self.call[rest[0]] = (number, rest[1:])
        else:
            raise ValueError(f"{LIST}:{number} is no limit, root, nested, asm or call line")


def _apply(graph, review):
    """Put what was reviewed into the graph; findings about lines that lead nowhere."""
    for _, name, frame, _ in review.asm:
        graph.frame[name] = frame
    for number, name, _, callees in review.asm:
        yield from _connect(graph, number, [name], callees)
    for name, (number, callees) in review.call.items():
        callers = [t for t in graph.named(name) if INDIRECT in graph.calls.get(t, ())]
        if not callers:
            yield Finding(LIST, number, f"{name} makes no indirect call (any more)")
        yield from _connect(graph, number, callers, callees)


def _connect(graph, number, callers, callees):
    for pattern in callees:
        targets = graph.named(pattern)
        if not targets:
            yield Finding(LIST, number, f"no function is named {pattern}")
        for caller in callers:
            graph.calls.setdefault(caller, set()).update(targets)
    for caller in callers:
        graph.calls.setdefault(caller, set()).discard(INDIRECT)


class Walk:
    """Depth of every function reached, and what stood in the way of knowing it."""

    def __init__(self, graph):
        self.graph, self.depth, self.next, self.findings = graph, {}, {}, []

    def _problem(self, reason):
        self.findings.append(Finding("stack", 0, reason))

    def measure(self, title, path=()):
        """Bytes that the function and everything below it can take."""
        if title in path:
            self._problem("recursion: " + " > ".join(map(plain, path[path.index(title):]))
                          + " > " + plain(title))
            return 0
        if title in self.depth:
            return self.depth[title]
        if title not in self.graph.frame:
            who = plain(path[-1]) if path else "root"
            self._problem(f"{who} makes an indirect call: name its targets in {LIST}"
                          if title == INDIRECT else
                          f"{plain(title)}, called by {who}, has no known frame: give it an asm "
                          f"line in {LIST}")
            self.depth[title] = 0
            return 0
        if title in self.graph.unbounded:
            self._problem(f"{plain(title)} has a frame of unbounded size")
        below = [(self.measure(c, path + (title,)), c)
                 for c in sorted(self.graph.calls.get(title, ()))]
        deepest = max(below, default=(0, None))
        self.next[title] = deepest[1]
        self.depth[title] = self.graph.frame[title] + deepest[0]
        return self.depth[title]

    def chain(self, title):
        """The deepest chain from here, in words."""
        words = []
        while title in self.graph.frame:
            words.append(f"{plain(title)} {self.graph.frame[title]}")
            title = self.next.get(title)
        return " > ".join(words)


def _deepest(graph, walk, names):
    """(depth, title) of the deepest of these functions; findings for names that do not exist."""
    best, bad = (0, None), []
    for number, name in names:
        titles = graph.named(name)
        if not titles:
            bad.append(Finding(LIST, number, f"no function is named {name}"))
        best = max([best] + [(walk.measure(t), t) for t in titles], key=lambda pair: pair[0])
    return best, bad


def stack_size(tree, header, macro):
    """The value of a macro that is an integer expression of literals."""
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(f'#include "{header}"\nthe_value_is {macro}\n')
        file.flush()
        inc = [f for f in tree.cflags if re.match(r"-[DUI].", f)] or ["-Isrc", "-I."]
        status, out = run([tree.cross + "gcc", "-ffreestanding", "-E", "-P", *inc, file.name],
                          tree.root)
    hit = re.search(r"^the_value_is (.*)$", out, re.M)
    text = re.sub(r"\b(0x[0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", hit[1]) if hit else ""
    if status or not re.fullmatch(r"[0-9a-fA-Fx()+*<> -]+", text):
        raise ValueError(f"{macro} of {header} is not a plain number")
    return int(eval(text, {"__builtins__": {}}))  # pylint: disable=eval-used


def read_graph(tree):
    """The graph of everything that was compiled with -fcallgraph-info=su."""
    graph = Graph()
    for path in tree.objects():
        info = os.path.splitext(path)[0] + ".ci"
        if os.path.exists(info):
            graph.read(info)
    return graph


def worst(tree):
    """(bytes, chain in words, limit or None, findings)."""
    graph, review = read_graph(tree), Review(tree)
    if not graph.frame:
        if tree.built() is None:
            return 0, "nothing to build yet", None, []
        raise ValueError("no .ci files beside the objects: compile with -fcallgraph-info=su")
    bad = list(_apply(graph, review))
    walk = Walk(graph)
    roots, unknown = _deepest(graph, walk, review.roots)
    nested, unknown_nested = _deepest(graph, walk, review.nested)
    bad += unknown + unknown_nested + walk.findings
    if not review.roots:
        bad.append(Finding(LIST, 1, "names no root"))
    if not review.limit:
        bad.append(Finding(LIST, 1, "names no limit"))
    limit = stack_size(tree, *review.limit) if review.limit else None
    chain = walk.chain(roots[1]) + (" + " + walk.chain(nested[1]) if nested[1] else "")
    return roots[0] + nested[0], chain, limit, bad


def main(argv):
    """The command line: [--root DIR]."""
    tree = Tree(argv[1] if argv[:1] == ["--root"] else ".", os.environ)
    try:
        depth, chain, limit, bad = worst(tree)
    except (ValueError, FileNotFoundError) as reason:
        print(f"FAIL stack: {reason}")
        return 1
    if limit is not None and depth > limit:
        bad.append(Finding("stack", 0, f"{depth} bytes, but a hart has {limit}: {chain}"))
    for finding in bad:
        print(f"FAIL stack: {finding}")
    if not bad:
        print(f"ok stack ({depth} of {limit} bytes: {chain})")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
