/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the firmware reads in mtinst of an access that the monitor made in its place: hardware
 * describes the monitor's instruction, the firmware finds its own (Priv. 18.6.3).
 */
#include "unit.h"

#include "monitor/decode.h"
#include "monitor/memop.h"

#define NOTHING ((u64)0x40000000)
#define RS1_FIELD 0xf8000u
#define HLV_D_X5 ((u32)(0x36u << 25 | 10u << 15 | 4u << 12 | 5u << 7 | 0x73u))
#define HSV_D_X5 ((u32)(0x37u << 25 | 5u << 20 | 10u << 15 | 4u << 12 | 0x73u))

static struct trap trap;

static int setup(void **state)
{
	unit_setup(state);
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS;
	hart.x[10] = NOTHING;
	return 0;
}

/* What mtinst is after word has failed, which hardware has described by this. */
static u64 of(u32 word, u64 hardware)
{
	const struct guest_context c = {
		.status = MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_M),
	};

	memset(&trap, 0, sizeof(trap));
	fake.tinst = hardware;
	assert_int_equal(memop_guest(&hart, &c, word, &trap), MEMOP_FAULT);
	return trap.tinst;
}

static u32 load_word(unsigned int funct3, unsigned int imm)
{
	return imm << 20 | 10u << 15 | funct3 << 12 | 5u << 7 | 0x03u;
}

static u32 store_word(unsigned int funct3, unsigned int imm)
{
	return imm >> 5 << 25 | 5u << 20 | 10u << 15 | funct3 << 12 | (imm & 31) << 7 | 0x23u;
}

/* The offset stands where rs1 was; there is no immediate. Hardware's other fields are not ours. */
static void loads_and_stores_are_the_guests_own(void **state)
{
	(void)state;
	for (unsigned int funct3 = 0; funct3 < 7; funct3++) {
		for (u64 offset = 0; offset < 32; offset++) {
			u64 hardware = 0x00003f83 | offset << 15; /* ld x31 */

			assert_int_equal(of(load_word(funct3, 0x123), hardware),
					 funct3 << 12 | 5u << 7 | 0x03u | offset << 15);
			hardware = 0x01f03023 | offset << 15; /* sd x31 */
			if (funct3 < 4) {
				assert_int_equal(of(store_word(funct3, 0x123), hardware),
						 5u << 20 | funct3 << 12 | 0x23u | offset << 15);
			}
		}
	}
}

static void floating_point_registers_are_named(void **state)
{
	(void)state;
	for (unsigned int funct3 = 2; funct3 < 4; funct3++) {
		u32 load = 10u << 15 | funct3 << 12 | 5u << 7 | 0x07u;
		u32 store = 5u << 20 | 10u << 15 | funct3 << 12 | 0x27u;

		assert_int_equal(of(load, 0x00018f83), (load & ~RS1_FIELD) | 0x18000);
		assert_int_equal(of(store, 0x01f18023), (store & ~RS1_FIELD) | 0x18000);
	}
}

/* Bit 1 is 0: the rest is that of the instruction it stands for. */
static void compressed_forms_say_so(void **state)
{
	(void)state;
	/* c.lw x9, 4(x10); c.ld x9, 8(x10); c.sw x9, 4(x10); c.sd x9, 8(x10); c.fld f9, 8(x10) */
	assert_int_equal(of(0x4144, 0x00003f83), 2u << 12 | 9u << 7 | 0x01u);
	assert_int_equal(of(0x6504, 0x00003f83), 3u << 12 | 9u << 7 | 0x01u);
	assert_int_equal(of(0xc144, 0x01f03023), 9u << 20 | 2u << 12 | 0x21u);
	assert_int_equal(of(0xe504, 0x01f03023), 9u << 20 | 3u << 12 | 0x21u);
	assert_int_equal(of(0x2504, 0x00003f83), 3u << 12 | 9u << 7 | 0x05u);
}

static void atomics_keep_everything_but_the_address(void **state)
{
	static const u32 words[] = {
		0x100532af, /* lr.d x5, (x10) */
		0x007532af, /* amoadd.d x5, x7, (x10) */
		0x0e7522af, /* amoswap.w.aqrl x5, x7, (x10) */
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		assert_int_equal(of(words[i], 0x01f82f2f), (words[i] & ~RS1_FIELD) | 0x80000);
		assert_int_equal(of(words[i], 0x01ff8f2f), words[i] | RS1_FIELD);
	}
}

/* Zero, and what describes an access to a page table, are nobody's instruction. */
static void what_is_no_instruction_stays(void **state)
{
	static const u64 others[] = {0, 0x3000, 0x3020, 0x2000};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(others); i++) {
		assert_int_equal(of(load_word(3, 0), others[i]), others[i]);
		assert_int_equal(of(store_word(3, 0), others[i]), others[i]);
	}
}

static u64 of_hypervisor(u32 word, u64 hardware)
{
	memset(&trap, 0, sizeof(trap));
	fake.tinst = hardware;
	assert_int_equal(memop_hypervisor(&hart, insn_decode(word), &trap), MEMOP_FAULT);
	assert_int_equal(trap.tval, NOTHING);
	assert_true(trap.gva);
	return trap.tinst;
}

/* Hardware has executed the same one, with other registers. */
static void hypervisor_accesses_get_their_registers(void **state)
{
	u32 load = HLV_D_X5, store = HSV_D_X5;

	(void)state;
	for (u32 n = 0; n < 32; n++) {
		u32 other = n ^ 31;

		load = (load & ~(31u << 7)) | n << 7;
		store = (store & ~(31u << 20)) | n << 20;
		assert_int_equal(of_hypervisor(load, (load & ~(31u << 7)) | other << 7), load);
		assert_int_equal(of_hypervisor(store, (store & ~(31u << 20)) | other << 20), store);
	}
	assert_int_equal(of_hypervisor(load, load | 31u << 15), load | 31u << 15);
	assert_int_equal(of_hypervisor(store, store | 31u << 15), store | 31u << 15);
	assert_int_equal(of_hypervisor(load, 0), 0);
	assert_int_equal(of_hypervisor(store, 0x3020), 0x3020);
}

/* GVA that is left of an earlier trap says nothing of an address of V=0 (hw/mpv.h). */
static void stale_gva_is_not_taken_for_the_access(void **state)
{
	static const u64 modes[] = {0, MSTATUS_MPV};

	(void)state;
	fake_make_mpv_fixed();
	fake_start(&hart);
	hart.x[10] = NOTHING;
	fake.csr[CSR_MSTATUS] |= MSTATUS_GVA;
	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		const struct guest_context c = {
			.status = MSTATUS_MPRV | modes[i] | field_set(0, MSTATUS_MPP, PRIV_S),
		};

		assert_int_equal(memop_guest(&hart, &c, load_word(3, 0), &trap), MEMOP_FAULT);
		assert_int_equal(trap.gva, modes[i] != 0);
	}
}

#define TINST_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TINST_TEST(loads_and_stores_are_the_guests_own),
		TINST_TEST(floating_point_registers_are_named),
		TINST_TEST(compressed_forms_say_so),
		TINST_TEST(atomics_keep_everything_but_the_address),
		TINST_TEST(what_is_no_instruction_stays),
		TINST_TEST(hypervisor_accesses_get_their_registers),
		TINST_TEST(stale_gva_is_not_taken_for_the_access),
	};

	return cmocka_run_group_tests_name("tinst", tests, NULL, NULL);
}
