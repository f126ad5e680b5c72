/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the slots and of the log behind them, on a flash in memory. Every sequence is also run
 * with the power failing at each of its writes: what is found afterwards is always the state before
 * or the state after, and never an older one.
 */
/* Evidence for I-BND-3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/fake_flash.h"

#define RECORD 104u

static struct crypto_secret root;

/* There is none. */
bool counter_read(struct counter *c, uint64_t *value)
{
	(void)c;
	(void)value;
	abort();
}

bool counter_add(struct counter *c)
{
	(void)c;
	abort();
}

static int make_root(void **state)
{
	static const uint8_t bytes[48] = "the sealing root of the tests of slots, public";

	(void)state;
	return crypto_secret_adopt(&root, bytes, sizeof(bytes)) ? 0 : -1;
}

static enum slots_status reopen(struct slots *s)
{
	struct flash f = {.size = SLOTS_FLASH_LEN};

	return slots_open(s, &f, &root, NULL);
}

static struct slots opened(void)
{
	struct slots s;

	assert_int_equal(reopen(&s), SLOTS_OK);
	return s;
}

/* A start as stage 0 makes it: the slot, and the log as the monitor opens it behind it. */
static enum slots_slot start(struct slots *s)
{
	enum slots_slot slot;

	*s = opened();
	assert_int_equal(slots_choose(s, &slot), SLOTS_OK);
	*s = opened();
	slots_continue(s, slot);
	return slot;
}

static void stage(struct slots *s)
{
	static const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};

	assert_int_equal(slots_stage(s, 0, bytes, sizeof(bytes)), SLOTS_OK);
	assert_int_equal(slots_stage(s, sizeof(bytes), bytes, 4), SLOTS_OK);
	assert_int_equal(slots_stage_end(s), SLOTS_OK);
}

static void test_a_new_flash(void **state)
{
	struct slots s;

	(void)state;
	(void)fake_new();
	assert_int_equal(start(&s), SLOT_A);
	assert_int_equal(s.state.boots, 1);
	assert_true(slots_allows(&s, 0));
	assert_false(slots_on_trial(&s));
	assert_int_equal(start(&s), SLOT_A);
	assert_int_equal(s.state.boots, 2);
}

static void test_no_flash(void **state)
{
	struct flash small = {.size = SLOTS_FLASH_LEN - FLASH_SECTOR};
	struct crypto_secret none = {.len = 0};
	struct flash f = fake_new();
	struct slots s;

	(void)state;
	assert_int_equal(slots_open(&s, &small, &root, NULL), SLOTS_NO_FLASH);
	assert_int_equal(slots_open(&s, &f, &none, NULL), SLOTS_NO_FLASH);
	memset(fake_bytes + SLOTS_LOG_FIRST, 0, 2 * FLASH_SECTOR);
	assert_int_equal(reopen(&s), SLOTS_NO_FLASH);
	(void)fake_new();
	fake_answers = false;
	assert_int_equal(reopen(&s), SLOTS_NO_FLASH);
}

static void test_an_update_is_confirmed(void **state)
{
	struct slots s;

	(void)state;
	(void)fake_new();
	assert_int_equal(start(&s), SLOT_A);
	assert_int_equal(slots_confirm(&s, 3), SLOTS_OK);
	stage(&s);
	assert_memory_equal(fake_bytes + SLOTS_LEN, "\1\2\3\4\5\6\7\10\1\2\3\4", 12);
	assert_int_equal(s.state.floor, 3);
	assert_int_equal(start(&s), SLOT_B);
	assert_true(slots_on_trial(&s));
	assert_true(slots_allows(&s, 3));
	assert_int_equal(slots_confirm(&s, 5), SLOTS_OK);
	assert_false(slots_on_trial(&s));
	assert_int_equal(start(&s), SLOT_B);
	assert_false(slots_allows(&s, 4));
	assert_true(slots_allows(&s, 5));
	stage(&s);
	assert_memory_equal(fake_bytes, "\1\2\3\4", 4);
	assert_int_equal(start(&s), SLOT_A);
}

