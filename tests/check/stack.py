#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Worst-case depth of each stack, from gcc's -fcallgraph-info=su and indirect.txt.

Prints "ok stack (...)" with the deepest chains, or "FAIL stack: ..." and exits with status 1: a
chain deeper than its stack, recursion nobody has bounded, an unbounded frame, a call nobody can
follow.
"""
import os
import re
import sys
import tempfile
from dataclasses import dataclass

sys.dont_write_bytecode = True

from common import Finding, Tree, matches, run  # noqa: E402
from hooks import Hooks  # noqa: E402

LIST = "tests/check/indirect.txt"
NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "([^"]*)"( shape : ellipse)?')
EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "([^"]*)")?')
USAGE = re.compile(r"(\d+) bytes \(([a-z,]+)\)")
INDIRECT = "__indirect_call"


class Graph:
    """Who calls whom, and what each function's own frame takes."""

    def __init__(self):
        self.frame, self.calls, self.unbounded, self.again = {}, {}, set(), []
        self.indirect = []

    def read(self, path):
        """Add one .ci file."""
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                node, edge = NODE.match(line), EDGE.match(line)
                if node and not node[3]:
                    self._node(node[1], node[2])
                elif edge and edge[2] == INDIRECT:
                    self.indirect.append((edge[1], edge[3] or ""))
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
        self.own, self.again = [], []
        for number, line in tree.lines(LIST) if tree.exists(LIST) else []:
            facts, _, why = line.split("#", 1)[0].partition(" : ")
            if facts.strip():
                self._line(number, facts.split(), why.strip())

    def _line(self, number, words, why):
        kind, rest = words[0], words[1:]
        if not rest or not why:
            raise ValueError(f"{LIST}:{number} lacks a name or, after ' : ', a reason")
        if kind == "root" and len(rest) == 3:
            self.own.append((number, rest[0], rest[1:]))
        elif kind in ("root", "nested") and len(rest) == 1:
            getattr(self, "roots" if kind == "root" else kind).append((number, rest[0]))
        elif kind == "again" and len(rest) == 3 and rest[2].isdigit():
            self.again.append((number, rest[0], rest[1], int(rest[2])))
        elif kind == "limit" and len(rest) == 2:
            self.limit = rest
        elif kind == "asm" and len(rest) > 1 and rest[1].isdigit():
            self.asm.append((number, rest[0], int(rest[1]), rest[2:]))
        elif kind == "call" and len(rest) > 1:
            self.call[rest[0]] = (number, rest[1:])
        else:
            raise ValueError(f"{LIST}:{number} is no limit, root, nested, asm, call or again line")


def _follow_hooks(graph, hooks):
    """Give indirect calls of hooks their targets; every other one is left to the review."""
    yield from hooks.check()
    known = {}
    for caller, place in graph.indirect:
        hook = hooks.called_at(place)
        if hook and hook not in known:
            known[hook], bad = hooks.titles(graph, hook)
            yield from bad
        graph.calls.setdefault(caller, set()).update(known[hook] if hook else {INDIRECT})


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
    for number, caller, callee, times in review.again:
        yield from _bound(graph, number, (caller, callee), times)


def _bound(graph, number, names, times):
    """Take a reviewed edge of a cycle out of the graph, and remember how often it is taken."""
    callees, found = set(graph.named(names[1])), False
    for caller in graph.named(names[0]):
        taken = graph.calls.get(caller, set()) & callees
        found |= bool(taken)
        graph.calls.get(caller, set()).difference_update(taken)
        graph.again += [(caller, callee, times) for callee in taken]
    if not found:
        yield Finding(LIST, number, f"{names[0]} does not call {names[1]} (any more)")


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
            if title != INDIRECT:
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

    def _reached(self, title):
        """Everything that is called from here, at any depth."""
        found, todo = set(), [title]
        while todo:
            title = todo.pop()
            if title not in found:
                found.add(title)
                todo += self.graph.calls.get(title, ())
        return found

    def total(self, title):
        """measure, and what the reviewed edges of cycles below can add to it.

        A chain that takes such an edge goes on from its callee, at most as deep as that is
        without the edge, and as often as was reviewed.
        """
        depth, reached, seen = self.measure(title), set(), None
        while seen != len(reached):
            seen = len(reached)
            starts = [title] + [c for f, c, _ in self.graph.again if f in reached]
            reached = set().union(*map(self._reached, starts))
        return depth + sum(times * self.measure(callee)
                           for caller, callee, times in self.graph.again if caller in reached)

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
        best = max([best] + [(walk.total(t), t) for t in titles], key=lambda pair: pair[0])
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


@dataclass
class Depth:
    """A stack: the most that is used of it, by whom, and its size."""
    used: int
    chain: str
    size: int

    def __str__(self):
        return f"{self.used} of {self.size} bytes: {self.chain}"


def _stacks(tree, graph, review):
    """(a Depth for each kind of stack whose size is known, findings)."""
    walk, found = Walk(graph), []
    roots, bad = _deepest(graph, walk, review.roots)
    nested, unknown = _deepest(graph, walk, review.nested)
    bad += unknown
    if review.limit:
        chain = walk.chain(roots[1]) + (" + " + walk.chain(nested[1]) if nested[1] else "")
        found.append(Depth(roots[0] + nested[0], chain, stack_size(tree, *review.limit)))
    for number, name, limit in review.own:
        alone, unknown = _deepest(graph, walk, [(number, name)])
        bad += unknown
        found.append(Depth(alone[0], walk.chain(alone[1]), stack_size(tree, *limit)))
    return found, bad + walk.findings


def worst(tree):
    """(a Depth for each kind of stack, findings)."""
    graph, review = read_graph(tree), Review(tree)
    if not graph.frame:
        if tree.built() is None:
            return [], []
        raise ValueError("no .ci files beside the objects: compile with -fcallgraph-info=su")
    bad = list(_follow_hooks(graph, Hooks(tree))) + list(_apply(graph, review))
    found, unknown = _stacks(tree, graph, review)
    bad += unknown
    if not review.roots:
        bad.append(Finding(LIST, 1, "names no root"))
    if not review.limit:
        bad.append(Finding(LIST, 1, "names no limit"))
    return found, bad


def main(argv):
    """The command line: [--root DIR]."""
    tree = Tree(argv[1] if argv[:1] == ["--root"] else ".", os.environ)
    try:
        found, bad = worst(tree)
    except (ValueError, FileNotFoundError) as reason:
        print(f"FAIL stack: {reason}")
        return 1
    for depth in found:
        if depth.used > depth.size:
            bad.append(Finding("stack", 0, f"{depth.used} bytes, but the stack has {depth.size}: "
                                           + depth.chain))
    for finding in bad:
        print(f"FAIL stack: {finding}")
    if not bad:
        print("ok stack (" + ("; ".join(map(str, found)) or "nothing to build yet") + ")")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
