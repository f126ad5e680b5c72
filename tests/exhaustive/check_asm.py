#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare the decoder with the assembler: what is written must be what is decoded.

Every instruction that the assembler knows is written with random operands, assembled, decoded by
decode_all --decode, and each field compared with the operand in the source text.  The random
numbers are the same in each run.

Exit: 0 agree, 1 differ, 2 called wrongly or a tool failed.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

MARCH = "rv64gcvh_zfh_svinval_zawrs_zicbom_zicboz"
ROUNDS = 24

IMM, SIGNED, EXEC, WRITE = 1, 2, 4, 8
RMW = SIGNED | WRITE
AMOS = {"swap": 1, "add": 0, "xor": 4, "and": 12, "or": 8, "min": 16, "max": 20, "minu": 24,
        "maxu": 28}

I, S = "rd,imm(rs1)", "rs2,imm(rs1)"


def templates():
    """(mnemonic, operands, op, width, flags, amo, immediate's choices)"""
    signed = range(-2048, 2048)
    none = [0]
    for mnemonic in ("ecall", "ebreak", "mret", "sret", "dret", "wfi", "wrs.nto", "wrs.sto",
                     "sfence.w.inval", "sfence.inval.ir", "fence", "fence.i", "c.ebreak"):
        op = mnemonic.replace("c.", "").replace(".", "_").upper()
        yield mnemonic, "", op, 0, 0, 0, none
    for mnemonic in ("sfence.vma", "sinval.vma", "hfence.vvma", "hfence.gvma", "hinval.vvma",
                     "hinval.gvma"):
        yield mnemonic, "rs1,rs2", mnemonic.replace(".", "_").upper(), 0, 0, 0, none
    for mnemonic in ("csrrw", "csrrs", "csrrc"):
        yield mnemonic, "rd,csr,rs1", mnemonic.upper(), 0, 0, 0, none
        yield mnemonic + "i", "rd,csr,uimm", mnemonic.upper(), 0, IMM, 0, none
    for width, letter in enumerate("bhwd"):
        yield "l" + letter, I, "LOAD", width, SIGNED, 0, signed
        yield "s" + letter, S, "STORE", width, WRITE, 0, signed
        yield "hlv." + letter, "rd,(rs1)", "HLV", width, SIGNED, 0, none
        yield "hsv." + letter, "rs2,(rs1)", "HSV", width, WRITE, 0, none
        if letter != "d":
            yield "l" + letter + "u", I, "LOAD", width, 0, 0, signed
            yield "hlv." + letter + "u", "rd,(rs1)", "HLV", width, 0, 0, none
        if letter in "hw":
            yield "hlvx." + letter + "u", "rd,(rs1)", "HLVX", width, EXEC, 0, none
        if letter != "b":
            yield "fl" + letter, "fd,imm(rs1)", "FLOAD", width, 0, 0, signed
            yield "fs" + letter, "fs2,imm(rs1)", "FSTORE", width, WRITE, 0, signed
    for width, letter in ((2, "w"), (3, "d")):
        for order in ("", ".aq", ".rl", ".aqrl"):
            suffix = "." + letter + order
            yield "lr" + suffix, "rd,(rs1)", "LR", width, SIGNED, 0, none
            yield "sc" + suffix, "rd,rs2,(rs1)", "SC", width, WRITE, 0, none
            for amo, number in AMOS.items():
                yield "amo" + amo + suffix, "rd,rs2,(rs1)", "AMO", width, RMW, number, none
    for name in ("inval", "clean", "flush", "zero"):
        yield "cbo." + name, "(rs1)", "CBO_" + name.upper(), 0, WRITE, 0, none
    for width, bits in enumerate(("8", "16", "32", "64")):
        yield "vle%s.v" % bits, "v1,(rs1)", "VECTOR_MEM", width, 0, 0, none
        yield "vse%s.v" % bits, "v1,(rs1)", "VECTOR_MEM", width, WRITE, 0, none
    yield from compressed_templates()


