/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 0's dealings with the TPM: measure, take, close. */
#include "attest/tpm_store.h"

#include <string.h>

enum tpm_status tpm_store_measure(struct tpm *t, const uint8_t stage0[CRYPTO_SHA384_LEN])
{
	enum tpm_status status = tpm_start(t);

	return status == TPM_OK ? tpm_extend(t, TPM_STORE_PCR, stage0) : status;
}

/* A session is good for one command: two of them. */
enum tpm_status tpm_store_take(struct tpm *t, struct tpm_sealed *out)
{
	struct tpm_auth auth = { .session = 0 };
	uint8_t bytes[sizeof(*out)];
	enum tpm_status status = tpm_policy(t, TPM_STORE_PCR, &auth.session);

	memset(out, 0, sizeof(*out));
	if (status == TPM_OK) {
		status = tpm_nv_read(t, TPM_STORE_SECRET, &auth, bytes, sizeof(bytes));
	}
	if (status != TPM_OK) {
		return status;
	}
	memcpy(out, bytes, sizeof(bytes));
	wipe(bytes, sizeof(bytes));
	status = tpm_policy(t, TPM_STORE_PCR, &auth.session);
	if (status == TPM_OK) {
		status = tpm_nv_lock(t, TPM_STORE_SECRET, &auth);
	}
	return status == TPM_OK && out->magic != TPM_STORE_MAGIC ? TPM_MALFORMED : status;
}

/* SHA-384 of the four zero bytes of a separator. */
enum tpm_status tpm_store_close(struct tpm *t, bool ours)
{
	static const uint8_t separator[4];
	uint8_t digest[CRYPTO_SHA384_LEN];
	enum tpm_status status;

	crypto_sha384(separator, sizeof(separator), digest);
	status = tpm_extend(t, TPM_STORE_PCR, digest);
	return status == TPM_OK && ours ? tpm_close_platform(t) : status;
}

bool tpm_store_counter_key(struct crypto_secret *out, const struct crypto_secret *uds)
{
	static const char purpose[] = "cordon TPM counter";

	return crypto_secret_derive(out, uds, (struct crypto_bytes){ NULL, 0 },
				    (struct crypto_bytes){ purpose, sizeof(purpose) - 1 });
}
