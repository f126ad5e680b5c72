/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoders of the instructions that guests make at run time (unprivileged spec, RV32/64G
 * listings).
 */
#ifndef GUESTS_INSN_H
#define GUESTS_INSN_H

#include <stdint.h>

enum reg { ZERO, RA, SP, GP, TP, T0, T1, T2, S0, S1, A0, A1, A2, A3, A4, A5, A6, A7, S2, S3 };

static inline uint32_t insn_r(uint32_t op, uint32_t f3, uint32_t f7, uint32_t rd, uint32_t rs1,
	uint32_t rs2)
{
	return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}

static inline uint32_t insn_i(uint32_t op, uint32_t f3, uint32_t rd, uint32_t rs1, int32_t imm)
{
	return ((uint32_t)imm & 0xfff) << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}

static inline uint32_t insn_s(uint32_t op, uint32_t f3, uint32_t rs1, uint32_t rs2, int32_t imm)
{
	uint32_t i = (uint32_t)imm;

	return ((i >> 5) & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (i & 31) << 7 | op;
}

/* Width code f3: 0 b, 1 h, 2 w, 3 d, 4 bu, 5 hu, 6 wu. */
static inline uint32_t insn_load(uint32_t f3, uint32_t rd, uint32_t rs1, int32_t imm)
{
	return insn_i(0x03, f3, rd, rs1, imm);
}

static inline uint32_t insn_store(uint32_t f3, uint32_t rs2, uint32_t rs1, int32_t imm)
{
	return insn_s(0x23, f3, rs1, rs2, imm);
}

/* funct5 of the A extension: 0 add, 1 swap, 2 lr, 3 sc, 4 xor, 8 or, 12 and, 16.. min and max. */
static inline uint32_t insn_amo(uint32_t f5, uint32_t f3, uint32_t rd, uint32_t rs1, uint32_t rs2)
{
	return insn_r(0x2f, f3, f5 << 2, rd, rs1, rs2);
}

/* Two 16-bit instructions in one word, the first in the low half. */
static inline uint32_t insn_pair(uint16_t first, uint16_t second)
{
	return (uint32_t)second << 16 | first;
}

#define INSN_NOP    0x00000013u
#define INSN_ECALL  0x00000073u
#define INSN_EBREAK 0x00100073u
#define INSN_MRET   0x30200073u
#define INSN_SRET   0x10200073u
#define INSN_WFI    0x10500073u
#define INSN_FENCE_I 0x0000100fu
#define C_NOP       0x0001
#define C_EBREAK    0x9002

/* sfence.vma, sinval.vma and the hypervisor fences; registers rs1 and rs2. */
static inline uint32_t insn_fence(uint32_t f7, uint32_t rs1, uint32_t rs2)
{
	return insn_r(0x73, 0, f7, 0, rs1, rs2);
}
#define F7_SFENCE_VMA  0x09
#define F7_SINVAL_VMA  0x0b
#define F7_HFENCE_VVMA 0x11
#define F7_HINVAL_VVMA 0x13
#define F7_HFENCE_GVMA 0x31
#define F7_HINVAL_GVMA 0x33
#define INSN_SFENCE_W_INVAL  0x18000073u
#define INSN_SFENCE_INVAL_IR 0x18100073u

/* Hypervisor loads: f7 and the rs2 field select the form. */
static inline uint32_t insn_hlv(uint32_t f7, uint32_t form, uint32_t rd, uint32_t rs1)
{
	return insn_r(0x73, 4, f7, rd, rs1, form);
}

static inline uint32_t insn_hsv(uint32_t f7, uint32_t rs1, uint32_t rs2)
{
	return insn_r(0x73, 4, f7, 0, rs1, rs2);
}

#endif
