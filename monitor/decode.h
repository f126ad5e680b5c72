/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instruction decoder: which of the instructions that the monitor may have to carry out is
 * this word, and what are its operands?  It knows the privileged instructions, and every load,
 * store and atomic of the integer and floating-point register files, compressed forms included.
 * It is pure, it is total, and it never looks at the hart: whether the hart has the extension
 * that an instruction belongs to, and whether the mode permits it, is the caller's question.
 */
#ifndef MONITOR_DECODE_H
#define MONITOR_DECODE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Every answer insn_decode() can give, once, so that tests and traces can name them all.
 * ILLEGAL means "none of the others": add, c.addi and reserved encodings alike.
 */
#define INSN_OP_LIST(OP) \
	OP(ILLEGAL) \
	OP(CSRRW) OP(CSRRS) OP(CSRRC) \
	OP(ECALL) OP(EBREAK) \
	OP(MRET) OP(SRET) OP(MNRET) OP(DRET) \
	OP(WFI) OP(WRS_NTO) OP(WRS_STO) OP(SCTRCLR) \
	OP(SFENCE_VMA) OP(SINVAL_VMA) OP(SFENCE_W_INVAL) OP(SFENCE_INVAL_IR) \
	OP(HFENCE_VVMA) OP(HFENCE_GVMA) OP(HINVAL_VVMA) OP(HINVAL_GVMA) \
	OP(FENCE) OP(FENCE_I) \
	OP(HLV) OP(HLVX) OP(HSV) \
	OP(LOAD) OP(STORE) OP(FLOAD) OP(FSTORE) \
	OP(LR) OP(SC) OP(AMO) OP(AMOCAS) \
	OP(CBO_INVAL) OP(CBO_CLEAN) OP(CBO_FLUSH) OP(CBO_ZERO) \
	OP(VECTOR_MEM)

enum insn_op {
#define INSN_OP_ENUM(name) INSN_##name,
	INSN_OP_LIST(INSN_OP_ENUM)
#undef INSN_OP_ENUM
	INSN_OP_COUNT
};

/* struct insn.flags */
enum insn_flag {
	INSN_F_IMM = 1 << 0,    /* CSRR*: rs1 holds the five-bit immediate, not a register */
	INSN_F_SIGNED = 1 << 1, /* the value read is sign-extended into rd, else zero-extended */
	INSN_F_EXEC = 1 << 2,   /* HLVX: execute permission takes the place of read permission */
	INSN_F_WRITE = 1 << 3,  /* its faults are store/AMO faults, those of others load faults */
};

/* struct insn.amo of an INSN_AMO: the funct5 field of the A extension. */
enum insn_amo {
	INSN_AMO_ADD = 0,
	INSN_AMO_SWAP = 1,
	INSN_AMO_XOR = 4,
	INSN_AMO_OR = 8,
	INSN_AMO_AND = 12,
	INSN_AMO_MIN = 16,
	INSN_AMO_MAX = 20,
	INSN_AMO_MINU = 24,
	INSN_AMO_MAXU = 28,
};

/*
 * One decoded instruction, a value.  A field that the instruction does not have is 0.
 * The address of every memory instruction is x[rs1] + imm, in compressed forms too.
 */
struct insn {
	uint8_t op;         /* enum insn_op */
	uint8_t len;        /* bytes: 2 or 4, also for INSN_ILLEGAL */
	uint8_t rd;         /* destination; an f register for INSN_FLOAD */
	uint8_t rs1;        /* base address, fence address or CSR operand */
	uint8_t rs2;        /* value to store, fence ASID/VMID; an f register for INSN_FSTORE */
	uint8_t width_log2; /* bytes accessed: 1 << width_log2; 0 too when nothing is accessed */
	uint8_t flags;      /* enum insn_flag */
	uint8_t amo;        /* enum insn_amo, for INSN_AMO only */
	uint16_t csr;       /* CSR number, for INSN_CSRR* only */
	int32_t imm;        /* byte offset, sign-extended */
};

_Static_assert(sizeof(struct insn) == 16, "struct insn must fit two registers");

