/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attest digests the firmware's code again: what is looked at, what a change does, and what is not
 * seen. The tests are in order: segments that were measured once stay so.
 */
/* Evidence for I-ATT-10. */
#include "attest_token.h"

#include "attest/facts.h"
#include "attest/identity.h"

#define AT (FAKE_RAM_BASE + 0x2000)
#define TO (FAKE_RAM_BASE + 0x8000)
#define ROOM 8192u
#define LEN CRYPTO_SHA384_LEN
#define TIMEBASE 8000u
#define SLICE 32768u /* bytes */
#define CLAIM_RECHECK (-70011)

/* The firmware. Nobody is to write its segments 0 and 2, which are three slices and one. */
static struct {
	u8 text[2 * SLICE + 100], data[64], constants[SLICE];
} firmware;
#define SLICES 4u

static const struct {
	u8 *bytes;
	size_t size;
} segments[] = {
	{firmware.text, sizeof(firmware.text)},
	{firmware.data, sizeof(firmware.data)},
	{firmware.constants, sizeof(firmware.constants)},
};

static int setup(void **state)
{
	static u64 tests;

	unit_setup(state);
	sbi_start_payload();
	machine.timebase = TIMEBASE;
	fake.mtime = ++tests * 1000 * TIMEBASE; /* what the last test has spent is back */
	machine.memory[1] = range_make((u64)(uintptr_t)&firmware, sizeof(firmware));
	machine.memory_count = 2;
	machine.manifest.fixed = 5;
	strcpy(attest_facts.platform, "fake-board");
	return 0;
}

/* As boot does it without a stage 0. */
static int start(void **state)
{
	static struct identity_handoff none;
	static u8 code[LEN], authority[LEN];
	const struct identity_start begun = {.handoff = &none, .code = code, .policies = "attest",
					     .version = "1.2", .authority = authority};

	assert_true(identity_adopt(&begun));
	setup(state);
	for (size_t i = 0; i < sizeof(firmware.text); i++) {
		firmware.text[i] = (u8)unit_random();
		firmware.constants[i % SLICE] = (u8)unit_random();
	}
	return policy_attest.init(&hart) ? 0 : -1;
}

static u64 begin(u32 flags)
{
	fake_store(AT, 4, ATTEST_REQUEST_VERSION);
	fake_store(AT + 4, 4, flags);
	fake_store(AT + 8, 4, 32);
	fake_store(AT + 12, 4, 0);
	assert_int_equal(attest(ATTEST_BEGIN, AT, 0, ATTEST_REQUEST_HEAD), HANDLED);
	assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
	return reg_read(&hart, 11);
}

/* One call; true: that was the last one. */
static bool go_on(void)
{
	unsigned int before = fake.count.slices;

	assert_int_equal(attest(ATTEST_CONTINUE, TO, 0, ROOM), HANDLED);
	assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
	assert_true(fake.count.slices <= before + 2); /* the last one of code starts a signature */
	return reg_read(&hart, 11) != 0;
}

static unsigned int complete(void)
{
	unsigned int calls = 1;

	while (!go_on()) {
		calls++;
	}
	return calls;
}

/* The claim of the token at TO, which says this of these segments; its digest. */
static const u8 *said(u64 length, u64 code, u64 which)
{
	struct cbor_reader r = cbor_open(claim(open_token(TO, length), CLAIM_RECHECK));
	const u8 *digest;

	assert_int_equal(reg_read(&hart, 11), length);
	assert_int_equal(cbor_take_map(&r), 3);
	assert_int_equal(cbor_take_unsigned(&r), 1);
	assert_int_equal(cbor_take_unsigned(&r), code);
	assert_int_equal(cbor_take_unsigned(&r), 2);
	assert_int_equal(cbor_take_unsigned(&r), which);
	assert_int_equal(cbor_take_unsigned(&r), 3);
	digest = cbor_take_sized(&r, LEN);
	assert_true(cbor_at_end(&r));
	return digest;
}

static const u8 *asked(u64 code)
{
	u64 length = begin(ATTEST_RECHECK);

	complete();
	return said(length, code, 5);
}

/* Of the events that segments 0 and 2 would have now. */
static const u8 *wanted(void)
{
	static u8 digest[LEN];
	u8 events[2 * MEASURE_DATA_MAX];
	struct sink s = {.out = events, .room = sizeof(events)};

	for (unsigned int i = 0; i < ARRAY_SIZE(segments); i += 2) {
		crypto_sha384(segments[i].bytes, segments[i].size, digest);
		sink_little(&s, (u64)(uintptr_t)segments[i].bytes, 8);
		sink_little(&s, segments[i].size, 8);
		sink_bytes(&s, digest, LEN);
	}
	crypto_sha384(events, s.kept, digest);
	return digest;
}

/* Events of changed code, of which the last one has this digest. */
static unsigned int changes(const u8 *digest)
{
	const struct measure_log *log = attest_take();
	unsigned int count = 0;

	attest_give();
	for (unsigned int i = 0; i < log->count; i++) {
		if (log->event[i].type == MEASURE_CHANGED) {
			assert_int_equal(log->event[i].reg, MEASURE_RUNTIME);
			assert_int_equal(log->event[i].len, LEN);
			assert_memory_equal(log->event[i].data, digest, LEN);
			count++;
		}
	}
	return count;
}

/* ---- the tests ---- */

static unsigned int plain_calls;

static void without_the_flag_nothing_is_claimed(void **state)
{
	u64 length = begin(0);

	(void)state;
	plain_calls = complete();
	assert_int_equal(find_claim(open_token(TO, length), CLAIM_RECHECK).len, 0);
}

