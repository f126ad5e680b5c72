/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same random CSR accesses by firmware under the monitor and by software in M-mode on a second
 * fake hart: every answer must be the same, the monitor's own state intact after each (I-CSR-1).
 */
/* Evidence for I-CSR-1. */
#include <stdlib.h>

#include "unit.h"

#include "monitor/vcsr.h"
#include "monitor/virq.h"
#include "monitor/vpmp.h"

#define SEQUENCES 60
#define LENGTH 300

static struct fake_hart *ours;   /* the monitor runs here */
static struct fake_hart *native; /* M-mode software runs here */

static const u16 listed[] = {
#define CSR(num, name, how) num,
#include "hw/csr_list.h"
#undef CSR
};

enum kind { FULL, OLD, MPV_FIXED };

static void begin(enum kind kind, unsigned int pmp_count, unsigned int grain)
{
	fake_now = ours;
	fake_reset();
	if (kind == OLD) {
		fake_make_old();
	} else if (kind == MPV_FIXED) {
		fake_make_mpv_fixed();
	}
	fake.pmp.count = pmp_count;
	fake.pmp.grain = grain;
	fake.pmp_registers = pmp_count > 16 ? 64 : 16;
	*native = *ours;
	native->native = true;
	native->pmp.count = pmp_count < VPMP_RESERVED + VPMP_FEWEST ? 0 : pmp_count - VPMP_RESERVED;
	fake_start(&hart);
}

/* Registers that never were the firmware's to compare: mtvec at reset, our own trap registers. */
static void forget_reset_values(void)
{
	static const u16 differ[] = {CSR_MTVEC, CSR_MEPC,   CSR_MCAUSE,
				     CSR_MTVAL, CSR_MTVAL2, CSR_MTINST};

	for (unsigned int i = 0; i < ARRAY_SIZE(differ); i++) {
		native->csr[differ[i]] = 0;
	}
}

static unsigned int pick_csr(void)
{
	switch (unit_random() % 6) {
	case 0:
		return CSR_PMPCFG0 + (unsigned int)(unit_random() % 16);
	case 1:
		return CSR_PMPADDR0 + (unsigned int)(unit_random() % 64);
	case 2: {
		static const u16 busy[] = {CSR_MSTATUS, CSR_SSTATUS, CSR_MIP, CSR_MIE,
					   CSR_MIDELEG, CSR_SIP,     0x104,   CSR_MSECCFG};

		return busy[unit_random() % ARRAY_SIZE(busy)];
	}
	default:
		return listed[unit_random() % ARRAY_SIZE(listed)];
	}
}

/* One Zicsr instruction, natively. */
static bool change_native(unsigned int num, enum vcsr_op op, u64 operand, u64 *old)
{
	u64 base;

	fake_now = native;
	if (!fake_csr_get(num, old)) {
		return false;
	}
	base = num == CSR_MIP ? fake.csr[CSR_MIP] : *old;
	return fake_csr_put(num, op == VCSR_RW   ? operand
				 : op == VCSR_RS ? base | operand
						 : base & ~operand);
}

static bool change_virtual(unsigned int num, enum vcsr_op op, u64 operand, u64 *old)
{
	fake_now = ours;
	return vcsr_read(&hart, num, old) && vcsr_write(&hart, num, op, operand, *old);
}

/* Devices do the same to both; the virtual msip stands for the native one. */
static void disturb_devices(void)
{
	u64 wires = unit_random() & (BIT(IRQ_MEI) | BIT(IRQ_SEI));
	u32 msip = unit_random() & 1;

	ours->wires = native->wires = wires;
	ours->mtimecmp[0] = native->mtimecmp[0] = unit_random() % 2 != 0 ? 0 : ~(u64)0;
	native->msip[0] = msip;
	hart.vmsip = msip;
}

/* Which interrupt would be taken now, and does a WFI end? */
static void compare_interrupts(void)
{
	u64 pending;
	int irq = -1;

	fake_now = native;
	pending = fake_mip() & fake.csr[CSR_MIE];
	if ((fake.csr[CSR_MSTATUS] & MSTATUS_MIE) != 0) {
		irq = fake_highest_irq(pending & ~fake.csr[CSR_MIDELEG]);
	}
	fake_now = ours;
	assert_int_equal(virq_pick(&hart), irq);
	assert_int_equal(virq_any_pending(&hart), pending != 0);
}

