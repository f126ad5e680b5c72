/* SPDX-License-Identifier: Apache-2.0 */
/* Loads, stores and atomics that the monitor carries out: on the CLINT, and under MPRV. */
#include "unit.h"

#include "monitor/memop.h"
#include "monitor/mmio.h"
#include "monitor/regs.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

#define MSIP(n) (FAKE_CLINT_BASE + 4 * (n))
#define MTIMECMP(n) (FAKE_CLINT_BASE + 0x4000 + 8 * (n))
#define MTIME (FAKE_CLINT_BASE + 0xbff8)

static const u8 amo_codes[] = {0, 1, 4, 8, 12, 16, 20, 24, 28};

static struct insn load(unsigned int rd, unsigned int width, bool is_signed)
{
	return (struct insn){.op = INSN_LOAD,
			     .len = 4,
			     .rd = (u8)rd,
			     .rs1 = 10,
			     .width_log2 = (u8)width,
			     .flags = is_signed ? INSN_F_SIGNED : 0};
}

static struct insn store(unsigned int rs2, unsigned int width)
{
	return (struct insn){.op = INSN_STORE,
			     .len = 4,
			     .rs1 = 10,
			     .rs2 = (u8)rs2,
			     .width_log2 = (u8)width,
			     .flags = INSN_F_WRITE};
}

static struct insn atomic(enum insn_op op, unsigned int rd, unsigned int rs2, unsigned int width)
{
	return (struct insn){.op = (u8)op,
			     .len = 4,
			     .rd = (u8)rd,
			     .rs1 = 10,
			     .rs2 = (u8)rs2,
			     .width_log2 = (u8)width,
			     .flags = (u8)(INSN_F_SIGNED | (op == INSN_LR ? 0 : INSN_F_WRITE))};
}

static struct trap trap;

/* The firmware, on a device. */
static enum memop_result device(struct insn i, u64 pa)
{
	struct memop_place at = {.va = pa, .pa = pa, .may = vpmp_firmware_may};

	trap = (struct trap){.cause = (i.flags & INSN_F_WRITE) != 0 ? CAUSE_STORE_ACCESS
								    : CAUSE_LOAD_ACCESS,
			     .tval = pa};
	reg_write(&hart, 10, pa);
	return memop_device(&hart, i, &at, &trap);
}

/* ---- loads and stores ---- */

