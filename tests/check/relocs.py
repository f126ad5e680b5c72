# SPDX-License-Identifier: Apache-2.0
"""Code that runs before relocation carries no absolute address in .data or .rodata."""
import os
import re

from common import Finding, matches
from elf import R_RISCV_64, SHF_ALLOC, SHF_EXEC, Elf

LIST = "tests/check/relocs.txt"
DATA = re.compile(r"^\.s?(?:data|rodata)")


def _absolute(path):
    """(section name, offset) of each absolute 64-bit address in the object's data."""
    for section, offset, kind in Elf(path).relocations():
        if kind == R_RISCV_64 and section.flags & SHF_ALLOC and DATA.match(section.name) \
                and not section.flags & SHF_EXEC:
            yield section.name, offset


def check(tree):
    """Findings: absolute addresses, and lines of the list that match no object."""
    objects, rows, count = tree.objects(), tree.reviewed("relocs.txt"), 0
    base = tree.path(tree.build)
    for number, words in rows:
        paths = [p for p in objects if matches(os.path.relpath(p, base), [words[0]])]
        if objects and not paths:
            yield Finding(LIST, number, f"{words[0]} matches no object under {tree.build}/")
        for path in paths:
            count += 1
            for section, offset in _absolute(path):
                yield Finding(os.path.relpath(path, tree.root), 0,
                              f"absolute address in {section}+{offset:#x}, but the code runs "
                              "before relocation")
    tree.note = f"{count} objects"
