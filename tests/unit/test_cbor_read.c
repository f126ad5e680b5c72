/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the strict reader of CBOR. Items are copied to their exact size for the sanitizer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attest/cbor.h"
#include "attest/cbor_read.h"

struct item {
	size_t len;
	uint8_t bytes[40];
};

#define ITEM(...) {sizeof((uint8_t[]){__VA_ARGS__}), {__VA_ARGS__}}

static bool checks(const uint8_t *bytes, size_t len, unsigned int depth)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	bool good;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	good = cbor_check((struct crypto_bytes){copy, len}, depth);
	free(copy);
	return good;
}

static const struct item sound[] = {
	ITEM(0x00), ITEM(0x17), ITEM(0x18, 24), ITEM(0x19, 1, 0), ITEM(0x1a, 0, 1, 0, 0),
	ITEM(0x1b, 0, 0, 0, 1, 0, 0, 0, 0), ITEM(0x20), ITEM(0x38, 0x22),
	ITEM(0x40), ITEM(0x42, 1, 2), ITEM(0x60), ITEM(0x61, 'a'),
	ITEM(0x62, 0xc3, 0xa9), ITEM(0x63, 0xe2, 0x82, 0xac), ITEM(0x64, 0xf0, 0x9f, 0x92, 0xa9),
	ITEM(0x80), ITEM(0x82, 1, 2), ITEM(0xa0), ITEM(0xa2, 1, 2, 2, 1), ITEM(0xd2, 0x80),
	ITEM(0xf4), ITEM(0xf5), ITEM(0xf6),
	ITEM(0xa3, 0x0a, 0, 0x20, 0, 0x61, 'a', 0),    /* 10, -1, "a": RFC 8949, 4.2.1 */
	ITEM(0xa2, 0x18, 100, 0, 0x20, 0),             /* 100 before -1 */
	ITEM(0xa2, 0x61, 'z', 0, 0x62, 'a', 'a', 0),   /* "z" before "aa" */
};

static const struct item unsound[] = {
	ITEM(0x18, 23), ITEM(0x19, 0, 255), ITEM(0x1a, 0, 0, 255, 255),
	ITEM(0x1b, 0, 0, 0, 0, 255, 255, 255, 255),    /* longer heads than need be */
	ITEM(0x58, 1, 0), ITEM(0x98, 0), ITEM(0xb8, 0), ITEM(0xd8, 18, 0),
	ITEM(0x1c), ITEM(0x1d), ITEM(0x1e), ITEM(0x1f),    /* reserved */
	ITEM(0x5f, 0x41, 1, 0xff), ITEM(0x7f, 0xff), ITEM(0x9f, 0xff), ITEM(0xbf, 0xff),
	ITEM(0xff),                                    /* indefinite lengths, and their end */
	ITEM(0x18), ITEM(0x19, 1), ITEM(0x41), ITEM(0x5a, 255, 255, 255, 255),
	ITEM(0x5b, 255, 255, 255, 255, 255, 255, 255, 255),
	ITEM(0x81), ITEM(0x82, 1), ITEM(0xa1, 1), ITEM(0xd2),    /* cut short */
	ITEM(0x9b, 255, 255, 255, 255, 255, 255, 255, 255, 0),
	ITEM(0xbb, 128, 0, 0, 0, 0, 0, 0, 0, 0),       /* twice that is 0 */
	ITEM(0x00, 0x00), ITEM(0x80, 0), ITEM(0xa0, 0xa0),    /* something behind it */
	ITEM(0xa2, 1, 0, 1, 0), ITEM(0xa2, 2, 0, 1, 0),
	ITEM(0xa2, 0x61, 'a', 0, 0x61, 'a', 0), ITEM(0xa2, 0x62, 'a', 'a', 0, 0x61, 'z', 0),
	ITEM(0xa2, 0x20, 0, 0, 0),                     /* duplicate or unsorted keys */
	ITEM(0xa1, 0x80, 0), ITEM(0xa1, 0xa0, 0), ITEM(0xa1, 0xd2, 0, 0),    /* no keys */
	ITEM(0xf7), ITEM(0xf3), ITEM(0xe0), ITEM(0xf8, 32), ITEM(0xf9, 0, 0),
	ITEM(0xfa, 0, 0, 0, 0), ITEM(0xfb, 0, 0, 0, 0, 0, 0, 0, 0),    /* simple, floating */
	ITEM(0x61, 0x80), ITEM(0x61, 0xc3), ITEM(0x62, 0xc3, 0x28), ITEM(0x62, 0xc0, 0x80),
	ITEM(0x63, 0xe0, 0x80, 0x80), ITEM(0x63, 0xed, 0xa0, 0x80), ITEM(0x61, 0xff),
	ITEM(0x64, 0xf0, 0x80, 0x80, 0x80), ITEM(0x64, 0xf4, 0x90, 0x80, 0x80),    /* no UTF-8 */
};

static void test_sound_items_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		if (!checks(sound[i].bytes, sound[i].len, 4)) {
			fail_msg("sound item %zu was refused", i);
		}
	}
}

