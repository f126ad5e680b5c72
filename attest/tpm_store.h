/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What provisioning puts into a TPM (docs/decisions/0011): an index that holds the device's secret,
 * and a counter. Both belong to the platform, so neither the owner's rights nor a clear removes
 * them, and stage 0 gives away the platform's rights at each start.
 */
#ifndef ATTEST_TPM_STORE_H
#define ATTEST_TPM_STORE_H

#include "attest/dice.h"
#include "attest/tpm.h"

#define TPM_STORE_SECRET  0x01400c00u /* struct tpm_sealed, under a policy on TPM_STORE_PCR */
#define TPM_STORE_COUNTER 0x01400c01u /* under the value that tpm_store_counter_key makes */
#define TPM_STORE_PCR     0u
#define TPM_STORE_MAGIC   0x314d505444524f43u /* "CORDTPM1" */

/* The index TPM_STORE_SECRET, little-endian. */
struct tpm_sealed {
	uint64_t magic;
	uint64_t base; /* the counter's value at provisioning: what it counts from */
	uint8_t uds[DICE_LEN];
};

_Static_assert(sizeof(struct tpm_sealed) == 16 + DICE_LEN, "no padding");
_Static_assert(sizeof(struct tpm_sealed) <= TPM_DATA_MAX, "one read");

/*
 * Measures stage 0 into TPM_STORE_PCR, after starting the TPM. To be called before anything else is
 * done with it, whether it is used or not.
 */
enum tpm_status tpm_store_measure(struct tpm *t, const uint8_t stage0[CRYPTO_SHA384_LEN]);

/*
 * Takes the secret, which the TPM gives to nobody but the stage 0 that was measured, and locks it
 * until the next reset. The caller erases out.
 */
enum tpm_status tpm_store_take(struct tpm *t, struct tpm_sealed *out);

/*
 * Ends what only stage 0 may do: extends TPM_STORE_PCR, so that no policy on it is fulfilled any
 * more, and, if the TPM is ours, gives away the platform's rights.
 */
enum tpm_status tpm_store_close(struct tpm *t, bool ours);

/* What authorises the use of the counter, made of the device's secret. */
bool tpm_store_counter_key(struct crypto_secret *out, const struct crypto_secret *uds);

#endif
