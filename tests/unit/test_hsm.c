/* SPDX-License-Identifier: Apache-2.0 */
/* Hart states as the payload asked for them, and who may enter it (monitor/hsm.h, SBI 3.0, 9). */
#include "unit.h"

#include "monitor/context.h"
#include "monitor/hsm.h"
#include "monitor/regs.h"
#include "monitor/sbi.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/vtrap.h"
#include "monitor/world.h"

#define START (FAKE_RAM_BASE + 0x10000)
#define ELSEWHERE (FAKE_RAM_BASE + 0x20000)
#define CALL_PC (FAKE_RAM_BASE + 0x30000)
#define HANDLER (FAKE_RAM_BASE + 0x3000)
#define NON_RETENTIVE BIT(31)

static int setup(void **state)
{
	unit_setup(state);
	machine.mediates = machine.saves_payload = true;
	machine.booted = 1;
	hsm_init(&hart);
	hsm_init(&fake_other);
	assert_true(vcsr_write(&hart, CSR_MTVEC, VCSR_RW, HANDLER, 0));
	return 0;
}

/* The payload on this hart makes a call that goes to the firmware. */
static void call(u64 extension, u64 function, u64 a0, u64 a1, u64 a2)
{
	struct trap t = {.cause = CAUSE_ECALL_S};

	if (hart.world != WORLD_PAYLOAD) {
		hart.hsm.state = HSM_STARTED;
		world_enter_payload(&hart, PRIV_S, false);
	}
	hart.pc = CALL_PC;
	reg_write(&hart, 10, a0);
	reg_write(&hart, 11, a1);
	reg_write(&hart, 12, a2);
	reg_write(&hart, 16, function);
	reg_write(&hart, 17, extension);
	vtrap_to_firmware(&hart, &t);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
}

static void mret(u64 pc)
{
	hart.vm.mepc = pc;
	hart.vm.mstatus = field_set(hart.vm.mstatus, MSTATUS_MPP, PRIV_S);
	hart.pc = FAKE_RAM_BASE;
	vtrap_mret(&hart);
}

/* The firmware answers the call. */
static void answer(s64 error)
{
	reg_write(&hart, 10, (u64)error);
	mret(CALL_PC + 4);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, CALL_PC + 4);
}

static void expect_refused(void)
{
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.pc, HANDLER);
	assert_int_equal(hart.vm.mcause, CAUSE_ILLEGAL);
	assert_int_equal(hart.counts.refused[REFUSED_RESUME], 1);
}

/* I-HSM-1 */
static void expect_begun(u64 pc, u64 opaque)
{
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, pc);
	assert_int_equal(field_get(fake.csr[CSR_MSTATUS], MSTATUS_MPP), PRIV_S);
	assert_int_equal(fake.csr[CSR_MSTATUS] & (MSTATUS_SIE | MSTATUS_MPV), 0);
	assert_int_equal(fake.csr[CSR_SATP], 0);
	assert_int_equal(reg_read(&hart, 10), hart.id);
	assert_int_equal(reg_read(&hart, 11), opaque);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
}

/* ---- the first entry ---- */

static void boot_is_taken_once(void **state)
{
	struct resume r = {.asked = START};

	(void)state;
	machine.booted = 0;
	hsm_judge(&hart, &r);
	assert_int_equal(r.kind, RESUME_BOOT);
	hsm_judge(&fake_other, &r);
	assert_int_equal(r.kind, RESUME_UNASKED);
	hsm_judge(&hart, &r);
	assert_int_equal(r.kind, RESUME_UNASKED);
}

static void the_boot_hart_enters_where_it_wants(void **state)
{
	(void)state;
	machine.booted = 0;
	hart.held.satp = 0x1234;
	mret(ELSEWHERE);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, ELSEWHERE);
	assert_int_equal(fake.csr[CSR_SATP], 0x1234); /* firmware's business at boot */
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
}

/* I-HSM-1 */
static void unasked_entries_are_refused(void **state)
{
	(void)state;
	mret(START);
	expect_refused();
	setup(state);
	hart.vm.mie = 0;
	fake.csr[CSR_SEPC] = START;
	fake.csr[CSR_MSTATUS] |= MSTATUS_SPP;
	hart.pc = FAKE_RAM_BASE;
	vtrap_sret(&hart);
	expect_refused();
}

/* Without a policy that mediates a hart enters as on the machine. */
static void nothing_is_refused_unless_somebody_mediates(void **state)
{
	(void)state;
	machine.mediates = false;
	mret(ELSEWHERE);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hart.pc, ELSEWHERE);
	assert_int_equal(hart.counts.refused[REFUSED_RESUME], 0);
}

/* ---- start ---- */

