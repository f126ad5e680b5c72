# SPDX-License-Identifier: Apache-2.0
"""Includes go only in the directions that layers.txt allows, and are rooted and quoted."""
import re

from common import Finding, matches
from clex import without_comments

INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]+([<\"])([^>\"]+)[>\"]", re.M)
# What a freestanding C11 compiler brings along itself.
FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "stdarg.h", "stdalign.h", "stdnoreturn.h",
                "stdatomic.h", "limits.h"}


class Table:
    """layers.txt, read."""

    def __init__(self, tree):
        self.folder, self.may, self.extern, self.bare = {}, {}, {}, []
        for number, words in tree.reviewed("layers.txt"):
            self._line(number, words)

    def _line(self, number, words):
        if words[0] == "layer" and ":" in words:
            self.folder[words[1]] = words[2] + "/"
            self.may[words[1]] = {words[1], *words[words.index(":") + 1:]}
        elif words[0] == "extern":
            self.extern[words[1]] = words[2:]
        elif words[0] == "bare":
            self.bare += words[1:]
        elif words[0] != "host":
            raise ValueError(f"tests/check/layers.txt:{number} is no layer, extern, bare or "
                             "host line")

    def layer_of(self, path):
        """The layer that a file of the tree belongs to."""
        return next((n for n, f in self.folder.items() if path.startswith(f)), None)

    def extern_of(self, name):
        """The foreign library a header belongs to."""
        return next((n for n, p in self.extern.items() if matches(name, p)), None)


def _foreign(table, layer, name):
    """Why this layer must not include a header that is not ours; None if it may."""
    if name in FREESTANDING or name in table.bare:
        return None
    library = table.extern_of(name)
    if library is None:
        return f"<{name}>: not a freestanding header; name it in layers.txt if it is wanted"
    return None if library in table.may[layer] else f"{layer} must not include {library} ({name})"


def _reason(tree, table, path, quote, name):
    """Why the file must not include the header; None if it may."""
    layer, target = table.layer_of(path), name.split("/", 1)[0]
    if target not in table.folder:
        if quote == '"' and "/" not in name and name not in table.bare \
                and table.extern_of(name) is None:
            return f'"{name}" is not rooted: the first word must name the layer'
        return _foreign(table, layer, name)
    if quote == "<":
        return f"<{name}> is ours: quote it"
    if target not in table.may[layer]:
        return f"{layer} must not include {target} ({name})"
    if target == "policies" and name.split("/")[1] != path.split("/")[1]:
        return f"a policy must not include another one ({name})"
    if not tree.exists(table.folder[target] + name.split("/", 1)[1]):
        return f"{name} does not exist in {table.folder[target]}"
    return None


def check(tree):
    """Findings: includes against the table, and files that belong to no layer."""
    table, count = Table(tree), 0
    for path in tree.monitor_files():
        if table.layer_of(path) is None:
            yield Finding(path, 1, "belongs to no layer of layers.txt")
            continue
        text = without_comments(tree.text(path))
        for hit in INCLUDE.finditer(text):
            count += 1
            reason = _reason(tree, table, path, hit[1], hit[2])
            if reason:
                yield Finding(path, text.count("\n", 0, hit.start(1)) + 1, reason)
    tree.note = f"{count} includes"
