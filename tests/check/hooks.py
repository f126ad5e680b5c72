# SPDX-License-Identifier: Apache-2.0
"""Which functions a call of a policy's hook can reach, for stack.py.

A hook is a member of struct policy that is a pointer to a function. The walks of the monitor call
hooks as "p->NAME(...)"; the compiler says on which line of the sources an indirect call stands.
Such a call reaches what the policies of this build have under that name. That no function slipped
into a policy's object by another way is seen in the image.
"""
import re
import struct

from common import Finding
from elf import STT_FUNC, STT_OBJECT, Elf

INTERFACE = "monitor/policy.h"
PLACE = re.compile(r"(?:\./)?(.*?):(\d+):\d+$")
OBJECT = re.compile(r"^const struct policy (policy_\w+) = \{(.*?)^\};", re.M | re.S)
MEMBER = re.compile(r"\.(\w+) = (\w+)")


class Hooks:
    """The hooks there are, and the functions that the policies of a build have for each."""

    def __init__(self, tree):
        self.tree, self.files, self.targets = tree, {}, {}
        text = tree.text(INTERFACE) if tree.exists(INTERFACE) else ""
        body = re.search(r"^struct policy \{(.*?)^\};", text, re.M | re.S)
        for name in re.findall(r"\(\*(\w+)\)\(", body[1] if body else ""):
            self.targets[name] = []
        for path in tree.srcs if self.targets else []:
            for policy, members in OBJECT.findall(tree.text(path)):
                self._policy(path, policy, MEMBER.findall(members))

    def _policy(self, path, policy, members):
        self.files[policy] = path, {f for hook, f in members if hook in self.targets}
        for hook, function in members:
            if hook in self.targets:
                self.targets[hook].append((path, function))

    def called_at(self, place):
        """The hook that the line of an indirect call names, or None if it names none or more."""
        hit = PLACE.match(place)
        if not hit or not self.tree.exists(hit[1]):
            return None
        lines = self.tree.text(hit[1]).splitlines()
        line = lines[int(hit[2]) - 1] if int(hit[2]) <= len(lines) else ""
        named = set(re.findall(r"->(\w+)\(", line))
        return named.pop() if len(named) == 1 and named <= set(self.targets) else None

    def titles(self, graph, hook):
        """(titles in the graph of what the hook can reach, findings)."""
        found, bad = set(), []
        for path, function in self.targets[hook]:
            titles = [t for t in graph.named(function) if ":" not in t or t.startswith(path + ":")]
            if not titles:
                bad.append(Finding(path, 0, f".{hook} = {function}, which is no known function"))
            found.update(titles)
        return found, bad

    def check(self):
        """Findings: policies whose object in the image holds other functions than were read."""
        image = self.tree.built() if self.files else None
        if image is None:
            return
        elf = Elf(image)
        symbols = elf.symbols()
        code = {s.value: s.name.split(".", 1)[0] for s in symbols if s.kind == STT_FUNC}
        for symbol in symbols:
            if symbol.kind == STT_OBJECT and symbol.name in self.files:
                path, known = self.files[symbol.name]
                at = symbol.section.offset + symbol.value - symbol.section.addr
                words = struct.unpack_from(f"<{symbol.size // 8}Q", elf.data, at)
                held = {code[w] for w in words if w in code}
                for name in sorted(held ^ known):
                    yield Finding(path, 0, f"{name} is a hook of {symbol.name} in the image or in "
                                           "the source, but not in both")
