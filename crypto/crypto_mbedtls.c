/* SPDX-License-Identifier: Apache-2.0 */
/* The interface of crypto.h on top of mbedTLS: the only file that includes its headers. */
#include "crypto/crypto.h"

#include <assert.h>

#include <mbedtls/platform_util.h>
#include <mbedtls/sha512.h>

static_assert(sizeof(mbedtls_sha512_context) == sizeof(struct crypto_sha384),
	      "struct crypto_sha384 has exactly the room that mbedTLS needs");
static_assert(_Alignof(mbedtls_sha512_context) <= _Alignof(struct crypto_sha384),
	      "struct crypto_sha384 is aligned for mbedTLS");

static mbedtls_sha512_context *context_of(struct crypto_sha384 *ctx)
{
	return (mbedtls_sha512_context *)(void *)ctx;
}

/*
 * The results below are dropped because these functions fail only for a NULL
 * context, for a variant that is not built in, or in a hardware driver.
 */
void crypto_sha384_init(struct crypto_sha384 *ctx)
{
	mbedtls_sha512_init(context_of(ctx));
	(void)mbedtls_sha512_starts(context_of(ctx), 1);
}

void crypto_sha384_update(struct crypto_sha384 *ctx, const void *data, size_t len)
{
	(void)mbedtls_sha512_update(context_of(ctx), data, len);
}

void crypto_sha384_finish(struct crypto_sha384 *ctx, uint8_t out[CRYPTO_SHA384_LEN])
{
	(void)mbedtls_sha512_finish(context_of(ctx), out);
	wipe(ctx, sizeof(*ctx));
}

void crypto_sha384(const void *data, size_t len, uint8_t out[CRYPTO_SHA384_LEN])
{
	struct crypto_sha384 ctx;

	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, data, len);
	crypto_sha384_finish(&ctx, out);
}

/* What mbedTLS calls to erase its own state (MBEDTLS_PLATFORM_ZEROIZE_ALT). */
void mbedtls_platform_zeroize(void *buf, size_t len)
{
	wipe(buf, len);
}