/*
 * Decode the instruction that begins with @word's low bits.  Every word has an answer.
 *
 * @word: the parcel at pc in bits 15:0; when its two low bits are 11, the next one in bits 31:16.
 *        Otherwise the upper half is ignored, so the caller need not have read it.
 *
 * What the answer leaves open:
 * - aq and rl are legal in all combinations and not reported (unprivileged spec, "A" extension).
 * - INSN_FENCE and INSN_FENCE_I cover the fields reserved for finer fences, which hardware
 *   ignores; pause and fence.tso are INSN_FENCE.
 * - c.fld, c.fsd and their SP forms are those of Zcd; Zcmp and Zcmt give the same space another
 *   meaning.  A caller must not carry out INSN_FLOAD or INSN_FSTORE on a hart without D.
 * - INSN_VECTOR_MEM is a class: the opcode and width of a vector load or store (V extension),
 *   its other fields not judged.  rs1 is the base address, width_log2 the encoded element width.
 * - CBO instructions access a whole cache block, whose size the instruction does not tell.
 */
struct insn insn_decode(uint32_t word);

/* Major opcodes (bits 6:0) that callers may want to recognise without a full decode. */
enum insn_opcode {
	INSN_OPCODE_LOAD = 0x03,
	INSN_OPCODE_LOAD_FP = 0x07,
	INSN_OPCODE_MISC_MEM = 0x0f,
	INSN_OPCODE_STORE = 0x23,
	INSN_OPCODE_STORE_FP = 0x27,
	INSN_OPCODE_AMO = 0x2f,
	INSN_OPCODE_SYSTEM = 0x73,
};

/* mret, all of it. */
#define INSN_WORD_MRET 0x30200073u

/* Length in bytes of the instruction that begins with @word: 2 or 4 (longer ones count as 4). */
static inline unsigned int insn_len(uint32_t word)
{
	return (word & 3u) == 3u ? 4u : 2u;
}

/* Bits 6:0: the major opcode of a 4-byte instruction. */
static inline unsigned int insn_opcode(uint32_t word)
{
	return word & 0x7fu;
}

/* Bits 14:12 of a 4-byte instruction. */
static inline unsigned int insn_funct3(uint32_t word)
{
	return (word >> 12) & 7u;
}

/* Bits 11:7: destination register of a 4-byte instruction. */
static inline unsigned int insn_rd(uint32_t word)
{
	return (word >> 7) & 31u;
}

/* Bits 19:15: first source register of a 4-byte instruction, or the immediate of csrr*i. */
static inline unsigned int insn_rs1(uint32_t word)
{
	return (word >> 15) & 31u;
}

/* Bits 24:20: second source register of a 4-byte instruction. */
static inline unsigned int insn_rs2(uint32_t word)
{
	return (word >> 20) & 31u;
}

/* Bits 31:20: CSR number.  Only of a word for which insn_is_csr() holds. */
static inline unsigned int insn_csr(uint32_t word)
{
	return word >> 20;
}

/*
 * Is this one of the six Zicsr instructions?  Exactly those SYSTEM words are, whose two low
 * funct3 bits are not 00; insn_csr_op(), insn_rd(), insn_rs1() and insn_csr() then say the rest.
 */
static inline bool insn_is_csr(uint32_t word)
{
	return insn_opcode(word) == INSN_OPCODE_SYSTEM && (word & 0x3000u) != 0;
}

/* INSN_CSRRW, INSN_CSRRS or INSN_CSRRC.  Only of a word for which insn_is_csr() holds. */
static inline enum insn_op insn_csr_op(uint32_t word)
{
	return (enum insn_op)(INSN_CSRRW + (insn_funct3(word) & 3u) - 1u);
}

/* Is the operand the immediate insn_rs1()?  Only of a word for which insn_is_csr() holds. */
static inline bool insn_csr_is_imm(uint32_t word)
{
	return (word & 0x4000u) != 0;
}

/* Is it csrr (csrrs with x0), csrw (csrrw with rd = x0)?  Only of a word as above. */
static inline bool insn_is_csrr(uint32_t word)
{
	return (word >> 12 & 0xffu) == 0x02u; /* rs1, funct3 */
}

static inline bool insn_is_csrw(uint32_t word)
{
	return (word >> 7 & 0xffu) == 0x20u; /* funct3, rd */
}

#endif
