/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controller under the sandbox: set up before the lock, and reset by it. */
#include "jailed_devices.h"

/* ---- what is stored before the lock ---- */

/* So many of 8 stores of the firmware's that are at and around pa are carried out. */
static unsigned int stored_around(u64 pa)
{
	unsigned int done = 0;

	for (u64 i = 0; i < 8; i++) {
		accesses = 0;
		done += store(pa - 16 + 4 * i, i) == NO_TRAP && accesses == 1 ? 1 : 0;
	}
	accesses = 0;
	return done;
}

/* I-SBX-8: what is not asked of each store of the block would not be answered otherwise. */
static void a_block_of_the_controllers_needs_one_judgement(void **state)
{
	unsigned int before = quick_stores;

	(void)state;
	assert_false(hart.device_passes);
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	assert_true(hart.device_passes);
	assert_int_equal(stored_around(PLIC + 80), 8);
	assert_int_equal(firmware(SB_X5_X11, PLIC + 44, 0x1ff), NO_TRAP);
	assert_int_equal(last.size, 1);
	assert_int_equal(last.value & 0xff, 0xff);
	assert_int_equal(firmware(SH_X5_X11, PLIC + 44, 0x23456), NO_TRAP);
	assert_int_equal(last.size, 2);
	assert_int_equal(firmware(SD_X5_X11, PLIC + 48, ~(u64)0), NO_TRAP);
	assert_int_equal(last.size, 8);
	assert_true(last.is_store && last.pa == PLIC + 48 && last.value == ~(u64)0);
	assert_int_equal(quick_stores, before + 12);
	/* Another device: what is said of a block is said of that one. */
	assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE, 'x'), NO_TRAP);
	assert_false(hart.device_passes);
	assert_int_equal(store(OTHER, 1), CAUSE_STORE_ACCESS);
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	for (unsigned int again = 0; again < 3; again++) {
		assert_int_equal(store(OTHER, 1), CAUSE_STORE_ACCESS);
	}
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	assert_int_equal(store(NOTHING, 1), CAUSE_STORE_ACCESS);
	assert_int_equal(store(NOTHING, 1), CAUSE_STORE_ACCESS);
}

/* I-SBX-8 */
static void no_block_passes_after_the_lock(void **state)
{
	(void)state;
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	assert_true(hart.device_passes);
	lock();
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	assert_int_equal(store(PLIC + 44, 7), NO_TRAP);
	assert_int_equal(accesses, 0);
	assert_true(hart.device.size == 0 || !hart.device_passes);
}

/* I-SBX-8: nor one in which a byte is another's. */
static void no_block_passes_that_is_shared(void **state)
{
	(void)state;
	machine.handed = range_make(PLIC + 0x20f0, 4);
	assert_int_equal(store(PLIC + 0x2000, 7), NO_TRAP);
	assert_false(hart.device_passes);
	assert_int_equal(store(PLIC + 0x20f0, 7), CAUSE_STORE_ACCESS);
	machine.devices.d[2].r.size = 0x3080; /* ends within a block */
	assert_int_equal(store(PLIC + 0x3000, 7), NO_TRAP);
	assert_false(hart.device_passes);
	assert_int_equal(store(PLIC + 0x3080, 7), CAUSE_STORE_ACCESS);
	assert_int_equal(firmware(SB_X5_X11, FAKE_8250_BASE, 'x'), NO_TRAP);
	jailed_add_device(PLIC + 0x1050, 0x10, DEVICE_OTHER);
	assert_int_equal(stored_around(PLIC + 0x1050), 4);
	assert_false(hart.device_passes);
}

/* Rules of the firmware's own, once they are there, hold in a block, too. */
static void its_own_rules_hold_in_a_block(void **state)
{
	(void)state;
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	assert_true(hart.device_passes);
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, (PLIC + 44) >> 2, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_L | PMP_A_NA4 | PMP_R, 0));
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	assert_int_equal(store(PLIC + 44, 7), CAUSE_STORE_ACCESS);
	assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
	assert_int_equal(store(PLIC + 44, 7), CAUSE_STORE_ACCESS);
}

/* A store that the device refuses has been tried: trap.S finds the trap as it was. I-RUN-3 */
static void what_a_device_refuses_is_the_trap_that_it_was(void **state)
{
	(void)state;
	for (unsigned int again = 0; again < 3; again++) {
		fake.device = NULL; /* nothing answers */
		fake.tinst = 0x00b02023; /* of the monitor's own store, of a1 */
		hart.x[5] = 1;
		hart.x[11] = PLIC + 40;
		hart.pc = CODE;
		fake.csr[CSR_MEPC] = CODE;
		fake.csr[CSR_MCAUSE] = CAUSE_STORE_ACCESS;
		fake.csr[CSR_MTVAL] = PLIC + 40;
		fake.csr[CSR_MTINST] = 0x00502023;
		assert_false(store_quick(SW_X5_X11, PLIC + 40));
		assert_int_equal(fake.csr[CSR_MEPC], CODE);
		assert_int_equal(fake.csr[CSR_MCAUSE], CAUSE_STORE_ACCESS);
		assert_int_equal(fake.csr[CSR_MTVAL], PLIC + 40);
		assert_int_equal(fake.csr[CSR_MTINST], 0x00502023);
		fake.device = device;
		assert_true(again != 0 || !hart.device_passes);
		assert_int_equal(store(PLIC + 40, 7), NO_TRAP);
		assert_true(hart.device_passes);
	}
}

/* ---- the interrupt controller at the lock ---- */

#define SOURCES 70u
#define CONTEXTS 8u
#define SOME 0x0ff0c3a5u /* of the sources, enabled */

