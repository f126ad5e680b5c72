# SPDX-License-Identifier: Apache-2.0
"""Programs of the differential machine: blocks of instructions, as objects, blob and text."""
import json
import struct

import csrs

MAGIC_BLOB, MAGIC_LOG = 0x626F6C62, 0x676F6C64
# The same numbers as stage/layout.h.
CODE_BASE, CODE_LATE, PAD_BASE = 0x80040000, 0x80040FF0, 0x80042000
ARENA_BASE, ARENA_SIZE = 0x80044000, 0x20000
DATA_BASE = ARENA_BASE + 0x10000
BLOB_BASE, LOG_BASE = 0x82000000, 0x83000000
RAM_BASE, RAM_SIZE = 0x80000000, 256 << 20
SLOT_EXIT = 64

U, S, M, VU, VS, JUMP, LATE = 0, 1, 3, 4, 5, 8, 9
WAYS = {U: "U", S: "S", M: "M", VU: "VU", VS: "VS", JUMP: "M jump", LATE: "M late"}
WILD, HAS_H = 1, 2
NOP, C_NOP, ECALL = 0x13, 0x0001, 0x73


def size_of(word):
    return 4 if word & 3 == 3 else 2


class Block:
    def __init__(self, way, pc=CODE_BASE, place=CODE_BASE):
        self.way, self.pc, self.place = way, pc, place
        self.mpie = False
        self.order = 0
        self.sets = {}      # registers that are set before
        self.insns = []
        self.call = way not in (JUMP, LATE)   # ends in ecall, else in the jump back

    def mode(self):
        """The mode it begins in: U, S, M, VU or VS."""
        return M if self.way in (JUMP, LATE) else self.way

    def offsets(self):
        at, found = 0, []
        for word in self.insns:
            found.append(at)
            at += size_of(word)
        return found + [at]

    def code(self, exit_address):
        text = b"".join(struct.pack("<I" if size_of(w) == 4 else "<H", w) for w in self.insns)
        last = ECALL
        if not self.call:
            last = jump(exit_address - (self.place + len(text)))
        return text + struct.pack("<I", last)

    def encode(self, exit_address):
        code = self.code(exit_address)
        entry = self.way | self.mpie << 8 | self.order << 16
        words = [entry, self.pc, self.place, len(self.sets), len(code)]
        for register, value in self.sets.items():
            words += [register, value]
        return struct.pack(f"<{len(words)}Q", *words) + code + bytes(-len(code) % 8)

    def copy(self):
        other = Block(self.way, self.pc, self.place)
        other.mpie, other.order, other.call = self.mpie, self.order, self.call
        other.sets, other.insns = dict(self.sets), list(self.insns)
        return other


class Program:
    def __init__(self, ident, base):
        self.ident = ident
        self.base = base            # the register that holds the frame; the next one is scratch
        self.flags = 0
        self.memory = {}
        self.x = [0] * 32
        self.blocks = []

    def encode(self, symbols):
        words = [self.ident, self.base, len(self.blocks), self.flags, len(self.memory)] + self.x
        for address, value in self.memory.items():
            words += [address, value]
        exit_address = symbols[f"exit{self.base}"]
        return struct.pack(f"<{len(words)}Q", *words) + \
            b"".join(b.encode(exit_address) for b in self.blocks)

    def copy(self):
        other = Program(self.ident, self.base)
        other.flags, other.memory, other.x = self.flags, dict(self.memory), list(self.x)
        other.blocks = [b.copy() for b in self.blocks]
        return other


def jump(offset):
    """jal x0, offset"""
    o = offset & 0x1FFFFF
    return 0x6F | (o >> 12 & 0xFF) << 12 | (o >> 11 & 1) << 20 | (o >> 1 & 0x3FF) << 21 | \
        (o >> 20) << 31


def encode_blob(programs, config, symbols):
    resets, each, end = (csrs.reset_list(config), csrs.block_list(config), csrs.end_list(config))
    words = [MAGIC_BLOB, len(programs), len(resets), len(each), len(end)]
    for number, value in resets:
        words += [number, value]
    words += each + end
    return struct.pack(f"<{len(words)}Q", *words) + \
        b"".join(p.encode(symbols) for p in programs)


# ---- text, for programs that are kept ----

def to_text(program):
    """JSON with numbers in hexadecimal, one block a line."""
    def hexes(pairs):
        return {hex(k): hex(v) for k, v in pairs.items()}
    head = {"base": program.base, "flags": program.flags, "memory": hexes(program.memory),
            "x": [hex(v) for v in program.x]}
    blocks = [{"way": b.way, "pc": hex(b.pc), "place": hex(b.place), "mpie": b.mpie,
               "order": b.order, "call": b.call, "sets": hexes(b.sets),
               "insns": [f"{w:08x}" if size_of(w) == 4 else f"{w:04x}" for w in b.insns]}
              for b in program.blocks]
    lines = ",\n".join(json.dumps(b) for b in blocks)
    return f'{{"head": {json.dumps(head)},\n"blocks": [\n{lines}\n]}}\n'


def from_text(text, ident):
    data = json.loads(text)
    head = data["head"]
    program = Program(ident, head["base"])
    program.flags = head["flags"]
    program.memory = {int(k, 16): int(v, 16) for k, v in head["memory"].items()}
    program.x = [int(v, 16) for v in head["x"]]
    for row in data["blocks"]:
        block = Block(row["way"], int(row["pc"], 16), int(row["place"], 16))
        block.mpie, block.order, block.call = row["mpie"], row["order"], row["call"]
        block.sets = {int(k, 16): int(v, 16) for k, v in row["sets"].items()}
        block.insns = [int(w, 16) for w in row["insns"]]
        program.blocks.append(block)
    return program


# ---- the log ----

class Record:
    """What one block left: registers by name."""

    def __init__(self, words, names):
        self.words = words
        self.names = names

    def __getitem__(self, name):
        return self.words[self.names.index(name)]


class Log:
    """The log of one program, as words; records are made only where somebody looks."""

    def __init__(self, words, config):
        self.words = words
        self.each = ["slot"] + [f"x{i}" for i in range(1, 32)] + ["mstatus"] + \
            [csrs.BY_NUMBER[n] for n in csrs.block_list(config)]
        self.end = ["memory", "msip", "mtimecmp"]
        for number in csrs.end_list(config):
            self.end += [csrs.BY_NUMBER[number], csrs.BY_NUMBER[number] + "?"]

    def blocks(self):
        return self.words[1]

    def record(self, index):
        if index == self.blocks():
            return Record(self.words[2 + index * len(self.each):], self.end)
        at = 2 + index * len(self.each)
        return Record(self.words[at:at + len(self.each)], self.each)


def split_log(data, config):
    """The programs' logs out of the memory from LOG_BASE on; whether the stage came to its end."""
    magic, finished, end = struct.unpack_from("<3Q", data, 0)
    sample = Log((0, 0), config)
    logs, at = [], 8
    words = memoryview(data)[:max(end - LOG_BASE, 64)].cast("Q")
    for _ in range(finished):
        length = 2 + words[at + 1] * len(sample.each) + len(sample.end)
        logs.append(Log(tuple(words[at:at + length]), config))
        at += length
    return logs, magic == MAGIC_LOG