/* I-HSM-1 */
static void entry_is_as_the_payload_asked(void **state)
{
	(void)state;
	assert_int_equal(hsm_request_start(0, START, 0x77), SBI_SUCCESS);
	assert_int_equal(hsm_state_of(&hart), HSM_START_PENDING);
	fake.csr[CSR_MSTATUS] |= MSTATUS_SIE;
	hart.held.satp = (u64)8 << 60;
	hart.timer.waits = true;
	hart.timer.shared = true;
	hart.timer.mtimecmp_addr = FAKE_CLINT_BASE + 0x4000;
	hart.vm.mstatus |= MSTATUS_MPV;
	reg_write(&hart, 10, 0xbad);
	reg_write(&hart, 11, 0xbad);
	mret(ELSEWHERE);
	expect_begun(START, 0x77);
	assert_false(hart.timer.waits); /* of what ran there before */
}

static void entry_is_taken_once(void **state)
{
	struct resume r = {.asked = START};

	(void)state;
	assert_int_equal(hsm_request_start(0, START, 0x77), SBI_SUCCESS);
	hsm_judge(&hart, &r);
	assert_int_equal(r.kind, RESUME_ENTRY);
	assert_int_equal(hsm_state_of(&hart), HSM_RESUME_PENDING);
	hsm_judge(&hart, &r);
	assert_int_equal(r.kind, RESUME_UNASKED);
	assert_false(hsm_take_start(&hart, &r));
}

/* Without mediation the book is kept, and the hart goes where the firmware says. */
static void entry_is_the_firmwares_unless_somebody_mediates(void **state)
{
	(void)state;
	machine.mediates = false;
	assert_int_equal(hsm_request_start(0, START, 0x77), SBI_SUCCESS);
	hart.held.satp = 0x1234;
	reg_write(&hart, 11, 0x88);
	mret(ELSEWHERE);
	assert_int_equal(hart.pc, ELSEWHERE);
	assert_int_equal(fake.csr[CSR_SATP], 0x1234);
	assert_int_equal(reg_read(&hart, 11), 0x88);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
}

/* Of two harts that ask for the same one, one does. */
static void a_hart_is_started_once(void **state)
{
	static const enum hsm_state others[] = {HSM_STARTED, HSM_START_PENDING, HSM_SUSPENDED,
						HSM_SUSPEND_PENDING, HSM_RESUME_PENDING,
						HSM_CLAIMED};

	(void)state;
	assert_int_equal(hsm_request_start(1, START, 1), SBI_SUCCESS);
	assert_int_equal(hsm_request_start(1, ELSEWHERE, 2), SBI_ERR_ALREADY_AVAILABLE);
	assert_int_equal(fake_other.hsm.addr, START);
	assert_int_equal(fake_other.hsm.opaque, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(others); i++) {
		fake_other.hsm.state = others[i];
		assert_int_equal(hsm_request_start(1, ELSEWHERE, 2), SBI_ERR_ALREADY_AVAILABLE);
		assert_int_equal(fake_other.hsm.state, others[i]);
		assert_int_equal(fake_other.hsm.addr, START);
	}
}

/* While address and opaque are being written, the hart is not to be entered yet. */
static void a_claimed_hart_is_not_entered(void **state)
{
	struct resume r = {.asked = START};

	(void)state;
	hart.hsm.state = HSM_CLAIMED;
	assert_int_equal(hsm_state_of(&hart), HSM_START_PENDING);
	assert_false(hsm_take_start(&hart, &r));
	hsm_judge(&hart, &r);
	assert_int_equal(r.kind, RESUME_UNASKED);
	assert_int_equal(hart.hsm.state, HSM_CLAIMED);
}

static void a_start_that_fails_is_taken_back(void **state)
{
	(void)state;
	call(SBI_HSM, SBI_HSM_START, 1, START, 0x77);
	assert_int_equal(hsm_state_of(&fake_other), HSM_START_PENDING);
	answer(SBI_ERR_FAILED);
	assert_int_equal(hsm_state_of(&fake_other), HSM_STOPPED);
	call(SBI_HSM, SBI_HSM_START, 1, START, 0x77);
	answer(SBI_SUCCESS);
	assert_int_equal(hsm_state_of(&fake_other), HSM_START_PENDING);
	/* A second call about the same hart fails, and the first stands. */
	call(SBI_HSM, SBI_HSM_START, 1, ELSEWHERE, 0);
	answer(SBI_ERR_ALREADY_AVAILABLE);
	assert_int_equal(hsm_state_of(&fake_other), HSM_START_PENDING);
	assert_int_equal(fake_other.hsm.addr, START);
	fake_other.hsm.state = HSM_STARTED;
	call(SBI_BASE, 0, 0, 0, 0);
	answer(SBI_ERR_FAILED); /* another call's error is nothing to do with it */
	assert_int_equal(hsm_state_of(&fake_other), HSM_STARTED);
}

