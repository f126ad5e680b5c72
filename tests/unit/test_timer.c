/* SPDX-License-Identifier: Apache-2.0 */
/* One timer for the firmware's mtimecmp and the payload's deadline. */
#include "unit.h"

#include "monitor/mmio.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/world.h"

#define MTIMECMP(n) (FAKE_CLINT_BASE + 0x4000 + 8 * (n))
#define NEVER (~(u64)0)
#define CSR_STIMECMP 0x14d
#define PC (FAKE_RAM_BASE + 0x400)
#define RDTIME_X5 0xc01022f3u

static int setup(void **state)
{
	unit_setup_old(state); /* no Sstc */
	hart.timer.mtimecmp_addr = MTIMECMP(0);
	fake_other.timer.mtimecmp_addr = MTIMECMP(1);
	fake_other.timer.vmtimecmp = NEVER;
	fake_other.timer.shared = true;
	fake.mtime = 1000;
	timer_share(&hart);
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f, 0));
	return 0;
}

static bool store(u64 pa, unsigned int width_log2, u64 value)
{
	struct mmio_access a = { .pa = pa, .width_log2 = width_log2, .is_store = true,
				 .value = value };

	return mmio_perform(&hart, &a);
}

static u64 load(u64 pa, unsigned int width_log2)
{
	struct mmio_access a = { .pa = pa, .width_log2 = width_log2 };

	assert_true(mmio_perform(&hart, &a));
	return a.value;
}

static bool vmtip(void)
{
	return (vcsr_mip(&hart) & BIT(IRQ_MTI)) != 0;
}

static bool stip(void)
{
	return (fake_mip() & BIT(IRQ_STI)) != 0;
}

static void without_a_deadline_the_firmware_has_the_timer(void **state)
{
	(void)state;
	assert_true(store(MTIMECMP(0), 3, 5000));
	assert_int_equal(fake.mtimecmp[0], 5000);
	assert_int_equal(load(MTIMECMP(0), 3), 5000);
	assert_false(vmtip());
	fake.mtime = 5000;
	assert_true(vmtip());
	assert_int_equal(timer_mie(&hart), 0);
}

static void the_nearer_time_is_in_hardware(void **state)
{
	(void)state;
	assert_true(store(MTIMECMP(0), 3, 5000));
	assert_true(timer_set_deadline(&hart, 3000));
	assert_int_equal(fake.mtimecmp[0], 3000);
	assert_int_equal(load(MTIMECMP(0), 3), 5000);
	assert_int_equal(load(MTIMECMP(0) + 4, 2), 0);
	assert_true(timer_set_deadline(&hart, 7000));
	assert_int_equal(fake.mtimecmp[0], 5000);
	assert_true(store(MTIMECMP(0), 3, NEVER));
	assert_int_equal(fake.mtimecmp[0], 7000);
	assert_true(store(MTIMECMP(0) + 4, 2, 0));
	assert_int_equal(load(MTIMECMP(0), 3), 0xffffffff);
	assert_true(timer_set_deadline(&hart, NEVER));
	assert_int_equal(fake.mtimecmp[0], 0xffffffff);
}

static void deadline_raises_the_payloads_interrupt_once(void **state)
{
	(void)state;
	world_enter_payload(&hart, PRIV_S, false);
	assert_true(timer_set_deadline(&hart, 3000));
	assert_int_not_equal(fake.csr[CSR_MIE] & BIT(IRQ_MTI), 0);
	fake.mtime = 2999;
	timer_interrupt(&hart);
	assert_false(stip());
	fake.mtime = 3000;
	timer_interrupt(&hart);
	assert_true(stip());
	assert_int_equal(fake.csr[CSR_MIE] & BIT(IRQ_MTI), 0);
	assert_int_equal(fake.mtimecmp[0], NEVER);
	assert_true(timer_set_deadline(&hart, 9000)); /* takes the interrupt back (SBI 3.0, TIME) */
	assert_false(stip());
}

