/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HSS of one level around mbedTLS's LMS. mbedTLS takes its SHA-256 from the PSA interface; the few
 * calls that it makes are answered here, with the same library's SHA-256, because the rest of the
 * PSA core (key store, dispatch, a random generator) would be a quarter of all the code.
 */
#include "crypto/crypto.h"

#include <string.h>

#include <mbedtls/lms.h>
#include <mbedtls/sha256.h>
#include <psa/crypto.h>

#define LEVELS_LEN 4u /* the number of levels, before the key: RFC 8554, 6.1 */
#define NSPK_LEN 4u   /* the number of signed public keys, before the signature: 6.2 */
#define SHA256_LEN 32u

_Static_assert(LEVELS_LEN + MBEDTLS_LMS_PUBLIC_KEY_LEN(MBEDTLS_LMS_SHA256_M32_H10) ==
		       CRYPTO_HSS_PUBLIC_LEN,
	       "the key's length is as the header says");
_Static_assert(NSPK_LEN + MBEDTLS_LMS_SIG_LEN(MBEDTLS_LMS_SHA256_M32_H10,
					      MBEDTLS_LMOTS_SHA256_N32_W8) ==
		       CRYPTO_HSS_SIGNATURE_LEN,
	       "the signature's length is as the header says");

/* mbedTLS declares these four in a header of its own sources (psa_util_internal.h). */
struct error_pair {
	int16_t psa_status;
	int16_t error;
};
extern const struct error_pair psa_to_lms_errors[3];
extern const struct error_pair psa_to_md_errors[4];
int psa_generic_status_to_mbedtls(psa_status_t status);
int psa_status_to_mbedtls(psa_status_t status, const struct error_pair *pairs, size_t count,
			  int (*otherwise)(psa_status_t status));

/* Tables for the two functions that follow, which do not look: one error is as good as another. */
const struct error_pair psa_to_lms_errors[3] = {{0, 0}, {0, 0}, {0, 0}};
const struct error_pair psa_to_md_errors[4] = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};

int psa_generic_status_to_mbedtls(psa_status_t status)
{
	return status == PSA_SUCCESS ? 0 : MBEDTLS_ERR_LMS_VERIFY_FAILED;
}

int psa_status_to_mbedtls(psa_status_t status, const struct error_pair *pairs, size_t count,
			  int (*otherwise)(psa_status_t status))
{
	(void)pairs;
	(void)count;
	(void)otherwise;
	return psa_generic_status_to_mbedtls(status);
}

static mbedtls_sha256_context *hash_of(psa_hash_operation_t *operation)
{
	return &operation->MBEDTLS_PRIVATE(ctx).mbedtls_ctx.MBEDTLS_PRIVATE(ctx).sha256;
}

/* Results of mbedtls_sha256_* are dropped for the reason given in crypto_mbedtls.c. */
psa_status_t psa_hash_setup(psa_hash_operation_t *operation, psa_algorithm_t alg)
{
	if (alg != PSA_ALG_SHA_256) {
		return PSA_ERROR_NOT_SUPPORTED;
	}
	mbedtls_sha256_init(hash_of(operation));
	(void)mbedtls_sha256_starts(hash_of(operation), 0);
	return PSA_SUCCESS;
}

psa_status_t psa_hash_update(psa_hash_operation_t *operation, const uint8_t *input,
			     size_t input_length)
{
	(void)mbedtls_sha256_update(hash_of(operation), input, input_length);
	return PSA_SUCCESS;
}

psa_status_t psa_hash_finish(psa_hash_operation_t *operation, uint8_t *hash, size_t hash_size,
			     size_t *hash_length)
{
	if (hash_size < SHA256_LEN) {
		return PSA_ERROR_BUFFER_TOO_SMALL;
	}
	(void)mbedtls_sha256_finish(hash_of(operation), hash);
	*hash_length = SHA256_LEN;
	return PSA_SUCCESS;
}

/* There is nothing to give back; what was hashed is public, as all of LMS verification is. */
psa_status_t psa_hash_abort(psa_hash_operation_t *operation)
{
	(void)operation;
	return PSA_SUCCESS;
}

bool crypto_hss_verify(struct crypto_bytes key, struct crypto_bytes message,
		       struct crypto_bytes signature)
{
	static const uint8_t one_level[LEVELS_LEN] = {0, 0, 0, 1};
	static const uint8_t no_keys[NSPK_LEN] = {0, 0, 0, 0};
	const uint8_t *k = key.data;
	const uint8_t *s = signature.data;
	mbedtls_lms_public_t lms;

	if (key.len != CRYPTO_HSS_PUBLIC_LEN || signature.len != CRYPTO_HSS_SIGNATURE_LEN ||
	    memcmp(k, one_level, LEVELS_LEN) != 0 || memcmp(s, no_keys, NSPK_LEN) != 0) {
		return false;
	}
	mbedtls_lms_public_init(&lms);
	return mbedtls_lms_import_public_key(&lms, k + LEVELS_LEN, key.len - LEVELS_LEN) == 0 &&
	       mbedtls_lms_verify(&lms, message.data, message.len, s + NSPK_LEN,
				  signature.len - NSPK_LEN) == 0;
}
