/* SPDX-License-Identifier: Apache-2.0 */
/* The payload's misaligned loads and stores, byte by byte with its own rights. */
#include "unit.h"

#include "monitor/misaligned.h"
#include "monitor/vcsr.h"
#include "monitor/world.h"

#define PC (FAKE_RAM_BASE + 0x400)
#define DATA (FAKE_RAM_BASE + 0x2000)
#define DENIED (FAKE_RAM_BASE + 0x4000)
#define RD 5u
#define RS1 10u

static struct trap trap;

/* vPMP 0 denies a page, vPMP 1 grants everything; the payload runs in S-mode with FS on. */
static int setup(void **state)
{
	unit_setup(state);
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, DENIED >> 2 | 0x1ff, 0));
	assert_true(vcsr_write(&hart, CSR_PMPADDR0 + 1, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f18, 0));
	world_enter_payload(&hart, PRIV_S, false);
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS;
	fake.misaligned_traps = true;
	for (unsigned int i = 0; i < 32; i++) {
		fake_store(DATA + i, 1, 0x80 + i);
	}
	return 0;
}

static enum memop_result perform(u32 word, u64 base)
{
	fake_store(PC, 4, word);
	hart.pc = PC;
	hart.x[RS1] = base;
	return misaligned_perform(&hart, &trap);
}

static u32 load_word(unsigned int opcode, unsigned int funct3)
{
	return RS1 << 15 | funct3 << 12 | RD << 7 | opcode;
}

static u32 store_word(unsigned int opcode, unsigned int funct3)
{
	return RD << 20 | RS1 << 15 | funct3 << 12 | opcode;
}

static u64 expected(unsigned int offset, unsigned int bytes)
{
	u64 value = 0;

	for (unsigned int i = 0; i < bytes; i++) {
		value |= (u64)(0x80 + offset + i) << i * 8;
	}
	return value;
}

static void loads_of_every_width_and_sign(void **state)
{
	(void)state;
	for (unsigned int offset = 0; offset < 8; offset++) {
		assert_int_equal(perform(load_word(0x03, 1), DATA + offset), MEMOP_DONE);
		assert_int_equal(hart.x[RD], expected(offset, 2) | ~(u64)0xffff);
		assert_int_equal(perform(load_word(0x03, 5), DATA + offset), MEMOP_DONE);
		assert_int_equal(hart.x[RD], expected(offset, 2));
		assert_int_equal(perform(load_word(0x03, 2), DATA + offset), MEMOP_DONE);
		assert_int_equal(hart.x[RD], expected(offset, 4) | ~(u64)0xffffffff);
		assert_int_equal(perform(load_word(0x03, 6), DATA + offset), MEMOP_DONE);
		assert_int_equal(hart.x[RD], expected(offset, 4));
		assert_int_equal(perform(load_word(0x03, 3), DATA + offset), MEMOP_DONE);
		assert_int_equal(hart.x[RD], expected(offset, 8));
		assert_int_equal(hart.pc, PC + 4);
	}
}

static void stores_of_every_width_touch_no_other_byte(void **state)
{
	for (unsigned int width = 1; width < 4; width++) {
		unsigned int bytes = 1u << width;

		for (unsigned int offset = 1; offset < 8; offset++) {
			u32 word = store_word(0x23, width);

			setup(state);
			hart.x[RD] = 0x1122334455667788;
			assert_int_equal(perform(word, DATA + offset), MEMOP_DONE);
			assert_int_equal(hart.pc, PC + 4);
			for (unsigned int i = 0; i < 24; i++) {
				bool in = i >= offset && i < offset + bytes;
				u64 wanted = in ? hart.x[RD] >> (i - offset) * 8 & 0xff : 0x80 + i;

				assert_int_equal(fake_load(DATA + i, 1), wanted);
			}
		}
	}
}

static void compressed_forms_advance_by_two(void **state)
{
	(void)state;
	hart.x[9] = 0xcafebabe12345678;
	/* c.lw x9, 0(x10); c.sd x9, 0(x10) */
	assert_int_equal(perform(0x4104, DATA + 1), MEMOP_DONE);
	assert_int_equal(hart.x[9], expected(1, 4) | ~(u64)0xffffffff);
	assert_int_equal(hart.pc, PC + 2);
	hart.x[9] = 0xcafebabe12345678;
	assert_int_equal(perform(0xe104, DATA + 3), MEMOP_DONE);
	assert_int_equal(hart.pc, PC + 2);
	assert_int_equal(fake_load(DATA + 3, 1), 0x78);
	assert_int_equal(fake_load(DATA + 10, 1), 0xca);
}