/* The firmware's time passes first: it is pending there, and the deadline still comes. */
static void a_firmware_time_that_has_passed_does_not_hold_the_timer(void **state)
{
	(void)state;
	assert_true(store(MTIMECMP(0), 3, 2000));
	assert_true(timer_set_deadline(&hart, 3000));
	assert_int_equal(fake.mtimecmp[0], 2000);
	fake.mtime = 2000;
	timer_interrupt(&hart);
	assert_int_equal(fake.mtimecmp[0], 3000);
	assert_true(vmtip());
	fake.mtime = 3000;
	timer_interrupt(&hart);
	assert_true(stip());
	assert_true(vmtip());
	assert_int_equal(fake.mtimecmp[0], 2000);
}

/* The firmware keeps its own mie.MTIE through both worlds, and MTIE is there for the deadline. */
static void deadline_does_not_change_the_firmwares_mie(void **state)
{
	(void)state;
	assert_true(timer_set_deadline(&hart, 3000));
	assert_int_not_equal(fake.csr[CSR_MIE] & BIT(IRQ_MTI), 0);
	fake_check_firmware_world(&hart);
	world_enter_payload(&hart, PRIV_S, false);
	assert_int_not_equal(fake.csr[CSR_MIE] & BIT(IRQ_MTI), 0);
	world_enter_firmware(&hart);
	world_refresh_firmware(&hart);
	assert_int_equal(hart.vm.mie & BIT(IRQ_MTI), 0);
	fake_check_firmware_world(&hart);
}

static void other_harts_set_the_virtual_register_and_ring(void **state)
{
	(void)state;
	fake.msip[1] = 0;
	fake.mtimecmp[1] = 4444;
	assert_true(store(MTIMECMP(1), 3, 0x1122334455667788));
	assert_int_equal(fake_other.timer.vmtimecmp, 0x1122334455667788);
	assert_int_equal(fake.mtimecmp[1], 4444); /* that hart's own business */
	assert_int_equal(fake.msip[1], 1);
	assert_true(store(MTIMECMP(1), 2, 0x99));
	assert_int_equal(load(MTIMECMP(1), 3), 0x1122334400000099);
	hart.timer.vmtimecmp = 6000; /* what another hart would have written to ours */
	timer_refresh(&hart);
	assert_int_equal(fake.mtimecmp[0], 6000);
}

static void narrow_and_misaligned_stores_are_refused(void **state)
{
	struct mmio_access a = {.pa = MTIMECMP(0) + 2, .width_log2 = 2, .is_store = true,
				.fault = 77};
	bool mine = false;

	(void)state;
	assert_true(store(MTIMECMP(0), 3, 5000));
	assert_false(store(MTIMECMP(0), 0, 0));
	assert_false(store(MTIMECMP(0), 1, 0));
	assert_false(store(MTIMECMP(0) + 4, 3, 0));
	assert_false(store(MTIMECMP(0) - 4, 3, 0));
	assert_false(timer_store_virtual(&hart, &a, &mine));
	assert_true(mine);
	assert_int_equal(a.fault, MTIMECMP(0) + 2);
	assert_int_equal(load(MTIMECMP(0), 3), 5000);
}

static void a_payload_with_sstc_has_a_timer_of_its_own(void **state)
{
	unit_setup(state);
	hart.vm.menvcfg = BIT(63);
	assert_true(timer_set_deadline(&hart, 1234));
	assert_int_equal(fake.csr[CSR_STIMECMP], 1234);
	assert_false(timer_borrowed(&hart));
	hart.vm.menvcfg = 0;
	assert_false(timer_set_deadline(&hart, 1234)); /* neither Sstc nor a shared timer */
}

/* ---- the limit on the firmware's running time ---- */

/* Whatever runs then; on_limit is asked once (tests/unit/test_jail.c has a policy that listens). */
static void a_limit_is_one_more_who_waits(void **state)
{
	(void)state;
	assert_true(store(MTIMECMP(0), 3, 9000));
	assert_true(timer_limit(&hart, 5000));
	assert_int_equal(fake.mtimecmp[0], 5000);
	assert_int_equal(load(MTIMECMP(0), 3), 9000); /* the firmware's own is as it set it */
	assert_true(timer_set_deadline(&hart, 3000));
	assert_int_equal(fake.mtimecmp[0], 3000);
	assert_int_not_equal(timer_mie(&hart), 0);
	fake.mtime = 3000;
	timer_interrupt(&hart);
	assert_true(stip());
	assert_int_equal(fake.mtimecmp[0], 5000);
	fake.mtime = 4999;
	timer_interrupt(&hart);
	assert_int_equal(hart.timer.limit, 5000);
	fake.mtime = 5000;
	timer_interrupt(&hart);
	assert_int_equal(hart.timer.limit, 0);
	assert_int_equal(timer_mie(&hart), 0);
	assert_int_equal(fake.mtimecmp[0], 9000);
}

