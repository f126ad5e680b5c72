/* SPDX-License-Identifier: Apache-2.0 */
/* Signed structures of COSE (see cose.h). */
#include "attest/cose.h"

#include <string.h>

#include "attest/cbor.h"

static void cut_kid(struct crypto_sha384 *ctx, uint8_t kid[COSE_KID_LEN])
{
	uint8_t digest[CRYPTO_SHA384_LEN];

	crypto_sha384_finish(ctx, digest);
	memcpy(kid, digest, COSE_KID_LEN);
}

void cose_kid_p384(const struct crypto_p384_public *key, uint8_t kid[COSE_KID_LEN])
{
	static const uint8_t uncompressed = 4; /* SEC 1, 2.3.3 */
	struct crypto_sha384 ctx;

	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, &uncompressed, sizeof(uncompressed));
	crypto_sha384_update(&ctx, key->x, sizeof(key->x));
	crypto_sha384_update(&ctx, key->y, sizeof(key->y));
	cut_kid(&ctx, kid);
}

void cose_kid_hss(const void *key, uint8_t kid[COSE_KID_LEN])
{
	struct crypto_sha384 ctx;

	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, key, CRYPTO_HSS_PUBLIC_LEN);
	cut_kid(&ctx, kid);
}

size_t cose_protected(uint8_t out[COSE_PROTECTED_MAX], int alg, unsigned int content,
		      const uint8_t kid[COSE_KID_LEN])
{
	struct sink s = {.out = out, .room = COSE_PROTECTED_MAX};

	cbor_map(&s, content == COSE_NO_CONTENT ? 2 : 3);
	cbor_unsigned(&s, COSE_ALG);
	cbor_integer(&s, alg);
	if (content != COSE_NO_CONTENT) {
		cbor_unsigned(&s, COSE_CONTENT);
		cbor_unsigned(&s, content);
	}
	cbor_unsigned(&s, COSE_KID);
	cbor_bytes(&s, kid, COSE_KID_LEN);
	return s.kept;
}

/* Everything in front of the payload, whose head is the last of it (RFC 9052, 4.4). */
static void write_front(struct sink *s, bool has_body, struct crypto_bytes header,
			size_t payload_len)
{
	cbor_array(s, has_body ? 5 : 4);
	cbor_text(s, has_body ? "Signature" : "Signature1");
	if (has_body) {
		cbor_bytes(s, NULL, 0); /* the body's protected header, empty */
	}
	cbor_bytes(s, header.data, header.len);
	cbor_bytes(s, NULL, 0); /* external data */
	cbor_bytes_head(s, payload_len);
}

static void begin(struct crypto_sha384 *ctx, bool has_body, struct crypto_bytes header,
		  size_t payload_len)
{
	uint8_t front[COSE_TBS_MAX];
	struct sink s = {.out = front, .room = sizeof(front)};

	write_front(&s, has_body, header, payload_len);
	crypto_sha384_init(ctx);
	crypto_sha384_update(ctx, front, s.kept);
}

void cose_begin_sign1(struct crypto_sha384 *ctx, struct crypto_bytes header, size_t payload_len)
{
	begin(ctx, false, header, payload_len);
}

void cose_begin_sign(struct crypto_sha384 *ctx, struct crypto_bytes header, size_t payload_len)
{
	begin(ctx, true, header, payload_len);
}

void cose_write_sign(struct sink *s, struct crypto_bytes header, struct crypto_bytes payload)
{
	write_front(s, true, header, payload.len);
	sink_bytes(s, payload.data, payload.len);
}
