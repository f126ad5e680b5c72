/* SPDX-License-Identifier: Apache-2.0 */
/*
 * insn_decode() and its tables.  A word selects a bucket by its major opcode and funct3; the rows
 * of the bucket are compared in order; the form of the row that fits says where the operands are.
 * The tables hold small integers only, so that they need no relocation when the monitor moves.
 */
#include "monitor/decode.h"

#include <stddef.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Where a register number stands in the word: ((word >> shift) & mask) + base. */
struct reg_field {
	uint8_t shift;
	uint8_t mask;
	uint8_t base;
};

enum reg_place { R_NONE, R_AT7, R_AT15, R_AT20, R_AT2, R_SHORT7, R_SHORT2, R_SP };

/* The short fields of compressed instructions count from x8 (unprivileged spec, "C"). */
static const struct reg_field reg_fields[] = {
	[R_NONE] = {0, 0, 0},   [R_AT7] = {7, 31, 0},   [R_AT15] = {15, 31, 0},
	[R_AT20] = {20, 31, 0}, [R_AT2] = {2, 31, 0},   [R_SHORT7] = {7, 7, 8},
	[R_SHORT2] = {2, 7, 8}, [R_SP] = {0, 0, 2},
};

/* One run of consecutive immediate bits: ((word >> from) & mask) << to. */
struct imm_run {
	uint8_t from;
	uint8_t mask;
	uint8_t to;
};

enum imm_place { M_NONE, M_I, M_S, M_CW, M_CD, M_CB, M_CH, M_LWSP, M_LDSP, M_SWSP, M_SDSP };

#define IMM_RUNS 3

static const struct imm_run imm_runs[][IMM_RUNS] = {
	[M_NONE] = {{0, 0, 0}},
	[M_I] = {{20, 0x1f, 0}, {25, 0x7f, 5}},
	[M_S] = {{7, 0x1f, 0}, {25, 0x7f, 5}},
	[M_CW] = {{6, 1, 2}, {10, 7, 3}, {5, 1, 6}},
	[M_CD] = {{10, 7, 3}, {5, 3, 6}},
	[M_CB] = {{6, 1, 0}, {5, 1, 1}},
	[M_CH] = {{5, 1, 1}},
	[M_LWSP] = {{4, 7, 2}, {12, 1, 5}, {2, 3, 6}},
	[M_LDSP] = {{5, 3, 3}, {12, 1, 5}, {2, 7, 6}},
	[M_SWSP] = {{9, 15, 2}, {7, 3, 6}},
	[M_SDSP] = {{10, 7, 3}, {7, 7, 6}},
};

/* A form: which bits of the word a row compares, and where the operands stand. */
struct form {
	uint32_t mask;
	uint8_t rd;  /* enum reg_place, these three */
	uint8_t rs1;
	uint8_t rs2;
	uint8_t imm; /* enum imm_place */
};

enum form_id {
	F_EXACT, /* every bit is given */
	F_FENCE, /* opcode and funct3 are given, the rest is ignored */
	F_CSR,
	F_I,
	F_S,
	F_VECTOR,
	F_BASE,   /* only rs1 */
	F_RD_RS1, /* rd and rs1: hlv */
	F_RS,     /* rs1 and rs2, rd is 0: hsv and the fences with operands */
	F_LR,
	F_AMO,
	F_AMO_SET,  /* the eight AMOs whose funct5 ends in 00 */
	F_AMO_PAIR, /* rd and rs2 name even/odd pairs by the even one; an odd one is reserved */
	F_C_EXACT,
	F_C_NO_RD, /* a hole: the SP loads with rd = x0 are reserved */
	F_CL_W,
	F_CL_D,
	F_CL_B,
	F_CL_H,
	F_CS_W,
	F_CS_D,
	F_CS_B,
	F_CS_H,
	F_LWSP,
	F_LDSP,
	F_SWSP,
	F_SDSP,
};

