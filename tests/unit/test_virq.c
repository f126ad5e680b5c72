/* SPDX-License-Identifier: Apache-2.0 */
/* Which interrupt the firmware takes, and when (Priv. 3.1.6.1, 3.1.8, 3.1.9). */
#include "unit.h"

#include "monitor/ipi.h"
#include "monitor/vcsr.h"
#include "monitor/virq.h"
#include "monitor/world.h"

#define ALL_IRQS ((u64)0x3eee)

static void firmware_enables(u64 mie, u64 mideleg, bool on)
{
	vcsr_write(&hart, CSR_MIE, VCSR_RW, mie, 0);
	vcsr_write(&hart, CSR_MIDELEG, VCSR_RW, mideleg, 0);
	vcsr_write(&hart, CSR_MSTATUS, VCSR_RW, on ? MSTATUS_MIE : 0, 0);
}

/* Makes exactly these pending, each by its own source. */
static void make_pending(u64 irqs)
{
	fake.csr[CSR_MIP] = irqs & (BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI) | BIT(IRQ_LCOFI));
	fake.csr[0x645] = irqs & (BIT(IRQ_VSSI) | BIT(IRQ_VSTI) | BIT(IRQ_VSEI));
	fake.wires = irqs & (BIT(IRQ_MEI) | BIT(IRQ_SGEI));
	fake.mtimecmp[0] = (irqs & BIT(IRQ_MTI)) != 0 ? 0 : ~(u64)0;
	hart.vmsip = (irqs & BIT(IRQ_MSI)) != 0;
}

static int order_of(int irq)
{
	static const int order[] = {11, 3, 7, 9, 1, 5, 12, 10, 2, 6, 13};

	for (unsigned int i = 0; i < ARRAY_SIZE(order); i++) {
		if (order[i] == irq) {
			return (int)i;
		}
	}
	return 99;
}

/* Priv. 3.1.9: MEI, MSI, MTI, SEI, SSI, STI; AIA and H: SGEI, VSEI, VSSI, VSTI, LCOFI. */
static void order_of_simultaneous_interrupts_is_the_manuals(void **state)
{
	(void)state;
	firmware_enables(ALL_IRQS, 0, true);
	hart.vm.mideleg =
		0; /* H hard-wires its own: their order among M-level ones is asked, too */
	for (int a = 1; a < 14; a++) {
		for (int b = 1; b < 14; b++) {
			int first = order_of(a) <= order_of(b) ? a : b;

			if ((ALL_IRQS >> a & ALL_IRQS >> b & 1) == 0) {
				continue;
			}
			make_pending(BIT(a) | BIT(b));
			assert_int_equal(virq_pick(&hart), first);
		}
	}
}

/* Some harts (as QEMU's of an older architecture) take the lowest number first. */
static void hart_that_takes_the_lowest_first_is_followed(void **state)
{
	(void)state;
	firmware_enables(0xaaa, 0, true);
	make_pending(BIT(IRQ_MEI) | BIT(IRQ_MSI) | BIT(IRQ_SSI));
	assert_int_equal(virq_pick(&hart), IRQ_SSI);
	make_pending(BIT(IRQ_MEI) | BIT(IRQ_MTI));
	assert_int_equal(virq_pick(&hart), IRQ_MTI);
}

static void nothing_pending_is_no_interrupt(void **state)
{
	(void)state;
	firmware_enables(ALL_IRQS, 0, true);
	assert_int_equal(virq_pick(&hart), -1);
	assert_false(virq_any_pending(&hart));
}

/* Priv. 3.1.6.1: in M-mode only with mstatus.MIE. */
static void firmware_takes_none_while_mie_is_clear(void **state)
{
	(void)state;
	firmware_enables(ALL_IRQS, 0, false);
	make_pending(BIT(IRQ_MTI));
	assert_int_equal(virq_pick(&hart), -1);
	assert_true(virq_any_pending(&hart)); /* but a WFI ends (Priv. 3.3.3) */
}

