/* SPDX-License-Identifier: Apache-2.0 */
/* trap_handle(): who trapped, which policy judges, what is done, who runs next. */
#include "unit.h"

#include "monitor/policy.h"
#include "monitor/trap.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/vtrap.h"
#include "monitor/world.h"

#define PC (FAKE_RAM_BASE + 0x400)
#define HANDLER (FAKE_RAM_BASE + 0x3000)
#define S_HANDLER (FAKE_RAM_BASE + 0x5000)
#define MTIME (FAKE_CLINT_BASE + 0xbff8)
#define LD_X5_X11 0x0005b283u
#define SD_X5_X11 0x0055b023u

static int setup(void **state)
{
	unit_setup(state);
	assert_true(vcsr_write(&hart, CSR_MTVEC, VCSR_RW, HANDLER, 0));
	hart.pc = PC;
	hart.irq_check = 0;
	return 0;
}

/* The payload runs with every right but the monitor's memory; exceptions delegated as given. */
static void run_payload(u64 medeleg)
{
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f, 0));
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, medeleg, 0));
	fake.csr[CSR_STVEC] = S_HANDLER;
	world_enter_payload(&hart, PRIV_S, false);
	hart.pc = PC;
	hart.irq_check = 0;
}

static void trap_with(u64 cause, u64 tval, u32 word)
{
	fake_store(PC, 4, word);
	fake.csr[CSR_MCAUSE] = cause;
	fake.csr[CSR_MTVAL] = tval;
	trap_handle(&hart, cause);
}

static void expect_delivered(u64 cause, u64 tval)
{
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.pc, HANDLER);
	assert_int_equal(hart.vm.mepc, PC);
	assert_int_equal(hart.vm.mcause, cause);
	assert_int_equal(hart.vm.mtval, tval);
	fake_check_firmware_world(&hart);
}

/* ---- exceptions of the firmware ---- */

/* Priv. 3.3.1: an ecall of vM-mode is one from M-mode. */
static void ecall_of_the_firmware_is_delivered_as_one_from_m_mode(void **state)
{
	(void)state;
	trap_with(CAUSE_ECALL_U, 0, 0x73);
	expect_delivered(CAUSE_ECALL_M, 0);
}

static void other_exceptions_of_the_firmware_are_its_own(void **state)
{
	static const u8 causes[] = {0,
				    1,
				    CAUSE_BREAKPOINT,
				    CAUSE_LOAD_MISALIGNED,
				    CAUSE_STORE_MISALIGNED,
				    12,
				    13,
				    15,
				    18,
				    19,
				    24};

	for (unsigned int i = 0; i < ARRAY_SIZE(causes); i++) {
		setup(state);
		trap_with(causes[i], 0x1230 + i, 0x13);
		expect_delivered(causes[i], 0x1230 + i);
	}
}

/* The word is read from memory: mtval may be zero or of another instruction (Priv. 3.1.16). */
static void illegal_instruction_of_the_firmware_is_emulated(void **state)
{
	(void)state;
	hart.vm.mscratch = 0x77;
	trap_with(CAUSE_ILLEGAL, 0, SYSTEM_CSR(2, 5, 0, 0x340));
	assert_int_equal(hart.x[5], 0x77);
	assert_int_equal(hart.pc, PC + 4);
	hart.pc = PC;
	trap_with(CAUSE_ILLEGAL, 0x30200073, SYSTEM_CSR(2, 6, 0, 0x340));
	assert_int_equal(hart.x[6], 0x77);
	assert_int_equal(hart.pc, PC + 4);
}

static void truly_illegal_instruction_has_the_mtval_of_hardware(void **state)
{
	(void)state;
	trap_with(CAUSE_ILLEGAL, 0x1234, 0xffffffff);
	expect_delivered(CAUSE_ILLEGAL, 0x1234);
}

