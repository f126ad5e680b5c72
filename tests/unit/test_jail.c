/* SPDX-License-Identifier: Apache-2.0 */
/* failsafe, with the sandbox: the firmware ends, the payload does not. */
#include "jailed.h"

#include "monitor/virq.h"
#include "policies/failsafe/failsafe.h"

#define BUDGET ((u64)FAILSAFE_BUDGET_MS * 1000) /* in ticks of a microsecond */
#define START (FAKE_RAM_BASE + 0x13000)
#define OWN_EXTENSION 0x0a000001u
#define CSR_SSCRATCH 0x140

static int setup(void **state)
{
	memset(&failsafe, 0, sizeof(failsafe));
	unit_setup_old(state); /* no Sstc: the timer is shared */
	jailed_start();
	fake_other.hsm.state = HSM_STOPPED;
	fake_other.timer.vmtimecmp = ~(u64)0;
	machine.devices.poweroff = (struct device_reset){FAKE_FINISHER_BASE, 0x5555};
	return 0;
}

/* Time passes while the firmware runs. */
static void firmware_runs_for(u64 ticks)
{
	fake.mtime += ticks;
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	if (fake.mtime < fake.mtimecmp[0]) {
		return; /* nothing interrupts it */
	}
	hart.pc = CODE;
	jailed_trap(CAUSE_INTERRUPT | IRQ_MTI, 0, 0x6f);
}

static void trash_registers(void)
{
	for (unsigned int n = 1; n < 32; n++) {
		reg_write(&hart, n, 0xbad0 + n);
	}
}

/* The payload goes on behind the call of jailed_calls(extension, function, ..), as it was. */
static void expect_failed(u64 extension, u64 function)
{
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC + 4);
	assert_int_equal((s64)reg_read(&hart, 10), SBI_ERR_FAILED);
	assert_int_equal(reg_read(&hart, 11), 0);
	for (unsigned int n = 13; n < 32; n++) {
		u64 expected = n == 16 ? function : n == 17 ? extension : PATTERN(n);

		assert_int_equal(reg_read(&hart, n), expected);
	}
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_S);
}

/* The firmware is over, by its budget. */
static void end_firmware(void)
{
	jailed_boot();
	jailed_calls(SBI_CPPC, 1, 5, 0, 0);
	trash_registers();
	firmware_runs_for(BUDGET);
	assert_int_equal(failsafe.stopped, 1);
}

/* I-FSF-1 */
static void a_call_that_does_not_return_fails(void **state)
{
	(void)state;
	jailed_boot();
	fake.csr[CSR_MSTATUS] |= MSTATUS_FS | MSTATUS_SUM;
	jailed_calls(SBI_CPPC, 1, 5, 0, 0);
	assert_int_equal(fake.mtimecmp[0], fake.mtime + BUDGET);
	trash_registers();
	fake.msip[1] = 0;
	firmware_runs_for(BUDGET);
	expect_failed(SBI_CPPC, 1);
	assert_int_equal(failsafe.stopped, 1);
	assert_int_equal(fake.msip[1], 1); /* the other harts are told */
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_SUM, MSTATUS_SUM);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_FS), 3);
	assert_int_equal(hart.view, VIEW_PAYLOAD);
}

/* I-FSF-2: one tick less, and nothing happens; each call has a budget of its own. */
static void the_budget_is_per_call(void **state)
{
	(void)state;
	jailed_boot();
	for (unsigned int i = 0; i < 5; i++) {
		jailed_calls(SBI_CPPC, 1, 5, 0, 0);
		firmware_runs_for(BUDGET * 2 / 3);
		assert_int_equal(hart.world, WORLD_FIRMWARE);
		jailed_answers(0, 7);
		assert_int_equal(hart.world, WORLD_PAYLOAD);
		assert_int_equal(reg_read(&hart, 11), 7);
	}
	assert_int_equal(failsafe.stopped, 0);
	jailed_calls(SBI_CPPC, 1, 5, 0, 0);
	firmware_runs_for(BUDGET - 1);
	assert_int_equal(failsafe.stopped, 0);
	firmware_runs_for(1);
	assert_int_equal(failsafe.stopped, 1);
	expect_failed(SBI_CPPC, 1);
}

