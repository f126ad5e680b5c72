/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the check of a manifest: its envelope and signatures. A good one is written and signed
 * by keys of the test; then one thing at a time is made wrong.
 */
/* Evidence for I-BND-2. */
#include "tests/unit/manifest_made.h"

static void test_good_manifests_pass(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);
	struct manifest out;
	uint8_t d[CRYPTO_SHA384_LEN];

	(void)state;
	assert_int_equal(manifest_verify((struct crypto_bytes){x.bytes, x.len}, &ES384_ONLY, &work,
					 &out), MANIFEST_OK);
	crypto_sha384(x.payload, x.payload_len, d);
	assert_memory_equal(out.digest, d, sizeof(d));
	assert_int_equal(out.svn, 7);
	assert_int_equal(out.segment_count, 2);
	assert_int_equal(out.segment[1].mem_len, 0x2000);
	assert_memory_equal(out.segment[1].digest, digest[3], CRYPTO_SHA384_LEN);
	assert_false(out.has_hss || out.has_payload || out.has_min_seal);
	x = made_of(&m, 2);
	assert_int_equal(verify(&x, HYBRID), MANIFEST_OK);
	m.flags = MANIFEST_HYBRID;
	m.svn = MANIFEST_SVN_MAX;
	m.has_payload = true;
	m.payload = (struct manifest_segment){
		.load = 0x80200000, .file_len = 1, .digest = digest[0],
	};
	m.has_min_seal = true;
	m.min_seal = 3;
	x = made_of(&m, 2);
	assert_int_equal(verify(&x, HYBRID), MANIFEST_OK);
}

/* ---- signatures ---- */

static void test_every_byte_counts(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);

	(void)state;
	for (size_t i = 0; i < x.len; i++) {
		x.bytes[i] ^= (uint8_t)(1u << (i % 8));
		if (verify(&x, ES384_ONLY) == MANIFEST_OK) {
			fail_msg("a change of byte %zu was not noticed", i);
		}
		x.bytes[i] ^= (uint8_t)(1u << (i % 8));
	}
	assert_int_equal(verify(&x, ES384_ONLY), MANIFEST_OK);
}

static void test_bytes_of_the_second_signature_count(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 2);

	(void)state;
	for (size_t i = x.len - 1492; i < x.len; i += i % 7 + 1) {
		x.bytes[i] ^= 0x10;
		if (verify(&x, HYBRID) == MANIFEST_OK) {
			fail_msg("a change of byte %zu was not noticed", i);
		}
		x.bytes[i] ^= 0x10;
	}
	assert_int_equal(verify(&x, HYBRID), MANIFEST_OK);
}

static void test_lengths(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);

	(void)state;
	assert_int_equal(verify_bytes(x.bytes, 0, ES384_ONLY), MANIFEST_MISSING);
	for (size_t len = 1; len < x.len; len++) {
		assert_int_equal(verify_bytes(x.bytes, len, ES384_ONLY), MANIFEST_NOT_CBOR);
	}
	x.bytes[x.len] = 0;
	assert_int_equal(verify_bytes(x.bytes, x.len + 1, ES384_ONLY), MANIFEST_NOT_CBOR);
	assert_int_equal(verify_bytes(x.bytes, MANIFEST_MAX + 1, ES384_ONLY), MANIFEST_TOO_LONG);
	x.payload_len = MANIFEST_PAYLOAD_MAX + 1;
	assemble(&x, 1);
	assert_int_equal(verify(&x, ES384_ONLY), MANIFEST_TOO_LONG);
}

/* Everything behind the tag as it was, under another one: the signatures are the same bytes. */
static void test_other_tags_are_refused(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);
	uint8_t cwt[MANIFEST_MAX] = {0xd8, COSE_TAG_CWT};

	(void)state;
	assert_int_equal(x.bytes[1], COSE_TAG_SIGN);
	x.bytes[1] = COSE_TAG_CWT;
	assert_int_equal(verify(&x, ES384_ONLY), MANIFEST_BAD_TAG);
	x.bytes[1] = 0xd0 | 2; /* tag 18 */
	assert_int_equal(verify_bytes(x.bytes + 1, x.len - 1, ES384_ONLY), MANIFEST_BAD_TAG);
	assert_int_equal(verify_bytes(x.bytes + 2, x.len - 2, ES384_ONLY), MANIFEST_BAD_TAG);
	x.bytes[1] = COSE_TAG_SIGN;
	memcpy(cwt + 2, x.bytes, x.len);
	assert_int_equal(verify_bytes(cwt, x.len + 2, ES384_ONLY), MANIFEST_BAD_TAG);
}

