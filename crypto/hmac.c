/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HMAC and HKDF on SHA-384. They are made of crypto_sha384 alone and not of the library's, which
 * take memory from the arena: so these cannot fail, and any number of harts may use them at once.
 */
#include "crypto/crypto.h"

#include <string.h>

#define BLOCK_LEN 128u /* of SHA-384: FIPS 180-4, figure 1 */

/* A block of the key, shortened if it is too long, with every byte changed by pad. */
static void start(struct crypto_sha384 *ctx, const uint8_t key[BLOCK_LEN], uint8_t pad)
{
	uint8_t block[BLOCK_LEN];

	for (size_t i = 0; i < BLOCK_LEN; i++) {
		block[i] = key[i] ^ pad;
	}
	crypto_sha384_init(ctx);
	crypto_sha384_update(ctx, block, sizeof(block));
	wipe(block, sizeof(block));
}

void crypto_hmac_init(struct crypto_hmac *ctx, struct crypto_bytes key)
{
	uint8_t block[BLOCK_LEN] = {0};

	if (key.len > BLOCK_LEN) {
		crypto_sha384(key.data, key.len, block);
	} else if (key.len != 0) {
		memcpy(block, key.data, key.len);
	}
	start(&ctx->inner, block, 0x36);
	start(&ctx->outer, block, 0x5c);
	wipe(block, sizeof(block));
}

void crypto_hmac_update(struct crypto_hmac *ctx, const void *data, size_t len)
{
	crypto_sha384_update(&ctx->inner, data, len);
}

void crypto_hmac_finish(struct crypto_hmac *ctx, uint8_t out[CRYPTO_SHA384_LEN])
{
	crypto_sha384_finish(&ctx->inner, out);
	crypto_sha384_update(&ctx->outer, out, CRYPTO_SHA384_LEN);
	crypto_sha384_finish(&ctx->outer, out);
}

void crypto_hmac(struct crypto_bytes key, struct crypto_bytes data, uint8_t out[CRYPTO_SHA384_LEN])
{
	struct crypto_hmac ctx;

	crypto_hmac_init(&ctx, key);
	crypto_hmac_update(&ctx, data.data, data.len);
	crypto_hmac_finish(&ctx, out);
}

void crypto_hkdf_extract(struct crypto_bytes salt, struct crypto_bytes key,
			 uint8_t out[CRYPTO_SHA384_LEN])
{
	/* RFC 5869, 2.2: no salt is a row of zeros, which is what HMAC makes of an empty key. */
	crypto_hmac(salt, key, out);
}

bool crypto_hkdf_expand(const uint8_t prk[CRYPTO_SHA384_LEN], struct crypto_bytes info,
			void *out, size_t len)
{
	uint8_t block[CRYPTO_SHA384_LEN];
	uint8_t *to = out;
	struct crypto_hmac ctx;

	if (len > CRYPTO_HKDF_MAX) {
		return false;
	}
	for (uint8_t count = 1; len != 0; count++) {
		size_t n = len < sizeof(block) ? len : sizeof(block);

		crypto_hmac_init(&ctx, (struct crypto_bytes){prk, CRYPTO_SHA384_LEN});
		crypto_hmac_update(&ctx, block, count == 1 ? 0 : sizeof(block));
		crypto_hmac_update(&ctx, info.data, info.len);
		crypto_hmac_update(&ctx, &count, 1);
		crypto_hmac_finish(&ctx, block);
		memcpy(to, block, n);
		to += n;
		len -= n;
	}
	wipe(block, sizeof(block));
	return true;
}

bool crypto_hkdf(const struct crypto_hkdf_input *in, void *out, size_t len)
{
	uint8_t prk[CRYPTO_SHA384_LEN];
	bool done;

	crypto_hkdf_extract(in->salt, in->key, prk);
	done = crypto_hkdf_expand(prk, in->info, out, len);
	wipe(prk, sizeof(prk));
	return done;
}
