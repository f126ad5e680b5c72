/* SPDX-License-Identifier: Apache-2.0 */
/*
 * insn_decode() on chosen words: one of each kind, the ends of each immediate, the holes between
 * legal encodings.  tests/exhaustive/ goes through all the words; this is what a person checks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "monitor/decode.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

struct expectation {
	uint32_t word;
	struct insn insn;
};

static bool is_equal(const struct insn *a, const struct insn *b)
{
	return a->op == b->op && a->len == b->len && a->rd == b->rd && a->rs1 == b->rs1 &&
	       a->rs2 == b->rs2 && a->width_log2 == b->width_log2 && a->flags == b->flags &&
	       a->amo == b->amo && a->csr == b->csr && a->imm == b->imm;
}

/* The assertions name the field, so only the word has to be said before. */
static void expect(const struct expectation *e)
{
	struct insn got = insn_decode(e->word);

	if (!is_equal(&got, &e->insn)) {
		print_error("insn_decode(0x%08x) is wrong:\n", e->word);
	}
	assert_int_equal(got.op, e->insn.op);
	assert_int_equal(got.len, e->insn.len);
	assert_int_equal(got.rd, e->insn.rd);
	assert_int_equal(got.rs1, e->insn.rs1);
	assert_int_equal(got.rs2, e->insn.rs2);
	assert_int_equal(got.width_log2, e->insn.width_log2);
	assert_int_equal(got.flags, e->insn.flags);
	assert_int_equal(got.amo, e->insn.amo);
	assert_int_equal(got.csr, e->insn.csr);
	assert_int_equal(got.imm, e->insn.imm);
}

static void expect_all(const struct expectation *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		expect(&list[i]);
	}
}

static void expect_illegal(const uint32_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct expectation e = {words[i], {.op = INSN_ILLEGAL}};

		e.insn.len = (words[i] & 3) == 3 ? 4 : 2;
		expect(&e);
	}
}

static void csr_instructions(void **state)
{
	static const struct expectation list[] = {
		/* csrrw sp, mscratch, sp */
		{0x34011173, {.op = INSN_CSRRW, .len = 4, .rd = 2, .rs1 = 2, .csr = 0x340}},
		/* csrr a0, mhartid */
		{0xf1402573, {.op = INSN_CSRRS, .len = 4, .rd = 10, .csr = 0xf14}},
		/* csrrc t6, sstatus, a5 */
		{0x1007bff3, {.op = INSN_CSRRC, .len = 4, .rd = 31, .rs1 = 15, .csr = 0x100}},
		/* csrrwi, csrrsi, csrrci of CSR 0xfff with immediate 31 */
		{0xffffd073,
		 {.op = INSN_CSRRW, .len = 4, .rs1 = 31, .flags = INSN_F_IMM, .csr = 0xfff}},
		{0xffffe073,
		 {.op = INSN_CSRRS, .len = 4, .rs1 = 31, .flags = INSN_F_IMM, .csr = 0xfff}},
		{0xfffff073,
		 {.op = INSN_CSRRC, .len = 4, .rs1 = 31, .flags = INSN_F_IMM, .csr = 0xfff}},
	};

	(void)state;
	expect_all(list, ARRAY_LEN(list));
}

static void csr_accessors(void **state)
{
	(void)state;
	/* csrrci t1, mie, 8 */
	assert_true(insn_is_csr(0x30447373));
	assert_int_equal(insn_csr_op(0x30447373), INSN_CSRRC);
	assert_true(insn_csr_is_imm(0x30447373));
	assert_int_equal(insn_rd(0x30447373), 6);
	assert_int_equal(insn_rs1(0x30447373), 8);
	assert_int_equal(insn_csr(0x30447373), 0x304);
	/* csrrw zero, satp, a0: a register */
	assert_true(insn_is_csr(0x18051073));
	assert_int_equal(insn_csr_op(0x18051073), INSN_CSRRW);
	assert_false(insn_csr_is_imm(0x18051073));
	/* mret, hlv.b, ld and the compressed neighbour of a CSR word are none */
	assert_false(insn_is_csr(0x30200073));
	assert_false(insn_is_csr(0x6005c573));
	assert_false(insn_is_csr(0x0005b503));
	assert_false(insn_is_csr(0x30447372));
}

