/* SPDX-License-Identifier: Apache-2.0 */
/* A counter that nobody can put back, from 0 at provisioning: one of a TPM. */
#ifndef ATTEST_COUNTER_H
#define ATTEST_COUNTER_H

#include "attest/tpm_store.h"

struct counter {
	struct tpm tpm;
	uint64_t base;            /* what the TPM's counter was at provisioning */
	struct crypto_secret key; /* that authorises its use */
};

/* Its value. False: the TPM does not tell, or tells what cannot be. */
bool counter_read(struct counter *c, uint64_t *value);

/* Adds one. False: the TPM has not done it, or has not said so. */
bool counter_add(struct counter *c);

#endif
