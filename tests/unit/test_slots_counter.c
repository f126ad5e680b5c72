/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of starts with a counter that nobody can put back: every older copy of the flash is
 * refused, and no power cut is taken for one, wherever it comes.
 */
/* Evidence for I-BND-5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/fake_flash.h"

static struct crypto_secret root;
static uint8_t *copy; /* of the flash */

/* The counter: it shares the power with the flash. */
static uint64_t count;
static bool is_mute;

bool counter_read(struct counter *c, uint64_t *value)
{
	(void)c;
	*value = count;
	return !is_mute;
}

/* Where the power fails it has counted, or it has not; who asked does not learn which. */
bool counter_add(struct counter *c)
{
	bool counts;

	(void)c;
	if (is_mute || fake_off) {
		return false;
	}
	counts = !fake_fails() || fake_garbles;
	count += counts ? 1 : 0;
	return !fake_off;
}

static int make_root(void **state)
{
	static const uint8_t bytes[48] = "the sealing root of these tests, known to all";

	(void)state;
	copy = malloc(SLOTS_FLASH_LEN);
	return copy != NULL && crypto_secret_adopt(&root, bytes, sizeof(bytes)) ? 0 : -1;
}

static int setup(void **state)
{
	(void)state;
	(void)fake_new();
	count = 0;
	is_mute = false;
	return 0;
}

static enum slots_status reopen(struct slots *s)
{
	static struct counter counter;
	struct flash f = {.size = SLOTS_FLASH_LEN};

	return slots_open(s, &f, &root, &counter);
}

/* A start as stage 0 makes it, and the log as the monitor opens it behind it. */
static enum slots_slot start(struct slots *s)
{
	enum slots_slot slot;

	assert_int_equal(reopen(s), SLOTS_OK);
	assert_int_equal(slots_choose(s, &slot), SLOTS_OK);
	assert_int_equal(reopen(s), SLOTS_OK);
	slots_continue(s, slot);
	return slot;
}

static void keep_copy(void)
{
	memcpy(copy, fake_bytes, SLOTS_FLASH_LEN);
}

static void put_copy_back(void)
{
	memcpy(fake_bytes, copy, SLOTS_FLASH_LEN);
}

static void every_start_is_counted(void **state)
{
	struct slots s;

	(void)state;
	for (unsigned int i = 1; i < 10; i++) {
		assert_int_equal(start(&s), SLOT_A);
		assert_int_equal(count, i);
		assert_int_equal(s.state.boots, i);
	}
	assert_int_equal(slots_confirm(&s, 7), SLOTS_OK);
	assert_int_equal(count, 10);
}

/* Whatever has happened since: a start, a confirmation, an update, or that a flash is erased. */
static void an_older_flash_is_refused(void **state)
{
	struct slots s;

	for (unsigned int what = 0; what < 4; what++) {
		(void)setup(state);
		(void)start(&s);
		keep_copy();
		if (what == 0) {
			(void)start(&s);
		} else if (what == 1) {
			assert_int_equal(slots_confirm(&s, 7), SLOTS_OK);
		} else if (what == 2) {
			assert_int_equal(slots_stage(&s, 0, "abcd", 4), SLOTS_OK);
			assert_int_equal(slots_stage_end(&s), SLOTS_OK);
		} else {
			memset(copy, 0xff, SLOTS_FLASH_LEN);
		}
		assert_int_equal(reopen(&s), SLOTS_OK);
		put_copy_back();
		assert_int_equal(reopen(&s), SLOTS_REPLAYED);
		assert_int_equal(reopen(&s), SLOTS_REPLAYED);
	}
}

/* Copies of the sectors that the log has left are no way back, either. */
static void a_full_log_turns_and_counts_on(void **state)
{
	enum slots_slot slot;
	struct slots s;

	(void)state;
	assert_int_equal(reopen(&s), SLOTS_OK);
	while (count < 6000) {
		assert_int_equal(slots_choose(&s, &slot), SLOTS_OK);
	}
	assert_int_equal(s.state.boots, 6000);
	keep_copy();
	(void)start(&s);
	put_copy_back();
	assert_int_equal(reopen(&s), SLOTS_REPLAYED);
}

/* A counter of another TPM, before or behind. */
static void another_counter_is_refused(void **state)
{
	struct slots s;

	(void)state;
	(void)start(&s);
	(void)start(&s);
	(void)start(&s);
	count = 1;
	assert_int_equal(reopen(&s), SLOTS_REPLAYED);
	count = 4;
	assert_int_equal(reopen(&s), SLOTS_REPLAYED);
	count = 2; /* the power has failed before it has counted */
	assert_int_equal(reopen(&s), SLOTS_OK);
	assert_int_equal(count, 3);
}

static void a_silent_counter_is_refused(void **state)
{
	enum slots_slot slot;
	struct slots s;

	(void)state;
	(void)start(&s);
	is_mute = true;
	assert_int_equal(slots_confirm(&s, 3), SLOTS_NO_COUNTER);
	assert_int_equal(slots_confirm(&s, 4), SLOTS_NO_COUNTER); /* and nothing more is written */
	assert_int_equal(reopen(&s), SLOTS_NO_COUNTER);
	is_mute = false;
	assert_int_equal(reopen(&s), SLOTS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(s.state.floor, 3);
	is_mute = true;
	assert_int_equal(slots_choose(&s, &slot), SLOTS_NO_COUNTER);
	assert_int_equal(slot, SLOT_NONE);
}

/* A start, an update and a confirmation; the power fails at the n-th write or count. */
static bool live(unsigned int n)
{
	enum slots_slot slot;
	struct slots s;

	fake_fail_after(n);
	if (reopen(&s) == SLOTS_OK && slots_choose(&s, &slot) == SLOTS_OK &&
	    slots_stage(&s, 0, "abcd", 4) == SLOTS_OK && slots_stage_end(&s) == SLOTS_OK) {
		(void)slots_confirm(&s, 9);
	}
	return fake_off;
}

static void no_power_cut_is_taken_for_a_copy(void **state)
{
	for (unsigned int late = 0; late < 2; late++) {
		unsigned int n = 0;
		bool failed = true;

		while (failed) {
			struct slots s;

			(void)setup(state);
			(void)start(&s);
			fake_garbles = late != 0;
			failed = live(++n);
			fake_power_on();
			fake_garbles = false;
			(void)start(&s);
			assert_int_equal(count, s.sequence);
		}
		assert_true(n > 80); /* three records of 26 words, and their counts */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_start_is_counted, setup),
		cmocka_unit_test_setup(an_older_flash_is_refused, setup),
		cmocka_unit_test_setup(a_full_log_turns_and_counts_on, setup),
		cmocka_unit_test_setup(another_counter_is_refused, setup),
		cmocka_unit_test_setup(a_silent_counter_is_refused, setup),
		cmocka_unit_test_setup(no_power_cut_is_taken_for_a_copy, setup),
	};
	int failed = cmocka_run_group_tests(tests, make_root, NULL);

	free(fake_bytes);
	free(copy);
	return failed;
}
