# SPDX-License-Identifier: Apache-2.0
"""What else the conditions of a reviewed difference may name, beside the registers of a record:
trap, tval and word (cause, value and instruction of the trap that ended the block, in whichever
mode it was taken), at (where in the block that is, or what could not be fetched), border and odd
(1 if a load, store or AMO trapped that goes over the border of a page, or is misaligned), same (1
if both machines trapped there, for the same cause), and status (1 if the block has an instruction
that reads mstatus into a register). What is not known is not there."""
import coverage
import csrs
import program as P

PAGE = 4096
LOAD, STORE, AMO = 0x03, 0x23, 0x2F
FETCH_FAULT = 1


def _short_access(word):
    """c.lw, c.ld, c.sw and c.sd: (register, offset, bytes), else None."""
    if word & 3 or word >> 13 not in (2, 3, 6, 7):
        return None
    offset = word >> 10 & 7
    if word >> 13 & 1:
        return 8 + (word >> 7 & 7), offset << 3 | (word >> 5 & 3) << 6, 8
    return 8 + (word >> 7 & 7), offset << 3 | (word >> 6 & 1) << 2 | (word >> 5 & 1) << 6, 4


def _access(word):
    """Of a load, store or AMO: (register, offset, bytes), else None."""
    if P.size_of(word) == 2:
        return _short_access(word)
    size = 1 << (word >> 12 & 3)
    offset = {LOAD: word >> 20, STORE: word >> 25 << 5 | word >> 7 & 31, AMO: 0}.get(word & 0x7F)
    if offset is None:
        return None
    return word >> 15 & 31, (offset ^ 0x800) - 0x800, size


def _of_access(record, word):
    access = _access(word)
    if access is None:
        return {}
    register, offset, size = access
    address = (record[f"x{register}"] if register else 0) + offset
    return {"border": int(address % PAGE + size > PAGE), "odd": int(address % size != 0)}


def _of_record(record, block):
    if record["slot"] == P.SLOT_EXIT:
        return {}
    cause, pc, mode = coverage.Coverage.arrival(record)
    tval = {"S": "stval", "VS": "vstval"}.get(mode, "mtval")
    facts = {"trap": cause, "tval": record[tval]}
    words, offsets = block.insns + [P.ECALL], block.offsets()
    if pc - block.pc in offsets:
        word = words[offsets.index(pc - block.pc)]
        at = (record[tval] if cause == FETCH_FAULT else pc) - block.pc
        facts.update(at=at, word=word, **_of_access(record, word))
    return facts


def _reads_status(word):
    access = coverage.csr_access(word)
    return access is not None and access[0] == csrs.NAMES["mstatus"] and word >> 7 & 31 != 0


def of_both(program, index, records):
    """The facts of the machine's and of the judge's record of a block."""
    if index >= len(program.blocks):
        return {}, {}
    both = [_of_record(record, program.blocks[index]) for record in records]
    one, other = ({name: f.get(name) for name in ("trap", "at")} for f in both)
    status = int(any(_reads_status(word) for word in program.blocks[index].insns))
    for facts in both:
        facts.update(same=int("trap" in facts and one == other), status=status)
    return both