/* The firmware moves its own timer and masks its interrupts: the limit stays. I-FSF-2 */
static void a_limit_is_out_of_the_firmwares_reach(void **state)
{
	(void)state;
	assert_true(timer_limit(&hart, 5000));
	assert_true(store(MTIMECMP(0), 3, NEVER));
	assert_int_equal(fake.mtimecmp[0], 5000);
	assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, 0, 0));
	world_refresh_firmware(&hart);
	assert_int_not_equal(fake.csr[CSR_MIE] & BIT(IRQ_MTI), 0);
	assert_false(vmtip());
	fake.mtime = 5000;
	assert_false(vmtip()); /* it is not the firmware's interrupt */
	assert_true(timer_limit(&hart, 0));
	assert_int_equal(fake.mtimecmp[0], NEVER);
	hart.timer.shared = false;
	assert_false(timer_limit(&hart, 5000));
}

static bool rdtime(u64 priv, u32 word)
{
	fake_store(PC, 4, word);
	hart.pc = PC;
	hart.x[5] = 0;
	fake.csr[CSR_MTVAL] = 0;
	fake.csr[CSR_MSTATUS] = field_set(fake.csr[CSR_MSTATUS], MSTATUS_MPP, priv);
	return timer_emulate_rdtime(&hart);
}

static void time_is_read_for_modes_that_may(void **state)
{
	(void)state;
	world_enter_payload(&hart, PRIV_S, false);
	fake.mtime = 0x123456789;
	fake.csr[CSR_SCOUNTEREN] = 0;
	assert_true(rdtime(PRIV_S, RDTIME_X5));
	assert_int_equal(hart.x[5], 0x123456789);
	assert_int_equal(hart.pc, PC + 4);
	assert_false(rdtime(PRIV_U, RDTIME_X5));
	assert_int_equal(hart.pc, PC);
	fake.csr[CSR_SCOUNTEREN] = 2;
	assert_true(rdtime(PRIV_U, RDTIME_X5));
	assert_false(rdtime(PRIV_S, 0xc01012f3)); /* csrrw x5, time, x0: writes */
	assert_false(rdtime(PRIV_S, 0xc010a2f3)); /* csrrs x5, time, x1: writes */
	assert_false(rdtime(PRIV_S, 0xc00022f3)); /* rdcycle */
}

#define TIMER_TEST(name) cmocka_unit_test_setup(name, setup)

/* A machine without a CLINT has its time in the CSR. */
static void time_is_the_devices_or_the_csrs(void **state)
{
	(void)state;
	fake.csr[CSR_TIME] = 77;
	assert_int_equal(timer_now(), 1000);
	machine.clint.mtime = 0;
	assert_int_equal(timer_now(), 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TIMER_TEST(without_a_deadline_the_firmware_has_the_timer),
		TIMER_TEST(the_nearer_time_is_in_hardware),
		TIMER_TEST(deadline_raises_the_payloads_interrupt_once),
		TIMER_TEST(a_firmware_time_that_has_passed_does_not_hold_the_timer),
		TIMER_TEST(deadline_does_not_change_the_firmwares_mie),
		TIMER_TEST(other_harts_set_the_virtual_register_and_ring),
		TIMER_TEST(narrow_and_misaligned_stores_are_refused),
		TIMER_TEST(a_payload_with_sstc_has_a_timer_of_its_own),
		TIMER_TEST(a_limit_is_one_more_who_waits),
		TIMER_TEST(a_limit_is_out_of_the_firmwares_reach),
		TIMER_TEST(time_is_read_for_modes_that_may),
		TIMER_TEST(time_is_the_devices_or_the_csrs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
