# SPDX-License-Identifier: Apache-2.0
"""Assembly and CSR instructions live in src/hw, src/boot and src/stage0, nowhere else."""
import re

from clex import code_only
from common import Finding

HOME = ("src/hw/", "src/boot/", "src/stage0/")
INLINE = re.compile(r"\b(?:__asm__|__asm|asm)\b")
# Only the short forms: a decoder may well name csrrw and its five brothers.
MNEMONIC = re.compile(r"\bcsr[rwsc]i?\b")


def check(tree):
    """Findings: assembly files, inline assembly and CSR mnemonics outside their home."""
    for path in tree.monitor_files():
        if path.startswith(HOME):
            continue
        if path.endswith(".S"):
            yield Finding(path, 1, "assembly belongs in src/hw, src/boot or src/stage0")
            continue
        for number, line in enumerate(code_only(tree.text(path)).splitlines(), 1):
            if INLINE.search(line):
                yield Finding(path, number, "inline assembly belongs in src/hw")
            elif MNEMONIC.search(line):
                yield Finding(path, number, "CSR instruction outside src/hw: use hw/csr.h")