static const struct form forms[] = {
	[F_EXACT] = {0xffffffff, R_NONE, R_NONE, R_NONE, M_NONE},
	[F_FENCE] = {0x0000707f, R_NONE, R_NONE, R_NONE, M_NONE},
	[F_CSR] = {0x0000707f, R_AT7, R_AT15, R_NONE, M_NONE},
	[F_I] = {0x0000707f, R_AT7, R_AT15, R_NONE, M_I},
	[F_S] = {0x0000707f, R_NONE, R_AT15, R_AT20, M_S},
	[F_VECTOR] = {0x0000707f, R_NONE, R_AT15, R_NONE, M_NONE},
	[F_BASE] = {0xfff07fff, R_NONE, R_AT15, R_NONE, M_NONE},
	[F_RD_RS1] = {0xfff0707f, R_AT7, R_AT15, R_NONE, M_NONE},
	[F_RS] = {0xfe007fff, R_NONE, R_AT15, R_AT20, M_NONE},
	[F_LR] = {0xf9f0707f, R_AT7, R_AT15, R_NONE, M_NONE},
	[F_AMO] = {0xf800707f, R_AT7, R_AT15, R_AT20, M_NONE},
	[F_AMO_SET] = {0x1800707f, R_AT7, R_AT15, R_AT20, M_NONE},
	[F_AMO_PAIR] = {0xf81070ff, R_AT7, R_AT15, R_AT20, M_NONE},
	[F_C_EXACT] = {0xffff, R_NONE, R_NONE, R_NONE, M_NONE},
	[F_C_NO_RD] = {0xef83, R_NONE, R_NONE, R_NONE, M_NONE},
	[F_CL_W] = {0xe003, R_SHORT2, R_SHORT7, R_NONE, M_CW},
	[F_CL_D] = {0xe003, R_SHORT2, R_SHORT7, R_NONE, M_CD},
	[F_CL_B] = {0xfc03, R_SHORT2, R_SHORT7, R_NONE, M_CB},
	[F_CL_H] = {0xfc43, R_SHORT2, R_SHORT7, R_NONE, M_CH},
	[F_CS_W] = {0xe003, R_NONE, R_SHORT7, R_SHORT2, M_CW},
	[F_CS_D] = {0xe003, R_NONE, R_SHORT7, R_SHORT2, M_CD},
	[F_CS_B] = {0xfc03, R_NONE, R_SHORT7, R_SHORT2, M_CB},
	[F_CS_H] = {0xfc43, R_NONE, R_SHORT7, R_SHORT2, M_CH},
	[F_LWSP] = {0xe003, R_AT7, R_SP, R_NONE, M_LWSP},
	[F_LDSP] = {0xe003, R_AT7, R_SP, R_NONE, M_LDSP},
	[F_SWSP] = {0xe003, R_NONE, R_SP, R_AT2, M_SWSP},
	[F_SDSP] = {0xe003, R_NONE, R_SP, R_AT2, M_SDSP},
};

struct row {
	uint32_t match;
	uint8_t op;
	uint8_t form; /* enum form_id */
	uint8_t width_log2;
	uint8_t flags;
};

/* First row of each bucket that has more than one, and the number of rows in it. */
enum {
	PRIV = 0, PRIV_ROWS = 18,
	CSR = PRIV + PRIV_ROWS, CSR_ROWS = 6,
	HYP = CSR + CSR_ROWS, HYP_ROWS = 13,
	FLOAD = HYP + HYP_ROWS, FLOAD_ROWS = 3,
	FSTORE = FLOAD + FLOAD_ROWS, FSTORE_ROWS = 3,
	VLOAD = FSTORE + FSTORE_ROWS, VLOAD_ROWS = 4,
	VSTORE = VLOAD + VLOAD_ROWS, VSTORE_ROWS = 4,
	FENCE = VSTORE + VSTORE_ROWS, FENCE_ROWS = 2,
	CBO = FENCE + FENCE_ROWS, CBO_ROWS = 4,
	AMO_B = CBO + CBO_ROWS, AMO_B_ROWS = 3,
	AMO_H = AMO_B + AMO_B_ROWS, AMO_H_ROWS = 3,
	AMO_W = AMO_H + AMO_H_ROWS, AMO_W_ROWS = 5,
	AMO_D = AMO_W + AMO_W_ROWS, AMO_D_ROWS = 5,
	AMO_Q = AMO_D + AMO_D_ROWS, AMO_Q_ROWS = 1,
	ZCB = AMO_Q + AMO_Q_ROWS, ZCB_ROWS = 5,
	C_REG = ZCB + ZCB_ROWS, C_REG_ROWS = 6,
	C_LWSP = C_REG + C_REG_ROWS, C_LWSP_ROWS = 2,
	C_LDSP = C_LWSP + C_LWSP_ROWS, C_LDSP_ROWS = 2,
	C_SP = C_LDSP + C_LDSP_ROWS, C_SP_ROWS = 5,
	ROWS = C_SP + C_SP_ROWS
};

