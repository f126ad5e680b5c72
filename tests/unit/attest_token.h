/* SPDX-License-Identifier: Apache-2.0 */
/* A token in the fake hart's memory: its signature and its claims. */
#ifndef TESTS_UNIT_ATTEST_TOKEN_H
#define TESTS_UNIT_ATTEST_TOKEN_H

#include "attest_call.h"

#include "attest/cbor_read.h"
#include "attest/cose.h"

static inline const u8 *key_in(struct crypto_bytes certificate)
{
	static const u8 point[] = {0x03, 0x62, 0x00, 0x04};
	const u8 *bytes = certificate.data;

	for (size_t i = 0; i + sizeof(point) + 2 * CRYPTO_P384_LEN <= certificate.len; i++) {
		if (memcmp(bytes + i, point, sizeof(point)) == 0) {
			return bytes + i + sizeof(point);
		}
	}
	return NULL;
}

/* Checks the signature of the token at this address and returns its claims. */
static inline struct crypto_bytes open_token(u64 at, u64 length)
{
	struct cbor_reader r = cbor_open((struct crypto_bytes){ram(at), length});
	struct crypto_bytes header, claims, leaf;
	struct crypto_p384_public key;
	struct crypto_p384_signature signature;
	struct crypto_sha384 hash;
	u8 digest[CRYPTO_SHA384_LEN];

	assert_true(cbor_check((struct crypto_bytes){ram(at), length}, 4));
	assert_int_equal(cbor_take_tag(&r), 18);
	assert_int_equal(cbor_take_array(&r), 4);
	header = cbor_take_bytes(&r);
	assert_int_equal(cbor_take_map(&r), 1);
	assert_int_equal(cbor_take_unsigned(&r), 33);
	assert_int_equal(cbor_take_array(&r), 3);
	leaf = cbor_take_bytes(&r);
	cbor_take_bytes(&r);
	cbor_take_bytes(&r);
	claims = cbor_take_bytes(&r);
	memcpy(&signature, cbor_take_sized(&r, sizeof(signature)), sizeof(signature));
	assert_true(cbor_at_end(&r));
	assert_true(cbor_check(claims, 6));
	memcpy(&key, key_in(leaf), sizeof(key));
	cose_begin_sign1(&hash, header, claims.len);
	crypto_sha384_update(&hash, claims.data, claims.len);
	crypto_sha384_finish(&hash, digest);
	assert_true(crypto_p384_verify(&key, digest, &signature));
	return claims;
}

/* The encoding of a claim's value; no bytes: there is no such claim. */
static inline struct crypto_bytes find_claim(struct crypto_bytes claims, s64 label)
{
	struct cbor_reader r = cbor_open(claims);

	for (size_t pairs = cbor_take_map(&r); pairs != 0; pairs--) {
		s64 key = cbor_take_integer(&r);
		struct crypto_bytes value = cbor_take_item(&r);

		if (key == label) {
			return value;
		}
	}
	return (struct crypto_bytes){NULL, 0};
}

static inline struct crypto_bytes claim(struct crypto_bytes claims, s64 label)
{
	struct crypto_bytes value = find_claim(claims, label);

	assert_true(value.len != 0);
	return value;
}

#endif