def compressed_templates():
    for letter, width, short, sp in (("w", 2, range(0, 128, 4), range(0, 256, 4)),
                                     ("d", 3, range(0, 256, 8), range(0, 512, 8))):
        yield "c.l" + letter, "Rd,imm(Rs1)", "LOAD", width, SIGNED, 0, short
        yield "c.s" + letter, "Rs2,imm(Rs1)", "STORE", width, WRITE, 0, short
        yield "c.l" + letter + "sp", "nd,imm(sp)", "LOAD", width, SIGNED, 0, sp
        yield "c.s" + letter + "sp", "rs2,imm(sp)", "STORE", width, WRITE, 0, sp
    yield "c.fld", "Fd,imm(Rs1)", "FLOAD", 3, 0, 0, range(0, 256, 8)
    yield "c.fsd", "Fs2,imm(Rs1)", "FSTORE", 3, WRITE, 0, range(0, 256, 8)
    yield "c.fldsp", "fd,imm(sp)", "FLOAD", 3, 0, 0, range(0, 512, 8)
    yield "c.fsdsp", "fs2,imm(sp)", "FSTORE", 3, WRITE, 0, range(0, 512, 8)


def instance(rng, template):
    """One line of assembly and the answer the decoder must give to it."""
    mnemonic, operands, op, width, flags, amo, imms = template
    want = {"rd": 0, "rs1": 0, "rs2": 0, "csr": 0, "imm": 0}
    text = operands
    for token, field, file, choice in (
            ("Rd", "rd", "x", range(8, 16)), ("Fd", "rd", "f", range(8, 16)),
            ("nd", "rd", "x", range(1, 32)), ("fd", "rd", "f", range(32)),
            ("rd", "rd", "x", range(32)),
            ("Rs1", "rs1", "x", range(8, 16)), ("rs1", "rs1", "x", range(32)),
            ("uimm", "rs1", "", range(32)),
            ("Rs2", "rs2", "x", range(8, 16)), ("Fs2", "rs2", "f", range(8, 16)),
            ("fs2", "rs2", "f", range(32)), ("rs2", "rs2", "x", range(32)),
            ("csr", "csr", "", range(4096)), ("imm", "imm", "", imms)):
        if token in text:
            want[field] = rng.choice(choice)
            text = text.replace(token, "%s%d" % (file, want[field]), 1)
    if "(sp)" in text:
        want["rs1"] = 2
    length = 2 if mnemonic.startswith("c.") else 4
    return "%s %s" % (mnemonic, text), (
        "%s len=%d rd=%d rs1=%d rs2=%d width=%d flags=%d amo=%d csr=%d imm=%d"
        % (op, length, want["rd"], want["rs1"], want["rs2"], width, flags, amo, want["csr"],
           want["imm"]))


def assemble(cross, lines):
    """The bytes of each line, as words; every instruction is padded to four bytes."""
    with tempfile.TemporaryDirectory() as folder:
        source, obj, raw = (os.path.join(folder, n) for n in ("t.s", "t.o", "t.bin"))
        with open(source, "w", encoding="ascii") as file:
            file.write(".option norelax\n")
            for line in lines:
                if not line.startswith("c."):
                    file.write(".option norvc\n%s\n" % line)
                else:
                    file.write(".option rvc\n%s\n.2byte 0x5555\n" % line)
        subprocess.run([cross + "as", "-march=" + MARCH, source, "-o", obj], check=True)
        subprocess.run([cross + "objcopy", "-O", "binary", obj, raw], check=True)
        with open(raw, "rb") as file:
            data = file.read()
    if len(data) != 4 * len(lines):
        raise OSError("the assembler wrote %d bytes for %d instructions"
                      % (len(data), len(lines)))
    return [int.from_bytes(data[i:i + 4], "little") for i in range(0, len(data), 4)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="the decode_all program")
    parser.add_argument("--cross", required=True, help="prefix of the cross binutils")
    args = parser.parse_args()
    rng = random.Random(1)
    cases = [instance(rng, t) for t in templates() for _ in range(ROUNDS)]
    try:
        words = assemble(args.cross, [text for text, _ in cases])
        answers = subprocess.run([args.tool, "--decode"], check=True, capture_output=True,
                                 text=True, input="\n".join("%08x" % w for w in words) + "\n")
    except (OSError, subprocess.CalledProcessError) as error:
        print("check_asm: %s." % error, file=sys.stderr)
        sys.exit(2)
    got = answers.stdout.splitlines()
    faults = abs(len(got) - len(cases))
    for (text, want), word, answer in zip(cases, words, got):
        if answer != want:
            faults += 1
            print("check_asm: %s (0x%08x)\n  written %s\n  decoded %s"
                  % (text, word, want, answer), file=sys.stderr)
    print("check_asm: %d instructions, %d faults" % (len(cases), faults))
    sys.exit(1 if faults else 0)


main()