/* An interrupt that the firmware does not come back from: the payload goes on where it was. */
static void an_interrupt_has_a_budget_too(void **state)
{
	(void)state;
	jailed_boot();
	hart.vm.mie |= BIT(IRQ_MSI);
	hart.vmsip = 1;
	fake.msip[0] = 1;
	jailed_payload_traps(CAUSE_INTERRUPT | IRQ_MSI, 0, 0x13);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	trash_registers();
	firmware_runs_for(BUDGET);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC);
	for (unsigned int n = 1; n < 32; n++) {
		assert_int_equal(reg_read(&hart, n), PATTERN(n));
	}
}

/* I-FSF-2: waiting is not running. */
static void waiting_has_no_budget(void **state)
{
	static const struct {
		u64 extension, function, type;
	} calls[] = {
		{SBI_HSM, SBI_HSM_STOP, 0},
		{SBI_HSM, SBI_HSM_SUSPEND, 0},
		{SBI_HSM, SBI_HSM_SUSPEND, BIT(31)},
		{SBI_SUSP, SBI_SUSP_SUSPEND, 0},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
		setup(state);
		jailed_boot();
		jailed_calls(calls[i].extension, calls[i].function, calls[i].type, START, 7);
		for (unsigned int n = 0; n < 4; n++) {
			firmware_runs_for(BUDGET * 1000);
		}
		assert_int_equal(failsafe.stopped, 0);
		assert_int_equal(hart.world, WORLD_FIRMWARE);
	}
}

/* I-FSF-3 */
static void a_wrong_return_stops_the_firmware(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	trash_registers();
	jailed_mret(PRIV_S, SECRET);
	assert_int_equal(failsafe.stopped, 1);
	expect_failed(SBI_BASE, 0);
}

/* I-FSF-3: the hart stays what the payload made it, and begins when asked. */
static bool started;

static void start_this_hart(void)
{
	fake.msip[0] = 1;
	if (!started) {
		assert_int_equal(hsm_request_start(0, START, 0x77), SBI_SUCCESS);
		started = true;
	}
}

static void expect_begun(u64 pc, u64 opaque)
{
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, pc);
	assert_int_equal(reg_read(&hart, 10), hart.id);
	assert_int_equal(reg_read(&hart, 11), opaque);
	assert_int_equal(fake.csr[CSR_SATP], 0);
	assert_int_equal(fake.csr[CSR_MSTATUS] & MSTATUS_SIE, 0);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
}

static void an_unasked_entry_stops_the_firmware(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	started = false;
	fake.on_wfi = start_this_hart;
	jailed_mret(PRIV_S, SECRET);
	assert_int_equal(failsafe.stopped, 1);
	assert_true(started); /* it waited */
	expect_begun(START, 0x77);
}

/* The same on a hart that has never been the payload's. */
static void a_hart_that_nobody_started_has_no_payload(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_BASE, 0, 0, 0, 0);
	hart.hsm.state = HSM_STOPPED;
	hart.payload.valid = false;
	started = false;
	fake.on_wfi = start_this_hart;
	jailed_mret(PRIV_S, SECRET);
	assert_int_equal(failsafe.stopped, 1);
	assert_true(started);
	expect_begun(START, 0x77);
}

/* Another hart has stopped the firmware: the doorbell gets this one out. I-FSF-1 */
static void the_doorbell_ends_a_call_in_flight(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_CPPC, 1, 5, 0, 0);
	trash_registers();
	failsafe.stopped = 1;
	fake.msip[0] = 1;
	hart.pc = CODE;
	jailed_trap(CAUSE_INTERRUPT | IRQ_MSI, 0, 0x6f);
	expect_failed(SBI_CPPC, 1);
}

/* The same for each thing that a hart can be doing in the firmware. I-FSF-1 */
static void suspended_harts_wake_up(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_HSM, SBI_HSM_SUSPEND, 0, START, 0x55);
	failsafe.stopped = 1;
	fake.msip[0] = 1;
	hart.pc = CODE;
	jailed_trap(CAUSE_INTERRUPT | IRQ_MSI, 0, 0x6f);
	expect_failed(SBI_HSM, SBI_HSM_SUSPEND);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
	setup(state);
	jailed_boot();
	jailed_calls(SBI_HSM, SBI_HSM_SUSPEND, BIT(31), START, 0x55);
	failsafe.stopped = 1;
	fake.msip[0] = 1;
	hart.pc = CODE;
	jailed_trap(CAUSE_INTERRUPT | IRQ_MSI, 0, 0x6f);
	expect_begun(START, 0x55);
}

