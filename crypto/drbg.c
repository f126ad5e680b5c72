/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC_DRBG (SP 800-90A, 10.1.2) on SHA-384. Its only seeds are of type struct crypto_secret. */
#include "crypto/crypto.h"

#include <assert.h>
#include <string.h>

#include <mbedtls/hmac_drbg.h>

#define PERSONAL_MAX 128u

static_assert(sizeof(mbedtls_hmac_drbg_context) <= sizeof(struct crypto_drbg),
	      "struct crypto_drbg has the room that mbedTLS needs");
static_assert(_Alignof(mbedtls_hmac_drbg_context) <= _Alignof(struct crypto_drbg),
	      "struct crypto_drbg is aligned for mbedTLS");

static mbedtls_hmac_drbg_context *context_of(struct crypto_drbg *drbg)
{
	return (mbedtls_hmac_drbg_context *)(void *)drbg;
}

/* Runs fn on secret || more, put together for it. */
static bool with_joined(struct crypto_drbg *drbg, const struct crypto_secret *secret,
			struct crypto_bytes more, bool first)
{
	uint8_t seed[CRYPTO_SECRET_MAX + PERSONAL_MAX];
	size_t len = secret->len + more.len;
	int error;

	memcpy(seed, secret->bytes, secret->len);
	if (more.len != 0) {
		memcpy(seed + secret->len, more.data, more.len);
	}
	error = first ? mbedtls_hmac_drbg_seed_buf(context_of(drbg),
				mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), seed, len)
		      : mbedtls_hmac_drbg_update(context_of(drbg), seed, len);
	wipe(seed, sizeof(seed));
	return error == 0;
}

bool crypto_drbg_seed(struct crypto_drbg *drbg, const struct crypto_secret *seed,
		      struct crypto_bytes personal)
{
	mbedtls_hmac_drbg_init(context_of(drbg));
	if (!crypto_secret_valid(seed) || personal.len > PERSONAL_MAX) {
		return false;
	}
	if (!with_joined(drbg, seed, personal, true)) {
		crypto_drbg_end(drbg);
		return false;
	}
	return true;
}

bool crypto_drbg_reseed(struct crypto_drbg *drbg, const struct crypto_secret *fresh)
{
	return crypto_secret_valid(fresh) &&
	       with_joined(drbg, fresh, (struct crypto_bytes){NULL, 0}, false);
}

bool crypto_drbg_bytes(struct crypto_drbg *drbg, void *out, size_t len)
{
	return mbedtls_hmac_drbg_random_with_add(context_of(drbg), out, len, NULL, 0) == 0;
}

void crypto_drbg_end(struct crypto_drbg *drbg)
{
	mbedtls_hmac_drbg_free(context_of(drbg));
	wipe(drbg, sizeof(*drbg));
}