static void device_access_of_the_firmware_is_carried_out(void **state)
{
	(void)state;
	fake.mtime = 0x1234;
	hart.x[11] = MTIME;
	trap_with(CAUSE_LOAD_ACCESS, MTIME, LD_X5_X11);
	assert_int_equal(hart.x[5], 0x1234);
	assert_int_equal(hart.pc, PC + 4);
	hart.pc = PC;
	hart.x[5] = 0x99;
	trap_with(CAUSE_STORE_ACCESS, MTIME, SD_X5_X11);
	assert_int_equal(fake.mtime, 0x99);
	assert_int_equal(hart.pc, PC + 4);
	hart.pc = PC;
	hart.x[11] = MTIME;
	trap_with(CAUSE_LOAD_ACCESS, MTIME, 0x418c); /* c.lw x11, 0(x11) */
	assert_int_equal(hart.x[11], 0x99);
	assert_int_equal(hart.pc, PC + 2);
}

static void access_to_the_monitor_is_refused_and_counted(void **state)
{
	(void)state;
	hart.x[11] = FAKE_SELF_BASE + 8;
	trap_with(CAUSE_LOAD_ACCESS, FAKE_SELF_BASE + 8, LD_X5_X11);
	expect_delivered(CAUSE_LOAD_ACCESS, FAKE_SELF_BASE + 8);
	assert_int_equal(hart.counts.refused[REFUSED_MONITOR], 1);
}

static void refusals_are_counted_by_what_they_were_after(void **state)
{
	(void)state;
	trap_with(CAUSE_FETCH_ACCESS, FAKE_SELF_BASE, 0x13);
	assert_int_equal(hart.counts.refused[REFUSED_MONITOR], 1);
	trap_with(CAUSE_FETCH_ACCESS, FAKE_RAM_BASE, 0x13);
	assert_int_equal(hart.counts.refused[REFUSED_MEMORY], 1);
	hart.x[11] = FAKE_RAM_BASE;
	trap_with(CAUSE_STORE_ACCESS, FAKE_RAM_BASE, SD_X5_X11);
	assert_int_equal(hart.counts.refused[REFUSED_MEMORY], 2);
	fake_policies[0].verdict = DENY;
	trap_with(CAUSE_BREAKPOINT, 0, 0x100073);
	assert_int_equal(hart.counts.refused[REFUSED_INSTRUCTION], 1);
	assert_int_equal(hart.counts.refused[REFUSED_MONITOR], 1);
	assert_int_equal(hart.counts.refused[REFUSED_CALL], 0);
}

/* ---- the firmware under MPRV (Priv. 3.1.6.3) ---- */

static void enter_mprv(u64 mpp)
{
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f, 0));
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW,
			       MSTATUS_MPRV | field_set(0, MSTATUS_MPP, mpp), 0));
}

/* va 0x5000 -> RAM + 0x8000, va 0x6000 -> CLINT + 0xb000; both for S-mode. */
static void map_for_the_payload(void)
{
	u64 tables = FAKE_RAM_BASE + 0x10000;

	fake_store(tables, 8, (tables + 0x1000) >> 12 << 10 | 1);
	fake_store(tables + 0x1000, 8, (tables + 0x2000) >> 12 << 10 | 1);
	fake_store(tables + 0x2000 + 5 * 8, 8, (FAKE_RAM_BASE + 0x8000) >> 12 << 10 | 0xc7);
	fake_store(tables + 0x2000 + 6 * 8, 8, (FAKE_CLINT_BASE + 0xb000) >> 12 << 10 | 0xc7);
	hart.held.satp = (u64)8 << 60 | tables >> 12;
}

static void load_under_mprv_goes_through_the_payloads_translation(void **state)
{
	(void)state;
	map_for_the_payload();
	enter_mprv(PRIV_S);
	fake_store(FAKE_RAM_BASE + 0x8010, 8, 0xfeedface);
	hart.x[11] = 0x5010;
	trap_with(CAUSE_LOAD_ACCESS, 0x5010, LD_X5_X11);
	assert_int_equal(hart.x[5], 0xfeedface);
	assert_int_equal(hart.pc, PC + 4);
	fake_check_firmware_world(&hart);
	hart.pc = PC;
	hart.x[5] = 0x1357;
	trap_with(CAUSE_STORE_ACCESS, 0x5010, SD_X5_X11);
	assert_int_equal(fake_load(FAKE_RAM_BASE + 0x8010, 8), 0x1357);
}