/* ACLINT: mtime and mtimecmp answer aligned words and doublewords; lw extends the sign, lwu not. */
static void timer_registers_load_in_every_width_the_device_has(void **state)
{
	(void)state;
	fake.mtime = 0x8000000180000002;
	assert_int_equal(device(load(5, 3, true), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[5], 0x8000000180000002);
	assert_int_equal(device(load(5, 2, true), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[5], 0xffffffff80000002);
	assert_int_equal(device(load(5, 2, false), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[5], 0x80000002);
	assert_int_equal(device(load(5, 2, true), MTIME + 4), MEMOP_DONE);
	assert_int_equal(hart.x[5], 0xffffffff80000001);
}

static void timer_registers_store_in_every_width_the_device_has(void **state)
{
	(void)state;
	hart.x[6] = 0x1122334455667788;
	hart.irq_check = 0;
	assert_int_equal(device(store(6, 3), MTIMECMP(1)), MEMOP_DONE);
	assert_int_equal(fake.mtimecmp[1], 0x1122334455667788);
	assert_int_equal(hart.irq_check, 1);
	hart.x[6] = 0xaaaaaaaabbbbbbbb;
	assert_int_equal(device(store(6, 2), MTIMECMP(1) + 4), MEMOP_DONE);
	assert_int_equal(fake.mtimecmp[1], 0xbbbbbbbb55667788);
	assert_int_equal(device(store(6, 3), MTIME), MEMOP_DONE);
	assert_int_equal(fake.mtime, 0xaaaaaaaabbbbbbbb);
}

static void every_destination_register_gets_the_value(void **state)
{
	(void)state;
	fake.mtime = 0x1234;
	for (unsigned int rd = 0; rd < 32; rd++) {
		assert_int_equal(device(load(rd, 3, true), MTIME), MEMOP_DONE);
		assert_int_equal(reg_read(&hart, rd), rd == 0 ? 0 : 0x1234);
		reg_write(&hart, rd, 0);
	}
	assert_int_equal(hart.x[0], 0);
}

static void every_source_register_is_stored(void **state)
{
	(void)state;
	for (unsigned int rs2 = 0; rs2 < 32; rs2++) {
		if (rs2 != 10) {
			reg_write(&hart, rs2, 0x1000 + rs2);
			assert_int_equal(device(store(rs2, 3), MTIMECMP(0)), MEMOP_DONE);
			assert_int_equal(fake.mtimecmp[0], rs2 == 0 ? 0 : 0x1000 + rs2);
		}
	}
}

/* ---- msip ---- */

static void msip_is_virtual_for_every_hart(void **state)
{
	(void)state;
	fake.msip[0] = fake.msip[1] = 1; /* doorbells are none of the firmware's business */
	for (unsigned int n = 0; n < 2; n++) {
		assert_int_equal(device(load(5, 2, true), MSIP(n)), MEMOP_DONE);
		assert_int_equal(hart.x[5], 0);
	}
	fake_other.vmsip = 1;
	assert_int_equal(device(load(5, 2, true), MSIP(1)), MEMOP_DONE);
	assert_int_equal(hart.x[5], 1);
	assert_int_equal(device(load(5, 2, true), MSIP(0)), MEMOP_DONE);
	assert_int_equal(hart.x[5], 0);
}

/* ACLINT 3: one bit; a store to another hart's is a doorbell, to one's own a check. */
static void msip_store_reaches_the_hart_it_names(void **state)
{
	(void)state;
	hart.x[6] = 0xffffffff;
	assert_int_equal(device(store(6, 2), MSIP(1)), MEMOP_DONE);
	assert_int_equal(fake_other.vmsip, 1);
	assert_int_equal(fake.msip[1], 1);
	assert_int_equal(hart.vmsip, 0);
	hart.irq_check = 0;
	assert_int_equal(device(store(6, 2), MSIP(0)), MEMOP_DONE);
	assert_int_equal(hart.vmsip, 1);
	assert_int_equal(fake.msip[0], 0);
	assert_int_equal(hart.irq_check, 1);
	hart.x[6] = 0xfffffffe;
	assert_int_equal(device(store(6, 2), MSIP(0)), MEMOP_DONE);
	assert_int_equal(hart.vmsip, 0);
}

/* ---- refusals ---- */

struct snapshot {
	struct hart hart;
	struct fake_hart state;
};

static struct snapshot before;

static void remember(void)
{
	before.hart = hart;
	before.state = fake;
}

static void expect_no_register_changed(void)
{
	assert_memory_equal(hart.x, before.hart.x, sizeof(hart.x));
	assert_memory_equal(fake.x, before.state.x, sizeof(fake.x));
	assert_memory_equal(fake.f, before.state.f, sizeof(fake.f));
	assert_memory_equal(fake.mtimecmp, before.state.mtimecmp, sizeof(fake.mtimecmp));
	assert_memory_equal(fake.msip, before.state.msip, sizeof(fake.msip));
	assert_int_equal(fake.mtime, before.state.mtime);
	assert_int_equal(hart.vmsip, before.hart.vmsip);
	assert_int_equal(fake_other.vmsip, 0);
}

static void fill_registers(void)
{
	for (unsigned int i = 1; i < 32; i++) {
		reg_write(&hart, i, unit_random());
		fake.f[i] = unit_random();
	}
	fake_csr_put(CSR_MSTATUS, fake.csr[CSR_MSTATUS] | MSTATUS_FS);
}

static void expect_refused(struct insn i, u64 pa, u64 cause)
{
	fill_registers();
	reg_write(&hart, 10, pa);
	remember();
	assert_int_equal(device(i, pa), MEMOP_FAULT);
	assert_int_equal(trap.cause, cause);
	assert_int_equal(trap.tval, pa);
	expect_no_register_changed();
}

static void what_the_device_refuses_faults_and_changes_nothing(void **state)
{
	static const u64 holes[] = {FAKE_CLINT_BASE + 8, FAKE_CLINT_BASE + 0x3ff8,
				    FAKE_CLINT_BASE + 0x4010, FAKE_CLINT_BASE + 0xc000};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(holes); i++) {
		expect_refused(load(5, 2, true), holes[i], CAUSE_LOAD_ACCESS);
		expect_refused(store(5, 2), holes[i], CAUSE_STORE_ACCESS);
		expect_refused(atomic(INSN_AMO, 5, 6, 2), holes[i], CAUSE_STORE_ACCESS);
		expect_refused(atomic(INSN_LR, 5, 0, 2), holes[i], CAUSE_LOAD_ACCESS);
	}
	expect_refused(load(18, 0, true), MSIP(0), CAUSE_LOAD_ACCESS);
	expect_refused(load(18, 1, true), MTIME, CAUSE_LOAD_ACCESS);
	expect_refused(load(18, 3, true), MSIP(0), CAUSE_LOAD_ACCESS);
	expect_refused(store(18, 0), MSIP(0), CAUSE_STORE_ACCESS);
	expect_refused(store(18, 1), MSIP(0), CAUSE_STORE_ACCESS);
	expect_refused(store(18, 3), MSIP(0), CAUSE_STORE_ACCESS);
	expect_refused(store(18, 2), MSIP(0) + 2, CAUSE_STORE_ACCESS);
	expect_refused(atomic(INSN_AMO, 18, 6, 3), MSIP(0), CAUSE_STORE_ACCESS);
}

/* I-MEM-1: the firmware's own locked rules hold for emulated devices, too (Priv. 3.7.1.3). */
static void device_access_needs_the_rules_of_the_mode(void **state)
{
	static const struct {
		u8 rights;
		bool r, w;
	} cases[] = {{0, false, false}, {PMP_R, true, false}, {PMP_R | PMP_W, true, true}};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		unit_setup(state);
		vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, pmp_napot(machine.clint.shield), 0);
		vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_L | PMP_A_NAPOT | cases[i].rights, 0);
		fake.mtime = 0x77;
		assert_int_equal(device(load(5, 3, true), MTIME),
				 cases[i].r ? MEMOP_DONE : MEMOP_FAULT);
		assert_int_equal(device(store(6, 3), MTIME), cases[i].w ? MEMOP_DONE : MEMOP_FAULT);
		fake.mtime = 0x77;
		assert_int_equal(device(atomic(INSN_AMO, 5, 6, 3), MTIME),
				 cases[i].w ? MEMOP_DONE : MEMOP_FAULT);
		if (!cases[i].w) {
			assert_int_equal(trap.cause, CAUSE_STORE_ACCESS);
			assert_int_equal(fake.mtime, 0x77);
		}
	}
}