static void test_an_unconfirmed_update_reverts(void **state)
{
	struct slots s;

	(void)state;
	(void)fake_new();
	(void)start(&s);
	assert_int_equal(slots_confirm(&s, 1), SLOTS_OK);
	stage(&s);
	assert_int_equal(start(&s), SLOT_B);
	assert_int_equal(start(&s), SLOT_A);
	assert_int_equal(s.state.trial, SLOT_NONE);
	assert_int_equal(s.state.floor, 1);
	assert_int_equal(start(&s), SLOT_A);
}

static void test_what_cannot_start_is_rejected(void **state)
{
	enum slots_slot slot;
	struct slots s;

	(void)state;
	(void)fake_new();
	(void)start(&s);
	stage(&s);
	s = opened();
	assert_int_equal(slots_choose(&s, &slot), SLOTS_OK);
	assert_int_equal(slot, SLOT_B);
	assert_int_equal(slots_reject(&s, slot, &slot), SLOTS_OK);
	assert_int_equal(slot, SLOT_A);
	assert_int_equal(opened().state.trial, SLOT_NONE);
	assert_int_equal(slots_reject(&s, slot, &slot), SLOTS_OK);
	assert_int_equal(slot, SLOT_RECOVERY);
	assert_int_equal(slots_confirm(&s, 9), SLOTS_BAD_STATE);
	assert_int_equal(slots_reject(&s, slot, &slot), SLOTS_OK);
	assert_int_equal(slot, SLOT_NONE);
	assert_int_equal(slots_confirm(&s, 9), SLOTS_BAD_STATE);
	assert_int_equal(start(&s), SLOT_A);
}

static void test_the_floor_only_rises(void **state)
{
	struct slots s;

	(void)state;
	(void)fake_new();
	(void)start(&s);
	assert_int_equal(slots_confirm(&s, 9), SLOTS_OK);
	assert_int_equal(slots_confirm(&s, 2), SLOTS_OK);
	assert_int_equal(opened().state.floor, 9);
}

static void test_updates_in_order_only(void **state)
{
	static uint8_t bytes[SLOTS_CHUNK_MAX + 4];
	struct slots s;

	(void)state;
	(void)fake_new();
	s = opened();
	assert_int_equal(slots_stage(&s, 0, bytes, 4), SLOTS_BAD_STATE);
	(void)start(&s);
	assert_int_equal(slots_stage_end(&s), SLOTS_BAD_STATE);
	assert_int_equal(slots_stage(&s, 4, bytes, 4), SLOTS_BAD_STATE);
	assert_int_equal(slots_stage(&s, 0, bytes, 0), SLOTS_BAD_RANGE);
	assert_int_equal(slots_stage(&s, 0, bytes, 3), SLOTS_BAD_RANGE);
	assert_int_equal(slots_stage(&s, 0, bytes, sizeof(bytes)), SLOTS_BAD_RANGE);
	assert_int_equal(slots_stage(&s, 0, bytes, 4), SLOTS_OK);
	assert_int_equal(slots_stage(&s, 8, bytes, 4), SLOTS_BAD_RANGE);
	assert_int_equal(slots_stage(&s, SLOTS_LEN, bytes, 4), SLOTS_BAD_RANGE);
	assert_int_equal(slots_stage(&s, SIZE_MAX - 3, bytes, 4), SLOTS_BAD_RANGE);
	assert_int_equal(slots_stage(&s, 4, bytes, 4), SLOTS_OK);
	assert_int_equal(slots_stage_end(&s), SLOTS_OK);
	assert_int_equal(slots_stage(&s, 8, bytes, 4), SLOTS_BAD_STATE);
	assert_int_equal(start(&s), SLOT_B);
	assert_int_equal(slots_stage(&s, 0, bytes, 4), SLOTS_BAD_STATE);
}

static void test_a_whole_slot_and_no_more(void **state)
{
	static uint8_t bytes[SLOTS_CHUNK_MAX];
	struct slots s;

	(void)state;
	(void)fake_new();
	memset(fake_bytes + SLOTS_LEN, 0, SLOTS_LEN);
	memset(bytes, 0x5a, sizeof(bytes));
	(void)start(&s);
	for (size_t at = 0; at < SLOTS_LEN; at += sizeof(bytes)) {
		assert_int_equal(slots_stage(&s, at, bytes, sizeof(bytes)), SLOTS_OK);
	}
	assert_int_equal(slots_stage(&s, SLOTS_LEN, bytes, 4), SLOTS_BAD_RANGE);
	assert_int_equal(fake_bytes[2 * SLOTS_LEN - 1], 0x5a);
	assert_int_equal(fake_bytes[2 * SLOTS_LEN], 0xff);
}

