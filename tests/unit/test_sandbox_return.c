/* SPDX-License-Identifier: Apache-2.0 */
/* The way back to the payload under the sandbox: where, in which mode, with which registers. */
#include "jailed.h"

#define CSR_JVT 0x017
#define HLV_D_X5_X11 0x6c05c2f3u
#define CSR_SSCRATCH 0x140

extern const struct policy policy_sandbox;

static void expect_behind_call(void)
{
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC + 4);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_S);
}

static void expect_illegal(void)
{
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.vm.mcause, CAUSE_ILLEGAL);
	assert_int_equal(hart.pc, HANDLER);
}

/* I-SBX-4 */
static void only_two_registers_come_back(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_BASE, SBI_BASE_PROBE, SBI_TIME, PATTERN(11), PATTERN(12));
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	for (unsigned int n = 1; n < 32; n++) {
		reg_write(&hart, n, 0xbad0 + n);
	}
	jailed_answers(0x10, 0x11);
	expect_behind_call();
	for (unsigned int n = 1; n < 32; n++) {
		u64 expected = n == 10 ? 0x10 : n == 11 ? 0x11 : PATTERN(n);

		expected = n == 16 ? SBI_BASE_PROBE : n == 17 ? SBI_BASE : expected;
		assert_int_equal(reg_read(&hart, n), expected);
	}
}

/* SBI 3.0, 5: the legacy extensions change no register but a0. I-SBX-4 */
static void legacy_calls_change_one_register(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_LEGACY_SET_TIMER, 0, 5000, PATTERN(11), PATTERN(12));
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	jailed_answers(0, 0xbad);
	expect_behind_call();
	assert_int_equal(reg_read(&hart, 10), 0);
	assert_int_equal(reg_read(&hart, 11), PATTERN(11));
}

/* I-SBX-4: after an interrupt nothing at all comes back. */
static void an_interrupt_changes_no_register(void **state)
{
	(void)state;
	jailed_boot();
	hart.vm.mie |= BIT(IRQ_MTI);
	hart.vm.mtval = 0;
	fake.csr[CSR_MIE] |= BIT(IRQ_MTI);
	fake.mtimecmp[0] = 1;
	jailed_payload_traps(CAUSE_INTERRUPT | IRQ_MTI, 0, 0x13);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.vm.mcause, CAUSE_INTERRUPT | IRQ_MTI);
	for (unsigned int n = 1; n < 32; n++) {
		assert_int_equal(reg_read(&hart, n), 0);
		reg_write(&hart, n, 0xbad0 + n);
	}
	fake.mtimecmp[0] = ~(u64)0;
	jailed_executes(MRET);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC);
	for (unsigned int n = 1; n < 32; n++) {
		assert_int_equal(reg_read(&hart, n), PATTERN(n));
	}
}

/* I-SBX-5 */
static void pc_and_mode_are_the_payloads(void **state)
{
	static const u64 modes[] = {PRIV_U, PRIV_S};

	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		jailed_setup(state);
		jailed_boot();
		jailed_calls(SBI_BASE, 0, 0, 0, 0);
		jailed_mret(modes[i], SECRET);
		expect_behind_call();
		assert_int_equal(hart.counts.refused[REFUSED_RESUME], 1);
	}
	jailed_setup(state);
	jailed_boot();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	jailed_executes(SRET);
	expect_illegal();
}

/* I-SBX-5: sret of the firmware must not take part of the payload's hstatus with it. */
static void sret_changes_nothing_of_the_payload(void **state)
{
	u64 status;

	(void)state;
	jailed_boot();
	fake.csr[CSR_HSTATUS] |= HSTATUS_SPV | HSTATUS_SPVP;
	fake.csr[CSR_MSTATUS] |= MSTATUS_SIE | MSTATUS_SPP;
	status = fake.csr[CSR_MSTATUS];
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	jailed_executes(SRET);
	expect_illegal();
	jailed_mret(PRIV_S, 4);
	expect_behind_call();
	assert_int_equal(fake.csr[CSR_HSTATUS] & (HSTATUS_SPV | HSTATUS_SPVP),
			 HSTATUS_SPV | HSTATUS_SPVP);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP),
			 status & (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP));
}

/* I-SBX-3: what firmware finds of a call. */
static void trap_registers_tell_nothing(void **state)
{
	(void)state;
	jailed_boot();
	fake.csr[CSR_MTVAL2] = PATTERN(1);
	fake.csr[CSR_MTINST] = PATTERN(2);
	fake.csr[CSR_MSTATUS] |= MSTATUS_GVA;
	for (unsigned int n = 10; n < 18; n++) {
		reg_write(&hart, n, 0);
	}
	jailed_payload_traps(CAUSE_ECALL_S, PATTERN(3), 0x73);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(jailed_reads(CSR_MEPC), 0);
	assert_int_equal(jailed_reads(CSR_MTVAL), 0);
	assert_int_equal(jailed_reads(CSR_MTVAL2), 0);
	assert_int_equal(jailed_reads(CSR_MTINST), 0);
	assert_int_equal(jailed_reads(CSR_MSTATUS) & (MSTATUS_GVA | MSTATUS_MPV), 0);
}

