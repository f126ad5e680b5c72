/* SPDX-License-Identifier: Apache-2.0 */
/* A good manifest of the tests, the keys that it is signed with, and ways to sign it anew. */
#ifndef TESTS_UNIT_MANIFEST_MADE_H
#define TESTS_UNIT_MANIFEST_MADE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attest/cbor.h"
#include "attest/cbor_read.h"
#include "attest/manifest_write.h"
#include "tests/unit/hss_sign.h"

static const uint8_t digest[4][CRYPTO_SHA384_LEN] = {{1}, {2}, {3}, {4}};

static struct crypto_p384_private private_key;
static struct crypto_drbg drbg;
static struct manifest_key key[2];
static struct manifest_work work;

#define ES384_ONLY ((struct keys){key, 1})
#define HYBRID     ((struct keys){key, 2})

static inline int make_keys(void **state)
{
	static const uint8_t seed[48] = "a seed that is public, of the test of manifests";
	struct crypto_p384_public public_key;
	struct crypto_secret secret;

	(void)state;
	if (!crypto_secret_adopt(&secret, seed, sizeof(seed)) ||
	    !crypto_drbg_seed(&drbg, &secret, (struct crypto_bytes){NULL, 0}) ||
	    !crypto_p384_derive(&private_key, &secret) ||
	    !crypto_p384_public(&public_key, &private_key, &drbg)) {
		return -1;
	}
	key[0].kind = KEY_P384;
	key[0].bytes[0] = 4;
	memcpy(key[0].bytes + 1, &public_key, sizeof(public_key));
	cose_kid_p384(&public_key, key[0].kid);
	key[1].kind = KEY_HSS;
	hss_public(key[1].bytes);
	cose_kid_hss(key[1].bytes, key[1].kid);
	return 0;
}

static inline struct crypto_bytes text(const char *s)
{
	return (struct crypto_bytes){s, strlen(s)};
}

static inline struct manifest good(void)
{
	return (struct manifest){
		.name = text("fw_dynamic.elf"),
		.version = text("1.9"),
		.platform = text("qemu-virt"),
		.svn = 7,
		.entry = 0x80000004,
		.monitor = digest[0],
		.relocations = digest[1],
		.policy = {text("sandbox"), text("offload")},
		.policy_count = 2,
		.segment = {
			{0x80000000, 0x1000, 0x1000, MANIFEST_R | MANIFEST_X, digest[2]},
			{0x80001000, 0x10, 0x2000, MANIFEST_R | MANIFEST_W, digest[3]},
		},
		.segment_count = 2,
	};
}

/* A manifest under construction: what is signed, the signatures, and all of it. */
struct made {
	uint8_t payload[MANIFEST_PAYLOAD_MAX + 64];
	size_t payload_len;
	struct crypto_p384_signature es384;
	uint8_t hss[CRYPTO_HSS_SIGNATURE_LEN];
	uint8_t bytes[MANIFEST_MAX + 512];
	size_t len;
};

static inline struct crypto_bytes payload_of(const struct made *x)
{
	return (struct crypto_bytes){x->payload, x->payload_len};
}

static inline void sign(struct made *x)
{
	uint8_t tbs[sizeof(x->payload) + COSE_TBS_MAX];
	struct sink s = {.out = tbs, .room = sizeof(tbs)};
	uint8_t d[CRYPTO_SHA384_LEN];

	manifest_digest_es384(payload_of(x), key[0].kid, d);
	assert_true(crypto_p384_sign(&x->es384, &private_key, d, &drbg));
	manifest_write_hss_message(&s, payload_of(x), key[1].kid);
	hss_sign(x->hss, (struct crypto_bytes){tbs, s.kept});
}

static inline void assemble(struct made *x, unsigned int count)
{
	const struct manifest_signature signatures[] = {
		{COSE_ES384, key[0].kid, {&x->es384, sizeof(x->es384)}},
		{COSE_HSS_LMS, key[1].kid, {x->hss, sizeof(x->hss)}},
	};
	struct sink s = {.out = x->bytes, .room = sizeof(x->bytes)};

	manifest_write(&s, payload_of(x), signatures, count);
	assert_int_equal(s.kept, s.total);
	x->len = s.kept;
}

static inline struct made made_of(const struct manifest *m, unsigned int count)
{
	struct made x;
	struct sink s = {.out = x.payload, .room = sizeof(x.payload)};

	manifest_write_payload(&s, m);
	assert_int_equal(s.kept, s.total);
	x.payload_len = s.kept;
	sign(&x);
	assemble(&x, count);
	return x;
}

static inline enum manifest_status verify_bytes(const uint8_t *bytes, size_t len, struct keys keys)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	struct manifest m;
	enum manifest_status status;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	status = manifest_verify((struct crypto_bytes){copy, len}, &keys, &work, &m);
	free(copy);
	return status;
}

static inline enum manifest_status verify(const struct made *x, struct keys keys)
{
	return verify_bytes(x->bytes, x->len, keys);
}

static inline enum manifest_status verify_fields(const struct manifest *m)
{
	struct made x = made_of(m, 1);

	return verify(&x, ES384_ONLY);
}

#endif