/* Priv. 3.1.9: a delegated interrupt is not taken in M-mode, whatever is enabled. */
static void firmware_takes_no_delegated_interrupt(void **state)
{
	(void)state;
	firmware_enables(ALL_IRQS, BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI), true);
	make_pending(BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI));
	assert_int_equal(virq_pick(&hart), -1);
	make_pending(BIT(IRQ_SSI) | BIT(IRQ_MTI));
	assert_int_equal(virq_pick(&hart), IRQ_MTI);
}

static void masked_interrupt_is_neither_taken_nor_ends_a_wfi(void **state)
{
	(void)state;
	firmware_enables(ALL_IRQS & ~BIT(IRQ_MTI), 0, true);
	make_pending(BIT(IRQ_MTI));
	assert_int_equal(virq_pick(&hart), -1);
	assert_false(virq_any_pending(&hart));
}

/* Priv. 3.1.9: below M-mode, M-level interrupts are taken whatever mstatus.MIE says. */
static void payload_is_interrupted_whatever_the_firmwares_mie_bit_says(void **state)
{
	(void)state;
	firmware_enables(BIT(IRQ_MTI) | BIT(IRQ_MSI), 0, false);
	world_enter_payload(&hart, PRIV_S, false);
	make_pending(BIT(IRQ_MTI));
	assert_int_equal(virq_pick(&hart), IRQ_MTI);
	make_pending(BIT(IRQ_MSI));
	assert_int_equal(virq_pick(&hart), IRQ_MSI);
}

/* I-WLD-4: the monitor keeps MSIE on; the firmware's own MSIE decides all the same. */
static void virtual_msi_needs_the_firmwares_msie_in_both_worlds(void **state)
{
	(void)state;
	firmware_enables(BIT(IRQ_MTI), 0, true);
	make_pending(BIT(IRQ_MSI));
	assert_int_equal(virq_pick(&hart), -1);
	world_enter_payload(&hart, PRIV_U, false);
	assert_int_equal(fake.csr[CSR_MIE] & BIT(IRQ_MSI), BIT(IRQ_MSI));
	assert_int_equal(virq_pick(&hart), -1);
}

/* The payload changes its part of mie through sie: that is seen while it runs. */
static void payload_change_of_mie_counts_while_the_payload_runs(void **state)
{
	(void)state;
	firmware_enables(BIT(IRQ_STI), BIT(IRQ_STI), false);
	world_enter_payload(&hart, PRIV_S, false);
	make_pending(BIT(IRQ_STI));
	assert_true(virq_any_pending(&hart));
	fake_csr_put(0x104, 0);
	assert_false(virq_any_pending(&hart));
}

static void doorbell_of_another_hart_is_no_interrupt_of_the_firmware(void **state)
{
	(void)state;
	firmware_enables(ALL_IRQS, 0, true);
	fake.msip[0] = 1;
	assert_int_equal(virq_pick(&hart), -1);
	assert_false(virq_any_pending(&hart));
}

/* Hardware mie while the firmware runs: what it may take now, and the doorbell, always. */
static void hardware_mie_follows_what_the_firmware_may_take(void **state)
{
	(void)state;
	firmware_enables(BIT(IRQ_MTI) | BIT(IRQ_SSI), BIT(IRQ_SSI), true);
	assert_int_equal(fake.csr[CSR_MIE], BIT(IRQ_MTI) | BIT(IRQ_MSI));
	firmware_enables(BIT(IRQ_MTI) | BIT(IRQ_SSI), BIT(IRQ_SSI), false);
	assert_int_equal(fake.csr[CSR_MIE], BIT(IRQ_MSI));
}

/* AIA 2.3: mtopi is independent of mstatus.MIE, and leaves no trace. */
static void reading_mtopi_leaves_no_doorbell_behind(void **state)
{
	(void)state;
	firmware_enables(BIT(IRQ_MSI), 0, false);
	hart.vmsip = 1;
	hart.irq_check = 0;
	assert_int_equal(virq_read_mtopi(&hart).value, (u64)IRQ_MSI << 16 | 1);
	assert_int_equal(fake.msip[0], 0);
	assert_int_equal(hart.irq_check, 1); /* a doorbell of that moment may be gone */
	fake_check_firmware_world(&hart);
}