static void test_unsound_items_are_refused(void **state)
{
	(void)state;
	assert_false(cbor_check((struct crypto_bytes){NULL, 0}, 4));
	for (size_t i = 0; i < sizeof(unsound) / sizeof(unsound[0]); i++) {
		if (checks(unsound[i].bytes, unsound[i].len, 4)) {
			fail_msg("unsound item %zu has passed", i);
		}
	}
}

static void test_depth_is_bounded(void **state)
{
	uint8_t nested[CBOR_DEPTH_MAX + 2];

	(void)state;
	for (unsigned int depth = 1; depth <= CBOR_DEPTH_MAX + 1; depth++) {
		memset(nested, 0x81, depth);
		nested[depth] = 0;
		assert_int_equal(checks(nested, depth + 1, depth), depth <= CBOR_DEPTH_MAX);
		assert_false(checks(nested, depth + 1, depth - 1));
	}
}

/* {1: -35, 4: h'0102', "n": [true, 7], "t": 18("x")} */
static const uint8_t some[] = {0xa4, 1, 0x38, 34, 4, 0x42, 1, 2, 0x61, 'n', 0x82, 0xf5, 7,
			       0x61, 't', 0xd2, 0x61, 'x'};

static void test_takers_read_what_was_written(void **state)
{
	struct cbor_reader r = cbor_open((struct crypto_bytes){some, sizeof(some)});
	struct crypto_bytes b;

	(void)state;
	assert_true(checks(some, sizeof(some), 2));
	assert_int_equal(cbor_take_map(&r), 4);
	assert_int_equal(cbor_take_unsigned(&r), 1);
	assert_int_equal(cbor_next(&r), CBOR_NEGATIVE);
	assert_int_equal(cbor_take_integer(&r), -35);
	assert_int_equal(cbor_take_integer(&r), 4);
	assert_ptr_equal(cbor_take_sized(&r, 2), some + 6);
	b = cbor_take_text(&r);
	assert_int_equal(b.len, 1);
	b = cbor_take_item(&r);
	assert_ptr_equal(b.data, some + 10);
	assert_int_equal(b.len, 3);
	(void)cbor_take_text(&r);
	assert_int_equal(cbor_take_tag(&r), 18);
	assert_false(cbor_at_end(&r));
	(void)cbor_take_text(&r);
	assert_true(cbor_at_end(&r));
}

static void test_a_wrong_type_fails_for_good(void **state)
{
	struct cbor_reader r = cbor_open((struct crypto_bytes){some, sizeof(some)});

	(void)state;
	assert_int_equal(cbor_take_array(&r), 0);
	assert_true(r.failed);
	assert_int_equal(cbor_take_map(&r), 0);
	assert_null(cbor_take_bytes(&r).data);
	assert_false(cbor_take_bool(&r));
	assert_null(cbor_take_item(&r).data);
	assert_false(cbor_at_end(&r));
	r = cbor_open((struct crypto_bytes){some + 5, 3});
	assert_null(cbor_take_sized(&r, 3));
	assert_true(r.failed);
	r = cbor_open((struct crypto_bytes){some + 11, 1});
	assert_true(cbor_take_bool(&r));
	assert_true(cbor_at_end(&r));
}

static void test_integers_have_limits(void **state)
{
	static const uint8_t lowest[] = {0x3b, 0x7f, 255, 255, 255, 255, 255, 255, 255};
	static const uint8_t lower[] = {0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0};
	struct cbor_reader r = cbor_open((struct crypto_bytes){lowest, sizeof(lowest)});

	(void)state;
	assert_true(cbor_take_integer(&r) == INT64_MIN);
	assert_true(cbor_at_end(&r));
	r = cbor_open((struct crypto_bytes){lower, sizeof(lower)});
	assert_int_equal(cbor_take_integer(&r), 0);
	assert_true(r.failed);
}

/* Each prefix of a sound item is cut short; each is refused without reading beyond it. */
static void test_prefixes_are_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(some); len++) {
		assert_false(checks(some, len, 4));
	}
}

static void test_what_we_write_we_read(void **state)
{
	static const uint64_t values[] = {0, 23, 24, 255, 256, 65535, 65536, UINT32_MAX,
					  (uint64_t)UINT32_MAX + 1, UINT64_MAX};
	uint8_t out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct sink s = {.out = out, .room = sizeof(out)};
		struct cbor_reader r;

		cbor_unsigned(&s, values[i]);
		assert_true(checks(out, s.kept, 0));
		r = cbor_open((struct crypto_bytes){out, s.kept});
		assert_true(cbor_take_unsigned(&r) == values[i]);
		assert_true(cbor_at_end(&r));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_items_pass),
		cmocka_unit_test(test_unsound_items_are_refused),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_takers_read_what_was_written),
		cmocka_unit_test(test_a_wrong_type_fails_for_good),
		cmocka_unit_test(test_integers_have_limits),
		cmocka_unit_test(test_prefixes_are_refused),
		cmocka_unit_test(test_what_we_write_we_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
