/* SPDX-License-Identifier: Apache-2.0 */
/* In the place of what verifies signatures, for a program that never asks: nothing is right. */
#include "crypto/crypto.h"

bool crypto_p384_verify(const struct crypto_p384_public *key,
			const uint8_t digest[CRYPTO_SHA384_LEN],
			const struct crypto_p384_signature *signature)
{
	(void)key;
	(void)digest;
	(void)signature;
	return false;
}

bool crypto_hss_verify(struct crypto_bytes key, struct crypto_bytes message,
		       struct crypto_bytes signature)
{
	(void)key;
	(void)message;
	(void)signature;
	return false;
}
