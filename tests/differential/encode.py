# SPDX-License-Identifier: Apache-2.0
"""Instruction words for the generator."""

ECALL, EBREAK, SRET, MRET, WFI = 0x73, 0x100073, 0x10200073, 0x30200073, 0x10500073
FENCE, FENCE_I, SFENCE_ALL = 0x0FF0000F, 0x100F, 0x12000073
C_EBREAK, C_UNIMP = 0x9002, 0x0000
RW, RS, RC, RWI, RSI, RCI = 1, 2, 3, 5, 6, 7


def csr(op, rd, number, rs1):
    """rs1 is the immediate of the forms with one."""
    return number << 20 | rs1 << 15 | op << 12 | rd << 7 | 0x73


def r_type(opcode, funct3, funct7, rd, rs1, rs2):
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode


def i_type(opcode, funct3, rd, rs1, imm):
    return (imm & 0xFFF) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode


def load(width, rd, rs1, imm):
    """width: 0 lb, 1 lh, 2 lw, 3 ld, 4 lbu, 5 lhu, 6 lwu."""
    return i_type(0x03, width, rd, rs1, imm)


def store(width, rs2, rs1, imm):
    imm &= 0xFFF
    return (imm >> 5) << 25 | rs2 << 20 | rs1 << 15 | width << 12 | (imm & 31) << 7 | 0x23


AMO_OPS = {"add": 0, "swap": 1, "xor": 4, "or": 8, "and": 12, "min": 16, "max": 20, "minu": 24,
           "maxu": 28}
LR, SC = 2, 3


def amo(op, width, rd, rs1, rs2, order=0):
    """width 2 or 3; order: aq and rl."""
    return r_type(0x2F, width, op << 2 | order, rd, rs1, rs2)


ALU = [(0, 0), (0, 32), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (5, 32), (6, 0), (7, 0), (0, 1),
       (1, 1), (4, 1), (7, 1)]    # funct3, funct7 of OP; the last four are M's


def alu(kind, rd, rs1, rs2):
    return r_type(0x33, kind[0], kind[1], rd, rs1, rs2)


def addi(rd, rs1, imm):
    return i_type(0x13, 0, rd, rs1, imm)


def c_addi(rd, imm):
    return (imm >> 5 & 1) << 12 | rd << 7 | (imm & 31) << 2 | 0x0001


def c_li(rd, imm):
    return 0x4000 | (imm >> 5 & 1) << 12 | rd << 7 | (imm & 31) << 2 | 0x0001


def c_mv(rd, rs2):
    return 0x8002 | rd << 7 | rs2 << 2


def c_load(double, rd, rs1):
    """c.lw or c.ld with offset 0; registers 8 to 15."""
    return (0x6000 if double else 0x4000) | (rs1 - 8) << 7 | (rd - 8) << 2


def c_store(double, rs2, rs1):
    return (0xE000 if double else 0xC000) | (rs1 - 8) << 7 | (rs2 - 8) << 2


# Hypervisor loads and stores: funct7, and rs2 of a load.
HLV = [(0x30, 0), (0x30, 1), (0x32, 0), (0x32, 1), (0x32, 3), (0x34, 0), (0x34, 1), (0x34, 3),
       (0x36, 0)]
HSV = [0x31, 0x33, 0x35, 0x37]
HFENCES = [0x22000073, 0x62000073, 0x16000073, 0x18000073, 0x18100073]


def hlv(kind, rd, rs1):
    return r_type(0x73, 4, kind[0], rd, rs1, kind[1])


def hsv(funct7, rs1, rs2):
    return r_type(0x73, 4, funct7, 0, rs1, rs2)
