/* SPDX-License-Identifier: Apache-2.0 */
/* attest: what it measures at each hook, and every answer of its SBI extension. */
#include "attest_call.h"

#include "attest/facts.h"
#include "attest/identity.h"
#include "policies/attest/numbers.h"

#define AT (FAKE_RAM_BASE + 0x2000)
#define RAM_END (FAKE_RAM_BASE + FAKE_RAM_SIZE)
#define LEN CRYPTO_SHA384_LEN
#define FILLER 0x2e
#define OWN_SVN 70u
#define TIMEBASE 1000u


/* Memory that the policy is told of: the fake hart's cannot be read by a plain pointer. */
static u8 real[256];

/* Without a stage 0, as boot does it. */
static void adopt_identity(void)
{
	static struct identity_handoff none;
	static const uint8_t code[DICE_LEN];
	const struct identity_start start = {.handoff = &none, .code = code, .policies = "attest",
					     .version = ""};

	assert_true(identity_adopt(&start));
}

static int setup(void **state)
{
	if (!identity_is_made()) {
		adopt_identity();
	}
	unit_setup(state);
	sbi_start_payload();
	machine.memory[1] = range_make((u64)(uintptr_t)real, sizeof(real));
	machine.memory_count = 2;
	memset(fake.ram, FILLER, sizeof(fake.ram));
	memset(attest_take(), 0, sizeof(struct measure_log));
	attest_give();
	machine.timebase = TIMEBASE;
	return 0;
}

static const struct measure_log *events(void)
{
	const struct measure_log *log = attest_take();

	attest_give();
	return log;
}

static const struct measure_event *last(void)
{
	assert_int_not_equal(events()->count, 0);
	return &events()->event[events()->count - 1];
}

static u64 number(const struct measure_event *e, unsigned int at, unsigned int width)
{
	u64 value = 0;

	for (unsigned int i = 0; i < width; i++) {
		value |= (u64)e->data[at + i] << 8 * i;
	}
	return value;
}

/* ---- what is measured ---- */

static void expect_digest(const struct measure_event *e, unsigned int reg, u32 type,
			  const u8 *digest)
{
	assert_int_equal(e->reg, reg);
	assert_int_equal(e->type, type);
	assert_int_equal(e->len, LEN);
	assert_memory_equal(e->data, digest, LEN);
}

/* What boot would know of a bundle with a manifest; a stage 0 there is not. */
static void set_facts(void)
{
	struct attest_facts *f = &attest_facts;

	memset(f->manifest, 0x3a, LEN);
	strcpy(f->platform, "fake-board");
	strcpy(f->version, "1.2");
	f->verified = true;
	f->svn = OWN_SVN;
	machine.timebase = TIMEBASE;
}

/* Once for the machine, on whichever hart comes first; this test has to be the first. */
static void machine_and_policies_come_first_and_once(void **state)
{
	static const char *names[] = {"alpha", "beta", "gamma"};
	const struct measure_log *log = events();

	(void)state;
	set_facts();
	assert_true(policy_attest.init(&hart));
	assert_int_equal(log->count, 8);
	expect_digest(&log->event[0], MEASURE_MONITOR, MEASURE_CODE, identity_facts()->code);
	assert_int_equal(log->event[1].reg, MEASURE_MONITOR);
	assert_int_equal(log->event[1].type, MEASURE_MANIFEST);
	assert_int_equal(log->event[1].len, LEN + 4);
	assert_memory_equal(log->event[1].data, attest_facts.manifest, LEN);
	assert_int_equal(number(&log->event[1], LEN, 4), OWN_SVN);
	assert_int_equal(log->event[2].reg, MEASURE_PLATFORM);
	assert_int_equal(log->event[2].type, MEASURE_MACHINE);
	assert_int_equal(log->event[2].len, 16);
	assert_int_equal(number(&log->event[2], 0, 4), machine.hart_count);
	assert_int_equal(number(&log->event[2], 4, 4), hart.caps.pmp_count);
	assert_int_equal(number(&log->event[2], 8, 4), hart.caps.pmp_grain);
	assert_int_equal(number(&log->event[2], 12, 4), 2);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(log->event[3 + i].reg, MEASURE_POLICIES);
		assert_int_equal(log->event[3 + i].type, MEASURE_POLICY);
		assert_int_equal(log->event[3 + i].len, strlen(names[i]));
		assert_memory_equal(log->event[3 + i].data, names[i], strlen(names[i]));
	}
	assert_int_equal(log->event[6].type, MEASURE_SWITCHED);
	assert_int_equal(number(&log->event[6], 0, 4), 0);
	expect_digest(&log->event[7], MEASURE_POLICIES, MEASURE_AUTHORITY,
		      identity_facts()->authority);
	assert_true(policy_attest.init(&fake_other));
	assert_int_equal(log->count, 8);
}

