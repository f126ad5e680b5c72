# SPDX-License-Identifier: Apache-2.0
"""A small reader of 64-bit little-endian ELF files: sections, symbols, relocations."""
import struct
from dataclasses import dataclass

SHF_WRITE, SHF_ALLOC, SHF_EXEC = 1, 2, 4
SHT_SYMTAB, SHT_RELA = 2, 4
STT_NOTYPE, STT_OBJECT, STT_FUNC = 0, 1, 2
R_RISCV_64 = 2


@dataclass
class Section:
    """One section header."""
    name: str
    kind: int
    flags: int
    addr: int
    offset: int
    size: int
    link: int
    info: int


@dataclass
class Symbol:
    """One symbol that is defined in a section."""
    name: str
    kind: int
    value: int
    size: int
    section: Section


class Elf:
    """An ELF file held in memory."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path} is not a 64-bit little-endian ELF file")
        self.sections = self._sections()

    def _string(self, table, at):
        start = table + at
        return self.data[start:self.data.index(b"\0", start)].decode()

    def _sections(self):
        offset, = struct.unpack_from("<Q", self.data, 40)
        size, count, names = struct.unpack_from("<HHH", self.data, 58)
        raw = [struct.unpack_from("<IIQQQQII", self.data, offset + i * size)
               for i in range(count)]
        return [Section(self._string(raw[names][4], r[0]), *r[1:]) for r in raw]

    def _table(self):
        return next((s for s in self.sections if s.kind == SHT_SYMTAB), None)

    def symbols(self):
        """All named symbols that have a section."""
        table = self._table()
        if not table:
            return []
        strings = self.sections[table.link].offset
        found = []
        for at in range(table.offset, table.offset + table.size, 24):
            name, info, _, index, value, size = struct.unpack_from("<IBBHQQ", self.data, at)
            if name and 0 < index < len(self.sections):
                found.append(Symbol(self._string(strings, name), info & 15, value, size,
                                    self.sections[index]))
        return found

    def relocations(self):
        """(section it changes, offset in it, type) of every relocation."""
        for rela in (s for s in self.sections if s.kind == SHT_RELA):
            for at in range(rela.offset, rela.offset + rela.size, 24):
                offset, info = struct.unpack_from("<QQ", self.data, at)
                yield self.sections[rela.info], offset, info & 0xffffffff