static void device_behind_the_payloads_translation_is_found_under_mprv(void **state)
{
	(void)state;
	map_for_the_payload();
	enter_mprv(PRIV_S);
	fake.mtime = 0x2468;
	hart.x[11] = 0x6ff8;
	trap_with(CAUSE_LOAD_ACCESS, 0x6ff8, LD_X5_X11);
	assert_int_equal(hart.x[5], 0x2468);
	assert_int_equal(hart.pc, PC + 4);
}

/* The fault is the one that the hart would have had: a page fault, with the virtual address. */
static void fault_under_mprv_has_the_cause_and_address_of_the_guest(void **state)
{
	(void)state;
	map_for_the_payload();
	enter_mprv(PRIV_S);
	hart.x[11] = 0x9990;
	trap_with(CAUSE_LOAD_ACCESS, 0x9990, LD_X5_X11);
	expect_delivered(CAUSE_LOAD_PAGE, 0x9990);
	setup(state);
	map_for_the_payload();
	enter_mprv(PRIV_U); /* the page is none of U-mode's */
	hart.x[11] = 0x5010;
	trap_with(CAUSE_STORE_ACCESS, 0x5010, SD_X5_X11);
	expect_delivered(CAUSE_STORE_PAGE, 0x5010);
}

static void load_widths_and_signs_under_mprv(void **state)
{
	static const u64 want[] = {0xffffffffffffff88,
				   0xffffffffffff8788,
				   0xffffffff85868788,
				   0x8182838485868788,
				   0x88,
				   0x8788,
				   0x85868788};

	(void)state;
	enter_mprv(PRIV_S);
	fake_store(FAKE_RAM_BASE + 0x8000, 8, 0x8182838485868788);
	for (unsigned int f3 = 0; f3 < 7; f3++) {
		hart.pc = PC;
		fake.x[18] = 0;
		hart.x[11] = FAKE_RAM_BASE + 0x8000;
		trap_with(CAUSE_LOAD_ACCESS, FAKE_RAM_BASE + 0x8000,
			  0x0005b903u - 0x3000 + (f3 << 12));
		assert_int_equal(fake.x[18], want[f3]);
	}
}

/* A extension under MPRV: LR/SC and an AMO of each kind, through guarded instructions. */
static void atomics_under_mprv(void **state)
{
	static const struct {
		u32 funct5;
		u64 result; /* of old 12, operand 10 */
	} amos[] = {{0, 22},  {1, 10},  {4, 6},   {8, 14}, {12, 8},
		    {16, 10}, {20, 12}, {24, 10}, {28, 12}};
	u64 at = FAKE_RAM_BASE + 0x8000;

	(void)state;
	enter_mprv(PRIV_S);
	for (unsigned int i = 0; i < ARRAY_SIZE(amos); i++) {
		fake_store(at, 8, 12);
		hart.pc = PC;
		hart.x[11] = at;
		hart.x[12] = 10;
		trap_with(CAUSE_STORE_ACCESS, at, 0x00c5b2afu | amos[i].funct5 << 27);
		assert_int_equal(hart.x[5], 12);
		assert_int_equal(fake_load(at, 8), amos[i].result);
	}
	hart.pc = PC;
	trap_with(CAUSE_LOAD_ACCESS, at, 0x1005b2af); /* lr.d x5, (x11) */
	hart.pc = PC;
	hart.x[12] = 77;
	trap_with(CAUSE_STORE_ACCESS, at, 0x18c5b32f); /* sc.d x6, x12, (x11) */
	assert_int_equal(hart.x[6], 0);
	assert_int_equal(fake_load(at, 8), 77);
	hart.pc = PC;
	trap_with(CAUSE_STORE_ACCESS, at, 0x18c5b32f);
	assert_int_equal(hart.x[6], 1);
}