static void step(void)
{
	static const char *const names[] = {"csrrw", "csrrs", "csrrc"};
	unsigned int num = pick_csr();
	enum vcsr_op op = (enum vcsr_op)(unit_random() % 3);
	u64 operand = unit_random_bits();
	u64 want = 0;
	u64 got = 0;
	bool there;

	if (num >> 10 == 3) {
		operand = 0;
		op = VCSR_RS;
	}
	if (num == CSR_SEED || num == CSR_FCSR) {
		return; /* vcsr_read_seed; runs natively */
	}
	there = change_native(num, op, operand, &want);
	if (num >> 10 == 3) {
		there = fake_csr_get(num, &want);
		fake_now = ours;
		assert_int_equal(vcsr_read(&hart, num, &got), there);
	} else {
		assert_int_equal(change_virtual(num, op, operand, &got), there);
	}
	if (there && got != want) {
		fail_msg("%s of CSR 0x%x reads 0x%lx, natively 0x%lx", names[op], num, got, want);
	}
	fake_check_firmware_world(&hart);
}

static void compare_all(void)
{
	for (unsigned int num = 0; num < 4096; num++) {
		u64 want = 0;
		u64 got = 0;
		bool there;

		if (num == CSR_TIME || num == CSR_FCSR) { /* unprivileged: run natively */
			continue;
		}
		fake_now = native;
		there = fake_csr_get(num, &want);
		fake_now = ours;
		if (vcsr_read(&hart, num, &got) != there) {
			fail_msg("CSR 0x%x: %s only natively", num,
				 there ? "exists" : "is refused");
		}
		if (there && got != want) {
			fail_msg("CSR 0x%x is 0x%lx, natively 0x%lx", num, got, want);
		}
	}
}

static void run_sequence(enum kind kind, unsigned int count, unsigned int grain)
{
	begin(kind, count, grain);
	forget_reset_values();
	compare_all();
	for (unsigned int i = 0; i < LENGTH; i++) {
		step();
		if (i % 10 == 0) {
			disturb_devices();
		}
		compare_interrupts();
	}
	compare_all();
}

static void random_csr_accesses_on_a_full_hart_answer_as_natively(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < SEQUENCES; i++) {
		run_sequence(FULL, 16, 0);
	}
}

static void random_csr_accesses_on_an_old_hart_answer_as_natively(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < SEQUENCES; i++) {
		run_sequence(OLD, 8, 0);
	}
}

static void random_csr_accesses_answer_as_natively_where_csrs_do_not_write_mpv(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < SEQUENCES; i++) {
		run_sequence(MPV_FIXED, 16, 0);
	}
}

static void random_csr_accesses_answer_as_natively_with_any_pmp(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < SEQUENCES; i++) {
		run_sequence(i % 4 == 0 ? OLD : FULL, 4 + (unsigned int)(unit_random() % 61), 0);
	}
}

static void random_csr_accesses_answer_as_natively_with_a_coarse_pmp_grain(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < SEQUENCES; i++) {
		run_sequence(i % 4 == 0 ? OLD : FULL, 16, 1 + (unsigned int)(unit_random() % 10));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_csr_accesses_on_a_full_hart_answer_as_natively),
		cmocka_unit_test(random_csr_accesses_on_an_old_hart_answer_as_natively),
		cmocka_unit_test(
			random_csr_accesses_answer_as_natively_where_csrs_do_not_write_mpv),
		cmocka_unit_test(random_csr_accesses_answer_as_natively_with_any_pmp),
		cmocka_unit_test(random_csr_accesses_answer_as_natively_with_a_coarse_pmp_grain),
	};
	int failed;

	ours = calloc(1, sizeof(*ours));
	native = calloc(1, sizeof(*native));
	failed = cmocka_run_group_tests_name("native", tests, NULL, NULL);
	free(ours);
	free(native);
	return failed;
}