/* A call to start another hart fails: then nobody may begin there. */
static void a_start_in_flight_is_taken_back(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_HSM, SBI_HSM_START, 1, START, 0);
	assert_int_equal(hsm_state_of(&fake_other), HSM_START_PENDING);
	firmware_runs_for(BUDGET);
	expect_failed(SBI_HSM, SBI_HSM_START);
	assert_int_equal(hsm_state_of(&fake_other), HSM_STOPPED);
}

/* But if it has begun there by then, the call has succeeded. I-FSF-1 */
static void a_start_that_has_happened_is_none(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_HSM, SBI_HSM_START, 1, START, 0);
	fake_other.hsm.state = HSM_STARTED;
	firmware_runs_for(BUDGET);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC + 4);
	assert_int_equal((s64)reg_read(&hart, 10), SBI_SUCCESS);
	assert_int_equal(hsm_state_of(&fake_other), HSM_STARTED);
}

/* ---- afterwards ---- */

static void expect_answer(s64 error, u64 value)
{
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC + 4);
	assert_int_equal((s64)reg_read(&hart, 10), error);
	assert_int_equal(reg_read(&hart, 11), value);
}

/* I-FSF-4 */
static void the_monitor_serves_the_payload(void **state)
{
	(void)state;
	end_firmware();
	machine.online = 3;
	jailed_calls(SBI_BASE, SBI_BASE_PROBE, SBI_TIME, 0, 0);
	expect_answer(SBI_SUCCESS, 1);
	jailed_calls(SBI_BASE, SBI_BASE_PROBE, SBI_CPPC, 0, 0);
	expect_answer(SBI_SUCCESS, 0);
	jailed_calls(SBI_BASE, SBI_BASE_PROBE, SBI_PMU, 0, 0);
	expect_answer(SBI_SUCCESS, 0);
	jailed_calls(SBI_CPPC, 1, 5, 0, 0);
	expect_answer(SBI_ERR_NOT_SUPPORTED, 0);
	jailed_calls(OWN_EXTENSION, 1, 5, 0, 0);
	expect_answer(SBI_ERR_NOT_SUPPORTED, 0);
	jailed_calls(SBI_HSM, SBI_HSM_STATUS, 0, 0, 0);
	expect_answer(SBI_SUCCESS, HSM_STARTED);
	jailed_calls(SBI_HSM, SBI_HSM_STATUS, 1, 0, 0);
	expect_answer(SBI_SUCCESS, HSM_STOPPED);
	jailed_calls(SBI_RFENCE, 0, 1, 0, 0);
	expect_answer(SBI_SUCCESS, 0);
	jailed_calls(SBI_IPI, 0, 1, 0, 0);
	expect_answer(SBI_SUCCESS, 0);
	assert_int_not_equal(fake_mip() & BIT(IRQ_SSI), 0);
	jailed_calls(SBI_SRST, SBI_SRST_RESET, 0, 0, 0);
	assert_int_equal(fake.finisher, 0x5555);
}

static void the_timer_still_comes(void **state)
{
	(void)state;
	end_firmware();
	jailed_calls(SBI_TIME, 0, fake.mtime + 500, PATTERN(11), 0);
	assert_int_equal(fake.mtimecmp[0], fake.mtime + 500);
	fake.mtime += 500;
	jailed_payload_traps(CAUSE_INTERRUPT | IRQ_MTI, 0, 0x13);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC);
	assert_int_not_equal(fake_mip() & BIT(IRQ_STI), 0);
}

/* I-FSF-4 */
static void no_trap_reaches_the_firmware(void **state)
{
	static const u64 causes[] = {2, 3, 8, 12, 13, 15};

	(void)state;
	end_firmware();
	for (unsigned int i = 0; i < ARRAY_SIZE(causes); i++) {
		jailed_payload_traps(causes[i], 0x40 + i, 0xffffffff);
		assert_int_equal(hart.world, WORLD_PAYLOAD);
		assert_int_equal(hart.pc, S_HANDLER);
		assert_int_equal(fake.csr[CSR_SCAUSE], causes[i]);
	}
	hart.vmsip = 1; /* the virtual software interrupt of a firmware that is no more */
	fake.msip[0] = 1;
	jailed_payload_traps(CAUSE_INTERRUPT | IRQ_MSI, 0, 0x13);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC);
}