/* ---- exceptions of the payload ---- */

static void ecall_of_the_payload_reaches_the_firmware(void **state)
{
	(void)state;
	run_payload(0);
	trap_with(CAUSE_ECALL_S, 0, 0x73);
	expect_delivered(CAUSE_ECALL_S, 0);
	assert_int_equal(field_get(vcsr_mstatus(&hart), MSTATUS_MPP), PRIV_S);
}

static void device_access_of_the_payload_is_carried_out(void **state)
{
	(void)state;
	run_payload(0);
	fake.mtime = 0x4321;
	hart.x[11] = MTIME;
	trap_with(CAUSE_LOAD_ACCESS, MTIME, LD_X5_X11);
	assert_int_equal(hart.x[5], 0x4321);
	assert_int_equal(hart.pc, PC + 4);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
}

static void access_fault_of_the_payload_goes_where_medeleg_says(void **state)
{
	(void)state;
	run_payload(BIT(CAUSE_LOAD_ACCESS));
	hart.x[11] = FAKE_SELF_BASE;
	trap_with(CAUSE_LOAD_ACCESS, FAKE_SELF_BASE, LD_X5_X11);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, S_HANDLER);
	assert_int_equal(fake.csr[CSR_STVAL], FAKE_SELF_BASE);
	setup(state);
	run_payload(0);
	hart.x[11] = FAKE_SELF_BASE;
	trap_with(CAUSE_LOAD_ACCESS, FAKE_SELF_BASE, LD_X5_X11);
	expect_delivered(CAUSE_LOAD_ACCESS, FAKE_SELF_BASE);
}

/* Priv. 18.2.1: hlv's address is a guest's, whether or not hardware says so in mtinst. */
static void refused_hypervisor_access_of_the_payload_is_a_guests(void **state)
{
	static const struct {
		u32 word;
		bool guest;
	} cases[] = {
		{0x6c05c2f3, true}, {0x6435c2f3, true}, {0x6e55c073, true}, {LD_X5_X11, false}};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		setup(state);
		run_payload(BIT(CAUSE_LOAD_ACCESS));
		hart.x[11] = FAKE_SELF_BASE;
		trap_with(CAUSE_LOAD_ACCESS, FAKE_SELF_BASE, cases[i].word);
		assert_int_equal(hart.pc, S_HANDLER);
		assert_int_equal(fake.csr[CSR_HSTATUS] & HSTATUS_GVA,
				 cases[i].guest ? HSTATUS_GVA : 0);
	}
}

/* An access to a device whose instruction is none that is carried out: a fault, pc stays. */
static void device_access_by_another_instruction_is_a_fault(void **state)
{
	(void)state;
	run_payload(0);
	hart.x[11] = MTIME;
	trap_with(CAUSE_LOAD_ACCESS, MTIME, 0x0205f287); /* vle64.v */
	expect_delivered(CAUSE_LOAD_ACCESS, MTIME);
}

/* ---- interrupts ---- */

static void doorbell_is_answered_and_the_firmware_goes_on(void **state)
{
	(void)state;
	fake.msip[0] = 1;
	trap_handle(&hart, CAUSE_INTERRUPT | IRQ_MSI);
	assert_int_equal(fake.msip[0], 0);
	assert_int_equal(hart.pc, PC);
	assert_int_equal(hart.irq_check, 0);
}

static void doorbell_with_a_virtual_msi_is_an_interrupt_of_the_firmware(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, BIT(IRQ_MSI), 0));
	assert_true(vcsr_write(&hart, CSR_MSTATUS, VCSR_RW, MSTATUS_MIE, 0));
	hart.vmsip = 1;
	fake.msip[0] = 1;
	trap_handle(&hart, CAUSE_INTERRUPT | IRQ_MSI);
	expect_delivered(CAUSE_INTERRUPT | IRQ_MSI, 0);
	assert_int_equal(fake.msip[0], 0);
}

