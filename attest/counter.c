/* SPDX-License-Identifier: Apache-2.0 */
/* The counter in the TPM. */
#include "attest/counter.h"

#define VALUE_LEN 8u /* TPM Library 1.59, part 3, 31.8: big-endian */

static struct tpm_auth auth_of(const struct counter *c)
{
	return (struct tpm_auth){ .value = { c->key.bytes, c->key.len } };
}

bool counter_read(struct counter *c, uint64_t *value)
{
	const struct tpm_auth auth = auth_of(c);
	uint8_t bytes[VALUE_LEN];
	uint64_t now = 0;

	if (tpm_nv_read(&c->tpm, TPM_STORE_COUNTER, &auth, bytes, sizeof(bytes)) != TPM_OK) {
		return false;
	}
	for (unsigned int i = 0; i < VALUE_LEN; i++) {
		now = now << 8 | bytes[i];
	}
	*value = now - c->base;
	return now >= c->base;
}

bool counter_add(struct counter *c)
{
	const struct tpm_auth auth = auth_of(c);

	return tpm_nv_increment(&c->tpm, TPM_STORE_COUNTER, &auth) == TPM_OK;
}
