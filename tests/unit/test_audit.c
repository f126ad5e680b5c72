/* SPDX-License-Identifier: Apache-2.0 */
/* audit: what it counts at each hook, what the payload is told, and the table it prints. */
#include "unit.h"

#include "lib/log.h"
#include "monitor/policy.h"
#include "monitor/sbi.h"
#include "policies/audit/audit.h"

#define FID 16
#define EID 17
#define PC (FAKE_RAM_BASE + 0x400)

extern const struct policy policy_audit;

/* Counters are never set back, so a test looks at the difference to what was there before it. */
static u64 before[FAKE_HARTS][AUDIT_COUNTERS];

static u64 grown(unsigned int index, unsigned int n)
{
	return audit_value(index, n) - before[index][n];
}

static int setup(void **state)
{
	unit_setup(state);
	hart.pc = PC;
	fake.mtime = 1000;
	unit_listen();
	assert_true(policy_audit.init(&hart));
	assert_true(policy_audit.init(&fake_other));
	for (unsigned int i = 0; i < FAKE_HARTS; i++) {
		for (unsigned int n = 0; n < AUDIT_COUNTERS; n++) {
			before[i][n] = audit_value(i, n);
		}
	}
	return 0;
}

static enum verdict call(u64 eid, u64 fid, u64 a0, u64 a1)
{
	hart.world = WORLD_PAYLOAD;
	reg_write(&hart, EID, eid);
	reg_write(&hart, FID, fid);
	reg_write(&hart, 10, a0);
	reg_write(&hart, 11, a1);
	hart.pc = PC;
	policy_audit.on_exit(&hart, CAUSE_ECALL_S);
	return policy_audit.on_ecall(&hart, CAUSE_ECALL_S);
}

/* The firmware is entered for this cause, stays so long, and returns. */
static void visit(u64 cause, u64 ticks)
{
	policy_audit.on_leave(&hart, WORLD_PAYLOAD);
	hart.world = WORLD_FIRMWARE;
	hart.vm.mcause = cause;
	policy_audit.on_enter(&hart, WORLD_FIRMWARE);
	fake.mtime += ticks;
	policy_audit.on_leave(&hart, WORLD_FIRMWARE);
	hart.world = WORLD_PAYLOAD;
	policy_audit.on_enter(&hart, WORLD_PAYLOAD);
}

static void expect_answer(s64 error, u64 value)
{
	assert_int_equal(reg_read(&hart, 10), (u64)error);
	assert_int_equal(reg_read(&hart, 11), value);
	assert_int_equal(hart.pc, PC + 4);
}

/* ---- counting ---- */

