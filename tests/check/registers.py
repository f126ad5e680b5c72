# SPDX-License-Identifier: Apache-2.0
"""Machine code of the image: x3, x4, x18..x27 and the FP and vector units are the guest's.

Reads the disassembly with numeric register names, so that s2 and x18 are one word, and the
raw encodings, so that an instruction the disassembler does not know is judged as well.
"""
import os
import re
import shutil

from common import Finding, Skip, matches, run
from elf import STT_FUNC, STT_NOTYPE, Elf

LIST = "tests/check/sregs.txt"
LABEL = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
CODE_LINE = re.compile(r"^\s*([0-9a-f]+):\s+([0-9a-f]{4,16})\s+(\S+)\s*(.*)$")
REGISTER = re.compile(r"\bx(\d+)(?:-x(\d+))?\b")
GUESTS = {3, 4, *range(18, 28)}
FP_MAJOR = {0x07, 0x27, 0x43, 0x47, 0x4b, 0x4f, 0x53, 0x57}
SYSTEM = 0x73


def _named(operands):
    """Guest registers among the operands, ranges as in cm.push unrolled."""
    for first, last in REGISTER.findall(operands.split("<")[0].split("#")[0]):
        for number in range(int(first), int(last or first) + 1):
            if number in GUESTS:
                return True
    return False


def _encoded(word):
    """Guest registers in an instruction the disassembler does not know.

    Of a SYSTEM instruction (CSRs, hypervisor loads and stores) it is known which fields are
    registers; of any other, the fields that always are.
    """
    fields = [word >> 7 & 31, word >> 15 & 31, word >> 20 & 31]
    kind = word >> 12 & 7
    if word & 0x7f != SYSTEM:
        used = fields[:2]
    elif kind == 4:
        used = fields[1:] if word >> 25 & 1 else fields[:2]
    else:
        used = fields if kind == 0 else fields[:1] if kind > 4 else fields[:2]
    return any(number in GUESTS for number in used)


def _floating(word, size):
    """Is it an FP or vector instruction by its encoding?  RV64: c.fld, c.fsd, c.fldsp, c.fsdsp."""
    if size == 4:
        return word & 0x7f in FP_MAJOR
    return word & 3 in (0, 2) and word >> 13 in (1, 5)


def judge(raw, mnemonic, operands):
    """'s', 'fp' or None for one line of disassembly."""
    word, size = int(raw, 16), len(raw) // 2
    if mnemonic in (".word", ".short", ".byte", ".dword", ".8byte"):
        return "s" if size == 4 and word & 0x707f == 0x4073 and _encoded(word) else None
    if _floating(word, size):
        return "fp"
    if mnemonic.startswith("."):
        return "s" if size == 4 and _encoded(word) else None
    return "s" if _named(operands) else None


def _disassemble(tree, image):
    """(symbol, address, kind of touch, text) of each instruction that touches a guest's."""
    status, out = run([tree.cross + "objdump", "-d", "-M", "numeric,no-aliases", image])
    if status:
        raise ValueError(f"{tree.cross}objdump cannot read the image: {out.strip()}")
    symbol = "?"
    for line in out.splitlines():
        label, hit = LABEL.match(line), CODE_LINE.match(line)
        if label:
            # Local labels survive in an image with relocations; they are inside a function.
            symbol = symbol if label[1].startswith(".L") else label[1]
        elif hit:
            kind = judge(hit[2], hit[3], hit[4])
            yield symbol, hit[1], kind, f"{hit[3]} {hit[4]}".strip()


def _allowed(tree):
    """[(pattern, kinds)] of all symbols that are let through."""
    found = []
    for number, words in tree.reviewed("sregs.txt"):
        if words[0] not in ("symbol", "object") or len(words) < 4 \
                or words[2] not in ("s", "fp", "both"):
            raise ValueError(f"{LIST}:{number} is no 'symbol|object PATTERN s|fp|both why' line")
        kinds = ("s", "fp") if words[2] == "both" else (words[2],)
        names = [words[1]] if words[0] == "symbol" else _functions_of(tree, words[1])
        found += [(name, kinds) for name in names]
    return found


def _functions_of(tree, pattern):
    names = set()
    for path in tree.objects():
        if matches(os.path.relpath(path, tree.path(tree.build)), [pattern]):
            names |= {s.name for s in Elf(path).symbols() if s.kind in (STT_FUNC, STT_NOTYPE)}
    return names


def _stale(tree):
    """Lines whose file is gone or no longer holds the symbol."""
    for number, words in tree.reviewed("sregs.txt"):
        if words[0] != "symbol" or words[3] == "libgcc":
            continue
        text = tree.text(words[3]) if tree.exists(words[3]) else ""
        if words[1].strip("*") not in text:
            yield Finding(LIST, number, f"{words[1]} does not occur in {words[3]} any more")


def check(tree):
    """Findings: instructions that touch what belongs to the guest, one per symbol and kind."""
    allowed, seen, count = _allowed(tree), set(), 0
    yield from _stale(tree)
    image = tree.built()
    if image is None:
        tree.note = "nothing to build yet"
        return
    if not shutil.which(tree.cross + "objdump"):
        raise Skip(f"{tree.cross}objdump is not installed")
    for symbol, address, kind, text in _disassemble(tree, image):
        count += 1
        fine = kind is None or any(matches(symbol, [p]) and kind in k for p, k in allowed)
        if fine or (symbol, kind) in seen:
            continue
        seen.add((symbol, kind))
        what = "a guest register" if kind == "s" else "FP or vector state"
        yield Finding(f"{tree.build}/monitor.elf", 0,
                      f"{symbol} touches {what} at {address}: {text}")
    if count == 0:
        yield Finding(f"{tree.build}/monitor.elf", 0, "holds no code: the check saw nothing")
    tree.note = f"{count} instructions"