/* A call that is given up takes its start back, unless the hart has begun by then. */
static void a_start_is_withdrawn_in_time_or_not_at_all(void **state)
{
	struct resume r;

	(void)state;
	assert_true(hsm_withdraw_start(&hart)); /* nothing was asked for */
	call(SBI_HSM, SBI_HSM_START, 1, START, 0x77);
	assert_true(hsm_withdraw_start(&hart));
	assert_int_equal(hsm_state_of(&fake_other), HSM_STOPPED);
	assert_false(hsm_take_start(&fake_other, &r));
	hart.world = WORLD_PAYLOAD;
	call(SBI_HSM, SBI_HSM_START, 1, START, 0x77);
	assert_true(hsm_take_start(&fake_other, &r));
	assert_int_equal(r.pc, START);
	assert_false(hsm_withdraw_start(&hart));
	assert_int_equal(hart.hsm.asked, 0);
}

static void only_calls_of_the_payload_start_harts(void **state)
{
	static const u64 ids[] = {7, ~(u64)0, 0 /* itself */};
	struct trap t = {.cause = CAUSE_ILLEGAL};

	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++) {
		setup(state);
		call(SBI_HSM, SBI_HSM_START, ids[i], START, 0);
		assert_int_equal(hart.hsm.asked, 0);
		assert_int_equal(hsm_state_of(&fake_other), HSM_STOPPED);
		assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
	}
	setup(state);
	world_enter_payload(&hart, PRIV_S, false);
	hart.hsm.state = HSM_STARTED;
	reg_write(&hart, 10, 1);
	reg_write(&hart, 16, SBI_HSM_START);
	reg_write(&hart, 17, SBI_HSM);
	vtrap_to_firmware(&hart, &t); /* no call */
	assert_int_equal(hsm_state_of(&fake_other), HSM_STOPPED);
}

/* ---- stop ---- */

static void a_hart_that_stops_may_be_started(void **state)
{
	(void)state;
	call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	assert_int_equal(hsm_state_of(&hart), HSM_STOP_PENDING);
	assert_false(hsm_is_started(0));
	assert_true(hsm_gives_up(&hart));
	assert_int_equal(hsm_request_start(0, START, 0x77), SBI_SUCCESS);
	mret(CALL_PC + 4);
	expect_begun(START, 0x77);
}

/* Milliseconds that a question about a hart's state takes before the firmware gets it. */
static u64 wait_for_status(u64 id, enum hsm_state state, bool parked)
{
	setup(NULL);
	machine.timebase = 1000000;
	fake.mtime_step = 100;
	fake_other.hsm.state = state;
	fake_other.hsm.parked = parked;
	fake.mtime = 0;
	call(SBI_HSM, SBI_HSM_STATUS, id, 0, 0);
	return fake.mtime / 1000;
}

static void a_question_waits_until_the_hart_has_stopped(void **state)
{
	(void)state;
	assert_in_range(wait_for_status(1, HSM_STARTED, false), HSM_LEAVE_MS, HSM_LEAVE_MS + 1);
	assert_in_range(wait_for_status(1, HSM_STOP_PENDING, false), HSM_STOP_MS, HSM_STOP_MS + 1);
	assert_int_equal(wait_for_status(1, HSM_STOP_PENDING, true), 0);
	assert_int_equal(wait_for_status(1, HSM_STOPPED, false), 0);
	assert_int_equal(wait_for_status(0, HSM_STOPPED, false), 0); /* itself */
	assert_int_equal(wait_for_status(7, HSM_STOPPED, false), 0); /* nobody */
}

static void a_hart_has_stopped_when_its_firmware_sleeps(void **state)
{
	(void)state;
	hsm_note_sleep(&hart);
	assert_int_equal(hart.hsm.parked, 0);
	call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	hsm_note_sleep(&hart);
	assert_int_equal(hart.hsm.parked, 1);
	answer(SBI_ERR_FAILED);
	call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	assert_int_equal(hart.hsm.parked, 0); /* not yet, this time */
}

static void a_stop_that_fails_is_none(void **state)
{
	(void)state;
	call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	answer(SBI_ERR_FAILED);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
}

/* I-HSM-2: what has been given up cannot be returned to. */
static void a_hart_that_was_given_up_does_not_return(void **state)
{
	(void)state;
	call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	hart.payload.valid = false;
	mret(CALL_PC + 4);
	expect_refused();
}

