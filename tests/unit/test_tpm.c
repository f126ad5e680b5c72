/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TPM's registers and commands, on one that is fine, one that is silent, slow or out of step,
 * and one that answers anything. Commands are compared byte by byte with what the TPM Library
 * Specification, part 3, has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attest/counter.h"
#include "fake_tpm.h"

#define LONGEST 200u
#define PATIENCE 5000u
#define PORT {.base = FAKE_TPM_BASE, .clock = FAKE_TPM_CLOCK, .patience = PATIENCE}

/* What the fake TPM answers, and what it was asked. */
static struct {
	uint8_t command[FAKE_TPM_ROOM];
	size_t command_len;
	uint8_t answer[FAKE_TPM_ROOM];
	size_t answer_len;
} talk;

static struct tpm tpm;

static size_t play(const uint8_t *command, size_t len, uint8_t answer[FAKE_TPM_ROOM])
{
	memcpy(talk.command, command, len);
	talk.command_len = len;
	memcpy(answer, talk.answer, talk.answer_len);
	return talk.answer_len;
}

static size_t unhex(const char *hex, uint8_t *out)
{
	size_t len = 0;

	for (; hex[0] != '\0'; hex += hex[0] == ' ' ? 1 : 2) {
		if (hex[0] != ' ') {
			const char digits[3] = {hex[0], hex[1], '\0'};

			out[len++] = (uint8_t)strtoul(digits, NULL, 16);
		}
	}
	return len;
}

static void answer_with(const char *hex)
{
	fake_tpm_start(0);
	fake_tpm.execute = play;
	talk.answer_len = unhex(hex, talk.answer);
	tpm = (struct tpm){.port = PORT};
}

static void assert_asked(const char *hex)
{
	uint8_t wanted[FAKE_TPM_ROOM];
	size_t len = unhex(hex, wanted);

	assert_int_equal(talk.command_len, len);
	assert_memory_equal(talk.command, wanted, len);
}

/* ---- every command, with the right answer ---- */

#define AUTH_VALUE "0000000c 40000009 0000 00 0003 616263"
#define AUTH_NONE "00000009 40000009 0000 00 0000"
#define ONES48 "111111111111111111111111111111111111111111111111" \
	       "111111111111111111111111111111111111111111111111"
#define PLAIN "8001 0000000a 00000000"
#define IN_SESSION "8002 00000013 00000000 00000000 0000 00 0000"

static const struct tpm_auth by_value = {.value = {"abc", 3}};
static uint8_t out[LONGEST];

static enum tpm_status do_start(void)
{
	return tpm_start(&tpm);
}

static enum tpm_status do_extend(void)
{
	uint8_t digest[CRYPTO_SHA384_LEN];

	memset(digest, 0x11, sizeof(digest));
	return tpm_extend(&tpm, 3, digest);
}

static enum tpm_status do_random(void)
{
	return tpm_random(&tpm, out, 4);
}

static enum tpm_status do_read(void)
{
	return tpm_nv_read(&tpm, 0x1400c00, &by_value, out, 5);
}

static enum tpm_status do_lock(void)
{
	return tpm_nv_lock(&tpm, 0x1400c00, &by_value);
}

static enum tpm_status do_increment(void)
{
	return tpm_nv_increment(&tpm, 0x1400c01, &by_value);
}

static enum tpm_status do_close(void)
{
	return tpm_close_platform(&tpm);
}

