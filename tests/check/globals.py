# SPDX-License-Identifier: Apache-2.0
"""Mutable state of the monitor: each writable symbol of the image is a reviewed line."""
import re

from common import Finding
from elf import SHF_ALLOC, SHF_WRITE, STT_NOTYPE, STT_OBJECT, Elf

LIST = "tests/check/globals.txt"
# Written by relocation only, before the first line of C; constant to the program.
CONSTANT = re.compile(r"^\.(?:data\.rel\.ro|got|dynamic|rodata|relro)")


def _is_mutable(symbol):
    flags = symbol.section.flags
    return flags & SHF_WRITE and flags & SHF_ALLOC and not CONSTANT.match(symbol.section.name)


def _plain(name):
    """A symbol's name in the source: compilers number local statics."""
    return re.sub(r"\.\d+$", "", name)


def _in_objects(tree):
    """(names that some object defines as data, names that are constant in each of them)."""
    data, mutable = set(), set()
    for path in tree.objects():
        try:
            symbols = Elf(path).symbols()
        except ValueError:
            continue
        data |= {s.name for s in symbols if s.kind in (STT_NOTYPE, STT_OBJECT)}
        mutable |= {s.name for s in symbols if _is_mutable(s)}
    return data, data - mutable


def mutable_symbols(tree, image):
    """Names of all writable objects of the image; the linker's own marks are left out."""
    defined, constant = _in_objects(tree)
    found = set()
    for symbol in filter(_is_mutable, Elf(image).symbols()):
        typed = symbol.kind == STT_OBJECT
        untyped = symbol.kind == STT_NOTYPE and symbol.name in defined
        if (typed or untyped) and symbol.name not in constant and symbol.name[0] not in ".$":
            found.add(_plain(symbol.name))
    return found


def _stale(tree, number, words):
    """Why the list's line is no longer true, or None; independent of what was built."""
    if len(words) < 3:
        return f"{words[0]}: needs a file and a reason"
    if words[1] == "common":
        return None
    if not tree.exists(words[1]):
        return f"{words[0]}: {words[1]} does not exist"
    if not re.search(rf"\b{re.escape(words[0])}\b", tree.text(words[1])):
        return f"{words[0]} does not occur in {words[1]} any more"
    return None


def check(tree):
    """Findings: writable symbols nobody reviewed, reviewed ones that are gone."""
    rows = tree.reviewed("globals.txt")
    for number, words in rows:
        reason = _stale(tree, number, words)
        if reason:
            yield Finding(LIST, number, reason)
    image = tree.built()
    if image is None:
        tree.note = "nothing to build yet"
        return
    found = mutable_symbols(tree, image)
    for name in sorted(found - {words[0] for _, words in rows}):
        yield Finding(f"{tree.build}/monitor.elf", 0, f"mutable symbol {name} is not in {LIST}")
    tree.note = f"{len(found)} mutable symbols"