static void instruction_that_is_no_access_is_left_alone(void **state)
{
	struct insn i = {.op = INSN_ILLEGAL, .len = 4};

	(void)state;
	fill_registers();
	remember();
	assert_int_equal(device(i, MTIME), MEMOP_OTHER);
	i.op = INSN_VECTOR_MEM;
	assert_int_equal(device(i, MTIME), MEMOP_OTHER);
	assert_memory_equal(fake.x, before.state.x, sizeof(fake.x));
	assert_int_equal(device(atomic(INSN_AMO, 5, 6, 1), MTIME), MEMOP_OTHER); /* no amoadd.h */
}

/* ---- atomics ---- */

static u64 expected_amo(unsigned int code, u64 a, u64 b)
{
	switch (code) {
	case 0:
		return a + b;
	case 1:
		return b;
	case 4:
		return a ^ b;
	case 8:
		return a | b;
	case 12:
		return a & b;
	case 16:
		return (s64)a < (s64)b ? a : b;
	case 20:
		return (s64)a < (s64)b ? b : a;
	case 24:
		return a < b ? a : b;
	default:
		return a < b ? b : a;
	}
}

static u64 as_word(u64 v)
{
	return (u64)(s64)(s32)(u32)v;
}

/* A extension: rd gets the old value, sign-extended; .w works on sign-extended words. */
static void every_amo_computes_what_the_a_extension_says(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 4000; n++) {
		unsigned int code = amo_codes[n % 9];
		unsigned int width = 2 + n / 9 % 2;
		u64 old = unit_random_bits();
		u64 arg = unit_random_bits();
		struct insn i = atomic(INSN_AMO, 18, 6, width);
		u64 want = width == 3 ? expected_amo(code, old, arg)
				      : expected_amo(code, as_word(old), as_word(arg));

		i.amo = (u8)code;
		fake.mtime = old;
		hart.x[6] = arg;
		assert_int_equal(device(i, MTIME), MEMOP_DONE);
		assert_int_equal(fake.x[18], width == 3 ? old : as_word(old));
		assert_int_equal(fake.mtime,
				 width == 3 ? want : (old & ~(u64)0xffffffff) | (u32)want);
	}
}

