# SPDX-License-Identifier: Apache-2.0
"""A failing program made smaller: whatever can be left out so that it still fails is left out."""
import encode as E
import program as P

ROUNDS = 12
AT_ONCE = 60     # candidates in one start of the machines


def candidates(program):
    """Smaller programs, the boldest first."""
    blocks = program.blocks
    for index in range(len(blocks)):
        if len(blocks) > 1:
            other = program.copy()
            del other.blocks[index]
            yield other
    for index, block in enumerate(blocks):
        for at, word in enumerate(block.insns):
            nop = P.NOP if P.size_of(word) == 4 else P.C_NOP
            # What wakes a wfi goes after it has gone.
            if word != nop and E.WFI not in block.insns[at + 1:at + 3]:
                other = program.copy()
                other.blocks[index].insns[at] = nop
                yield other


def tails(program):
    """Without what follows the last instruction that does anything."""
    other = program.copy()
    for block in other.blocks:
        while block.insns and block.insns[-1] in (P.NOP, P.C_NOP):
            block.insns.pop()
    yield other


def shrink(program, fails):
    """fails(programs) says of each whether it fails; the smallest that was found."""
    for _ in range(ROUNDS):
        tried = list(candidates(program))[:AT_ONCE]
        if not tried:
            break
        verdicts = fails(tried)
        good = [i for i, bad in enumerate(verdicts) if bad]
        if not good:
            break
        merged = merge(program, [tried[i] for i in good])
        program = merged if len(good) > 1 and fails([merged])[0] else tried[good[0]]
    for other in tails(program):
        if fails([other])[0]:
            program = other
    return program


def merge(program, smaller):
    """All that any of them left out, together."""
    merged = program.copy()
    for other in smaller:
        if len(other.blocks) < len(program.blocks):
            gone = next((i for i, (a, b) in enumerate(zip(program.blocks, other.blocks))
                         if a.insns != b.insns or a.sets != b.sets), len(other.blocks))
            merged.blocks[gone] = None
            continue
        for index, block in enumerate(other.blocks):
            for at, word in enumerate(block.insns):
                if merged.blocks[index] and word != program.blocks[index].insns[at]:
                    merged.blocks[index].insns[at] = word
    merged.blocks = [b for b in merged.blocks if b] or program.blocks[:1]
    return merged