static void privileged_instructions(void **state)
{
	static const struct expectation list[] = {
		{0x00000073, {.op = INSN_ECALL, .len = 4}},
		{0x00100073, {.op = INSN_EBREAK, .len = 4}},
		{0x00009002, {.op = INSN_EBREAK, .len = 2}},
		{0x30200073, {.op = INSN_MRET, .len = 4}},
		{0x10200073, {.op = INSN_SRET, .len = 4}},
		{0x70200073, {.op = INSN_MNRET, .len = 4}},
		{0x7b200073, {.op = INSN_DRET, .len = 4}},
		{0x10500073, {.op = INSN_WFI, .len = 4}},
		{0x00d00073, {.op = INSN_WRS_NTO, .len = 4}},
		{0x01d00073, {.op = INSN_WRS_STO, .len = 4}},
		{0x10400073, {.op = INSN_SCTRCLR, .len = 4}},
		{0x18000073, {.op = INSN_SFENCE_W_INVAL, .len = 4}},
		{0x18100073, {.op = INSN_SFENCE_INVAL_IR, .len = 4}},
		/* sfence.vma; with a0, a1 in all the others */
		{0x12000073, {.op = INSN_SFENCE_VMA, .len = 4}},
		{0x12b50073, {.op = INSN_SFENCE_VMA, .len = 4, .rs1 = 10, .rs2 = 11}},
		{0x16b50073, {.op = INSN_SINVAL_VMA, .len = 4, .rs1 = 10, .rs2 = 11}},
		{0x22b50073, {.op = INSN_HFENCE_VVMA, .len = 4, .rs1 = 10, .rs2 = 11}},
		{0x62b50073, {.op = INSN_HFENCE_GVMA, .len = 4, .rs1 = 10, .rs2 = 11}},
		{0x26b50073, {.op = INSN_HINVAL_VVMA, .len = 4, .rs1 = 10, .rs2 = 11}},
		{0x66b50073, {.op = INSN_HINVAL_GVMA, .len = 4, .rs1 = 10, .rs2 = 11}},
		/* fence rw,rw; pause; fence.i; both fences with every reserved field set */
		{0x0330000f, {.op = INSN_FENCE, .len = 4}},
		{0x0100000f, {.op = INSN_FENCE, .len = 4}},
		{0x0000100f, {.op = INSN_FENCE_I, .len = 4}},
		{0xffff8f8f, {.op = INSN_FENCE, .len = 4}},
		{0xffff9f8f, {.op = INSN_FENCE_I, .len = 4}},
	};
	static const uint32_t reserved[] = {
		0x30200873, /* mret with rd */
		0x30208073, /* mret with rs1 */
		0x10500173, /* wfi with rd */
		0x00000173, /* ecall with rd */
		0x00200073, /* uret of the withdrawn N extension */
		0x12b500f3, /* sfence.vma with rd */
		0x18050073, /* sfence.w.inval with rs1 */
		0x18200073, /* after sfence.inval.ir */
		0x10600073, /* after wfi */
		0x0000900a, /* c.ebreak's neighbours: c.ntl.p1, */
		0x00009102, /* c.jalr sp */
	};

	(void)state;
	expect_all(list, ARRAY_LEN(list));
	expect_illegal(reserved, ARRAY_LEN(reserved));
}