/* No firmware was measured yet. */
static void without_code_to_look_at_that_is_claimed(void **state)
{
	u64 length = begin(ATTEST_RECHECK);
	u8 nothing[LEN];

	(void)state;
	crypto_sha384(NULL, 0, nothing);
	assert_int_equal(complete(), plain_calls);
	assert_memory_equal(said(length, EVIDENCE_NO_CODE, 0), nothing, LEN);
}

/* The first three count; what is no memory, or more than a manifest can name, does not. */
static void segments_are_those_of_the_manifest(void **state)
{
	u64 length;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(segments); i++) {
		policy_attest.on_measure(&hart, MEASURED_FIRMWARE,
					 range_make((u64)(uintptr_t)segments[i].bytes,
						    segments[i].size));
	}
	machine.manifest.fixed = ~0u;
	for (unsigned int i = 3; i < 40; i++) {
		policy_attest.on_measure(&hart, MEASURED_FIRMWARE, range_make(8, 8));
	}
	length = begin(ATTEST_RECHECK);
	assert_int_equal(complete(), plain_calls + SLICES);
	assert_memory_equal(said(length, EVIDENCE_SAME, 5), wanted(), LEN);
	begin(0);
	assert_int_equal(complete(), plain_calls);
}

static void every_bit_of_the_code_counts(void **state)
{
	static const size_t at[] = {0, SLICE - 1, SLICE, 2 * SLICE, 2 * SLICE + 99};
	static u8 first[LEN];

	(void)state;
	assert_int_equal(changes(NULL), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(at); i++) {
		firmware.text[at[i]] ^= (u8)(1u << i);
		assert_memory_equal(asked(EVIDENCE_CHANGED), wanted(), LEN);
		if (i == 0) {
			memcpy(first, wanted(), LEN);
		}
		firmware.text[at[i]] ^= (u8)(1u << i);
		fake.mtime += 1000 * TIMEBASE;
	}
	firmware.constants[SLICE - 1] ^= 0x80;
	assert_memory_equal(asked(EVIDENCE_CHANGED), wanted(), LEN);
	firmware.constants[SLICE - 1] ^= 0x80;
	assert_memory_equal(asked(EVIDENCE_SAME), wanted(), LEN);
	assert_int_equal(changes(first), 1); /* of the first one alone */
}

static void what_the_firmware_may_write_does_not_count(void **state)
{
	(void)state;
	memset(firmware.data, 0x55, sizeof(firmware.data));
	asked(EVIDENCE_SAME);
}

/* Each byte is looked at once, in its slice: before and behind that, nobody looks. */
static void a_change_is_seen_only_when_its_slice_comes(void **state)
{
	u64 length = begin(ATTEST_RECHECK);

	(void)state;
	firmware.text[SLICE] ^= 1; /* in the second slice, and put back when that comes */
	go_on();
	firmware.text[SLICE] ^= 1;
	firmware.text[0] ^= 1; /* in the first one, which is done */
	complete();
	said(length, EVIDENCE_SAME, 5);
	begin(ATTEST_RECHECK);
	firmware.text[0] ^= 1;
	complete();
	said(length, EVIDENCE_SAME, 5);
	begin(ATTEST_RECHECK);
	go_on();
	firmware.text[SLICE] ^= 1;
	complete();
	said(length, EVIDENCE_CHANGED, 5);
	firmware.text[SLICE] ^= 1;
}

static void a_request_that_is_given_up_leaves_nothing(void **state)
{
	u64 length;

	(void)state;
	for (unsigned int done = 0; done <= SLICES + 1; done++) {
		begin(ATTEST_RECHECK);
		for (unsigned int i = 0; i < done; i++) {
			assert_false(go_on());
		}
		length = begin(0);
		assert_int_equal(complete(), plain_calls);
		assert_int_equal(find_claim(open_token(TO, length), CLAIM_RECHECK).len, 0);
		asked(EVIDENCE_SAME);
		fake.mtime += 1000 * TIMEBASE;
	}
}

/* All but that claim is of the beginning (I-ATT-6). */
static void the_log_is_of_the_beginning(void **state)
{
	static u8 first[ROOM];
	u64 length = begin(ATTEST_RECHECK);
	u8 digest[LEN] = {1};

	(void)state;
	complete();
	memcpy(first, ram(TO), length);
	assert_int_equal(begin(ATTEST_RECHECK), length);
	measure_payload(attest_take(), 8, digest);
	attest_give();
	complete();
	assert_memory_equal(first, ram(TO), length);
}

static void another_hart_gets_nothing(void **state)
{
	(void)state;
	begin(ATTEST_RECHECK);
	hart.index = 1;
	assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_ERR_INVALID_STATE, 0);
	hart.index = 0;
	assert_int_equal(complete(), plain_calls + SLICES);
}

#define RECHECK_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECHECK_TEST(without_the_flag_nothing_is_claimed),
		RECHECK_TEST(without_code_to_look_at_that_is_claimed),
		RECHECK_TEST(segments_are_those_of_the_manifest),
		RECHECK_TEST(every_bit_of_the_code_counts),
		RECHECK_TEST(what_the_firmware_may_write_does_not_count),
		RECHECK_TEST(a_change_is_seen_only_when_its_slice_comes),
		RECHECK_TEST(a_request_that_is_given_up_leaves_nothing),
		RECHECK_TEST(the_log_is_of_the_beginning),
		RECHECK_TEST(another_hart_gets_nothing),
	};

	return cmocka_run_group_tests_name("recheck", tests, start, NULL);
}