#define S INSN_F_SIGNED
#define X INSN_F_EXEC
#define W INSN_F_WRITE
#define SW (INSN_F_SIGNED | INSN_F_WRITE)

/*
 * A block that overflows into the next is an error of the compiler (an element initialised
 * twice); one that is too long ends in rows of zeros, which no word fits: F_EXACT with match 0.
 */
static const struct row rows[] = {
	/* SYSTEM, funct3 0: the frequent ones first. */
	[PRIV] = {0x30200073, INSN_MRET, F_EXACT, 0, 0},
	{0x10500073, INSN_WFI, F_EXACT, 0, 0},
	{0x12000073, INSN_SFENCE_VMA, F_RS, 0, 0},
	{0x00000073, INSN_ECALL, F_EXACT, 0, 0},
	{0x10200073, INSN_SRET, F_EXACT, 0, 0},
	{0x00100073, INSN_EBREAK, F_EXACT, 0, 0},
	{0x22000073, INSN_HFENCE_VVMA, F_RS, 0, 0},
	{0x62000073, INSN_HFENCE_GVMA, F_RS, 0, 0},
	{0x16000073, INSN_SINVAL_VMA, F_RS, 0, 0},
	{0x18000073, INSN_SFENCE_W_INVAL, F_EXACT, 0, 0},
	{0x18100073, INSN_SFENCE_INVAL_IR, F_EXACT, 0, 0},
	{0x26000073, INSN_HINVAL_VVMA, F_RS, 0, 0},
	{0x66000073, INSN_HINVAL_GVMA, F_RS, 0, 0},
	{0x00d00073, INSN_WRS_NTO, F_EXACT, 0, 0},
	{0x01d00073, INSN_WRS_STO, F_EXACT, 0, 0},
	{0x10400073, INSN_SCTRCLR, F_EXACT, 0, 0},
	{0x70200073, INSN_MNRET, F_EXACT, 0, 0},
	{0x7b200073, INSN_DRET, F_EXACT, 0, 0},

	[CSR] = {0x00001073, INSN_CSRRW, F_CSR, 0, 0},
	{0x00002073, INSN_CSRRS, F_CSR, 0, 0},
	{0x00003073, INSN_CSRRC, F_CSR, 0, 0},
	{0x00005073, INSN_CSRRW, F_CSR, 0, INSN_F_IMM},
	{0x00006073, INSN_CSRRS, F_CSR, 0, INSN_F_IMM},
	{0x00007073, INSN_CSRRC, F_CSR, 0, INSN_F_IMM},

	/* SYSTEM, funct3 4: loads and stores of a hypervisor, by funct7 and (loads) rs2. */
	[HYP] = {0x60004073, INSN_HLV, F_RD_RS1, 0, S},
	{0x60104073, INSN_HLV, F_RD_RS1, 0, 0},
	{0x64004073, INSN_HLV, F_RD_RS1, 1, S},
	{0x64104073, INSN_HLV, F_RD_RS1, 1, 0},
	{0x64304073, INSN_HLVX, F_RD_RS1, 1, X},
	{0x68004073, INSN_HLV, F_RD_RS1, 2, S},
	{0x68104073, INSN_HLV, F_RD_RS1, 2, 0},
	{0x68304073, INSN_HLVX, F_RD_RS1, 2, X},
	{0x6c004073, INSN_HLV, F_RD_RS1, 3, S},
	{0x62004073, INSN_HSV, F_RS, 0, W},
	{0x66004073, INSN_HSV, F_RS, 1, W},
	{0x6a004073, INSN_HSV, F_RS, 2, W},
	{0x6e004073, INSN_HSV, F_RS, 3, W},

	[FLOAD] = {0x00001007, INSN_FLOAD, F_I, 1, 0},
	{0x00002007, INSN_FLOAD, F_I, 2, 0},
	{0x00003007, INSN_FLOAD, F_I, 3, 0},

	[FSTORE] = {0x00001027, INSN_FSTORE, F_S, 1, W},
	{0x00002027, INSN_FSTORE, F_S, 2, W},
	{0x00003027, INSN_FSTORE, F_S, 3, W},

	[VLOAD] = {0x00000007, INSN_VECTOR_MEM, F_VECTOR, 0, 0},
	{0x00005007, INSN_VECTOR_MEM, F_VECTOR, 1, 0},
	{0x00006007, INSN_VECTOR_MEM, F_VECTOR, 2, 0},
	{0x00007007, INSN_VECTOR_MEM, F_VECTOR, 3, 0},

	[VSTORE] = {0x00000027, INSN_VECTOR_MEM, F_VECTOR, 0, W},
	{0x00005027, INSN_VECTOR_MEM, F_VECTOR, 1, W},
	{0x00006027, INSN_VECTOR_MEM, F_VECTOR, 2, W},
	{0x00007027, INSN_VECTOR_MEM, F_VECTOR, 3, W},

	[FENCE] = {0x0000000f, INSN_FENCE, F_FENCE, 0, 0},
	{0x0000100f, INSN_FENCE_I, F_FENCE, 0, 0},

	[CBO] = {0x0000200f, INSN_CBO_INVAL, F_BASE, 0, W},
	{0x0010200f, INSN_CBO_CLEAN, F_BASE, 0, W},
	{0x0020200f, INSN_CBO_FLUSH, F_BASE, 0, W},
	{0x0040200f, INSN_CBO_ZERO, F_BASE, 0, W},

	[AMO_B] = {0x0000002f, INSN_AMO, F_AMO_SET, 0, SW},
	{0x0800002f, INSN_AMO, F_AMO, 0, SW},
	{0x2800002f, INSN_AMOCAS, F_AMO, 0, SW},

	[AMO_H] = {0x0000102f, INSN_AMO, F_AMO_SET, 1, SW},
	{0x0800102f, INSN_AMO, F_AMO, 1, SW},
	{0x2800102f, INSN_AMOCAS, F_AMO, 1, SW},

	[AMO_W] = {0x0000202f, INSN_AMO, F_AMO_SET, 2, SW},
	{0x0800202f, INSN_AMO, F_AMO, 2, SW},
	{0x1000202f, INSN_LR, F_LR, 2, S},
	{0x1800202f, INSN_SC, F_AMO, 2, W},
	{0x2800202f, INSN_AMOCAS, F_AMO, 2, SW},

	[AMO_D] = {0x0000302f, INSN_AMO, F_AMO_SET, 3, SW},
	{0x0800302f, INSN_AMO, F_AMO, 3, SW},
	{0x1000302f, INSN_LR, F_LR, 3, S},
	{0x1800302f, INSN_SC, F_AMO, 3, W},
	{0x2800302f, INSN_AMOCAS, F_AMO, 3, SW},

	[AMO_Q] = {0x2800402f, INSN_AMOCAS, F_AMO_PAIR, 4, SW},

	[ZCB] = {0x8000, INSN_LOAD, F_CL_B, 0, 0},
	{0x8400, INSN_LOAD, F_CL_H, 1, 0},
	{0x8440, INSN_LOAD, F_CL_H, 1, S},
	{0x8800, INSN_STORE, F_CS_B, 0, W},
	{0x8c00, INSN_STORE, F_CS_H, 1, W},

	[C_REG] = {0x2000, INSN_FLOAD, F_CL_D, 3, 0},
	{0x4000, INSN_LOAD, F_CL_W, 2, S},
	{0x6000, INSN_LOAD, F_CL_D, 3, S},
	{0xa000, INSN_FSTORE, F_CS_D, 3, W},
	{0xc000, INSN_STORE, F_CS_W, 2, W},
	{0xe000, INSN_STORE, F_CS_D, 3, W},

	[C_LWSP] = {0x4002, INSN_ILLEGAL, F_C_NO_RD, 0, 0},
	{0x4002, INSN_LOAD, F_LWSP, 2, S},

	[C_LDSP] = {0x6002, INSN_ILLEGAL, F_C_NO_RD, 0, 0},
	{0x6002, INSN_LOAD, F_LDSP, 3, S},

	[C_SP] = {0x2002, INSN_FLOAD, F_LDSP, 3, 0},
	{0x9002, INSN_EBREAK, F_C_EXACT, 0, 0},
	{0xa002, INSN_FSTORE, F_SDSP, 3, W},
	{0xc002, INSN_STORE, F_SWSP, 2, W},
	{0xe002, INSN_STORE, F_SDSP, 3, W},
};

