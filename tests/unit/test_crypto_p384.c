/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of ECDSA on P-384: known answers, slices, what is refused, and what is left in memory. */
#include "tests/unit/crypto_hex.h"

#include "crypto/arena.h"

/* RFC 6979, A.2.6 */
#define D \
	"6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba" \
	"9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5"
static const struct {
	const char *message;
	const char *r;
	const char *s;
} rfc6979[] = {
	{"sample",
	 "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa7"
	 "3d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
	 "99ef4aeb15f178cea1fe40db2603138f130e740a19624526"
	 "203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"},
	{"test",
	 "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36"
	 "ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023db",
	 "ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b"
	 "827c2f13173923e06a739f040649a667bf3b828246baa5a5"},
};

/* The order of the curve: SP 800-186, 3.2.1.4 */
#define N \
	"ffffffffffffffffffffffffffffffffffffffffffffffff" \
	"c7634d81f4372ddf581a0db248b0a77aecec196accc52973"

static struct crypto_drbg blind;
static const uint8_t *arena; /* its first byte */

static int group_setup(void **state)
{
	struct crypto_secret secret = counting_secret();
	void *first = crypto_arena_calloc(1, 1);

	(void)state;
	assert_non_null(first);
	arena = (const uint8_t *)first - 16;
	crypto_arena_free(first);
	return crypto_drbg_seed(&blind, &secret, text("blinding")) ? 0 : -1;
}

static int group_teardown(void **state)
{
	(void)state;
	crypto_drbg_end(&blind);
	return crypto_arena_used() == 0 ? 0 : -1;
}

static struct crypto_p384_private private_of(const char *hex)
{
	struct crypto_p384_private key;

	assert_int_equal(from_hex(hex, key.d, sizeof(key.d)), sizeof(key.d));
	return key;
}

/* A key pair, a digest, and the right signature of it. */
struct signed_digest {
	struct crypto_p384_private key;
	struct crypto_p384_public public;
	struct crypto_p384_signature signature;
	uint8_t digest[CRYPTO_SHA384_LEN];
};

static struct signed_digest signed_sample(void)
{
	struct signed_digest s = {.key = private_of(D)};

	crypto_sha384("sample", 6, s.digest);
	from_hex(rfc6979[0].r, s.signature.r, sizeof(s.signature.r));
	from_hex(rfc6979[0].s, s.signature.s, sizeof(s.signature.s));
	assert_true(crypto_p384_public(&s.public, &s.key, &blind));
	return s;
}

static void test_public_key_known_answer(void **state)
{
	struct signed_digest s = signed_sample();

	(void)state;
	assert_hex(s.public.x, "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
			       "def8f0ea9055866064a254515480bc13");
	assert_hex(s.public.y, "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1"
			       "288b231c3ae0d4fe7344fd2533264720");
	assert_true(crypto_p384_valid(&s.public));
}

static void test_signature_known_answers(void **state)
{
	struct crypto_p384_private key = private_of(D);

	(void)state;
	for (size_t i = 0; i < sizeof(rfc6979) / sizeof(rfc6979[0]); i++) {
		struct crypto_p384_signature signature;
		uint8_t digest[CRYPTO_SHA384_LEN];

		crypto_sha384(rfc6979[i].message, strlen(rfc6979[i].message), digest);
		assert_true(crypto_p384_sign(&signature, &key, digest, &blind));
		assert_hex(signature.r, rfc6979[i].r);
		assert_hex(signature.s, rfc6979[i].s);
	}
}

/* Calls until the job has ended; their number. */
static unsigned int run(struct crypto_p384_job *job, unsigned int max_ops,
			enum crypto_progress wanted)
{
	unsigned int calls = 1;
	enum crypto_progress progress;

	while ((progress = crypto_p384_continue(job, max_ops)) == CRYPTO_MORE) {
		calls++;
	}
	assert_int_equal(progress, wanted);
	return calls;
}

static unsigned int sign_in_slices(const struct signed_digest *s, unsigned int max_ops)
{
	struct crypto_p384_signature signature;
	struct crypto_p384_job job;
	unsigned int calls;

	assert_true(crypto_p384_sign_begin(&job, &s->key, s->digest, &blind));
	calls = run(&job, max_ops, CRYPTO_DONE);
	crypto_p384_signature(&job, &signature);
	crypto_p384_end(&job);
	assert_memory_equal(&signature, &s->signature, sizeof(signature));
	return calls;
}

/* The signature is the same however it is cut, and smaller slices are more. */
static void test_slices_make_the_same_signature(void **state)
{
	struct signed_digest s = signed_sample();
	unsigned int calls;

	(void)state;
	assert_int_equal(sign_in_slices(&s, 0), 1);
	calls = sign_in_slices(&s, 1000);
	assert_in_range(calls, 2, 20);
	assert_in_range(sign_in_slices(&s, CRYPTO_SLICE_OPS), calls + 1, 30);
	assert_in_range(sign_in_slices(&s, 1), calls + 1, 100);
}