static void hypervisor_loads_and_stores(void **state)
{
	static const struct expectation list[] = {
		/* hlv.b a0,(a1); hlv.wu a0,(a1); hlv.d a0,(a1) */
		{0x6005c573,
		 {.op = INSN_HLV, .len = 4, .rd = 10, .rs1 = 11, .flags = INSN_F_SIGNED}},
		{0x6815c573, {.op = INSN_HLV, .len = 4, .rd = 10, .rs1 = 11, .width_log2 = 2}},
		{0x6c05c573,
		 {.op = INSN_HLV, .len = 4, .rd = 10, .rs1 = 11, .width_log2 = 3,
		  .flags = INSN_F_SIGNED}},
		/* hlvx.hu a0,(a1); hlvx.wu a0,(a1) */
		{0x6435c573,
		 {.op = INSN_HLVX, .len = 4, .rd = 10, .rs1 = 11, .width_log2 = 1,
		  .flags = INSN_F_EXEC}},
		{0x6835c573,
		 {.op = INSN_HLVX, .len = 4, .rd = 10, .rs1 = 11, .width_log2 = 2,
		  .flags = INSN_F_EXEC}},
		/* hsv.d a0,(a1) */
		{0x6ea5c073,
		 {.op = INSN_HSV, .len = 4, .rs1 = 11, .rs2 = 10, .width_log2 = 3,
		  .flags = INSN_F_WRITE}},
	};
	static const uint32_t reserved[] = {
		0x6025c573, /* selector 2 */
		0x6035c573, /* hlvx.bu does not exist */
		0x6c15c573, /* nor does hlv.du */
		0x6c35c573, /* nor hlvx.du */
		0x6ea5c0f3, /* hsv.d with rd */
		0x0000c073, /* funct7 0 */
	};

	(void)state;
	expect_all(list, ARRAY_LEN(list));
	expect_illegal(reserved, ARRAY_LEN(reserved));
}

static void loads_and_stores(void **state)
{
	static const struct expectation list[] = {
		/* lb a0,-2048(a1); lbu a0,2047(a1); lw ra,-1(t6); lwu ra,0(sp); ld a0,8(a0) */
		{0x80058503,
		 {.op = INSN_LOAD, .len = 4, .rd = 10, .rs1 = 11, .flags = INSN_F_SIGNED,
		  .imm = -2048}},
		{0x7ff5c503, {.op = INSN_LOAD, .len = 4, .rd = 10, .rs1 = 11, .imm = 2047}},
		{0xffffa083,
		 {.op = INSN_LOAD, .len = 4, .rd = 1, .rs1 = 31, .width_log2 = 2,
		  .flags = INSN_F_SIGNED, .imm = -1}},
		{0x00016083, {.op = INSN_LOAD, .len = 4, .rd = 1, .rs1 = 2, .width_log2 = 2}},
		{0x00853503,
		 {.op = INSN_LOAD, .len = 4, .rd = 10, .rs1 = 10, .width_log2 = 3,
		  .flags = INSN_F_SIGNED, .imm = 8}},
		/* sb a0,-2048(a1); sd t6,2047(sp) */
		{0x80a58023,
		 {.op = INSN_STORE, .len = 4, .rs1 = 11, .rs2 = 10, .flags = INSN_F_WRITE,
		  .imm = -2048}},
		{0x7ff13fa3,
		 {.op = INSN_STORE, .len = 4, .rs1 = 2, .rs2 = 31, .width_log2 = 3,
		  .flags = INSN_F_WRITE, .imm = 2047}},
		/* flh fa0,4(a1); fld fa0,-8(a1); fsw fa0,-4(a1) */
		{0x00459507,
		 {.op = INSN_FLOAD, .len = 4, .rd = 10, .rs1 = 11, .width_log2 = 1, .imm = 4}},
		{0xff85b507,
		 {.op = INSN_FLOAD, .len = 4, .rd = 10, .rs1 = 11, .width_log2 = 3, .imm = -8}},
		{0xfea5ae27,
		 {.op = INSN_FSTORE, .len = 4, .rs1 = 11, .rs2 = 10, .width_log2 = 2,
		  .flags = INSN_F_WRITE, .imm = -4}},
		/* vle32.v v1,(a0); vse8.v v1,(a0) */
		{0x02056087, {.op = INSN_VECTOR_MEM, .len = 4, .rs1 = 10, .width_log2 = 2}},
		{0x020500a7,
		 {.op = INSN_VECTOR_MEM, .len = 4, .rs1 = 10, .flags = INSN_F_WRITE}},
		/* cbo.zero (a0) */
		{0x0045200f,
		 {.op = INSN_CBO_ZERO, .len = 4, .rs1 = 10, .flags = INSN_F_WRITE}},
	};
	static const uint32_t reserved[] = {
		0x0005f503, /* load of funct3 7 */
		0x00a5c023, /* store of funct3 4 */
		0x0005c507, /* flq */
		0x0045208f, /* cbo.zero with rd */
		0x0035200f, /* cbo 3 */
		0x00b50533, /* add a0,a0,a1 */
		0x0000001f, /* an instruction longer than 32 bits */
		0xffffffff,
	};

	(void)state;
	expect_all(list, ARRAY_LEN(list));
	expect_illegal(reserved, ARRAY_LEN(reserved));
}

