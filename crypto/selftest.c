/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The self-test: one known answer of each algorithm, and for each signature one that must be
 * refused. It runs at boot in test builds and on the host; tests/unit has many more answers.
 */
#include "crypto/selftest.h"

#include <string.h>

static struct crypto_bytes text(const char *s)
{
	return (struct crypto_bytes){s, strlen(s)};
}

static bool starts_with(const uint8_t *bytes, const uint8_t head[8])
{
	return memcmp(bytes, head, 8) == 0;
}

/* FIPS 180-4 examples: "abc" */
static bool hash_is_right(void)
{
	static const uint8_t head[8] = {0xcb, 0x00, 0x75, 0x3f, 0x45, 0xa3, 0x5e, 0x8b};
	uint8_t out[CRYPTO_SHA384_LEN];

	crypto_sha384("abc", 3, out);
	return starts_with(out, head);
}

/* RFC 4231, 4.3 */
static bool hmac_is_right(void)
{
	static const uint8_t head[8] = {0xaf, 0x45, 0xd2, 0xe3, 0x76, 0x48, 0x40, 0x31};
	uint8_t out[CRYPTO_SHA384_LEN];

	crypto_hmac(text("Jefe"), text("what do ya want for nothing?"), out);
	return starts_with(out, head);
}

/* The second block too, which is made of the first; computed with Python's hmac */
static bool hkdf_is_right(void)
{
	static const uint8_t head[8] = {0x6c, 0x89, 0x78, 0x57, 0xa3, 0x12, 0xde, 0xa7};
	struct crypto_hkdf_input in = {text("salt"), text("key"), text("info")};
	uint8_t out[CRYPTO_SHA384_LEN + 8];

	return crypto_hkdf(&in, out, sizeof(out)) && starts_with(out + CRYPTO_SHA384_LEN, head);
}

/* A secret that everybody knows: for this test alone. */
static bool known_secret(struct crypto_secret *out)
{
	uint8_t bytes[CRYPTO_SHA384_LEN];

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)i;
	}
	return crypto_secret_adopt(out, bytes, sizeof(bytes));
}

/* SP 800-90A on the seed 0..47, computed with Python's hmac */
static bool drbg_is_right(struct crypto_drbg *drbg)
{
	static const uint8_t head[8] = {0x29, 0x0e, 0x3c, 0x0f, 0x81, 0xe1, 0xdd, 0x8e};
	uint8_t out[8];

	return crypto_drbg_bytes(drbg, out, sizeof(out)) && starts_with(out, head);
}

static bool sign_is_right(struct crypto_drbg *random)
{
	struct crypto_p384_signature signature;
	uint8_t digest[CRYPTO_SHA384_LEN];

	crypto_sha384("sample", 6, digest);
	return crypto_p384_sign(&signature, &selftest_private, digest, random) &&
	       memcmp(&signature, &selftest_signature, sizeof(signature)) == 0;
}

static bool verify_is_right(void)
{
	uint8_t digest[CRYPTO_SHA384_LEN];
	bool right;

	crypto_sha384("sample", 6, digest);
	right = crypto_p384_verify(&selftest_public, digest, &selftest_signature);
	digest[0] ^= 1;
	return right && !crypto_p384_verify(&selftest_public, digest, &selftest_signature);
}

static bool hss_is_right(void)
{
	struct crypto_bytes key = {selftest_hss_key, sizeof(selftest_hss_key)};
	struct crypto_bytes message = {selftest_hss_message, SELFTEST_HSS_MESSAGE_LEN};
	struct crypto_bytes signature = {selftest_hss_signature, sizeof(selftest_hss_signature)};
	struct crypto_bytes shorter = {selftest_hss_message, SELFTEST_HSS_MESSAGE_LEN - 1};

	return crypto_hss_verify(key, message, signature) &&
	       !crypto_hss_verify(key, shorter, signature);
}

/* What needs a generator, with one that is seeded from no secret: nothing of it is used later. */
static const char *test_with_random(void)
{
	struct crypto_secret secret;
	struct crypto_drbg drbg;
	const char *wrong = NULL;

	if (!known_secret(&secret) || !crypto_drbg_seed(&drbg, &secret, text(""))) {
		return "HMAC_DRBG: no room";
	}
	if (!drbg_is_right(&drbg)) {
		wrong = "HMAC_DRBG";
	} else if (!sign_is_right(&drbg)) {
		wrong = "ECDSA signature";
	}
	crypto_drbg_end(&drbg);
	return wrong;
}

const char *crypto_selftest(void)
{
	if (!hash_is_right()) {
		return "SHA-384";
	}
	if (!hmac_is_right()) {
		return "HMAC";
	}
	if (!hkdf_is_right()) {
		return "HKDF";
	}
	if (!verify_is_right()) {
		return "ECDSA verification";
	}
	if (!hss_is_right()) {
		return "HSS verification";
	}
	return test_with_random();
}