/* A signature made for the other structure of COSE is none for this one (RFC 9052, 4.4). */
static void test_a_sign1_signature_is_refused(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);
	uint8_t header[COSE_PROTECTED_MAX];
	size_t len = cose_protected(header, COSE_ES384, COSE_NO_CONTENT, key[0].kid);
	struct crypto_sha384 ctx;
	uint8_t d[CRYPTO_SHA384_LEN];

	(void)state;
	cose_begin_sign1(&ctx, (struct crypto_bytes){header, len}, x.payload_len);
	crypto_sha384_update(&ctx, x.payload, x.payload_len);
	crypto_sha384_finish(&ctx, d);
	assert_true(crypto_p384_sign(&x.es384, &private_key, d, &drbg));
	assemble(&x, 1);
	assert_int_equal(verify(&x, ES384_ONLY), MANIFEST_BAD_SIGNATURE);
}

/* n, the order of the base point of P-384 (SP 800-186, 3.2.1.4). */
static const uint8_t order[CRYPTO_P384_LEN] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37,
	0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc,
	0xc5, 0x29, 0x73,
};

static void test_degenerate_signatures_are_refused(void **state)
{
	static const uint8_t zero[CRYPTO_P384_LEN];
	const uint8_t *bad[] = {zero, order};
	struct manifest m = good();
	struct made x = made_of(&m, 1);
	struct crypto_p384_signature was = x.es384;

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		x.es384 = was;
		if (i % 4 != 1) {
			memcpy(x.es384.r, bad[i / 4], CRYPTO_P384_LEN);
		}
		if (i % 4 != 0) {
			memcpy(x.es384.s, bad[i % 4 == 3 ? 1 - i / 4 : i / 4], CRYPTO_P384_LEN);
		}
		assemble(&x, 1);
		assert_int_equal(verify(&x, ES384_ONLY), MANIFEST_BAD_SIGNATURE);
	}
}

/* One signature whose header and length are the test's. */
static enum manifest_status with_header(const uint8_t *header, size_t len, bool is_critical_field)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);
	struct sink s = {.out = x.bytes, .room = sizeof(x.bytes)};

	cbor_tag(&s, COSE_TAG_SIGN);
	cbor_array(&s, 4);
	cbor_bytes(&s, NULL, 0);
	cbor_map(&s, 0);
	cbor_bytes(&s, x.payload, x.payload_len);
	cbor_array(&s, 1);
	cbor_array(&s, 3);
	cbor_bytes(&s, header, len);
	cbor_map(&s, is_critical_field ? 1 : 0);
	if (is_critical_field) {
		cbor_unsigned(&s, COSE_CRIT);
		cbor_array(&s, 1);
		cbor_unsigned(&s, COSE_KID);
	}
	cbor_bytes(&s, &x.es384, sizeof(x.es384));
	return verify_bytes(x.bytes, s.kept, ES384_ONLY);
}

#define ALG_ES384 1, 0x38, 34
#define KID       4, 0x54, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0

static void test_headers(void **state)
{
	static const struct {
		enum manifest_status status;
		size_t len;
		uint8_t bytes[40];
	} cases[] = {
#define CASE(status, ...) {status, sizeof((uint8_t[]){__VA_ARGS__}), {__VA_ARGS__}}
		CASE(MANIFEST_NO_KEY, 0xa2, ALG_ES384, KID),
		CASE(MANIFEST_BAD_ALG, 0xa2, 1, 0x26, KID),       /* ES256 */
		CASE(MANIFEST_BAD_ALG, 0xa2, 1, 0x27, KID),       /* EdDSA */
		CASE(MANIFEST_BAD_ALG, 0xa2, 1, 0x00, KID),       /* reserved */
		CASE(MANIFEST_BAD_ALG, 0xa2, 1, 0x05, KID),       /* HMAC */
		CASE(MANIFEST_BAD_ALG, 0xa2, 1, 0xf6, KID),       /* null */
		CASE(MANIFEST_BAD_ALG, 0xa2, 1, 0x65, 'E', 'S', '3', '8', '4', KID),
		CASE(MANIFEST_BAD_ALG, 0xa2, 1, 0x38, 45, KID),   /* HSS-LMS, in the first place */
		CASE(MANIFEST_NO_ALG, 0xa1, KID),
		CASE(MANIFEST_NO_ALG, 0xa0),
		CASE(MANIFEST_BAD_SHAPE, 0x80),
		CASE(MANIFEST_NO_KEY, 0xa1, ALG_ES384),
		CASE(MANIFEST_NO_KEY, 0xa2, ALG_ES384, 4, 0x41, 0),
		CASE(MANIFEST_BAD_HEADER, 0xa2, ALG_ES384, 2, 0x81, 4),
		CASE(MANIFEST_BAD_HEADER, 0xa3, ALG_ES384, 2, 0x81, 0x18, 33, KID),
		CASE(MANIFEST_BAD_HEADER, 0xa3, ALG_ES384, KID, 5, 0x40),
		CASE(MANIFEST_NOT_CBOR, 0xa3, ALG_ES384, ALG_ES384, KID),
		CASE(MANIFEST_NOT_CBOR, 0xa2, KID, ALG_ES384),
		CASE(MANIFEST_NOT_CBOR, 0xbf, ALG_ES384, KID, 0xff),
		CASE(MANIFEST_NOT_CBOR, 0xa2, ALG_ES384, KID, 0),
		CASE(MANIFEST_NOT_CBOR, 0xa2, 1, 0x39, 0, 34, KID),
	};
	uint8_t right[COSE_PROTECTED_MAX];
	size_t len = cose_protected(right, COSE_ES384, COSE_NO_CONTENT, key[0].kid);

	(void)state;
	assert_int_equal(with_header(right, len, false), MANIFEST_OK);
	assert_int_equal(with_header(right, len, true), MANIFEST_BAD_HEADER);
	assert_int_equal(with_header(right, 0, false), MANIFEST_NOT_CBOR);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum manifest_status status = with_header(cases[i].bytes, cases[i].len, false);

		if (status != cases[i].status) {
			fail_msg("header %zu: %s", i, manifest_status_text(status));
		}
	}
}

