#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints what the image is made of: bytes and lines per folder, worst-case stack.

Bytes come from the linker's map (CHECK_MAP), so code that was dropped does not count.  Crypto
(ours and the library's) has its own sum, because it runs only before there is a guest.
"""
import os
import re
import sys

sys.dont_write_bytecode = True

import stack  # noqa: E402
from clex import without_comments  # noqa: E402
from common import Tree  # noqa: E402

FOLDERS = ["src/boot", "src/hw", "src/platform", "src/lib", "monitor", "policies", "attest",
           "crypto", "mbedtls", "libfdt"]
CRYPTO = ("crypto", "mbedtls")
# Nothing of these runs after the first guest has begun.
BOOT_ONLY = ("src/boot", "src/platform", "libfdt", "attest")
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


def read_map(path):
    """{folder: {kind: bytes}} of what was really linked."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read().partition("Linker script and memory map")[2]
    text = re.sub(r"^( \.[\w.$-]+)\n +", r"\1 ", text, flags=re.M)
    sums = {}
    for section, address, size, name in PLACED.findall(text):
        kind = kind_of(section)
        if kind and (int(address, 16) or int(size, 16)):
            row = sums.setdefault(folder_of(name, library_first()), dict.fromkeys(KINDS, 0))
            row[kind] += int(size, 16)
    return sums


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


def show_target(sums):
    """What counts against the target, and which part of it stays in use."""
    code = {f: kinds["text"] + kinds["rodata"] for f, kinds in sums.items() if f not in CRYPTO}
    whole, boot = sum(code.values()), sum(code.get(f, 0) for f in BOOT_ONLY)
    print(f"text and rodata without crypto: {whole} bytes, {whole - boot} of them outside "
          f"{', '.join(BOOT_ONLY)}; the target is {TARGET}: "
          + ("met" if whole < TARGET else f"{whole - TARGET} too many"))


def main(argv):
    """The command line: [--root DIR]."""
    tree = Tree(argv[1] if argv[:1] == ["--root"] else ".", os.environ)
    path = tree.path(os.environ.get("CHECK_MAP", f"{tree.build}/monitor.map"))
    if not os.path.exists(path):
        print(f"{path} is missing: link the monitor first (make)", file=sys.stderr)
        return 2
    sums = read_map(path)
    show(sums, count_lines(tree))
    show_target(sums)
    try:
        stacks, _ = stack.worst(tree)
    except (ValueError, FileNotFoundError) as reason:
        print(f"stack: not known, {reason}")
        return 0
    for depth in stacks:
        print(f"stack: {depth}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