static void expect_region(unsigned int reg, u32 type, struct range r)
{
	u8 digest[LEN];

	assert_int_equal(last()->reg, reg);
	assert_int_equal(last()->type, type);
	assert_int_equal(last()->len, 64);
	assert_int_equal(number(last(), 0, 8), r.base);
	assert_int_equal(number(last(), 8, 8), r.size);
	crypto_sha384(real, (size_t)r.size, digest);
	assert_memory_equal(last()->data + 16, digest, LEN);
}

static void regions_have_base_size_and_digest(void **state)
{
	static const struct {
		enum measured what;
		unsigned int reg;
		u32 type;
	} rows[] = {
		{MEASURED_FIRMWARE, MEASURE_FIRMWARE, MEASURE_SEGMENT},
		{MEASURED_TREE, MEASURE_HANDOVER, MEASURE_TREE},
		{MEASURED_INITRD, MEASURE_HANDOVER, MEASURE_INITRD},
		{MEASURED_PAYLOAD, MEASURE_HANDOVER, MEASURE_IMAGE},
	};
	u64 base = (u64)(uintptr_t)real;

	(void)state;
	for (unsigned int i = 0; i < sizeof(real); i++) {
		real[i] = (u8)(i * 7);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		for (u64 size = 0; size <= sizeof(real); size += 32) {
			policy_attest.on_measure(&hart, rows[i].what, range_make(base, size));
			expect_region(rows[i].reg, rows[i].type, range_make(base, size));
			memset(attest_take(), 0, sizeof(struct measure_log));
			attest_give();
		}
	}
}

/* Not memory, or the monitor's: it is not read, and the log says size 0 (I-ATT-5). */
static void what_is_no_memory_is_not_read(void **state)
{
	u64 base = (u64)(uintptr_t)real;

	(void)state;
	policy_attest.on_measure(&hart, MEASURED_INITRD, range_make(base, sizeof(real) + 1));
	expect_region(MEASURE_HANDOVER, MEASURE_INITRD, range_make(base, 0));
	policy_attest.on_measure(&hart, MEASURED_TREE, range_make(8, 8));
	expect_region(MEASURE_HANDOVER, MEASURE_TREE, range_make(8, 0));
	machine.self = range_make(base + 64, 64);
	policy_attest.on_measure(&hart, MEASURED_PAYLOAD, range_make(base, 65));
	expect_region(MEASURE_HANDOVER, MEASURE_IMAGE, range_make(base, 0));
}

/* I-ATT-2; the only test whose harts enter the payload. */
static void separators_come_before_the_payload_once(void **state)
{
	const struct measure_log *log = events();

	(void)state;
	policy_attest.on_enter(&hart, WORLD_FIRMWARE);
	assert_int_equal(log->count, 0);
	policy_attest.on_enter(&hart, WORLD_PAYLOAD);
	assert_int_equal(log->count, 7);
	for (unsigned int i = 0; i < 6; i++) {
		assert_int_equal(log->event[i].reg, i);
		assert_int_equal(log->event[i].type, MEASURE_SEPARATOR);
		assert_int_equal(log->event[i].len, 4);
		assert_int_equal(number(&log->event[i], 0, 4), 0);
	}
	assert_int_equal(last()->type, MEASURE_HART);
	assert_int_equal(number(last(), 0, 8), hart.id);
	policy_attest.on_enter(&hart, WORLD_PAYLOAD);
	assert_int_equal(log->count, 7);
	policy_attest.on_enter(&fake_other, WORLD_PAYLOAD);
	assert_int_equal(log->count, 8);
	assert_int_equal(last()->reg, MEASURE_RUNTIME);
	assert_int_equal(number(last(), 0, 8), fake_other.id);
}