static void test_kids_are_of_their_kind(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);
	const struct manifest_signature wrong[] = {
		{COSE_ES384, key[1].kid, {&x.es384, sizeof(x.es384)}},
		{COSE_ES384, key[0].kid, {&x.es384, sizeof(x.es384)}},
	};
	struct sink s = {.out = x.bytes, .room = sizeof(x.bytes)};

	(void)state;
	manifest_write(&s, payload_of(&x), wrong, 1);
	assert_int_equal(verify_bytes(x.bytes, s.kept, HYBRID), MANIFEST_BAD_ALG);
	s = (struct sink){.out = x.bytes, .room = sizeof(x.bytes)};
	manifest_write(&s, payload_of(&x), wrong + 1, 1);
	assert_int_equal(verify_bytes(x.bytes, s.kept, ES384_ONLY), MANIFEST_OK);
	assert_int_equal(verify_bytes(x.bytes, s.kept, (struct keys){key + 1, 1}),
			 MANIFEST_NO_KEY);
}

static void test_two_signatures(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);

	(void)state;
	assert_int_equal(verify(&x, HYBRID), MANIFEST_NO_HSS);
	m.flags = MANIFEST_HYBRID;
	x = made_of(&m, 1);
	assert_int_equal(verify(&x, ES384_ONLY), MANIFEST_NO_HSS);
	x = made_of(&m, 2);
	assert_int_equal(verify(&x, HYBRID), MANIFEST_OK);
	assert_int_equal(verify(&x, ES384_ONLY), MANIFEST_NO_KEY);
	x.hss[100] ^= 1;
	assemble(&x, 2);
	assert_int_equal(verify(&x, HYBRID), MANIFEST_BAD_HSS);
	x.hss[100] ^= 1;
	x.es384.s[9] ^= 1;
	assemble(&x, 2);
	assert_int_equal(verify(&x, HYBRID), MANIFEST_BAD_SIGNATURE);
}

/* ---- keys ---- */

static void test_the_build_has_the_test_key(void **state)
{
	struct keys built = keys_authorised();
	uint8_t authority[CRYPTO_SHA384_LEN];
	uint8_t kid[COSE_KID_LEN];

	(void)state;
	assert_true(manifest_keys_test);
	assert_int_equal(built.count, 1);
	assert_int_equal(built.key[0].kind, KEY_P384);
	crypto_sha384(built.key[0].bytes, KEYS_POINT_LEN, authority);
	assert_memory_equal(built.key[0].kid, authority, COSE_KID_LEN);
	cose_kid_p384((const struct crypto_p384_public *)(built.key[0].bytes + 1), kid);
	assert_memory_equal(built.key[0].kid, kid, COSE_KID_LEN);
	assert_non_null(keys_find(&built, kid));
	kid[0] ^= 1;
	assert_null(keys_find(&built, kid));
}

static void test_authority_is_of_all_keys(void **state)
{
	uint8_t both[KEYS_POINT_LEN + CRYPTO_HSS_PUBLIC_LEN];
	uint8_t expected[CRYPTO_SHA384_LEN];
	uint8_t authority[CRYPTO_SHA384_LEN];

	(void)state;
	memcpy(both, key[0].bytes, KEYS_POINT_LEN);
	memcpy(both + KEYS_POINT_LEN, key[1].bytes, CRYPTO_HSS_PUBLIC_LEN);
	crypto_sha384(both, sizeof(both), expected);
	keys_authority(&HYBRID, authority);
	assert_memory_equal(authority, expected, sizeof(expected));
}

static void test_every_status_has_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i <= MANIFEST_OLD; i++) {
		assert_true(strlen(manifest_status_text((enum manifest_status)i)) > 10);
	}
	assert_non_null(manifest_status_text((enum manifest_status)-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_manifests_pass),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_bytes_of_the_second_signature_count),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_other_tags_are_refused),
		cmocka_unit_test(test_a_sign1_signature_is_refused),
		cmocka_unit_test(test_degenerate_signatures_are_refused),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_kids_are_of_their_kind),
		cmocka_unit_test(test_two_signatures),
		cmocka_unit_test(test_the_build_has_the_test_key),
		cmocka_unit_test(test_authority_is_of_all_keys),
		cmocka_unit_test(test_every_status_has_a_sentence),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
