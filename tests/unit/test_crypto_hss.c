/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of HSS/LMS verification on a key and signature that another program made. */
#include "tests/unit/crypto_hex.h"

#include "crypto/selftest.h"

struct hss {
	uint8_t key[CRYPTO_HSS_PUBLIC_LEN];
	uint8_t message[SELFTEST_HSS_MESSAGE_LEN];
	uint8_t signature[CRYPTO_HSS_SIGNATURE_LEN];
};

static struct hss good(void)
{
	struct hss h;

	memcpy(h.key, selftest_hss_key, sizeof(h.key));
	memcpy(h.message, selftest_hss_message, sizeof(h.message));
	memcpy(h.signature, selftest_hss_signature, sizeof(h.signature));
	return h;
}

static bool verify(const struct hss *h, size_t key_len, size_t message_len, size_t signature_len)
{
	return crypto_hss_verify((struct crypto_bytes){h->key, key_len},
				 (struct crypto_bytes){h->message, message_len},
				 (struct crypto_bytes){h->signature, signature_len});
}

static bool verify_whole(const struct hss *h)
{
	return verify(h, sizeof(h->key), sizeof(h->message), sizeof(h->signature));
}

static void test_signature_of_another_program_is_right(void **state)
{
	struct hss h = good();

	(void)state;
	assert_true(verify_whole(&h));
}

#define FIELDS (offsetof(struct hss, signature) + 52) /* of the signature; then come hashes */

/* Every byte of the key, and some of every field behind it. */
static void test_changed_bits_are_refused(void **state)
{
	struct hss h = good();
	uint8_t *at = (uint8_t *)&h;

	(void)state;
	for (size_t i = 0; i < sizeof(h); i += i < sizeof(h.key) ? 1 : i < FIELDS ? 3 : 41) {
		at[i] ^= (uint8_t)(1u << (i % 8));
		assert_false(verify_whole(&h));
		at[i] ^= (uint8_t)(1u << (i % 8));
	}
	assert_true(verify_whole(&h));
}

static void test_other_lengths_are_refused(void **state)
{
	struct hss h = good();

	(void)state;
	assert_false(verify(&h, sizeof(h.key) - 1, sizeof(h.message), sizeof(h.signature)));
	assert_false(verify(&h, 0, sizeof(h.message), sizeof(h.signature)));
	assert_false(verify(&h, sizeof(h.key), sizeof(h.message) - 1, sizeof(h.signature)));
	assert_false(verify(&h, sizeof(h.key), 0, sizeof(h.signature)));
	for (size_t len = 0; len < sizeof(h.signature); len += len < 64 ? 1 : 13) {
		assert_false(verify(&h, sizeof(h.key), sizeof(h.message), len));
	}
}

/* Big-endian words of RFC 8554: levels and types in the key, levels and types in the signature. */
static void test_other_parameters_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} changes[] = {
		{offsetof(struct hss, key) + 3, 0},  /* no level */
		{offsetof(struct hss, key) + 3, 2},  /* two levels */
		{offsetof(struct hss, key) + 7, 5},  /* LMS_SHA256_M32_H5 */
		{offsetof(struct hss, key) + 7, 7},  /* LMS_SHA256_M32_H15 */
		{offsetof(struct hss, key) + 11, 3}, /* LMOTS_SHA256_N32_W4 */
		{offsetof(struct hss, signature) + 3, 1},  /* a signed public key */
		{offsetof(struct hss, signature) + 11, 3}, /* LMOTS_SHA256_N32_W4 */
		{offsetof(struct hss, signature) + 6, 4},  /* leaf 1024 of 1024 */
		{offsetof(struct hss, signature) + 1159, 5}, /* LMS_SHA256_M32_H5 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct hss h = good();

		assert_int_not_equal(((uint8_t *)&h)[changes[i].at], changes[i].value);
		((uint8_t *)&h)[changes[i].at] = changes[i].value;
		assert_false(verify_whole(&h));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signature_of_another_program_is_right),
		cmocka_unit_test(test_changed_bits_are_refused),
		cmocka_unit_test(test_other_lengths_are_refused),
		cmocka_unit_test(test_other_parameters_are_refused),
	};

	return cmocka_run_group_tests_name("crypto_hss", tests, NULL, NULL);
}