#undef S
#undef X
#undef W
#undef SW

_Static_assert(ARRAY_LEN(rows) == ROWS && ROWS <= UINT8_MAX, "a bucket's row count is wrong");

/* Buckets come in groups of eight, one for each funct3; a group is a major opcode or quadrant. */
enum group {
	G_NONE,
	G_LOAD,
	G_LOAD_FP,
	G_MISC_MEM,
	G_STORE,
	G_STORE_FP,
	G_AMO,
	G_SYSTEM,
	G_C0,
	G_C1, /* arithmetic and jumps: nothing for us */
	G_C2,
	GROUPS
};

#define GROUP_OF(opcode, group) [(opcode) >> 2] = (group)

static const uint8_t group_of_opcode[32] = {
	GROUP_OF(INSN_OPCODE_LOAD, G_LOAD),
	GROUP_OF(INSN_OPCODE_LOAD_FP, G_LOAD_FP),
	GROUP_OF(INSN_OPCODE_MISC_MEM, G_MISC_MEM),
	GROUP_OF(INSN_OPCODE_STORE, G_STORE),
	GROUP_OF(INSN_OPCODE_STORE_FP, G_STORE_FP),
	GROUP_OF(INSN_OPCODE_AMO, G_AMO),
	GROUP_OF(INSN_OPCODE_SYSTEM, G_SYSTEM),
};

