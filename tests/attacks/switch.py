# SPDX-License-Identifier: Apache-2.0
"""Switches protections off in a monitor that was built with SWITCHES=1."""
import struct

import attacks

SYMBOL = b"mechanism_off"
SHT_SYMTAB = 2


class NoSwitch(Exception):
    """The ELF file has no such word; the text says which."""


def _sections(data):
    """(type, address, offset, size, link) of every section of a 64-bit little-endian ELF file."""
    offset, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3a)
    for n in range(count):
        _, kind, _, address, at, length, link = struct.unpack_from("<IIQQQQI", data,
                                                                   offset + n * size)
        yield kind, address, at, length, link


def _word_at(data):
    """Where in the file the word lies."""
    sections = list(_sections(data))
    for kind, _, at, length, link in sections:
        if kind != SHT_SYMTAB:
            continue
        names = sections[link][2]
        for entry in range(at, at + length, 24):
            name, _, _, index, value, _ = struct.unpack_from("<IBBHQQ", data, entry)
            if data[names + name:names + name + len(SYMBOL) + 1] == SYMBOL + b"\0":
                _, address, start, _, _ = sections[index]
                return start + value - address
    raise NoSwitch("the monitor has no word mechanism_off: build it with SWITCHES=1")


def patch(source, target, names):
    """Writes source to target with the mechanisms of these names off."""
    with open(source, "rb") as file:
        data = bytearray(file.read())
    numbers = attacks.mechanisms()
    off = 0
    for name in names:
        off |= 1 << numbers[name]
    struct.pack_into("<I", data, _word_at(data), off)
    with open(target, "wb") as file:
        file.write(data)