#define ATOMIC(o, w, f, a) \
	{.op = INSN_##o, .len = 4, .rd = 10, .rs1 = 12, .rs2 = 11, .width_log2 = (w), \
	 .flags = (f), .amo = (a)}

static void atomics(void **state)
{
	enum { RMW = INSN_F_SIGNED | INSN_F_WRITE };
	static const struct expectation list[] = {
		/* lr.w.aqrl a0,(a2) */
		{0x1606252f,
		 {.op = INSN_LR, .len = 4, .rd = 10, .rs1 = 12, .width_log2 = 2,
		  .flags = INSN_F_SIGNED}},
		/* the rest: x a0,a1,(a2) */
		{0x18b6352f, ATOMIC(SC, 3, INSN_F_WRITE, 0)},
		{0x0eb6252f, ATOMIC(AMO, 2, RMW, INSN_AMO_SWAP)}, /* amoswap.w.aqrl */
		{0x00b6352f, ATOMIC(AMO, 3, RMW, INSN_AMO_ADD)},
		{0x24b6252f, ATOMIC(AMO, 2, RMW, INSN_AMO_XOR)}, /* amoxor.w.aq */
		{0x42b6252f, ATOMIC(AMO, 2, RMW, INSN_AMO_OR)}, /* amoor.w.rl */
		{0x60b6252f, ATOMIC(AMO, 2, RMW, INSN_AMO_AND)},
		{0x80b6252f, ATOMIC(AMO, 2, RMW, INSN_AMO_MIN)},
		{0xa0b6252f, ATOMIC(AMO, 2, RMW, INSN_AMO_MAX)},
		{0xc0b6252f, ATOMIC(AMO, 2, RMW, INSN_AMO_MINU)},
		{0xe0b6052f, ATOMIC(AMO, 0, RMW, INSN_AMO_MAXU)}, /* amomaxu.b */
		{0x28b6152f, ATOMIC(AMOCAS, 1, RMW, 0)},
		{0x28b6352f, ATOMIC(AMOCAS, 3, RMW, 0)},
		/* amocas.q a0,a4,(a2) */
		{0x28e6452f,
		 {.op = INSN_AMOCAS, .len = 4, .rd = 10, .rs1 = 12, .rs2 = 14,
		  .width_log2 = 4, .flags = RMW}},
	};
	static const uint32_t reserved[] = {
		0x10b6252f, /* lr.w with rs2 */
		0x1006052f, /* lr.b does not exist */
		0x18b6152f, /* nor sc.h */
		0x08b6452f, /* nor amoswap.q */
		0x28b6452f, /* amocas.q with an odd rs2 */
		0x28e645af, /* amocas.q with an odd rd */
		0x30b6252f, /* funct5 6 */
		0x08b6552f, /* funct3 5 */
	};

	(void)state;
	expect_all(list, ARRAY_LEN(list));
	expect_illegal(reserved, ARRAY_LEN(reserved));
}

#define C_LOAD(o, d, s, w, f, i) \
	{.op = INSN_##o, .len = 2, .rd = (d), .rs1 = (s), .width_log2 = (w), .flags = (f), \
	 .imm = (i)}
#define C_STORE(o, t, s, w, i) \
	{.op = INSN_##o, .len = 2, .rs1 = (s), .rs2 = (t), .width_log2 = (w), \
	 .flags = INSN_F_WRITE, .imm = (i)}