/*
 * What firmware had set in mstatus before the lock does not hold afterwards: neither its own MPRV
 * (harts whose mret keeps it) nor what binds the payload. I-SBX-2
 */
static void the_lock_takes_what_mstatus_held(void **state)
{
	(void)state;
	jailed_writes(CSR_MEPC, BEGIN);
	jailed_writes(CSR_MSTATUS, field_set(MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR |
						     MSTATUS_MPRV,
					     MSTATUS_MPP, PRIV_S));
	reg_write(&hart, 11, 0);
	jailed_executes(MRET);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR), 0);
	fake.csr[CSR_STVEC] = S_HANDLER;
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(hart.vm.mstatus & MSTATUS_MPRV, 0);
	assert_int_equal(hart.view, VIEW_FIRMWARE);
}

/* ---- memory by way of the payload's eyes ---- */

/* I-SBX-1: HLV reads with the rights of a guest, which has them all; firmware must not. */
static void hypervisor_loads_do_not_reach_the_payload(void **state)
{
	(void)state;
	fake_store(SECRET, 8, 0x5ec2e7);
	jailed_boot();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	hart.x[5] = 0;
	reg_write(&hart, 11, SECRET);
	jailed_executes(HLV_D_X5_X11);
	assert_int_equal(hart.x[5], 0);
	expect_illegal();
}

/* I-SBX-3: what U-mode reaches by sstateen0 is not the firmware's. */
static void state_enables_are_off(void **state)
{
	(void)state;
	jailed_boot();
	fake.csr[CSR_SSTATEEN0] = 5;
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	assert_int_equal(fake.csr[CSR_SSTATEEN0], 0);
	assert_int_equal(jailed_reads(CSR_JVT), 0);
	jailed_writes(CSR_JVT, ~(u64)0);
	assert_int_equal(fake.csr[CSR_JVT], 0);
	jailed_answers(0, 0);
	assert_int_equal(fake.csr[CSR_SSTATEEN0], 5);
}

/* ---- calls that do not come back ---- */

/* What the payload had on the hart when it asked to leave it, and what firmware puts there. */
static void leave(u64 function, u64 a0)
{
	jailed_writes(CSR_MEDELEG, 0xb100);
	jailed_boot();
	fake.csr[CSR_STVEC] = BEGIN + 0x80;
	fake.csr[CSR_SATP] = (u64)8 << 60 | 0x80100;
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS;
	fake.csr[CSR_MIP] |= BIT(IRQ_SSI);
	fake.wires = BIT(IRQ_SEI); /* a device's interrupt, which will be over */
	for (unsigned int n = 0; n < 32; n++) {
		fake.f[n] = PATTERN(n);
	}
	jailed_calls(SBI_HSM, function, a0, BEGIN + 0x40, 0x77);
	jailed_writes(CSR_STVEC, SECRET);
	jailed_writes(CSR_SATP, (u64)8 << 60);
	jailed_writes(CSR_MIDELEG, 0);
	jailed_writes(CSR_MEDELEG, 0);
	jailed_writes(CSR_MIP, BIT(IRQ_STI));
	reg_write(&hart, 10, (u64)SBI_ERR_FAILED);
	reg_write(&hart, 11, 0);
	jailed_mret(PRIV_S, 4);
}

/* Firmware that refuses gives the hart back as it was: nothing of what it did there. I-HSM-2 */
static void expect_as_it_was(void)
{
	expect_behind_call();
	assert_int_equal(reg_read(&hart, 10), (u64)SBI_ERR_FAILED);
	assert_int_equal(reg_read(&hart, 12), 0x77);
	assert_int_equal(fake.csr[CSR_STVEC], BEGIN + 0x80);
	assert_int_equal(fake.csr[CSR_SATP], (u64)8 << 60 | 0x80100);
	assert_int_equal(fake.csr[CSR_MIDELEG] & BIT(IRQ_STI), BIT(IRQ_STI));
	assert_int_equal(fake.csr[CSR_MEDELEG], 0xb100);
	fake.wires = 0;
	assert_int_equal(fake_mip() & (BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI)), BIT(IRQ_SSI));
	for (unsigned int n = 0; n < 32; n++) {
		assert_int_equal(fake.f[n], PATTERN(n));
	}
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
}

static void a_refused_stop_changes_nothing(void **state)
{
	(void)state;
	leave(SBI_HSM_STOP, 0);
	expect_as_it_was();
}

