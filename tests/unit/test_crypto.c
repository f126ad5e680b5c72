/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of crypto/: known answers, any way of feeding the hash, comparison, erasure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"

/* The message is `unit`, repeated `times` times. */
struct known_answer {
	const char *unit;
	size_t unit_len;
	size_t times;
	const char *digest;
};

static const struct known_answer known_answers[] = {
	/* NIST's examples: FIPS 180-2 appendix D and its additional short messages. */
	{"", 0, 0,
	 "38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743"
	 "4c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"},
	{"abc", 3, 1,
	 "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
	 "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 1,
	 "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05ab"
	 "fe8f450de5f36bc6b0455a8520bc4e6f5fe95b1fe3c8452b"},
	{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	 "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 112, 1,
	 "09330c33f71147e83d192fc782cd1b4753111b173b3b05d2"
	 "2fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039"},
	{"a", 1, 1000000,
	 "9d0e1809716474cb086e834e310a4a1ced149e9c00f24852"
	 "7972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985"},
	/* Around the padding's borders (one block holds 111 bytes and its length). */
	{"\0", 1, 111,
	 "435770712c611be7293a66dd0dc8d1450dc7ff7337bfe115"
	 "bf058ef2eb9bed09cee85c26963a5bcc0905dc2df7cc6a76"},
	{"\0", 1, 112,
	 "3e0cbf3aee0e3aa70415beae1bd12dd7db821efa446440f1"
	 "2132edffce76f635e53526a111491e75ee8e27b9700eec20"},
	{"\0", 1, 127,
	 "485709a91f9846d3eb9824335106532fde8bfd5d770408e0"
	 "899d99db5bf85b79ba04630d1e6d13f9f336915daf7c1d1d"},
	{"\0", 1, 128,
	 "f809b88323411f24a6f152e5e9d9d1b5466b77e0f3c7550f"
	 "8b242c31b6e7b99bcb45bdecb6124bc23283db3b9fc4f5b3"},
	{"\0", 1, 239,
	 "70fa2d4b4a97249db1789e4b1964b1eec6c3f7ce1ff87bad"
	 "80833bb078d2f9a4c1dd7dccccabc8511fd22103245338b7"},
	{"U", 1, 1000,
	 "b7c244b5a50a001e6d079b38deb75d5066938823a089692e"
	 "a24a25aceda8e08f119bc98c3d957653d65eaf706a8b7c2b"},
};

static void hex_of(const uint8_t digest[CRYPTO_SHA384_LEN], char text[2 * CRYPTO_SHA384_LEN + 1])
{
	for (size_t i = 0; i < CRYPTO_SHA384_LEN; i++) {
		(void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
	}
}

static uint8_t *message_new(const struct known_answer *k, size_t *len)
{
	uint8_t *message = malloc(k->unit_len * k->times + 1);

	assert_non_null(message);
	for (size_t i = 0; i < k->times; i++) {
		memcpy(message + i * k->unit_len, k->unit, k->unit_len);
	}
	*len = k->unit_len * k->times;
	return message;
}

static void test_known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known_answers) / sizeof(known_answers[0]); i++) {
		const struct known_answer *k = &known_answers[i];
		uint8_t digest[CRYPTO_SHA384_LEN];
		char text[2 * CRYPTO_SHA384_LEN + 1];
		size_t len;
		uint8_t *message = message_new(k, &len);

		crypto_sha384(message, len, digest);
		hex_of(digest, text);
		assert_string_equal(text, k->digest);
		free(message);
	}
}

/* Every way to cut 300 bytes in three gives the digest of the whole. */
static void test_pieces_equal_whole(void **state)
{
	uint8_t message[300];
	uint8_t whole[CRYPTO_SHA384_LEN];
	uint8_t pieces[CRYPTO_SHA384_LEN];
	struct crypto_sha384 ctx;

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++) {
		message[i] = (uint8_t)(i * 7u);
	}
	crypto_sha384(message, sizeof(message), whole);
	for (size_t a = 0; a <= sizeof(message); a++) {
		for (size_t b = a; b <= sizeof(message); b += 13) {
			crypto_sha384_init(&ctx);
			crypto_sha384_update(&ctx, message, a);
			crypto_sha384_update(&ctx, message + a, b - a);
			crypto_sha384_update(&ctx, message + b, sizeof(message) - b);
			crypto_sha384_finish(&ctx, pieces);
			assert_memory_equal(whole, pieces, sizeof(whole));
		}
	}
}

static void test_empty_update_may_have_no_data(void **state)
{
	uint8_t expected[CRYPTO_SHA384_LEN];
	uint8_t digest[CRYPTO_SHA384_LEN];
	struct crypto_sha384 ctx;

	(void)state;
	crypto_sha384("", 0, expected);
	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, NULL, 0);
	crypto_sha384_finish(&ctx, digest);
	assert_memory_equal(expected, digest, sizeof(digest));
}

/* A copy goes its own way: the original is not disturbed by it. */
static void test_a_digest_in_progress_can_be_copied(void **state)
{
	struct crypto_sha384 ctx;
	struct crypto_sha384 copy;
	uint8_t expected[CRYPTO_SHA384_LEN];
	uint8_t digest[CRYPTO_SHA384_LEN];

	(void)state;
	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, "ab", 2);
	copy = ctx;
	crypto_sha384_update(&copy, "x", 1);
	crypto_sha384_finish(&copy, digest);
	crypto_sha384("abx", 3, expected);
	assert_memory_equal(expected, digest, sizeof(digest));
	crypto_sha384_update(&ctx, "c", 1);
	crypto_sha384_finish(&ctx, digest);
	crypto_sha384("abc", 3, expected);
	assert_memory_equal(expected, digest, sizeof(digest));
}

static void test_finish_erases_the_context(void **state)
{
	struct crypto_sha384 ctx;
	struct crypto_sha384 zero;
	uint8_t digest[CRYPTO_SHA384_LEN];

	(void)state;
	memset(&zero, 0, sizeof(zero));
	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, "secret", 6);
	crypto_sha384_finish(&ctx, digest);
	assert_memory_equal(&ctx, &zero, sizeof(zero));
}

static void test_ct_equal_sees_every_bit(void **state)
{
	uint8_t a[CRYPTO_SHA384_LEN];
	uint8_t b[CRYPTO_SHA384_LEN];

	(void)state;
	memset(a, 0x5a, sizeof(a));
	memcpy(b, a, sizeof(b));
	assert_true(ct_equal(a, b, sizeof(a)));
	assert_true(ct_equal(NULL, NULL, 0));
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(ct_equal(a, b, sizeof(a)));
		assert_true(ct_equal(a, b, bit / 8));
		b[bit / 8] = a[bit / 8];
	}
}

static void test_wipe_erases_what_it_is_given_and_no_more(void **state)
{
	uint8_t buf[32];

	(void)state;
	memset(buf, 0xff, sizeof(buf));
	wipe(buf + 8, 16);
	for (size_t i = 0; i < sizeof(buf); i++) {
		assert_int_equal(buf[i], i >= 8 && i < 24 ? 0 : 0xff);
	}
	wipe(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_pieces_equal_whole),
		cmocka_unit_test(test_empty_update_may_have_no_data),
		cmocka_unit_test(test_a_digest_in_progress_can_be_copied),
		cmocka_unit_test(test_finish_erases_the_context),
		cmocka_unit_test(test_ct_equal_sees_every_bit),
		cmocka_unit_test(test_wipe_erases_what_it_is_given_and_no_more),
	};

	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