static void test_slices_verify(void **state)
{
	struct signed_digest s = signed_sample();
	struct crypto_p384_job job;

	(void)state;
	assert_true(crypto_p384_verify_begin(&job, &s.public, s.digest, &s.signature));
	assert_in_range(run(&job, CRYPTO_SLICE_OPS, CRYPTO_DONE), 10, 100);
	crypto_p384_end(&job);
	s.digest[47] ^= 1;
	assert_true(crypto_p384_verify_begin(&job, &s.public, s.digest, &s.signature));
	assert_in_range(run(&job, CRYPTO_SLICE_OPS, CRYPTO_FAILED), 10, 100);
	crypto_p384_end(&job);
}

/* The limit of one job is gone when the next one runs without. */
static void test_slices_of_one_job_do_not_reach_another(void **state)
{
	struct signed_digest s = signed_sample();
	struct crypto_p384_job job;

	(void)state;
	assert_true(crypto_p384_sign_begin(&job, &s.key, s.digest, &blind));
	assert_int_equal(crypto_p384_continue(&job, 1), CRYPTO_MORE);
	assert_true(crypto_p384_verify(&s.public, s.digest, &s.signature));
	assert_true(crypto_p384_public(&s.public, &s.key, &blind));
	run(&job, 1, CRYPTO_DONE);
	crypto_p384_end(&job);
}

static void test_changed_bits_are_refused(void **state)
{
	struct signed_digest s = signed_sample();
	uint8_t *at = (uint8_t *)&s.signature;

	(void)state;
	assert_true(crypto_p384_verify(&s.public, s.digest, &s.signature));
	for (size_t i = 0; i < sizeof(s.signature); i += 5) {
		at[i] ^= (uint8_t)(1u << (i % 8));
		assert_false(crypto_p384_verify(&s.public, s.digest, &s.signature));
		at[i] ^= (uint8_t)(1u << (i % 8));
	}
	for (size_t i = 0; i < sizeof(s.digest); i += 7) {
		s.digest[i] ^= (uint8_t)(1u << (i % 8));
		assert_false(crypto_p384_verify(&s.public, s.digest, &s.signature));
		s.digest[i] ^= (uint8_t)(1u << (i % 8));
	}
	assert_true(crypto_p384_verify(&s.public, s.digest, &s.signature));
}

/* FIPS 186-5, 6.4.2: r and s must be in 1..n-1. */
static void test_signature_out_of_range_is_refused(void **state)
{
	static const char *const bad[] = {
		"000000000000000000000000000000000000000000000000"
		"000000000000000000000000000000000000000000000000",
		N,
		"ffffffffffffffffffffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffffffffffffffffffffff",
	};
	struct signed_digest s = signed_sample();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct crypto_p384_signature changed = s.signature;

		from_hex(bad[i], changed.r, sizeof(changed.r));
		assert_false(crypto_p384_verify(&s.public, s.digest, &changed));
		changed = s.signature;
		from_hex(bad[i], changed.s, sizeof(changed.s));
		assert_false(crypto_p384_verify(&s.public, s.digest, &changed));
		memset(&changed, 0, sizeof(changed));
		from_hex(bad[i], changed.r, sizeof(changed.r));
		from_hex(bad[i], changed.s, sizeof(changed.s));
		assert_false(crypto_p384_verify(&s.public, s.digest, &changed));
	}
}

static void test_wrong_key_is_refused(void **state)
{
	struct signed_digest s = signed_sample();
	struct crypto_secret secret = counting_secret();
	struct crypto_p384_private other;
	struct crypto_p384_public public;

	(void)state;
	assert_true(crypto_p384_derive(&other, &secret));
	assert_true(crypto_p384_public(&public, &other, &blind));
	assert_false(crypto_p384_verify(&public, s.digest, &s.signature));
}

static void test_public_key_off_the_curve_is_refused(void **state)
{
	struct signed_digest s = signed_sample();
	struct crypto_p384_public zero;
	struct crypto_p384_job job;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	assert_false(crypto_p384_valid(&zero));
	s.public.y[47] ^= 1;
	assert_false(crypto_p384_valid(&s.public));
	assert_false(crypto_p384_verify_begin(&job, &s.public, s.digest, &s.signature));
	assert_false(crypto_p384_verify(&s.public, s.digest, &s.signature));
	s.public.y[47] ^= 1;
	memset(s.public.x, 0xff, sizeof(s.public.x));
	assert_false(crypto_p384_valid(&s.public));
}

static void test_private_key_out_of_range_is_refused(void **state)
{
	struct signed_digest s = signed_sample();
	struct crypto_p384_private key = private_of(N);
	struct crypto_p384_job job;

	(void)state;
	assert_false(crypto_p384_sign_begin(&job, &key, s.digest, &blind));
	assert_false(crypto_p384_sign_begin(&job, &s.key, s.digest, NULL));
	assert_false(crypto_p384_public(&s.public, &key, &blind));
	assert_false(crypto_p384_sign(&s.signature, &key, s.digest, &blind));
	key.d[47]--;
	assert_true(crypto_p384_public(&s.public, &key, &blind));
	assert_true(crypto_p384_sign(&s.signature, &key, s.digest, &blind));
	assert_true(crypto_p384_verify(&s.public, s.digest, &s.signature));
	memset(key.d, 0, sizeof(key.d));
	assert_false(crypto_p384_public(&s.public, &key, &blind));
	assert_false(crypto_p384_sign(&s.signature, &key, s.digest, &blind));
	assert_false(crypto_p384_sign(&s.signature, &s.key, s.digest, NULL));
}