static void amo_with_rd_equal_to_a_source_uses_the_old_source(void **state)
{
	struct insn i = atomic(INSN_AMO, 6, 6, 3);

	(void)state;
	fake.mtime = 100;
	hart.x[6] = 11;
	assert_int_equal(device(i, MTIME), MEMOP_DONE);
	assert_int_equal(fake.mtime, 111);
	assert_int_equal(hart.x[6], 100);
	i.rd = 10; /* the address register */
	assert_int_equal(device(i, MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[10], 111);
	i.rd = 0;
	assert_int_equal(device(i, MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[0], 0);
}

static void amo_on_msip_sets_it_and_returns_the_virtual_bit(void **state)
{
	struct insn i = atomic(INSN_AMO, 5, 6, 2);

	(void)state;
	i.amo = INSN_AMO_SWAP;
	hart.x[6] = 1;
	assert_int_equal(device(i, MSIP(1)), MEMOP_DONE);
	assert_int_equal(hart.x[5], 0);
	assert_int_equal(fake_other.vmsip, 1);
	hart.x[6] = 0;
	assert_int_equal(device(i, MSIP(1)), MEMOP_DONE);
	assert_int_equal(hart.x[5], 1);
	assert_int_equal(fake_other.vmsip, 0);
}

static void sc_succeeds_after_lr_of_an_unchanged_register(void **state)
{
	(void)state;
	fake.mtime = 0x8000000000000001;
	hart.x[6] = 5;
	assert_int_equal(device(atomic(INSN_LR, 5, 0, 3), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[5], 0x8000000000000001);
	assert_int_equal(device(atomic(INSN_SC, 7, 6, 3), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[7], 0);
	assert_int_equal(fake.mtime, 5);
	assert_int_equal(device(atomic(INSN_SC, 7, 6, 3), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1); /* the reservation is used up */
}

static void reservation_serves_one_sc_even_if_nothing_changed(void **state)
{
	(void)state;
	fake.mtime = 5;
	hart.x[6] = 5;
	assert_int_equal(device(atomic(INSN_LR, 5, 0, 3), MTIME), MEMOP_DONE);
	assert_int_equal(device(atomic(INSN_SC, 7, 6, 3), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[7], 0);
	assert_int_equal(device(atomic(INSN_SC, 7, 6, 3), MTIME), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1);
}

static void sc_fails_without_lr_elsewhere_or_after_a_change(void **state)
{
	(void)state;
	hart.x[6] = 5;
	assert_int_equal(device(atomic(INSN_SC, 7, 6, 2), MTIMECMP(0)), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1);
	assert_int_equal(device(atomic(INSN_LR, 5, 0, 2), MTIMECMP(0)), MEMOP_DONE);
	assert_int_equal(device(atomic(INSN_SC, 7, 6, 2), MTIMECMP(1)), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1);
	assert_int_equal(device(atomic(INSN_LR, 5, 0, 2), MTIMECMP(0)), MEMOP_DONE);
	fake.mtimecmp[0] ^= 1;
	assert_int_equal(device(atomic(INSN_SC, 7, 6, 2), MTIMECMP(0)), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1);
	assert_int_equal(fake.mtimecmp[0], ~(u64)1);
}

/* ---- LR and SC in memory, under MPRV ---- */

#define WORD_AT (FAKE_RAM_BASE + 0x100)
#define DENIED FAKE_SELF_BASE

static enum memop_result in_memory(u32 word, u64 va)
{
	const struct guest_context c = {
		.status = MSTATUS_MPRV | field_set(0, MSTATUS_MPP, PRIV_S),
	};

	hart.x[10] = va;
	hart.x[6] = 9;
	trap = (struct trap){0};
	return memop_guest(&hart, &c, word, &trap);
}

static enum memop_result lr(u64 va)
{
	return in_memory(2u << 27 | 10u << 15 | 3u << 12 | 5u << 7 | 0x2fu, va);
}

static enum memop_result sc(u64 va)
{
	return in_memory(3u << 27 | 6u << 20 | 10u << 15 | 3u << 12 | 7u << 7 | 0x2fu, va);
}

static void sc_without_lr_faults_where_the_harts_own_does(void **state)
{
	(void)state;
	assert_int_equal(sc(DENIED), MEMOP_FAULT);
	assert_int_equal(trap.cause, CAUSE_STORE_ACCESS);
	assert_int_equal(trap.tval, DENIED);
	assert_int_equal(sc(WORD_AT), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1);
	assert_int_equal(fake.ram[0x100], 0);
}

static void sc_does_not_use_a_reservation_that_is_not_the_guests(void **state)
{
	(void)state;
	fake.reserved = true;
	fake.reserved_pa = WORD_AT;
	assert_int_equal(sc(WORD_AT), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1);
	assert_int_equal(fake.ram[0x100], 0);
	assert_int_equal(lr(WORD_AT), MEMOP_DONE);
	fake.ram[0x100] = 3; /* somebody else stored */
	assert_int_equal(sc(WORD_AT), MEMOP_DONE);
	assert_int_equal(hart.x[7], 1);
	assert_int_equal(fake.ram[0x100], 3);
	assert_int_equal(lr(WORD_AT), MEMOP_DONE);
	assert_int_equal(sc(WORD_AT), MEMOP_DONE);
	assert_int_equal(hart.x[7], 0);
	assert_int_equal(fake.ram[0x100], 9);
}

static void sc_whose_memory_went_away_has_a_stores_fault(void **state)
{
	(void)state;
	assert_int_equal(lr(WORD_AT), MEMOP_DONE);
	hart.lr_addr = DENIED;
	assert_int_equal(sc(DENIED), MEMOP_FAULT);
	assert_int_equal(trap.cause, CAUSE_STORE_ACCESS);
}

/* ---- floating point ---- */

static struct insn fp(enum insn_op op, unsigned int width)
{
	return (struct insn){.op = (u8)op,
			     .len = 4,
			     .rd = 9,
			     .rs1 = 10,
			     .rs2 = 9,
			     .width_log2 = (u8)width,
			     .flags = op == INSN_FSTORE ? INSN_F_WRITE : 0};
}

/* F and D: flw NaN-boxes; a load makes FS Dirty (Priv. 3.1.6.6). */
static void floating_point_loads_and_stores_reach_the_device(void **state)
{
	(void)state;
	fake_csr_put(CSR_MSTATUS, fake.csr[CSR_MSTATUS] | BIT(13));
	fake.mtime = 0x400921fb54442d18;
	assert_int_equal(device(fp(INSN_FLOAD, 3), MTIME), MEMOP_DONE);
	assert_int_equal(fake.f[9], 0x400921fb54442d18);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_FS), 3);
	assert_int_equal(device(fp(INSN_FLOAD, 2), MTIME), MEMOP_DONE);
	assert_int_equal(fake.f[9], 0xffffffff54442d18);
	assert_int_equal(device(fp(INSN_FSTORE, 2), MTIMECMP(0)), MEMOP_DONE);
	assert_int_equal(fake.mtimecmp[0], 0xffffffff54442d18);
	assert_int_equal(device(fp(INSN_FSTORE, 3), MTIMECMP(1)), MEMOP_DONE);
	assert_int_equal(fake.mtimecmp[1], 0xffffffff54442d18);
}

static void floating_point_off_or_absent_is_no_access(void **state)
{
	(void)state;
	fake_csr_put(CSR_MSTATUS, fake.csr[CSR_MSTATUS] & ~MSTATUS_FS);
	assert_int_equal(device(fp(INSN_FLOAD, 3), MTIME), MEMOP_OTHER);
	assert_int_equal(device(fp(INSN_FSTORE, 2), MTIME), MEMOP_OTHER);
	fake_csr_put(CSR_MSTATUS, fake.csr[CSR_MSTATUS] | MSTATUS_FS);
	hart.caps.misa &= ~MISA_EXT('D');
	assert_int_equal(device(fp(INSN_FLOAD, 3), MTIME), MEMOP_OTHER);
	assert_int_equal(device(fp(INSN_FLOAD, 2), MTIME), MEMOP_DONE);
	hart.caps.misa &= ~MISA_EXT('F');
	assert_int_equal(device(fp(INSN_FLOAD, 2), MTIME), MEMOP_OTHER);
	assert_int_equal(device(fp(INSN_FLOAD, 1), MTIME), MEMOP_OTHER); /* half precision */
}

/* ---- the shield's border ---- */

static void device_space_is_address_and_size(void **state)
{
	u64 end = FAKE_CLINT_BASE + machine.clint.shield.size;

	(void)state;
	assert_true(mmio_covers(FAKE_CLINT_BASE, 3));
	assert_true(mmio_covers(end - 8, 3));
	assert_true(mmio_covers(end - 4, 3)); /* partly: no other access can be made of it */
	assert_false(mmio_covers(end, 0));
	assert_false(mmio_covers(FAKE_CLINT_BASE - 8, 3));
	machine.self = range_make(end, 0x10000);
	assert_false(mmio_covers(end - 4, 3)); /* never the monitor's own memory (I-MEM-1) */
}

static void machine_without_a_clint_emulates_no_device(void **state)
{
	(void)state;
	machine.clint = (struct clint_map){0};
	assert_false(mmio_covers(0, 0));
	assert_false(mmio_covers(FAKE_CLINT_BASE, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(timer_registers_load_in_every_width_the_device_has),
		UNIT_TEST(timer_registers_store_in_every_width_the_device_has),
		UNIT_TEST(every_destination_register_gets_the_value),
		UNIT_TEST(every_source_register_is_stored),
		UNIT_TEST(msip_is_virtual_for_every_hart),
		UNIT_TEST(msip_store_reaches_the_hart_it_names),
		UNIT_TEST(what_the_device_refuses_faults_and_changes_nothing),
		UNIT_TEST(device_access_needs_the_rules_of_the_mode),
		UNIT_TEST(instruction_that_is_no_access_is_left_alone),
		UNIT_TEST(every_amo_computes_what_the_a_extension_says),
		UNIT_TEST(amo_with_rd_equal_to_a_source_uses_the_old_source),
		UNIT_TEST(amo_on_msip_sets_it_and_returns_the_virtual_bit),
		UNIT_TEST(sc_succeeds_after_lr_of_an_unchanged_register),
		UNIT_TEST(reservation_serves_one_sc_even_if_nothing_changed),
		UNIT_TEST(sc_fails_without_lr_elsewhere_or_after_a_change),
		UNIT_TEST(sc_without_lr_faults_where_the_harts_own_does),
		UNIT_TEST(sc_does_not_use_a_reservation_that_is_not_the_guests),
		UNIT_TEST(sc_whose_memory_went_away_has_a_stores_fault),
		UNIT_TEST(floating_point_loads_and_stores_reach_the_device),
		UNIT_TEST(floating_point_off_or_absent_is_no_access),
		UNIT_TEST(device_space_is_address_and_size),
		UNIT_TEST(machine_without_a_clint_emulates_no_device),
	};

	return cmocka_run_group_tests_name("memop", tests, NULL, NULL);
}