/* ---- doorbells ---- */

/* I-IPI-1 */
static void ringing_sets_the_targets_msip_after_a_fence(void **state)
{
	(void)state;
	ipi_ring(&fake_other);
	assert_int_equal(fake.msip[1], 1);
	assert_int_equal(fake.msip[0], 0);
	assert_int_equal(fake.count.fence, 1);
}

static void answering_clears_the_doorbell_and_looks_for_interrupts(void **state)
{
	(void)state;
	fake.msip[0] = 1;
	hart.irq_check = 0;
	ipi_answer(&hart);
	assert_int_equal(fake.msip[0], 0);
	assert_int_equal(hart.irq_check, 1);
	assert_int_equal(fake.count.fence, 1);
}

static void machine_without_msip_is_not_rung(void **state)
{
	(void)state;
	fake_other.msip_addr = 0;
	ipi_ring(&fake_other);
	assert_int_equal(fake.msip[0] | fake.msip[1], 0);
}

static jmp_buf parked;

static void stop_parking(void)
{
	longjmp(parked, 1);
}

/* Who sees that the machine is dead, parks: no interrupt wakes it again. */
static void hart_that_sees_a_dead_machine_parks(void **state)
{
	(void)state;
	machine.dead = 1;
	fake.on_wfi = stop_parking;
	if (setjmp(parked) == 0) {
		ipi_answer(&hart);
		fail_msg("went on running");
	}
	assert_int_equal(fake.csr[CSR_MIE], 0);
}

/* What the monitor raises or takes back for the payload may be the firmware's to see next. */
static void supervisor_interrupts_ask_for_a_check(void **state)
{
	(void)state;
	for (unsigned int pending = 0; pending < 2; pending++) {
		hart.irq_check = 0;
		assert_false(virq_set_ssip(&hart, pending != 0));
		assert_int_equal(hart.irq_check, 1);
		assert_int_equal((fake_mip() & BIT(IRQ_SSI)) != 0, pending);
		assert_int_equal(virq_set_ssip(&hart, false), pending);
		hart.irq_check = 0;
		virq_set_stip(&hart, pending != 0);
		assert_int_equal(hart.irq_check, 1);
		assert_int_equal((fake_mip() & BIT(IRQ_STI)) != 0, pending);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(order_of_simultaneous_interrupts_is_the_manuals),
		UNIT_TEST_OLD(hart_that_takes_the_lowest_first_is_followed),
		UNIT_TEST(nothing_pending_is_no_interrupt),
		UNIT_TEST(firmware_takes_none_while_mie_is_clear),
		UNIT_TEST(firmware_takes_no_delegated_interrupt),
		UNIT_TEST(masked_interrupt_is_neither_taken_nor_ends_a_wfi),
		UNIT_TEST(payload_is_interrupted_whatever_the_firmwares_mie_bit_says),
		UNIT_TEST(virtual_msi_needs_the_firmwares_msie_in_both_worlds),
		UNIT_TEST(payload_change_of_mie_counts_while_the_payload_runs),
		UNIT_TEST(doorbell_of_another_hart_is_no_interrupt_of_the_firmware),
		UNIT_TEST(hardware_mie_follows_what_the_firmware_may_take),
		UNIT_TEST(reading_mtopi_leaves_no_doorbell_behind),
		UNIT_TEST(ringing_sets_the_targets_msip_after_a_fence),
		UNIT_TEST(answering_clears_the_doorbell_and_looks_for_interrupts),
		UNIT_TEST(machine_without_msip_is_not_rung),
		UNIT_TEST(hart_that_sees_a_dead_machine_parks),
		UNIT_TEST(supervisor_interrupts_ask_for_a_check),
	};

	return cmocka_run_group_tests_name("virq", tests, NULL, NULL);
}