/* Computed with Python: the first output of HMAC_DRBG on the seed. */
static void test_derived_key_known_answer(void **state)
{
	struct crypto_secret seed = counting_secret();
	struct crypto_p384_private key;

	(void)state;
	assert_true(crypto_p384_derive(&key, &seed));
	assert_hex(key.d, "290e3c0f81e1dd8e99e839fb98383fafc42d52d2cec7424d"
			  "02ee75b628f981fe5e2375daa2b2315ca692ca75843f29ce");
}

static void test_derived_key_takes_every_bit_of_the_seed(void **state)
{
	struct crypto_secret seed = counting_secret();
	struct crypto_p384_private first;
	struct crypto_p384_private other;

	(void)state;
	assert_true(crypto_p384_derive(&first, &seed));
	for (size_t bit = 0; bit < 8 * seed.len; bit++) {
		seed.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_true(crypto_p384_derive(&other, &seed));
		assert_memory_not_equal(&first, &other, sizeof(first));
		seed.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	seed.len = 31;
	assert_false(crypto_p384_derive(&other, &seed));
}

/* Whether the key is in memory as bytes or as limbs, most or least significant first. */
static bool key_is_in(const uint8_t *memory, size_t len, const struct crypto_p384_private *key)
{
	uint8_t backwards[CRYPTO_P384_LEN];

	for (size_t i = 0; i < sizeof(backwards); i++) {
		backwards[i] = key->d[sizeof(backwards) - 1 - i];
	}
	for (size_t at = 0; at + 8 <= len; at++) {
		if (memcmp(memory + at, key->d, 8) == 0 || memcmp(memory + at, backwards, 8) == 0) {
			return true;
		}
	}
	return false;
}

/* A job that is given up, and one that has ended, leave nothing of the key behind. */
static void test_nothing_of_the_key_stays(void **state)
{
	struct signed_digest s = signed_sample();
	size_t before = crypto_arena_used();
	struct crypto_p384_job zero;
	struct crypto_p384_job job;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	assert_true(crypto_p384_sign_begin(&job, &s.key, s.digest, &blind));
	assert_int_equal(crypto_p384_continue(&job, 1), CRYPTO_MORE);
	assert_true(key_is_in(arena, CRYPTO_ARENA_LEN, &s.key));
	crypto_p384_end(&job);
	assert_false(key_is_in(arena, CRYPTO_ARENA_LEN, &s.key));
	assert_memory_equal(&job, &zero, sizeof(job));
	assert_int_equal(crypto_arena_used(), before);
}

/* Whatever allocation fails, the call says so, gives everything back, and the next one works. */
static void test_full_arena_is_reported(void **state)
{
	struct signed_digest s = signed_sample();
	struct crypto_p384_signature signature;
	size_t before = crypto_arena_used();

	(void)state;
	for (size_t left = 64; left < 6000; left += 160) {
		void *rest = crypto_arena_calloc(1, CRYPTO_ARENA_LEN - before - left);
		bool done;

		assert_non_null(rest);
		done = crypto_p384_sign(&signature, &s.key, s.digest, &blind);
		assert_true(!done || memcmp(&signature, &s.signature, sizeof(signature)) == 0);
		assert_true(left > 1000 || !done);
		assert_true(!crypto_p384_verify(&s.public, s.digest, &s.signature) || left > 1000);
		crypto_arena_free(rest);
		assert_int_equal(crypto_arena_used(), before);
	}
	assert_true(crypto_p384_sign(&signature, &s.key, s.digest, &blind));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public_key_known_answer),
		cmocka_unit_test(test_signature_known_answers),
		cmocka_unit_test(test_slices_make_the_same_signature),
		cmocka_unit_test(test_slices_verify),
		cmocka_unit_test(test_slices_of_one_job_do_not_reach_another),
		cmocka_unit_test(test_changed_bits_are_refused),
		cmocka_unit_test(test_signature_out_of_range_is_refused),
		cmocka_unit_test(test_wrong_key_is_refused),
		cmocka_unit_test(test_public_key_off_the_curve_is_refused),
		cmocka_unit_test(test_private_key_out_of_range_is_refused),
		cmocka_unit_test(test_derived_key_known_answer),
		cmocka_unit_test(test_derived_key_takes_every_bit_of_the_seed),
		cmocka_unit_test(test_nothing_of_the_key_stays),
		cmocka_unit_test(test_full_arena_is_reported),
	};

	return cmocka_run_group_tests_name("crypto_p384", tests, group_setup, group_teardown);
}