struct bucket {
	uint8_t first;
	uint8_t count;
};

static const struct bucket buckets[GROUPS][8] = {
	/* Of G_LOAD and G_STORE all that there is has been decoded by decode_common(). */
	[G_LOAD_FP] = {{VLOAD, 1}, {FLOAD, 1}, {FLOAD + 1, 1}, {FLOAD + 2, 1},
		       {0, 0}, {VLOAD + 1, 1}, {VLOAD + 2, 1}, {VLOAD + 3, 1}},
	[G_MISC_MEM] = {{FENCE, 1}, {FENCE + 1, 1}, {CBO, CBO_ROWS}},
	[G_STORE_FP] = {{VSTORE, 1}, {FSTORE, 1}, {FSTORE + 1, 1}, {FSTORE + 2, 1},
			{0, 0}, {VSTORE + 1, 1}, {VSTORE + 2, 1}, {VSTORE + 3, 1}},
	[G_AMO] = {{AMO_B, AMO_B_ROWS}, {AMO_H, AMO_H_ROWS}, {AMO_W, AMO_W_ROWS},
		   {AMO_D, AMO_D_ROWS}, {AMO_Q, AMO_Q_ROWS}},
	[G_SYSTEM] = {{PRIV, PRIV_ROWS}, {CSR, 1}, {CSR + 1, 1}, {CSR + 2, 1},
		      {HYP, HYP_ROWS}, {CSR + 3, 1}, {CSR + 4, 1}, {CSR + 5, 1}},
	[G_C0] = {{0, 0}, {C_REG, 1}, {C_REG + 1, 1}, {C_REG + 2, 1},
		  {ZCB, ZCB_ROWS}, {C_REG + 3, 1}, {C_REG + 4, 1}, {C_REG + 5, 1}},
	[G_C2] = {{0, 0}, {C_SP, 1}, {C_LWSP, C_LWSP_ROWS}, {C_LDSP, C_LDSP_ROWS},
		  {C_SP + 1, 1}, {C_SP + 2, 1}, {C_SP + 3, 1}, {C_SP + 4, 1}},
};