/* Without firmware: a request that comes between the call and the stop is not lost. */
static void a_start_during_a_stop_is_not_lost(void **state)
{
	struct resume r;

	(void)state;
	call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	assert_int_equal(hsm_request_start(0, START, 0x77), SBI_SUCCESS);
	hsm_stop(&hart);
	assert_true(hsm_take_start(&hart, &r));
	assert_int_equal(r.kind, RESUME_ENTRY);
	assert_int_equal(r.pc, START);
	assert_int_equal(r.priv, PRIV_S);
	assert_false(r.virt);
	setup(state);
	call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0);
	hsm_stop(&hart);
	assert_int_equal(hsm_state_of(&hart), HSM_STOPPED);
	assert_false(hsm_take_start(&hart, &r));
}

/* ---- suspend ---- */

static void retentive_suspend_returns(void **state)
{
	(void)state;
	call(SBI_HSM, SBI_HSM_SUSPEND, 0, START, 0x77);
	assert_int_equal(hsm_state_of(&hart), HSM_SUSPENDED);
	assert_true(hsm_is_started(0)); /* fences reach it */
	assert_false(hsm_gives_up(&hart));
	answer(SBI_SUCCESS);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
	/* It has no entry anywhere. */
	call(SBI_HSM, SBI_HSM_SUSPEND, 0, START, 0x77);
	mret(START);
	assert_int_equal(hart.world, WORLD_PAYLOAD);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
	assert_int_equal(reg_read(&hart, 11), START); /* not begun: a1 is as it was */
}

/* I-HSM-1 */
static void non_retentive_suspend_begins_anew(void **state)
{
	static const u64 calls[][3] = {
		{SBI_HSM, SBI_HSM_SUSPEND, NON_RETENTIVE},
		{SBI_HSM, SBI_HSM_SUSPEND, NON_RETENTIVE | 5},
		{SBI_SUSP, SBI_SUSP_SUSPEND, 0},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++) {
		setup(state);
		call(calls[i][0], calls[i][1], calls[i][2], START, 0x77);
		assert_true(hsm_gives_up(&hart));
		hart.held.satp = 0x1234;
		reg_write(&hart, 11, 0xbad);
		mret(START);
		expect_begun(START, 0x77);
		assert_false(hart.hsm.resumes);
	}
}

/* A firmware that cannot suspend returns an error, as long as the state is there. */
static void a_suspend_that_fails_returns(void **state)
{
	(void)state;
	call(SBI_HSM, SBI_HSM_SUSPEND, NON_RETENTIVE, START, 0x77);
	answer(SBI_ERR_NOT_SUPPORTED);
	assert_int_equal(hsm_state_of(&hart), HSM_STARTED);
	assert_false(hart.hsm.resumes);
}

/* ---- the harts that there are ---- */

static void started_harts_are_listed(void **state)
{
	static const struct {
		enum hsm_state state;
		bool started;
	} all[] = {
		{HSM_STARTED, true}, {HSM_STOPPED, false}, {HSM_START_PENDING, false},
		{HSM_STOP_PENDING, false}, {HSM_SUSPENDED, true}, {HSM_SUSPEND_PENDING, false},
		{HSM_RESUME_PENDING, false}, {HSM_CLAIMED, false},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++) {
		hart.hsm.state = HSM_STARTED;
		fake_other.hsm.state = all[i].state;
		assert_int_equal(hsm_is_started(1), all[i].started);
		assert_int_equal(hsm_started(), all[i].started ? 3 : 1);
	}
}

#define HSM_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HSM_TEST(boot_is_taken_once),
		HSM_TEST(the_boot_hart_enters_where_it_wants),
		HSM_TEST(unasked_entries_are_refused),
		HSM_TEST(nothing_is_refused_unless_somebody_mediates),
		HSM_TEST(entry_is_as_the_payload_asked),
		HSM_TEST(entry_is_taken_once),
		HSM_TEST(entry_is_the_firmwares_unless_somebody_mediates),
		HSM_TEST(a_hart_is_started_once),
		HSM_TEST(a_claimed_hart_is_not_entered),
		HSM_TEST(a_start_that_fails_is_taken_back),
		HSM_TEST(a_start_is_withdrawn_in_time_or_not_at_all),
		HSM_TEST(only_calls_of_the_payload_start_harts),
		HSM_TEST(a_hart_that_stops_may_be_started),
		HSM_TEST(a_question_waits_until_the_hart_has_stopped),
		HSM_TEST(a_hart_has_stopped_when_its_firmware_sleeps),
		HSM_TEST(a_stop_that_fails_is_none),
		HSM_TEST(a_hart_that_was_given_up_does_not_return),
		HSM_TEST(a_start_during_a_stop_is_not_lost),
		HSM_TEST(retentive_suspend_returns),
		HSM_TEST(non_retentive_suspend_begins_anew),
		HSM_TEST(a_suspend_that_fails_returns),
		HSM_TEST(started_harts_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