static void timer_interrupts_the_payload(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, BIT(IRQ_MTI), 0));
	run_payload(0);
	fake.mtimecmp[0] = 0;
	trap_handle(&hart, CAUSE_INTERRUPT | IRQ_MTI);
	expect_delivered(CAUSE_INTERRUPT | IRQ_MTI, 0);
}

/*
 * Hardware has taken it, natively to the firmware's handler: so it arrives there, unless another
 * one comes first. Under the firmware itself there is nothing that would come again.
 */
static void interrupt_that_is_pending_no_more_is_delivered_all_the_same(void **state)
{
	(void)state;
	run_payload(0);
	trap_handle(&hart, CAUSE_INTERRUPT | IRQ_SSI);
	expect_delivered(CAUSE_INTERRUPT | IRQ_SSI, 0);
	hart.pc = PC;
	trap_handle(&hart, CAUSE_INTERRUPT | IRQ_SSI);
	assert_int_equal(hart.pc, PC);
	setup(state);
	assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, BIT(IRQ_MTI), 0));
	run_payload(0);
	fake.mtimecmp[0] = 0;
	trap_handle(&hart, CAUSE_INTERRUPT | IRQ_SSI);
	expect_delivered(CAUSE_INTERRUPT | IRQ_MTI, 0);
}

/* An instruction that makes an interrupt deliverable is finished first (Priv. 3.1.9). */
static void interrupt_that_an_instruction_enables_is_taken_behind_it(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MIE, VCSR_RW, BIT(IRQ_MTI), 0));
	fake.mtimecmp[0] = 0;
	trap_with(CAUSE_ILLEGAL, 0, SYSTEM_CSR(6, 0, 8, 0x300)); /* csrsi mstatus, MIE */
	assert_int_equal(hart.pc, HANDLER);
	assert_int_equal(hart.vm.mcause, CAUSE_INTERRUPT | IRQ_MTI);
	assert_int_equal(hart.vm.mepc, PC + 4);
}

/* ---- policies ---- */

static void set_verdicts(enum verdict alpha, enum verdict gamma)
{
	fake_policies[0].verdict = alpha;
	fake_policies[2].verdict = gamma;
}

/* All PASS: each is asked, in the order of the list, then the monitor decides. */
static void policies_are_asked_in_order(void **state)
{
	(void)state;
	trap_with(CAUSE_BREAKPOINT, 0, 0x100073);
	assert_int_equal(fake_policies[0].asked, 1);
	assert_int_equal(fake_policies[2].asked, 1);
	assert_true(fake_policies[0].order < fake_policies[2].order);
	assert_int_equal(fake_policies[2].cause, CAUSE_BREAKPOINT);
	expect_delivered(CAUSE_BREAKPOINT, 0);
}

static void first_verdict_that_is_not_pass_decides(void **state)
{
	(void)state;
	set_verdicts(HANDLED, DENY);
	trap_with(CAUSE_BREAKPOINT, 0, 0x100073);
	assert_int_equal(hart.pc, PC); /* handled: h says how to go on */
	assert_int_equal(fake_policies[2].asked, 0);
	set_verdicts(PASS, HANDLED);
	trap_with(CAUSE_BREAKPOINT, 0, 0x100073);
	assert_int_equal(hart.pc, PC);
	assert_int_equal(fake_policies[0].asked, 2);
	assert_int_equal(fake_policies[2].asked, 1);
	assert_int_equal(policy_on_trap(&hart, 0), HANDLED);
}

static void denied_trap_is_counted_and_illegal(void **state)
{
	(void)state;
	set_verdicts(PASS, DENY);
	trap_with(CAUSE_ECALL_U, 0x55, 0x73);
	expect_delivered(CAUSE_ILLEGAL, 0x55);
	assert_int_equal(hart.counts.refused[REFUSED_CALL], 1);
}