/* An update that waits is given up before the first of its bytes is lost. */
static void test_a_second_update_replaces_the_first(void **state)
{
	struct slots s;

	(void)state;
	(void)fake_new();
	(void)start(&s);
	stage(&s);
	assert_int_equal(slots_stage(&s, 0, "abcd", 4), SLOTS_OK);
	assert_int_equal(opened().state.trial, SLOT_NONE);
	assert_int_equal(start(&s), SLOT_A);
}

/* ---- somebody else's hands on the log ---- */

static void fill_log(unsigned int records)
{
	struct slots s = opened();
	enum slots_slot slot;

	for (unsigned int i = 0; i < records; i++) {
		assert_int_equal(slots_choose(&s, &slot), SLOTS_OK);
	}
}

static void test_every_bit_of_a_record_counts(void **state)
{
	struct slots s;

	(void)state;
	(void)fake_new();
	fill_log(3);
	for (size_t i = 0; i < 3 * RECORD; i++) {
		uint8_t *at = fake_bytes + SLOTS_LOG_FIRST + i;
		bool is_commit = i % RECORD >= RECORD - 4;

		*at ^= 0x40;
		/*
		 * No bit of the last word comes back without an erase. If one did, that would look
		 * like a write cut short, and be noticed by the gap, where there can be one.
		 */
		if (!is_commit || i / RECORD == 1) {
			assert_int_equal(reopen(&s), SLOTS_TAMPERED);
		}
		*at ^= 0x40;
	}
	assert_int_equal(opened().state.boots, 3);
}

static void test_records_repeated_removed_or_from_elsewhere(void **state)
{
	uint8_t *log;
	struct slots s;
	uint8_t first[3 * RECORD];

	(void)state;
	(void)fake_new();
	log = fake_bytes + SLOTS_LOG_FIRST;
	fill_log(3);
	memcpy(first, log, sizeof(first));
	memcpy(log + 3 * RECORD, log + 2 * RECORD, RECORD);
	assert_int_equal(reopen(&s), SLOTS_TAMPERED);
	memset(log + 3 * RECORD, 0xff, RECORD);
	memcpy(log + 3 * RECORD, first, RECORD);
	assert_int_equal(reopen(&s), SLOTS_TAMPERED);
	memset(log + 3 * RECORD, 0xff, RECORD);
	memcpy(log + RECORD, first + 2 * RECORD, RECORD); /* the second one is gone */
	memset(log + 2 * RECORD, 0xff, RECORD);
	assert_int_equal(reopen(&s), SLOTS_TAMPERED);
	memset(log, 0xff, sizeof(first));
	memcpy(fake_bytes + SLOTS_LOG_SECOND, first, sizeof(first));
	assert_int_equal(reopen(&s), SLOTS_TAMPERED);
}

static void test_another_key(void **state)
{
	static const uint8_t bytes[48] = "another sealing root";
	struct flash f = fake_new();
	struct crypto_secret other;
	struct slots s;

	(void)state;
	fill_log(1);
	assert_true(crypto_secret_adopt(&other, bytes, sizeof(bytes)));
	assert_int_equal(slots_open(&s, &f, &other, NULL), SLOTS_TAMPERED);
}

/* ---- full sectors, and the power ---- */

#define RECORDS (FLASH_SECTOR / RECORD)

static void test_the_log_turns(void **state)
{
	(void)state;
	(void)fake_new();
	fill_log(RECORDS - 1);
	assert_int_equal(opened().log, SLOTS_LOG_FIRST);
	fill_log(2);
	assert_int_equal(opened().log, SLOTS_LOG_SECOND);
	assert_int_equal(opened().state.boots, RECORDS + 1);
	fill_log(RECORDS);
	assert_int_equal(opened().log, SLOTS_LOG_FIRST);
	assert_int_equal(opened().state.boots, 2 * RECORDS + 1);
}