static void denials_are_events_at_each_doubling(void **state)
{
	unsigned int expected = 0;

	(void)state;
	for (u64 n = 1; n <= 100; n++) {
		refuse(&fake_other, REFUSED_DEVICE);
		policy_attest.on_leave(&fake_other, WORLD_FIRMWARE);
		expected += (n & (n - 1)) == 0 ? 1 : 0;
		assert_int_equal(events()->count, expected);
		assert_int_equal(last()->reg, MEASURE_RUNTIME);
		assert_int_equal(last()->type, MEASURE_DENIED);
		assert_int_equal(last()->len, 24);
		assert_int_equal(number(last(), 0, 8), fake_other.id);
		assert_int_equal(number(last(), 8, 8), REFUSED_DEVICE);
	}
	assert_int_equal(number(last(), 16, 8), 64);
}

/* ---- the extension ---- */

static void only_the_payloads_s_mode_is_answered(void **state)
{
	(void)state;
	attest(ATTEST_INFO, 0);
	hart.pc = CALL_PC;
	assert_int_equal(policy_attest.on_ecall(&hart, CAUSE_ECALL_S), HANDLED);
	for (u64 cause = 0; cause < 16; cause++) {
		if (cause != CAUSE_ECALL_S) {
			assert_int_equal(policy_attest.on_ecall(&hart, cause), PASS);
		}
	}
	hart.world = WORLD_FIRMWARE;
	assert_int_equal(policy_attest.on_ecall(&hart, CAUSE_ECALL_S), PASS);
	hart.world = WORLD_PAYLOAD;
	reg_write(&hart, 17, BIT(32) | ATTEST_EXTENSION);
	assert_int_equal(policy_attest.on_ecall(&hart, CAUSE_ECALL_S), PASS);
}

static void probe_says_yes_to_its_own_id_only(void **state)
{
	(void)state;
	attest(SBI_BASE_PROBE, ATTEST_EXTENSION);
	hart.pc = CALL_PC;
	reg_write(&hart, 10, ATTEST_EXTENSION);
	reg_write(&hart, 17, SBI_BASE);
	assert_answer(policy_attest.on_ecall(&hart, CAUSE_ECALL_S), SBI_SUCCESS, 1);
	hart.pc = CALL_PC;
	reg_write(&hart, 10, SBI_DBCN);
	assert_passed(policy_attest.on_ecall(&hart, CAUSE_ECALL_S));
}