static void a_refused_suspend_changes_nothing(void **state)
{
	(void)state;
	leave(SBI_HSM_SUSPEND, BIT(31));
	expect_as_it_was();
}

/* I-SBX-3: of a payload that has stopped for good nothing is left. */
static void a_stopped_hart_leaves_nothing(void **state)
{
	(void)state;
	jailed_boot();
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS | MSTATUS_VS;
	for (unsigned int n = 0; n < 32; n++) {
		fake.f[n] = PATTERN(n);
	}
	fake.csr[CSR_SSCRATCH] = PATTERN(5);
	fake.csr[CSR_SATP] = PATTERN(6);
	fake.csr[CSR_HGATP] = 0;
	jailed_calls(SBI_HSM, SBI_HSM_STOP, PATTERN(10), PATTERN(11), PATTERN(12));
	for (unsigned int n = 1; n < 32; n++) {
		assert_int_equal(reg_read(&hart, n),
				 n == 16 ? SBI_HSM_STOP : n == 17 ? SBI_HSM : 0);
		assert_int_equal(fake.f[n], 0);
	}
	assert_int_equal(jailed_reads(CSR_SSCRATCH), 0);
	assert_int_equal(jailed_reads(CSR_SATP), 0);
	assert_int_equal(jailed_reads(CSR_STVEC), 0);
	assert_int_equal(jailed_reads(CSR_MSTATUS) & (MSTATUS_FS | MSTATUS_VS), 0);
}

/* I-SBX-3: what is not kept elsewhere cannot be turned on either. */
static void registers_that_stay_are_off(void **state)
{
	static const struct {
		u64 misa;
		u64 off;
	} harts[] = {
		{ MISA_EXT('F') | MISA_EXT('D'), MSTATUS_VS },
		{ MISA_EXT('F'), MSTATUS_VS | MSTATUS_FS },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(harts); i++) {
		jailed_setup(state);
		hart.caps.misa &= ~(MISA_EXT('F') | MISA_EXT('D'));
		hart.caps.misa |= harts[i].misa;
		jailed_boot();
		jailed_calls(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
		jailed_writes(CSR_MSTATUS, MSTATUS_FS | MSTATUS_VS);
		assert_int_equal(jailed_reads(CSR_MSTATUS) & (MSTATUS_FS | MSTATUS_VS),
				 (MSTATUS_FS | MSTATUS_VS) & ~harts[i].off);
	}
}

/* I-SBX-6, on a hart, too, that boot did not wait for */
static void a_late_hart_is_no_way_around(void **state)
{
	(void)state;
	jailed_boot();
	hart.sealed = false;
	assert_true(policy_sandbox.init(&hart));
	assert_true(hart.sealed);
}

/* I-SBX-6: the payload's own exceptions are delivered to it, whatever the firmware delegated. */
static void exceptions_are_the_payloads_own(void **state)
{
	static const u64 causes[] = {0, 1, 2, 3, 8, 10, 12, 13, 15, 18, 20, 22};

	for (unsigned int i = 0; i < ARRAY_SIZE(causes); i++) {
		jailed_setup(state);
		jailed_writes(CSR_MEDELEG, 0);
		jailed_boot();
		jailed_payload_traps(causes[i], 0x1230 + i, 0xffffffff);
		assert_int_equal(hart.world, WORLD_PAYLOAD);
		assert_int_equal(hart.pc, S_HANDLER);
		assert_int_equal(fake.csr[CSR_SEPC], CALL_PC);
		assert_int_equal(fake.csr[CSR_SCAUSE], causes[i]);
		assert_int_equal(fake.csr[CSR_STVAL], 0x1230 + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JAILED_TEST(only_two_registers_come_back),
		JAILED_TEST(legacy_calls_change_one_register),
		JAILED_TEST(an_interrupt_changes_no_register),
		JAILED_TEST(pc_and_mode_are_the_payloads),
		JAILED_TEST(sret_changes_nothing_of_the_payload),
		JAILED_TEST(trap_registers_tell_nothing),
		JAILED_TEST(the_lock_takes_what_mstatus_held),
		JAILED_TEST_OLD(the_lock_takes_what_mstatus_held),
		JAILED_TEST(hypervisor_loads_do_not_reach_the_payload),
		JAILED_TEST(state_enables_are_off),
		JAILED_TEST(a_refused_stop_changes_nothing),
		JAILED_TEST(a_refused_suspend_changes_nothing),
		JAILED_TEST(a_stopped_hart_leaves_nothing),
		JAILED_TEST(registers_that_stay_are_off),
		JAILED_TEST(registers_that_stay_are_off),
		JAILED_TEST(a_late_hart_is_no_way_around),
		JAILED_TEST(exceptions_are_the_payloads_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