static void exits_are_counted_by_world_and_cause(void **state)
{
	static const struct {
		enum world world;
		u64 cause;
		unsigned int n;
	} rows[] = {
		{ WORLD_FIRMWARE, 0, AUDIT_FIRMWARE_EXCEPTIONS },
		{ WORLD_FIRMWARE, CAUSE_ILLEGAL, AUDIT_FIRMWARE_EXCEPTIONS + 2 },
		{ WORLD_FIRMWARE, CAUSE_ECALL_S, AUDIT_FIRMWARE_EXCEPTIONS + 9 },
		{ WORLD_FIRMWARE, 30, AUDIT_FIRMWARE_EXCEPTIONS + 30 },
		{ WORLD_FIRMWARE, 31, AUDIT_FIRMWARE_EXCEPTIONS + 31 },
		{ WORLD_FIRMWARE, 63, AUDIT_FIRMWARE_EXCEPTIONS + 31 },
		{ WORLD_FIRMWARE, CAUSE_INTERRUPT | IRQ_MTI, AUDIT_FIRMWARE_INTERRUPTS + 7 },
		{ WORLD_PAYLOAD, CAUSE_ILLEGAL, AUDIT_PAYLOAD_EXCEPTIONS + 2 },
		{ WORLD_PAYLOAD, ~CAUSE_INTERRUPT, AUDIT_PAYLOAD_EXCEPTIONS + 31 },
		{ WORLD_PAYLOAD, CAUSE_INTERRUPT | IRQ_MSI, AUDIT_PAYLOAD_INTERRUPTS + 3 },
		{ WORLD_PAYLOAD, ~(u64)0, AUDIT_PAYLOAD_INTERRUPTS + 31 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 sum = 0;

		setup(state);
		hart.world = rows[i].world;
		policy_audit.on_exit(&hart, rows[i].cause);
		assert_int_equal(grown(0, rows[i].n), 1);
		for (unsigned int n = 0; n < AUDIT_COUNTERS; n++) {
			sum += grown(0, n) + grown(1, n);
		}
		assert_int_equal(sum, 1);
	}
}

static void each_hart_has_its_own_counters(void **state)
{
	(void)state;
	policy_audit.on_exit(&fake_other, CAUSE_ILLEGAL);
	assert_int_equal(grown(1, AUDIT_FIRMWARE_EXCEPTIONS + CAUSE_ILLEGAL), 1);
	assert_int_equal(grown(0, AUDIT_FIRMWARE_EXCEPTIONS + CAUSE_ILLEGAL), 0);
}

static void calls_are_counted_by_extension(void **state)
{
	static const struct {
		u64 id;
		unsigned int call;
	} rows[] = {
		{ 0, AUDIT_CALL_LEGACY },	  { 0x0f, AUDIT_CALL_LEGACY },
		{ 0x10, AUDIT_CALL_BASE },	  { 0x54494d45, AUDIT_CALL_TIME },
		{ 0x735049, AUDIT_CALL_IPI },	  { 0x52464e43, AUDIT_CALL_RFENCE },
		{ 0x48534d, AUDIT_CALL_HSM },	  { 0x53525354, AUDIT_CALL_SRST },
		{ 0x504d55, AUDIT_CALL_PMU },	  { 0x4442434e, AUDIT_CALL_DBCN },
		{ 0x53555350, AUDIT_CALL_SUSP },  { 0x43505043, AUDIT_CALL_CPPC },
		{ 0x4e41434c, AUDIT_CALL_NACL },  { 0x535441, AUDIT_CALL_STA },
		{ 0x535345, AUDIT_CALL_SSE },	  { 0x46574654, AUDIT_CALL_FWFT },
		{ 0x44425452, AUDIT_CALL_DBTR },  { 0x4d505859, AUDIT_CALL_MPXY },
		{ 0x0843444e, AUDIT_CALL_AUDIT }, { 0x11, AUDIT_CALL_OTHER },
		{ ~(u64)0, AUDIT_CALL_OTHER },	  { BIT(32) | 0x10, AUDIT_CALL_OTHER },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(state);
		call(rows[i].id, 9, 0, 0);
		assert_int_equal(grown(0, AUDIT_CALLS + rows[i].call), 1);
		assert_int_equal(grown(0, AUDIT_PAYLOAD_EXCEPTIONS + CAUSE_ECALL_S), 1);
	}
}

static void only_the_payloads_s_mode_makes_sbi_calls(void **state)
{
	(void)state;
	reg_write(&hart, EID, SBI_TIME);
	policy_audit.on_exit(&hart, CAUSE_ECALL_U);
	policy_audit.on_exit(&hart, CAUSE_ECALL_S);
	hart.world = WORLD_PAYLOAD;
	policy_audit.on_exit(&hart, CAUSE_ECALL_U);
	policy_audit.on_exit(&hart, CAUSE_ECALL_VS);
	assert_int_equal(grown(0, AUDIT_CALLS + AUDIT_CALL_TIME), 0);
}

static void call_is_forwarded_if_the_firmware_is_entered_for_it(void **state)
{
	(void)state;
	assert_int_equal(call(SBI_TIME, 0, 5, 0), PASS);
	visit(CAUSE_ECALL_S, 10);
	assert_int_equal(grown(0, AUDIT_FORWARDED + AUDIT_CALL_TIME), 1);
	assert_int_equal(call(SBI_TIME, 0, 5, 0), PASS); /* answered by another policy */
	assert_int_equal(grown(0, AUDIT_FORWARDED + AUDIT_CALL_TIME), 1);
	assert_int_equal(grown(0, AUDIT_CALLS + AUDIT_CALL_TIME), 2);
}

/* Answered, and then an interrupt for the firmware within the same trap of the monitor's. */
static void interrupt_after_an_answer_is_no_forwarded_call(void **state)
{
	(void)state;
	call(SBI_TIME, 0, 5, 0);
	visit(CAUSE_INTERRUPT | IRQ_MTI, 10);
	assert_int_equal(grown(0, AUDIT_FORWARDED + AUDIT_CALL_TIME), 0);
	assert_int_equal(grown(0, AUDIT_TO_FIRMWARE), 1);
	/* and a trap after a call is not that call's, whatever mcause is left from before */
	call(SBI_TIME, 0, 5, 0);
	policy_audit.on_exit(&hart, CAUSE_ILLEGAL);
	visit(CAUSE_ECALL_S, 10);
	assert_int_equal(grown(0, AUDIT_FORWARDED + AUDIT_CALL_TIME), 0);
}

static void firmware_time_is_from_entry_to_return(void **state)
{
	(void)state;
	fake.mtime += 5000; /* the payload's own */
	policy_audit.on_leave(&hart, WORLD_PAYLOAD);
	policy_audit.on_enter(&hart, WORLD_FIRMWARE);
	fake.mtime += 300;
	policy_audit.on_leave(&hart, WORLD_FIRMWARE);
	policy_audit.on_enter(&hart, WORLD_PAYLOAD);
	fake.mtime += 7000;
	visit(CAUSE_ECALL_S, 20);
	assert_int_equal(grown(0, AUDIT_FIRMWARE_TICKS), 320);
	assert_int_equal(grown(0, AUDIT_TO_FIRMWARE), 2);
	assert_int_equal(grown(0, AUDIT_TO_PAYLOAD), 2);
}

/* The other hart has never been to the payload in this program. */
static void first_stay_is_the_boot(void **state)
{
	(void)state;
	fake.mtime += 400;
	policy_audit.on_leave(&fake_other, WORLD_FIRMWARE);
	policy_audit.on_enter(&fake_other, WORLD_PAYLOAD);
	policy_audit.on_enter(&fake_other, WORLD_FIRMWARE);
	fake.mtime += 30;
	policy_audit.on_leave(&fake_other, WORLD_FIRMWARE);
	assert_int_equal(grown(1, AUDIT_BOOT_TICKS), 400);
	assert_int_equal(grown(1, AUDIT_FIRMWARE_TICKS), 430);
}

/* ---- the extension ---- */

static void base_probe_says_yes_to_its_own_id_only(void **state)
{
	(void)state;
	assert_int_equal(call(SBI_BASE, SBI_BASE_PROBE, AUDIT_EXTENSION, 9), HANDLED);
	expect_answer(SBI_SUCCESS, 1);
	assert_int_equal(call(SBI_BASE, SBI_BASE_PROBE, SBI_TIME, 9), PASS);
	assert_int_equal(call(SBI_BASE, SBI_BASE_PROBE, BIT(32) | AUDIT_EXTENSION, 9), PASS);
	assert_int_equal(call(SBI_BASE, 0, AUDIT_EXTENSION, 9), PASS);
	assert_int_equal(call(SBI_HSM, SBI_BASE_PROBE, AUDIT_EXTENSION, 9), PASS);
	assert_int_equal(hart.pc, PC);
}

static void info_tells_version_harts_and_counters(void **state)
{
	(void)state;
	assert_int_equal(call(AUDIT_EXTENSION, AUDIT_INFO, 0, 0), HANDLED);
	expect_answer(SBI_SUCCESS, BIT(32) | FAKE_HARTS << 16 | 224);
}

static void counters_of_every_hart_are_read_by_its_id(void **state)
{
	(void)state;
	fake_other.id = 77;
	refuse(&fake_other, REFUSED_INJECT);
	refuse(&fake_other, REFUSED_INJECT);
	call(AUDIT_EXTENSION, AUDIT_READ, AUDIT_DENIED + REFUSED_INJECT, 77);
	expect_answer(SBI_SUCCESS, 2);
	call(AUDIT_EXTENSION, AUDIT_READ, AUDIT_DENIED + REFUSED_INJECT, 0);
	expect_answer(SBI_SUCCESS, 0);
	call(AUDIT_EXTENSION, AUDIT_READ, AUDIT_CALLS + AUDIT_CALL_AUDIT, 0);
	expect_answer(SBI_SUCCESS, before[0][AUDIT_CALLS + AUDIT_CALL_AUDIT] + 3);
}

static void wrong_questions_have_the_sbis_errors(void **state)
{
	(void)state;
	call(AUDIT_EXTENSION, AUDIT_READ, AUDIT_COUNTERS, 0);
	expect_answer(SBI_ERR_INVALID_PARAM, 0);
	call(AUDIT_EXTENSION, AUDIT_READ, BIT(32), 0);
	expect_answer(SBI_ERR_INVALID_PARAM, 0);
	call(AUDIT_EXTENSION, AUDIT_READ, 0, 2);
	expect_answer(SBI_ERR_INVALID_PARAM, 0);
	call(AUDIT_EXTENSION, 2, 0, 0);
	expect_answer(SBI_ERR_NOT_SUPPORTED, 0);
	call(AUDIT_EXTENSION, BIT(32), 0, 0);
	expect_answer(SBI_ERR_NOT_SUPPORTED, 0);
}

static void only_s_mode_is_answered(void **state)
{
	(void)state;
	hart.world = WORLD_PAYLOAD;
	reg_write(&hart, EID, AUDIT_EXTENSION);
	assert_int_equal(policy_audit.on_ecall(&hart, CAUSE_ECALL_U), PASS);
	assert_int_equal(policy_audit.on_ecall(&hart, CAUSE_ECALL_VS), PASS);
	assert_int_equal(hart.pc, PC);
}

/* ---- the table ---- */

static void expect_printed(const char *text)
{
	if (strstr(unit_printed, text) == NULL) {
		fail_msg("not printed: %s\n%s", text, unit_printed);
	}
}

static void shutdown_prints_what_is_not_zero_four_times_at_most(void **state)
{
	(void)state;
	refuse(&hart, REFUSED_CSR);
	call(SBI_SRST, SBI_SRST_RESET + 1, 0, 0);
	call(SBI_SRST, SBI_SRST_RESET, 3, 0);
	assert_string_equal(unit_printed, "");
	assert_int_equal(call(SBI_SRST, SBI_SRST_RESET, 0, 0), PASS);
	expect_printed("[cordon] audit: version 1, 2 harts\r\n");
	expect_printed("[cordon] audit hart 0: denied csr 1\r\n");
	expect_printed("\r\n[cordon] audit: end\r\n");
	assert_null(strstr(unit_printed, " 0\r\n"));
	assert_null(strstr(unit_printed, " 0 "));
	for (unsigned int i = 2; i <= 5; i++) {
		unit_listen();
		assert_int_equal(call(SBI_LEGACY_SHUTDOWN, 0, 0, 0), PASS);
		assert_int_equal(unit_printed[0] != '\0', i <= 4);
	}
}

/* Every counter has a name of its own in its group, also causes that nobody has named. */
static void long_groups_go_on_in_a_new_line(void **state)
{
	unsigned int lines = 0;

	(void)state;
	hart.world = WORLD_FIRMWARE;
	for (u64 cause = 0; cause < 40; cause++) {
		policy_audit.on_exit(&hart, cause);
	}
	audit_report();
	for (const char *at = unit_printed; (at = strstr(at, "hart 0: firmware-exits ")) != NULL;
	     at++) {
		lines++;
		assert_true(strcspn(at, "\r") < 160);
	}
	assert_true(lines > 2);
	expect_printed(" exception-14 ");
	expect_printed(" exception-31 ");
	expect_printed(" guest-store-page ");
}

#define AUDIT_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AUDIT_TEST(exits_are_counted_by_world_and_cause),
		AUDIT_TEST(each_hart_has_its_own_counters),
		AUDIT_TEST(calls_are_counted_by_extension),
		AUDIT_TEST(only_the_payloads_s_mode_makes_sbi_calls),
		AUDIT_TEST(call_is_forwarded_if_the_firmware_is_entered_for_it),
		AUDIT_TEST(interrupt_after_an_answer_is_no_forwarded_call),
		AUDIT_TEST(firmware_time_is_from_entry_to_return),
		AUDIT_TEST(first_stay_is_the_boot),
		AUDIT_TEST(base_probe_says_yes_to_its_own_id_only),
		AUDIT_TEST(info_tells_version_harts_and_counters),
		AUDIT_TEST(counters_of_every_hart_are_read_by_its_id),
		AUDIT_TEST(wrong_questions_have_the_sbis_errors),
		AUDIT_TEST(only_s_mode_is_answered),
		AUDIT_TEST(shutdown_prints_what_is_not_zero_four_times_at_most),
		AUDIT_TEST(long_groups_go_on_in_a_new_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