static u32 plic[0x400000 / 4];
static bool completed[CONTEXTS][SOURCES + 1];

/* A PLIC of 70 sources: others keep no priority. It takes words. */
static bool plic_device(u64 pa, unsigned int size, bool is_store, u64 *value)
{
	u64 offset = pa - PLIC;
	u64 context = (offset - 0x200000) / 0x1000;

	if (pa < PLIC || offset >= 0x400000 || size != 4) {
		return false;
	}
	if (!is_store) {
		*value = plic[offset / 4];
	} else if (offset >= 0x200000 && offset % 0x1000 == 4) {
		u32 enabled = plic[(0x2000 + 0x80 * context) / 4 + *value / 32];

		assert_true(context < CONTEXTS && *value <= SOURCES);
		completed[context][*value] |= (enabled >> *value % 32 & 1) != 0;
	} else if (offset / 4 <= SOURCES || offset >= 0x1000) {
		plic[offset / 4] = (u32)*value;
	}
	return true;
}

static void check_context(unsigned int c, bool is_reset)
{
	for (unsigned int w = 0; w <= SOURCES / 32; w++) {
		assert_int_equal(plic[(0x2000 + 0x80 * c) / 4 + w], is_reset ? 0 : SOME);
	}
	assert_int_equal(plic[(0x200000 + 0x1000 * c) / 4], is_reset ? 0 : ~0u);
	for (unsigned int i = 1; i <= SOURCES; i++) {
		assert_int_equal(completed[c][i], is_reset);
	}
}

static void start_with_a_busy_plic(void)
{
	memset(plic, 0xff, sizeof(plic));
	for (unsigned int i = 0x2000 / 4; i < 0x200000 / 4; i++) {
		plic[i] = SOME;
	}
	memset(plic + SOURCES + 1, 0, 0x1000 - 4 * (SOURCES + 1));
	memset(completed, 0, sizeof(completed));
	fake.device = plic_device;
}

/* Whatever firmware has enabled or claimed: neither is so when the payload begins. */
static void the_lock_leaves_no_interrupt_behind(void **state)
{
	(void)state;
	start_with_a_busy_plic();
	machine.devices.plic_supervisor |= BIT(5);
	lock();
	for (unsigned int i = 1; i <= SOURCES; i++) {
		assert_int_equal(plic[i], 0);
	}
	for (unsigned int c = 0; c < CONTEXTS; c++) {
		check_context(c, c == M_CONTEXT || c == S_CONTEXT || c == 5);
	}
}

/* A context whose registers are behind the end of the device is not there. */
static void the_lock_writes_nothing_behind_the_controller(void **state)
{
	const u32 end = 0x200000 + 0x1000 * S_CONTEXT;

	(void)state;
	start_with_a_busy_plic();
	machine.devices.plic.size = end;
	lock();
	assert_int_equal(plic[end / 4], ~0u);
	assert_int_equal(plic[(0x2000 + 0x80 * M_CONTEXT) / 4], 0);
}

static unsigned int refused_stores;

/* One that knows no enable bits behind the first 32 sources, nor any threshold. */
static bool plic_with_gaps(u64 pa, unsigned int size, bool is_store, u64 *value)
{
	u64 offset = pa - PLIC;

	if ((offset >= 0x2000 && offset < 0x200000 && offset % 0x80 == 4) ||
	    (offset >= 0x200000 && offset % 0x1000 == 0)) {
		refused_stores += is_store ? 1u : 0;
		return false;
	}
	return plic_device(pa, size, is_store, value);
}

/* What the device refuses at the lock is left out, and the rest is done. */
static void the_lock_passes_over_what_is_refused(void **state)
{
	(void)state;
	start_with_a_busy_plic();
	fake.device = plic_with_gaps;
	refused_stores = 0;
	lock();
	assert_int_equal(refused_stores, 2 * (2 + 1));
	for (unsigned int i = 1; i <= SOURCES; i++) {
		bool can = i < 32 || i >= 64 || (SOME >> i % 32 & 1) != 0;

		assert_int_equal(plic[i], 0);
		assert_int_equal(completed[S_CONTEXT][i], can);
	}
	assert_int_equal(plic[(0x2000 + 0x80 * S_CONTEXT) / 4], 0);
	assert_int_equal(plic[(0x2000 + 0x80 * S_CONTEXT) / 4 + 2], 0);
}

/* Each access costs: so many for each source, and no more. */
static void the_lock_asks_no_more_than_it_must(void **state)
{
	u64 before;

	(void)state;
	start_with_a_busy_plic();
	before = fake.count.accesses;
	sandbox_reset_devices();
	assert_true(fake.count.accesses - before <= 5 * SOURCES + 2 * 8);
}

#define BLOCK_TEST(name) cmocka_unit_test_setup_teardown(name, setup_quick, teardown_quick)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BLOCK_TEST(a_block_of_the_controllers_needs_one_judgement),
		BLOCK_TEST(no_block_passes_after_the_lock),
		BLOCK_TEST(no_block_passes_that_is_shared),
		BLOCK_TEST(its_own_rules_hold_in_a_block),
		BLOCK_TEST(what_a_device_refuses_is_the_trap_that_it_was),
		cmocka_unit_test_setup(the_lock_leaves_no_interrupt_behind, setup),
		cmocka_unit_test_setup(the_lock_writes_nothing_behind_the_controller, setup),
		cmocka_unit_test_setup(the_lock_passes_over_what_is_refused, setup),
		cmocka_unit_test_setup(the_lock_asks_no_more_than_it_must, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