static const struct {
	enum tpm_status (*run)(void);
	const char *asked;
	const char *answer;
	const char *out;
} commands[] = {
	{do_start, "8001 0000000c 00000144 0000", PLAIN, ""},
	{do_extend, "8002 00000051 00000182 00000003" AUTH_NONE "00000001 000c" ONES48, IN_SESSION,
	 ""},
	{do_random, "8001 0000000c 0000017b 0004", "8001 00000010 00000000 0004 a1a2a3a4",
	 "a1a2a3a4"},
	{do_read, "8002 00000026 0000014e 01400c00 01400c00" AUTH_VALUE "0005 0000",
	 "8002 0000001a 00000000 00000007 0005 b1b2b3b4b5 0000 00 0000", "b1b2b3b4b5"},
	{do_lock, "8002 00000022 0000014f 01400c00 01400c00" AUTH_VALUE, IN_SESSION, ""},
	{do_increment, "8002 00000022 00000134 01400c01 01400c01" AUTH_VALUE, IN_SESSION, ""},
	{do_close, "8002 00000020 00000121 4000000c" AUTH_NONE "4000000c 00", IN_SESSION, ""},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void commands_are_as_specified(void **state)
{
	(void)state;
	for (size_t i = 0; i < COMMANDS; i++) {
		uint8_t wanted[LONGEST];
		size_t len = unhex(commands[i].out, wanted);

		answer_with(commands[i].answer);
		assert_int_equal(commands[i].run(), TPM_OK);
		assert_asked(commands[i].asked);
		assert_memory_equal(out, wanted, len);
	}
}

/* The session's number goes from the answer to one command into the next. */
static size_t play_session(const uint8_t *command, size_t len, uint8_t answer[FAKE_TPM_ROOM])
{
	if (fake_tpm.commands == 1) {
		return play(command, len, answer);
	}
	(void)play(command, len, answer);
	return unhex(PLAIN, answer);
}

static void a_policy_is_a_session_and_a_register(void **state)
{
	uint32_t session = 0;

	(void)state;
	answer_with("8001 00000014 00000000 03000001 0004 c1c2c3c4");
	fake_tpm.execute = play_session;
	assert_int_equal(tpm_policy(&tpm, 9, &session), TPM_OK);
	assert_int_equal(session, 0x03000001);
	assert_asked("8001 0000001a 0000017f 03000001 0000 00000001 000c 03 000200");
	answer_with("8001 0000000a 00000101");
	assert_int_equal(tpm_policy(&tpm, 9, &session), TPM_REFUSED);
	assert_asked("8001 0000002b 00000176 40000007 40000007 0010"
		     "00000000000000000000000000000000 0000 01 0010 000c");
}

static void that_it_has_started_before_is_no_error(void **state)
{
	(void)state;
	answer_with("8001 0000000a 00000100");
	assert_int_equal(tpm_start(&tpm), TPM_OK);
	assert_int_equal(do_close(), TPM_REFUSED);
	assert_int_equal(tpm.code, 0x100);
	answer_with("8001 0000000a 00000922");
	assert_int_equal(tpm_start(&tpm), TPM_REFUSED);
}

/* ---- wrong answers ---- */

/* The longest value that may be sent does fit, and one more is not cut. */
static void what_does_not_fit_is_not_sent(void **state)
{
	static const uint8_t bytes[LONGEST + 40];
	struct tpm_auth long_one = {.value = {bytes, TPM_DATA_MAX}};

	(void)state;
	answer_with(IN_SESSION);
	assert_int_equal(tpm_nv_increment(&tpm, 1, &long_one), TPM_OK);
	long_one.value.len = sizeof(bytes);
	assert_int_equal(tpm_nv_increment(&tpm, 1, &long_one), TPM_MALFORMED);
	assert_int_equal(fake_tpm.commands, 1);
}

static void answers_of_every_other_length_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COMMANDS; i++) {
		size_t right;

		answer_with(commands[i].answer);
		right = talk.answer_len;
		for (size_t len = 10; len < right + 30; len++) {
			answer_with(commands[i].answer);
			talk.answer_len = len;
			talk.answer[5] = (uint8_t)len;
			assert_int_equal(commands[i].run() == TPM_OK, len == right);
		}
	}
}

/* A bit that counts, is in data or in what nobody reads: never an answer to be misunderstood. */
static void every_bit_of_an_answer_is_read_with_care(void **state)
{
	(void)state;
	for (size_t i = 0; i < COMMANDS; i++) {
		answer_with(commands[i].answer);
		for (size_t bit = 0; bit < 8 * talk.answer_len; bit++) {
			enum tpm_status status;
			bool is_length = bit / 8 >= 2 && bit / 8 < 6;

			answer_with(commands[i].answer);
			if (is_length) {
				continue; /* the registers' business, below */
			}
			talk.answer[bit / 8] ^= (uint8_t)(1u << bit % 8);
			status = commands[i].run();
			if (bit / 8 < 2) {
				assert_int_equal(status, TPM_MALFORMED);
			} else if (bit / 8 < 10) { /* a code; one says that it has started before */
				assert_int_equal(status == TPM_OK, commands[i].run == do_start &&
							 bit == 64);
			} else if (bit / 8 < 16) { /* lengths */
				assert_int_equal(status == TPM_OK, commands[i].run == do_random &&
							 bit / 8 >= 12);
			}
		}
	}
}

