#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints what the image is made of: bytes and lines per folder, what is for what, stacks, memory.

Bytes come from the linker's map (CHECK_MAP), so code that was dropped does not count.  What the
large residents of memory are is read from the symbols of monitor.elf, if it is there.
"""
import os
import re
import sys

sys.dont_write_bytecode = True

import stack  # noqa: E402
from clex import without_comments  # noqa: E402
from common import Tree, matches  # noqa: E402
from elf import SHF_ALLOC, SHF_WRITE, STT_OBJECT, Elf  # noqa: E402

FOLDERS = ["src/boot", "src/hw", "src/platform", "src/lib", "monitor", "policies", "attest",
           "crypto", "mbedtls", "libfdt"]
CRYPTO = ("crypto", "mbedtls")
# What an object is for: (class, patterns), the first that matches counts.
CLASSES = (("verified boot and attestation",
            ["attest/*", "src/boot/verify", "src/boot/facts", "src/boot/traits"]),
           ("monitor core", ["monitor/*", "src/hw/*", "src/lib/*", "src/boot/trap"]),
           ("policies", ["policies/*"]),
           ("boot and device tree", ["src/boot/*", "src/platform/*"]),
           ("libfdt", ["libfdt/*"]),
           ("crypto", ["crypto/*", "mbedtls/*"]))
CORE = ("monitor core", "policies")
LARGE = 1024  # bytes from which a variable is named
TARGET = 40 * 1024  # bytes of text and rodata without crypto, with sandbox, offload and failsafe
KINDS = ["text", "rodata", "data", "bss"]
PLACED = re.compile(r"^ (\.[\w.$-]+|COMMON)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S+)$", re.M)


def kind_of(section):
    """Which of the four kinds an input section counts as, or None for debug information."""
    for kind, start in (("text", r"\.(text|entry|head|guard|init|fini)"),
                        ("rodata", r"\.(s?rodata|data\.rel\.ro|eh_frame|got|rela)"),
                        ("data", r"\.(s?data|scratch)"), ("bss", r"\.s?bss|COMMON|\.stack")):
        if re.match(start, section):
            return kind
    return None


def folder_of(path, folders=FOLDERS):
    """The folder an object came from; what the compiler brought along is 'toolchain'."""
    if ".a(" in path and "libgcc" in path:
        return "toolchain"
    return next((f for f in folders if f"/{f}/" in "/" + path), "other")


def class_of(path, folder):
    """What the object is for; what belongs to no class is 'other'."""
    name = folder + "/" + os.path.splitext(os.path.basename(path))[0]
    return next((c for c, patterns in CLASSES if matches(name, patterns)), "other")


def read_map(path):
    """({folder: {kind: bytes}}, {class: {kind: bytes}}) of what was really linked."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read().partition("Linker script and memory map")[2]
    text = re.sub(r"^( \.[\w.$-]+)\n +", r"\1 ", text, flags=re.M)
    folders, classes = {}, {}
    for section, address, size, name in PLACED.findall(text):
        kind = kind_of(section)
        if kind and (int(address, 16) or int(size, 16)):
            folder = folder_of(name, library_first())
            for sums, key in ((folders, folder), (classes, class_of(name, folder))):
                sums.setdefault(key, dict.fromkeys(KINDS, 0))[kind] += int(size, 16)
    return folders, classes


def library_first():
    """Folders in the order to try: a library under build/ may have our folder names inside."""
    return ["mbedtls", "libfdt"] + [f for f in FOLDERS if f not in ("mbedtls", "libfdt")]


def count_lines(tree):
    """{folder: lines of code}, blank and comment lines left out."""
    sums = {}
    for path in tree.monitor_files():
        code = without_comments(tree.text(path))
        folder = folder_of(path)
        sums[folder] = sums.get(folder, 0) + sum(1 for x in code.splitlines() if x.strip())
    return sums


def _row(name, cells, lines):
    numbers = "".join(f"{c:>9}" for c in cells)
    print(f"{name:<14}{numbers}{sum(cells):>9}{lines if lines else '-':>9}")


def show(sums, lines):
    """Print the table and its sums."""
    print(f"{'folder':<14}" + "".join(f"{k:>9}" for k in KINDS + ["bytes", "lines"]))
    names = [f for f in FOLDERS + ["toolchain", "other"] if f in sums or f in lines]
    total = {False: [0] * (len(KINDS) + 1), True: [0] * (len(KINDS) + 1)}
    for name in names:
        cells = [sums.get(name, {}).get(k, 0) for k in KINDS]
        _row(name, cells, lines.get(name, 0))
        crypto = total[name in CRYPTO]
        for i, value in enumerate(cells + [lines.get(name, 0)]):
            crypto[i] += value
    for name, crypto in (("all but crypto", False), ("crypto alone", True)):
        _row(name, total[crypto][:-1], total[crypto][-1])


def code_of(kinds):
    """Bytes of text and rodata."""
    return kinds["text"] + kinds["rodata"]


def show_classes(classes):
    """What the bytes are for, and what counts against the target."""
    print(f"\n{'what for':<32}" + "".join(f"{k:>9}" for k in ("text", "rodata", "both")))
    for name in [c for c, _ in CLASSES] + ["other"]:
        if name in classes:
            kinds = classes[name]
            print(f"{name:<32}{kinds['text']:>9}{kinds['rodata']:>9}{code_of(kinds):>9}")
    whole = sum(code_of(kinds) for name, kinds in classes.items() if name != "crypto")
    core = sum(code_of(classes[name]) for name in CORE if name in classes)
    print(f"text and rodata without crypto: {whole} bytes, {core} of them {' and '.join(CORE)}; "
          f"the target is {TARGET}: " + ("met" if whole < TARGET else f"{whole - TARGET} too many"))


def show_memory(path):
    """How much memory the image takes when it runs, and its largest variables."""
    elf = Elf(path)
    loaded = [s for s in elf.sections if s.flags & SHF_ALLOC]
    used = max(s.addr + s.size for s in loaded) - min(s.addr for s in loaded)
    print(f"\nmemory: {used} bytes, in a hole of {1 << (used - 1).bit_length()}")
    for symbol in sorted(elf.symbols(), key=lambda symbol: -symbol.size):
        if symbol.kind == STT_OBJECT and symbol.section.flags & SHF_WRITE and symbol.size >= LARGE:
            print(f"{symbol.size:>9}  {symbol.name}")


def main(argv):
    """The command line: [--root DIR]."""
    tree = Tree(argv[1] if argv[:1] == ["--root"] else ".", os.environ)
    path = tree.path(os.environ.get("CHECK_MAP", f"{tree.build}/monitor.map"))
    if not os.path.exists(path):
        print(f"{path} is missing: link the monitor first (make)", file=sys.stderr)
        return 2
    folders, classes = read_map(path)
    show(folders, count_lines(tree))
    show_classes(classes)
    image = os.path.splitext(path)[0] + ".elf"
    if os.path.exists(image):
        show_memory(image)
    print()
    try:
        stacks, _ = stack.worst(tree)
    except (ValueError, FileNotFoundError) as reason:
        print(f"stack: not known, {reason}")
        return 0
    for depth in (d for d in stacks if d.used):
        print(f"stack: {depth}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