static void compressed_forms(void **state)
{
	static const struct expectation list[] = {
		/* all immediate bits set, the lowest alone, the highest alone */
		{0x5fe0, C_LOAD(LOAD, 8, 15, 2, INSN_F_SIGNED, 124)}, /* c.lw s0,124(a5) */
		{0x4040, C_LOAD(LOAD, 8, 8, 2, INSN_F_SIGNED, 4)},
		{0x4020, C_LOAD(LOAD, 8, 8, 2, INSN_F_SIGNED, 64)},
		{0x7c7c, C_LOAD(LOAD, 15, 8, 3, INSN_F_SIGNED, 248)}, /* c.ld a5,248(s0) */
		{0x6400, C_LOAD(LOAD, 8, 8, 3, INSN_F_SIGNED, 8)},
		{0x6040, C_LOAD(LOAD, 8, 8, 3, INSN_F_SIGNED, 128)},
		{0x3c7c, C_LOAD(FLOAD, 15, 8, 3, 0, 248)},
		{0xdfe0, C_STORE(STORE, 8, 15, 2, 124)},
		{0xfc7c, C_STORE(STORE, 15, 8, 3, 248)},
		{0xbc7c, C_STORE(FSTORE, 15, 8, 3, 248)},
		/* relative to sp */
		{0x50fe, C_LOAD(LOAD, 1, 2, 2, INSN_F_SIGNED, 252)}, /* c.lwsp ra,252(sp) */
		{0x4092, C_LOAD(LOAD, 1, 2, 2, INSN_F_SIGNED, 4)},
		{0x408a, C_LOAD(LOAD, 1, 2, 2, INSN_F_SIGNED, 128)},
		{0x70fe, C_LOAD(LOAD, 1, 2, 3, INSN_F_SIGNED, 504)}, /* c.ldsp ra,504(sp) */
		{0x60a2, C_LOAD(LOAD, 1, 2, 3, INSN_F_SIGNED, 8)},
		{0x6092, C_LOAD(LOAD, 1, 2, 3, INSN_F_SIGNED, 256)},
		{0x307e, C_LOAD(FLOAD, 0, 2, 3, 0, 504)}, /* c.fldsp ft0: f0 is a register */
		{0xdffe, C_STORE(STORE, 31, 2, 2, 252)},
		{0xfffe, C_STORE(STORE, 31, 2, 3, 504)},
		{0xbffe, C_STORE(FSTORE, 31, 2, 3, 504)},
		/* Zcb: c.lbu's two immediate bits are swapped */
		{0x8040, C_LOAD(LOAD, 8, 8, 0, 0, 1)},
		{0x8020, C_LOAD(LOAD, 8, 8, 0, 0, 2)},
		{0x8420, C_LOAD(LOAD, 8, 8, 1, 0, 2)},
		{0x8460, C_LOAD(LOAD, 8, 8, 1, INSN_F_SIGNED, 2)},
		{0x8860, C_STORE(STORE, 8, 8, 0, 3)},
		{0x8c20, C_STORE(STORE, 8, 8, 1, 2)},
	};
	static const uint32_t reserved[] = {
		0x0000, /* defined to be illegal */
		0x4012, /* c.lwsp with rd = x0 */
		0x6022, /* c.ldsp with rd = x0 */
		0x8c60, /* after c.sh */
		0x9c00, /* the rest of Zcb's space */
		0x0040, /* c.addi4spn: not ours */
		0x4101, /* c.li: not ours */
	};

	(void)state;
	expect_all(list, ARRAY_LEN(list));
	expect_illegal(reserved, ARRAY_LEN(reserved));
}

static void upper_half_of_a_compressed_word_is_ignored(void **state)
{
	static const struct expectation list[] = {
		{0xffff50fe, C_LOAD(LOAD, 1, 2, 2, INSN_F_SIGNED, 252)},
		{0x12349002, {.op = INSN_EBREAK, .len = 2}},
		{0x00730000, {.op = INSN_ILLEGAL, .len = 2}},
	};

	(void)state;
	expect_all(list, ARRAY_LEN(list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csr_instructions),
		cmocka_unit_test(csr_accessors),
		cmocka_unit_test(privileged_instructions),
		cmocka_unit_test(hypervisor_loads_and_stores),
		cmocka_unit_test(loads_and_stores),
		cmocka_unit_test(atomics),
		cmocka_unit_test(compressed_forms),
		cmocka_unit_test(upper_half_of_a_compressed_word_is_ignored),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