/* The erase of the other sector fails, by half or leaving nonsense. */
static void test_power_fails_while_it_turns(void **state)
{
	(void)state;
	for (unsigned int cut = 1; cut <= 30; cut++) {
		enum slots_slot slot;
		struct slots s;
		uint64_t boots;

		(void)fake_new();
		fill_log(RECORDS);
		memcpy(fake_bytes + SLOTS_LOG_SECOND, fake_bytes + SLOTS_LOG_FIRST, 9 * RECORD);
		fake_garbles = cut % 2 == 0;
		fake_fail_after(cut / 2 + 1);
		s = opened();
		(void)slots_choose(&s, &slot);
		fake_power_on();
		boots = opened().state.boots;
		assert_true(boots == RECORDS || boots == RECORDS + 1);
		fill_log(1);
		assert_int_equal(opened().state.boots, boots + 1);
	}
}

static void confirm_nine(struct slots *s)
{
	(void)slots_confirm(s, 9);
}

static void update(struct slots *s)
{
	if (slots_stage(s, 0, "abcd", 4) == SLOTS_OK) {
		(void)slots_stage_end(s);
	}
}

/* One step with the power failing at its n-th write, until it needs no more than that. */
static unsigned int with_failing_power(void (*step)(struct slots *), struct slots_state *after)
{
	unsigned int n = 0;
	bool failed = true;

	while (failed) {
		struct slots_state before;
		struct slots s;

		(void)fake_new();
		(void)start(&s);
		assert_int_equal(slots_confirm(&s, 4), SLOTS_OK);
		before = s.state;
		fake_fail_after(++n);
		step(&s);
		failed = fake_off;
		fake_power_on();
		*after = opened().state;
		if (failed) {
			assert_memory_equal(after, &before, sizeof(before));
			assert_int_equal(start(&s), SLOT_A);
			assert_int_equal(s.state.boots, before.boots + 1);
			assert_int_equal(s.state.floor, 4);
		}
	}
	return n;
}

static void test_power_fails_anywhere(void **state)
{
	struct slots_state after;

	(void)state;
	assert_int_equal(with_failing_power(confirm_nine, &after), RECORD / FLASH_WORD + 1);
	assert_int_equal(after.floor, 9);
	assert_int_equal(with_failing_power(update, &after), 2 + RECORD / FLASH_WORD + 1);
	assert_int_equal(after.trial, SLOT_B);
}

/* The attempt is spent before the slot is known, so that a machine that hangs there reverts. */
static void test_power_fails_in_the_choice(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= RECORD / FLASH_WORD; n++) {
		enum slots_slot slot;
		struct slots s;

		(void)fake_new();
		(void)start(&s);
		stage(&s);
		s = opened();
		fake_fail_after(n);
		assert_int_equal(slots_choose(&s, &slot), SLOTS_FAILED);
		assert_int_equal(slot, SLOT_NONE);
		fake_power_on();
		assert_int_equal(start(&s), SLOT_B);
		assert_int_equal(start(&s), SLOT_A);
	}
}

static void test_every_status_has_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i <= SLOTS_BAD_RANGE; i++) {
		assert_true(slots_status_text((enum slots_status)i)[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_new_flash),
		cmocka_unit_test(test_no_flash),
		cmocka_unit_test(test_an_update_is_confirmed),
		cmocka_unit_test(test_an_unconfirmed_update_reverts),
		cmocka_unit_test(test_what_cannot_start_is_rejected),
		cmocka_unit_test(test_the_floor_only_rises),
		cmocka_unit_test(test_updates_in_order_only),
		cmocka_unit_test(test_a_whole_slot_and_no_more),
		cmocka_unit_test(test_a_second_update_replaces_the_first),
		cmocka_unit_test(test_every_bit_of_a_record_counts),
		cmocka_unit_test(test_records_repeated_removed_or_from_elsewhere),
		cmocka_unit_test(test_another_key),
		cmocka_unit_test(test_the_log_turns),
		cmocka_unit_test(test_power_fails_while_it_turns),
		cmocka_unit_test(test_power_fails_anywhere),
		cmocka_unit_test(test_power_fails_in_the_choice),
		cmocka_unit_test(test_every_status_has_a_sentence),
	};
	int failed = cmocka_run_group_tests(tests, make_root, NULL);

	free(fake_bytes);
	return failed;
}