static void floating_point_values_are_moved_whole(void **state)
{
	(void)state;
	assert_int_equal(perform(load_word(0x07, 3), DATA + 5), MEMOP_DONE);
	assert_int_equal(fake.f[RD], expected(5, 8));
	assert_int_equal(perform(load_word(0x07, 2), DATA + 3), MEMOP_DONE);
	assert_int_equal((u32)fake.f[RD], expected(3, 4));
	fake.f[RD] = 0x0102030405060708;
	assert_int_equal(perform(store_word(0x27, 3), DATA + 9), MEMOP_DONE);
	assert_int_equal(fake_load(DATA + 9, 1), 8);
	assert_int_equal(fake_load(DATA + 16, 1), 1);
	fake.csr[CSR_MSTATUS] &= ~MSTATUS_FS; /* Off: illegal, not ours */
	assert_int_equal(perform(load_word(0x07, 3), DATA + 5), MEMOP_OTHER);
}

static void atomics_and_other_instructions_are_not_ours(void **state)
{
	static const u32 words[] = {
		0x100532af, /* lr.d x5, (x10) */
		0x185532af, /* sc.d x5, x5, (x10) */
		0x005532af, /* amoadd.d x5, x5, (x10) */
		0x00000013, /* nop */
		0x02057287, /* a vector load */
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		assert_int_equal(perform(words[i], DATA + 1), MEMOP_OTHER);
		assert_int_equal(hart.pc, PC);
	}
}

/* The bytes before the border are readable: the fault is that of the first byte that is not. */
static void load_into_a_denied_page_faults_at_its_first_byte(void **state)
{
	(void)state;
	hart.x[RD] = 77;
	assert_int_equal(perform(load_word(0x03, 3), DENIED - 3), MEMOP_FAULT);
	assert_int_equal(trap.cause, CAUSE_LOAD_ACCESS);
	assert_int_equal(trap.tval, DENIED);
	assert_int_equal(hart.x[RD], 77);
	assert_int_equal(hart.pc, PC);
}

static void store_into_a_denied_page_leaves_the_page_before_it_alone(void **state)
{
	(void)state;
	fake_store(DENIED - 8, 8, 0x5555555555555555);
	hart.x[RD] = 0;
	assert_int_equal(perform(store_word(0x23, 3), DENIED - 3), MEMOP_FAULT);
	assert_int_equal(trap.cause, CAUSE_STORE_ACCESS);
	assert_int_equal(trap.tval, DENIED);
	assert_int_equal(fake_load(DENIED - 8, 8), 0x5555555555555555);
}

static void store_out_of_a_denied_page_faults_at_its_start(void **state)
{
	(void)state;
	fake_store(DENIED + 0x1000, 8, 0x5555555555555555);
	assert_int_equal(perform(store_word(0x23, 3), DENIED + 0xffd), MEMOP_FAULT);
	assert_int_equal(trap.cause, CAUSE_STORE_ACCESS);
	assert_int_equal(trap.tval, DENIED + 0xffd);
	assert_int_equal(fake_load(DENIED + 0x1000, 8), 0x5555555555555555);
}

/* The monitor's own memory is never open to a payload (I-MEM-1). */
static void monitor_memory_is_out_of_reach(void **state)
{
	(void)state;
	assert_int_equal(perform(load_word(0x03, 3), FAKE_SELF_BASE - 1), MEMOP_FAULT);
	assert_int_equal(trap.tval, FAKE_SELF_BASE);
	assert_int_equal(perform(store_word(0x23, 3), FAKE_SELF_BASE + 1), MEMOP_FAULT);
	assert_int_equal(trap.tval, FAKE_SELF_BASE + 1);
}

#define PAYLOAD_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAYLOAD_TEST(loads_of_every_width_and_sign),
		PAYLOAD_TEST(stores_of_every_width_touch_no_other_byte),
		PAYLOAD_TEST(compressed_forms_advance_by_two),
		PAYLOAD_TEST(floating_point_values_are_moved_whole),
		PAYLOAD_TEST(atomics_and_other_instructions_are_not_ours),
		PAYLOAD_TEST(load_into_a_denied_page_faults_at_its_first_byte),
		PAYLOAD_TEST(store_into_a_denied_page_leaves_the_page_before_it_alone),
		PAYLOAD_TEST(store_out_of_a_denied_page_faults_at_its_start),
		PAYLOAD_TEST(monitor_memory_is_out_of_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