static void info_tells_what_there_is(void **state)
{
	static const u64 wanted[] = {4, 12, 0xf00, 48u << 16 | 0xc, 3, 512, 1, 0, 62, 146, 1};

	(void)state;
	measure_event(attest_take(), 2, MEASURE_POLICY, (struct crypto_bytes){"sandbox", 7});
	attest_give();
	for (unsigned int i = 0; i < ARRAY_SIZE(wanted); i++) {
		assert_answer(attest(ATTEST_INFO, i), SBI_SUCCESS, wanted[i]);
	}
	assert_answer(attest(ATTEST_INFO, ARRAY_SIZE(wanted)), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(attest(ATTEST_INFO, ~(u64)0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(attest(13, 0), SBI_ERR_NOT_SUPPORTED, 0);
	assert_answer(attest(~(u64)0, 0), SBI_ERR_NOT_SUPPORTED, 0);
}

static void registers_are_read(void **state)
{
	struct measure_log *log = attest_take();

	(void)state;
	for (unsigned int i = 0; i < MEASURE_REGISTERS; i++) {
		memset(log->value[i], (int)i + 1, LEN);
	}
	attest_give();
	for (u64 i = 0; i < MEASURE_REGISTERS; i++) {
		assert_answer(attest(ATTEST_READ, i, AT, 0, LEN), SBI_SUCCESS, LEN);
		assert_memory_equal(ram(AT), log->value[i], LEN);
		assert_int_equal(*ram(AT + LEN), FILLER);
	}
}

/* I-ATT-3 */
static void own_registers_are_extended_by_one_copy(void **state)
{
	(void)state;
	for (u64 i = 0; i < MEASURE_REGISTERS; i++) {
		u8 value[LEN] = {0};

		memset(ram(AT), (int)i, LEN);
		fake.count.accesses = 0;
		if (i < MEASURE_PAYLOAD) {
			u64 refused = hart.counts.refused[REFUSED_CALL];

			assert_answer(attest(ATTEST_EXTEND, i, AT, 0, LEN), SBI_ERR_DENIED, 0);
			assert_int_equal(hart.counts.refused[REFUSED_CALL], refused + 1);
			assert_int_equal(fake.count.accesses, 0);
			if (i != MEASURE_RUNTIME) {
				assert_memory_equal(events()->value[i], value, LEN);
			}
			continue;
		}
		assert_answer(attest(ATTEST_EXTEND, i, AT, 0, LEN), SBI_SUCCESS, 0);
		assert_int_equal(fake.count.accesses, LEN / 8); /* each byte once */
		measure_extend(value, ram(AT));
		assert_memory_equal(events()->value[i], value, LEN);
		assert_int_equal(last()->type, MEASURE_EXTENDED);
	}
}

/* Every wrong register, length and address, of both functions; nothing is changed or written. */
static void wrong_questions_have_their_errors(void **state)
{
	static const struct {
		u64 reg, addr, high, size;
		s64 error;
	} rows[] = {
		{12, AT, 0, LEN, SBI_ERR_INVALID_PARAM},
		{BIT(32) | 8, AT, 0, LEN, SBI_ERR_INVALID_PARAM},
		{~(u64)0, AT, 0, LEN, SBI_ERR_INVALID_PARAM},
		{8, AT, 0, 0, SBI_ERR_INVALID_PARAM},
		{8, AT, 0, LEN - 1, SBI_ERR_INVALID_PARAM},
		{8, AT, 0, LEN + 1, SBI_ERR_INVALID_PARAM},
		{8, AT, 1, LEN, SBI_ERR_INVALID_ADDRESS},
		{8, ~(u64)0, 0, LEN, SBI_ERR_INVALID_ADDRESS},
		{8, 0, 0, LEN, SBI_ERR_INVALID_ADDRESS},
		{8, RAM_END - LEN + 1, 0, LEN, SBI_ERR_INVALID_ADDRESS},
		{8, FAKE_SELF_BASE, 0, LEN, SBI_ERR_INVALID_ADDRESS},
		{8, FAKE_SELF_BASE - 1, 0, LEN, SBI_ERR_INVALID_ADDRESS},
		{8, FAKE_CLINT_BASE, 0, LEN, SBI_ERR_INVALID_ADDRESS},
	};
	static const struct measure_log nothing;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		for (u64 function = ATTEST_READ; function <= ATTEST_EXTEND; function++) {
			assert_answer(attest(function, rows[i].reg, rows[i].addr, rows[i].high,
					     rows[i].size),
				      rows[i].error, 0);
		}
	}
	assert_memory_equal(events(), &nothing, sizeof(nothing));
	for (u64 i = 0; i < FAKE_RAM_SIZE; i++) {
		assert_int_equal(fake.ram[i], FILLER);
	}
}

static void log_is_read_in_slices(void **state)
{
	static u8 whole[4096];
	struct sink s = {.out = whole, .room = sizeof(whole)};

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		measure_event(attest_take(), 3, MEASURE_POLICY, (struct crypto_bytes){"x", 1});
		attest_give();
	}
	measure_write_tcg(events(), &s);
	assert_true(s.total > 2 * ATTEST_SLICE);
	for (u64 at = 0; at <= s.total; at += 100) {
		u64 left = s.total - at;
		u64 most = left < ATTEST_SLICE ? left : ATTEST_SLICE;

		memset(ram(AT), FILLER, 1024);
		assert_answer(attest(ATTEST_LOG, ATTEST_TCG, at, AT, 0, 1000), SBI_SUCCESS, most);
		assert_memory_equal(ram(AT), whole + at, most);
		assert_int_equal(*ram(AT + most), FILLER);
		assert_answer(attest(ATTEST_LOG, ATTEST_TCG, at, AT, 0, 3), SBI_SUCCESS,
			      left < 3 ? left : 3);
	}
	assert_answer(attest(ATTEST_LOG, ATTEST_TCG, s.total, AT, 0, 9), SBI_SUCCESS, 0);
	assert_answer(attest(ATTEST_LOG, ATTEST_TCG, 0, ~(u64)0, 9, 0), SBI_SUCCESS, 0);
	assert_answer(attest(ATTEST_LOG, ATTEST_CBOR, 0, AT, 0, 1), SBI_SUCCESS, 1);
	assert_int_equal(*ram(AT), 0x85);
}

static void wrong_slices_have_their_errors(void **state)
{
	static const struct {
		u64 format, offset, addr, high, size;
		s64 error;
	} rows[] = {
		{2, 0, AT, 0, 8, SBI_ERR_INVALID_PARAM},
		{~(u64)0, 0, AT, 0, 8, SBI_ERR_INVALID_PARAM},
		{ATTEST_CBOR, 1, AT, 0, 8, SBI_ERR_INVALID_PARAM},
		{ATTEST_TCG, 66, AT, 0, 8, SBI_ERR_INVALID_PARAM},
		{ATTEST_TCG, ~(u64)0, AT, 0, 8, SBI_ERR_INVALID_PARAM},
		{ATTEST_TCG, 0, AT, 1, 8, SBI_ERR_INVALID_ADDRESS},
		{ATTEST_TCG, 0, RAM_END - 7, 0, 8, SBI_ERR_INVALID_ADDRESS},
		{ATTEST_TCG, 0, AT, 0, ~(u64)0, SBI_ERR_INVALID_ADDRESS},
		{ATTEST_TCG, 0, AT, 0, FAKE_RAM_SIZE, SBI_ERR_INVALID_ADDRESS},
		{ATTEST_TCG, 0, FAKE_SELF_BASE, 0, 8, SBI_ERR_INVALID_ADDRESS},
		{ATTEST_TCG, 0, FAKE_CLINT_BASE, 0, 8, SBI_ERR_INVALID_ADDRESS},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_answer(attest(ATTEST_LOG, rows[i].format, rows[i].offset, rows[i].addr,
				     rows[i].high, rows[i].size),
			      rows[i].error, 0);
	}
	for (u64 i = 0; i < FAKE_RAM_SIZE; i++) {
		assert_int_equal(fake.ram[i], FILLER);
	}
}

/* The firmware's rules for the payload count: what it may not write, nobody writes for it. */
static void memory_that_the_payload_may_not_touch_is_an_error(void **state)
{
	(void)state;
	hart.world = WORLD_FIRMWARE;
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, PMP_A_NAPOT | PMP_R, 0));
	hart.world = WORLD_PAYLOAD;
	assert_answer(attest(ATTEST_READ, 0, AT, 0, LEN), SBI_ERR_INVALID_ADDRESS, 0);
	assert_answer(attest(ATTEST_LOG, ATTEST_TCG, 0, AT, 0, 8), SBI_ERR_INVALID_ADDRESS, 0);
	assert_int_equal(*ram(AT), FILLER);
}

#define ATTEST_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ATTEST_TEST(machine_and_policies_come_first_and_once),
		ATTEST_TEST(regions_have_base_size_and_digest),
		ATTEST_TEST(what_is_no_memory_is_not_read),
		ATTEST_TEST(separators_come_before_the_payload_once),
		ATTEST_TEST(denials_are_events_at_each_doubling),
		ATTEST_TEST(only_the_payloads_s_mode_is_answered),
		ATTEST_TEST(probe_says_yes_to_its_own_id_only),
		ATTEST_TEST(info_tells_what_there_is),
		ATTEST_TEST(registers_are_read),
		ATTEST_TEST(own_registers_are_extended_by_one_copy),
		ATTEST_TEST(wrong_questions_have_their_errors),
		ATTEST_TEST(log_is_read_in_slices),
		ATTEST_TEST(wrong_slices_have_their_errors),
		ATTEST_TEST(memory_that_the_payload_may_not_touch_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
