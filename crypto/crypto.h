/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole cryptographic interface: SHA-384, comparison without a timing
 * channel, and erasure. No type of the library behind it appears here, so that
 * nothing above this header depends on which library that is.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_SHA384_LEN 48u /* bytes; FIPS 180-4, section 1 (figure 1) */

/*
 * A digest in progress. Owned by the caller, opaque to it, copyable while in
 * progress; it holds no pointer.
 */
struct crypto_sha384 {
	uint64_t opaque[27];
};

/* Starts a digest (FIPS 180-4, section 5.3.4). Needs no earlier initialisation and cannot fail. */
void crypto_sha384_init(struct crypto_sha384 *ctx);

/*
 * Adds len bytes at data to a started digest. len may be 0, and data may then
 * be NULL. The sum over all calls must stay below 2^61 bytes.
 */
void crypto_sha384_update(struct crypto_sha384 *ctx, const void *data, size_t len);

/*
 * Writes the digest to out and erases ctx, which must be started again before
 * it is used again.
 */
void crypto_sha384_finish(struct crypto_sha384 *ctx, uint8_t out[CRYPTO_SHA384_LEN]);

/* The three calls above in one: out = SHA-384 of the len bytes at data. */
void crypto_sha384(const void *data, size_t len, uint8_t out[CRYPTO_SHA384_LEN]);

/*
 * True if the len bytes at a and b are the same. The time taken depends on len
 * alone. Two empty strings are equal.
 */
bool ct_equal(const void *a, const void *b, size_t len);

/*
 * Sets the len bytes at p to zero in a way that the compiler may not drop,
 * although nobody reads them afterwards. p may be NULL when len is 0.
 */
void wipe(void *p, size_t len);

#endif