/* I-FSF-4 */
static void harts_are_started_and_stopped(void **state)
{
	(void)state;
	end_firmware();
	fake.msip[1] = 0;
	jailed_calls(SBI_HSM, SBI_HSM_START, 1, START, 0x99);
	expect_answer(SBI_SUCCESS, 0);
	assert_int_equal(fake.msip[1], 1);
	assert_int_equal(fake_other.hsm.addr, START);
	assert_int_equal(hsm_state_of(&fake_other), HSM_START_PENDING);
	jailed_calls(SBI_HSM, SBI_HSM_START, 1, START, 0x99);
	expect_answer(SBI_ERR_ALREADY_AVAILABLE, 0);
	jailed_calls(SBI_HSM, SBI_HSM_START, 0, START, 0);
	expect_answer(SBI_ERR_ALREADY_AVAILABLE, 0);
	jailed_calls(SBI_HSM, SBI_HSM_START, 9, START, 0);
	expect_answer(SBI_ERR_INVALID_PARAM, 0);
	jailed_calls(SBI_HSM, SBI_HSM_SUSPEND, 0, 0, 0);
	expect_answer(SBI_SUCCESS, 0);
	started = false;
	fake.on_wfi = start_this_hart;
	fake.csr[CSR_SSCRATCH] = PATTERN(1);
	fake.csr[CSR_SATP] = PATTERN(2);
	jailed_calls(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	assert_true(started);
	expect_begun(START, 0x77);
	assert_int_equal(fake.csr[CSR_SSCRATCH], 0);
}

/* A hart is not begun in memory that is not the payload's. */
static void starts_are_checked(void **state)
{
	static const u64 bad[] = {FAKE_SELF_BASE, IMAGE, FAKE_8250_BASE, ~(u64)0};

	(void)state;
	end_firmware();
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		jailed_calls(SBI_HSM, SBI_HSM_START, 1, bad[i], 0);
		expect_answer(SBI_ERR_INVALID_ADDRESS, 0);
		assert_int_equal(hsm_state_of(&fake_other), HSM_STOPPED);
	}
}

#define JAIL_TEST(name) cmocka_unit_test_setup(name, setup)

static void see_that_it_has_stopped(void)
{
	assert_int_equal(hsm_state_of(&hart), HSM_STOPPED);
	start_this_hart();
}

/* The firmware dies in the middle of a stop: the hart is stopped, and can be started again. */
static void a_stop_in_flight_is_one(void **state)
{
	(void)state;
	jailed_boot();
	jailed_calls(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	assert_int_equal(hsm_state_of(&hart), HSM_STOP_PENDING);
	started = false;
	fake.on_wfi = see_that_it_has_stopped;
	failsafe.stopped = 1;
	fake.msip[0] = 1;
	hart.pc = CODE;
	jailed_trap(CAUSE_INTERRUPT | IRQ_MSI, 0, 0x6f);
	assert_true(started);
	expect_begun(START, 0x77);
}

/* One policy that wants to see everything is enough. */
static void nothing_is_spared_an_onlooker(void **state)
{
	(void)state;
	assert_int_equal(hart.spared, 0);
	assert_true(policy_sees_csrs());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		JAIL_TEST(a_call_that_does_not_return_fails),
		JAIL_TEST(the_budget_is_per_call),
		JAIL_TEST(an_interrupt_has_a_budget_too),
		JAIL_TEST(waiting_has_no_budget),
		JAIL_TEST(a_wrong_return_stops_the_firmware),
		JAIL_TEST(an_unasked_entry_stops_the_firmware),
		JAIL_TEST(a_hart_that_nobody_started_has_no_payload),
		JAIL_TEST(the_doorbell_ends_a_call_in_flight),
		JAIL_TEST(suspended_harts_wake_up),
		JAIL_TEST(a_start_in_flight_is_taken_back),
		JAIL_TEST(a_start_that_has_happened_is_none),
		JAIL_TEST(the_monitor_serves_the_payload),
		JAIL_TEST(the_timer_still_comes),
		JAIL_TEST(no_trap_reaches_the_firmware),
		JAIL_TEST(harts_are_started_and_stopped),
		JAIL_TEST(starts_are_checked),
		JAIL_TEST(a_stop_in_flight_is_one),
		JAIL_TEST(nothing_is_spared_an_onlooker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