static void denied_trap_of_the_payload_is_illegal_there(void **state)
{
	(void)state;
	run_payload(0);
	set_verdicts(DENY, PASS);
	trap_with(CAUSE_BREAKPOINT, PC, 0x100073);
	expect_delivered(CAUSE_ILLEGAL, 0);
	assert_int_equal(field_get(vcsr_mstatus(&hart), MSTATUS_MPP), PRIV_S);
	setup(state);
	run_payload(BIT(CAUSE_ILLEGAL));
	set_verdicts(DENY, PASS);
	trap_with(CAUSE_BREAKPOINT, PC, 0x100073);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, S_HANDLER);
	assert_int_equal(fake.csr[CSR_SCAUSE], CAUSE_ILLEGAL);
}

static void denied_call_of_the_payload_returns_denied(void **state)
{
	(void)state;
	run_payload(~(u64)0);
	set_verdicts(DENY, PASS);
	hart.x[11] = 5;
	trap_with(CAUSE_ECALL_S, 0, 0x73);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, PC + 4);
	assert_int_equal(hart.x[10], (u64)-4);
	assert_int_equal(hart.x[11], 0);
	assert_int_equal(hart.counts.refused[REFUSED_CALL], 1);
}

static void interrupts_are_none_of_the_policies_business(void **state)
{
	(void)state;
	trap_handle(&hart, CAUSE_INTERRUPT | IRQ_MSI);
	assert_int_equal(fake_policies[0].asked, 0);
}

static void names_of_the_policies_are_listed_in_order(void **state)
{
	(void)state;
	assert_string_equal(policy_names(), "alpha beta gamma");
}

#define TRAP_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRAP_TEST(ecall_of_the_firmware_is_delivered_as_one_from_m_mode),
		TRAP_TEST(other_exceptions_of_the_firmware_are_its_own),
		TRAP_TEST(illegal_instruction_of_the_firmware_is_emulated),
		TRAP_TEST(truly_illegal_instruction_has_the_mtval_of_hardware),
		TRAP_TEST(device_access_of_the_firmware_is_carried_out),
		TRAP_TEST(access_to_the_monitor_is_refused_and_counted),
		TRAP_TEST(refusals_are_counted_by_what_they_were_after),
		TRAP_TEST(load_under_mprv_goes_through_the_payloads_translation),
		TRAP_TEST(device_behind_the_payloads_translation_is_found_under_mprv),
		TRAP_TEST(fault_under_mprv_has_the_cause_and_address_of_the_guest),
		TRAP_TEST(load_widths_and_signs_under_mprv),
		TRAP_TEST(atomics_under_mprv),
		TRAP_TEST(ecall_of_the_payload_reaches_the_firmware),
		TRAP_TEST(device_access_of_the_payload_is_carried_out),
		TRAP_TEST(access_fault_of_the_payload_goes_where_medeleg_says),
		TRAP_TEST(refused_hypervisor_access_of_the_payload_is_a_guests),
		TRAP_TEST(device_access_by_another_instruction_is_a_fault),
		TRAP_TEST(doorbell_is_answered_and_the_firmware_goes_on),
		TRAP_TEST(doorbell_with_a_virtual_msi_is_an_interrupt_of_the_firmware),
		TRAP_TEST(timer_interrupts_the_payload),
		TRAP_TEST(interrupt_that_is_pending_no_more_is_delivered_all_the_same),
		TRAP_TEST(interrupt_that_an_instruction_enables_is_taken_behind_it),
		TRAP_TEST(policies_are_asked_in_order),
		TRAP_TEST(first_verdict_that_is_not_pass_decides),
		TRAP_TEST(denied_trap_is_counted_and_illegal),
		TRAP_TEST(denied_trap_of_the_payload_is_illegal_there),
		TRAP_TEST(denied_call_of_the_payload_returns_denied),
		TRAP_TEST(interrupts_are_none_of_the_policies_business),
		TRAP_TEST(names_of_the_policies_are_listed_in_order),
	};

	return cmocka_run_group_tests_name("trap", tests, NULL, NULL);
}