static struct bucket decode_find_bucket(uint32_t word)
{
	if (insn_len(word) == 4u) {
		return buckets[group_of_opcode[insn_opcode(word) >> 2]][insn_funct3(word)];
	}
	return buckets[G_C0 + (word & 3u)][(word >> 13) & 7u];
}

static uint8_t decode_reg(uint32_t word, uint8_t place)
{
	const struct reg_field *f = &reg_fields[place];

	return (uint8_t)(((word >> f->shift) & f->mask) + f->base);
}

/*
 * Immediates of 4-byte instructions are signed and 12 bits wide; those of compressed ones are
 * unsigned and below 2^11, so one sign extension serves both.
 */
static int32_t decode_imm(uint32_t word, uint8_t place)
{
	uint32_t imm = 0;

	if (place == M_NONE) {
		return 0;
	}
	for (size_t i = 0; i < IMM_RUNS; i++) {
		const struct imm_run *run = &imm_runs[place][i];

		imm |= ((word >> run->from) & run->mask) << run->to;
	}
	return (int32_t)(imm ^ 0x800u) - 0x800;
}

static struct insn decode_operands(uint32_t word, const struct row *row)
{
	const struct form *form = &forms[row->form];

	return (struct insn){
		.op = row->op,
		.len = (uint8_t)insn_len(word),
		.rd = decode_reg(word, form->rd),
		.rs1 = decode_reg(word, form->rs1),
		.rs2 = decode_reg(word, form->rs2),
		.width_log2 = row->width_log2,
		.flags = row->flags,
		.amo = (uint8_t)(row->op == INSN_AMO ? word >> 27 : 0),
		.csr = (uint16_t)(row->form == F_CSR ? insn_csr(word) : 0),
		.imm = decode_imm(word, form->imm),
	};
}

/* Loads and stores of four bytes' length, the most frequent by far, without the tables. */
static bool is_common(uint32_t word)
{
	uint32_t store = INSN_OPCODE_LOAD ^ INSN_OPCODE_STORE; /* the bit that tells them apart */

	return (insn_opcode(word) & ~store) == INSN_OPCODE_LOAD &&
	       insn_funct3(word) < ((word & store) != 0 ? 4u : 7u);
}

static struct insn decode_common(uint32_t word)
{
	unsigned int funct3 = insn_funct3(word);
	int32_t imm = (int32_t)word >> 20;
	struct insn insn = {
		.op = INSN_LOAD,
		.len = 4,
		.rs1 = (uint8_t)insn_rs1(word),
		.width_log2 = (uint8_t)(funct3 & 3),
	};

	if (insn_opcode(word) == INSN_OPCODE_STORE) {
		insn.op = INSN_STORE;
		insn.rs2 = (uint8_t)insn_rs2(word);
		insn.flags = INSN_F_WRITE;
		insn.imm = (imm & ~31) | (int32_t)insn_rd(word);
	} else {
		insn.rd = (uint8_t)insn_rd(word);
		insn.flags = funct3 < 4 ? INSN_F_SIGNED : 0;
		insn.imm = imm;
	}
	return insn;
}

struct insn insn_decode(uint32_t word)
{
	struct bucket bucket;

	if (is_common(word)) {
		return decode_common(word);
	}
	bucket = decode_find_bucket(word);
	for (size_t i = bucket.first; i < (size_t)bucket.first + bucket.count; i++) {
		if (((word ^ rows[i].match) & forms[rows[i].form].mask) == 0) {
			return decode_operands(word, &rows[i]);
		}
	}
	return (struct insn){.op = INSN_ILLEGAL, .len = (uint8_t)insn_len(word)};
}