static void random_answers_do_no_harm(void **state)
{
	(void)state;
	srand(1);
	for (unsigned int n = 0; n < 30000; n++) {
		size_t i = (size_t)rand() % COMMANDS;

		answer_with(commands[i].answer);
		talk.answer_len = 10 + (size_t)rand() % 240;
		for (size_t at = 6; at < talk.answer_len; at++) {
			if (rand() % 3 != 0) {
				talk.answer[at] = (uint8_t)(rand() % 4 == 0 ? rand() : 0);
			}
		}
		talk.answer[5] = (uint8_t)talk.answer_len;
		(void)commands[i].run();
	}
}

static void lengths_are_believed_in_bounds(void **state)
{
	static const char *const wrong[] = {
		"8001 00000009 00000000", "8001 00000000 00000000", "8001 00000101 00000000",
		"8001 80000000 00000000", "8001 ffffffff 00000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		answer_with(wrong[i]);
		assert_int_equal(tpm_start(&tpm), TPM_SILENT);
	}
}

/* ---- registers ---- */

static void a_slow_one_is_waited_for(void **state)
{
	(void)state;
	answer_with(commands[2].answer);
	fake_tpm.slow = 1000;
	assert_int_equal(do_random(), TPM_OK);
	assert_memory_equal(out, "\xa1\xa2\xa3\xa4", 4);
}

/* None of them keeps us: each ends in its number of looks, and the next command can be given. */
static void one_out_of_step_is_silent(void **state)
{
	(void)state;
	for (int fault = FAKE_TPM_ABSENT; fault < FAKE_TPM_FAULTS; fault++) {
		answer_with(commands[2].answer);
		fake_tpm.fault = (enum fake_tpm_fault)fault;
		assert_int_equal(do_random(), TPM_SILENT);
		assert_true(fake_tpm.now < PATIENCE + 10);
		fake_tpm.fault = FAKE_TPM_FINE;
		assert_int_equal(do_random(), TPM_OK);
	}
}

/* Without a clock the looks are counted. */
static void without_a_clock_it_ends_too(void **state)
{
	(void)state;
	answer_with(commands[2].answer);
	tpm.port.clock = 0;
	fake_tpm.fault = FAKE_TPM_IS_BUSY;
	assert_int_equal(do_random(), TPM_SILENT);
	assert_int_equal(fake_tpm.now, 0);
}

/* ---- the counter ---- */

static void the_counter_counts_from_its_base(void **state)
{
	struct counter c = {.tpm.port = PORT, .base = 40};
	uint64_t value;

	(void)state;
	fake_tpm_start(42);
	assert_true(counter_read(&c, &value));
	assert_int_equal(value, 2);
	assert_true(counter_add(&c) && counter_read(&c, &value));
	assert_int_equal(value, 3);
	fake_tpm_start(39); /* less than at provisioning: not this one */
	assert_false(counter_read(&c, &value));
	fake_tpm_start(50);
	fake_tpm.is_deaf = true;
	assert_false(counter_add(&c));
	fake_tpm.fault = FAKE_TPM_ABSENT;
	assert_false(counter_read(&c, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_as_specified),
		cmocka_unit_test(a_policy_is_a_session_and_a_register),
		cmocka_unit_test(that_it_has_started_before_is_no_error),
		cmocka_unit_test(what_does_not_fit_is_not_sent),
		cmocka_unit_test(answers_of_every_other_length_are_refused),
		cmocka_unit_test(every_bit_of_an_answer_is_read_with_care),
		cmocka_unit_test(random_answers_do_no_harm),
		cmocka_unit_test(lengths_are_believed_in_bounds),
		cmocka_unit_test(a_slow_one_is_waited_for),
		cmocka_unit_test(one_out_of_step_is_silent),
		cmocka_unit_test(without_a_clock_it_ends_too),
		cmocka_unit_test(the_counter_counts_from_its_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
