/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of a TPM, by physical address. Tests have a header of this name with a fake TPM. */
#ifndef ATTEST_TPM_ACCESS_H
#define ATTEST_TPM_ACCESS_H

#include <stdint.h>

static inline uint8_t tpm_read8(uintptr_t at)
{
	return *(const volatile uint8_t *)at;
}

static inline void tpm_write8(uintptr_t at, uint8_t value)
{
	*(volatile uint8_t *)at = value;
}

static inline uint32_t tpm_read32(uintptr_t at)
{
	return *(const volatile uint32_t *)at;
}

/* A clock's, not a TPM's. */
static inline uint64_t tpm_read64(uintptr_t at)
{
	return *(const volatile uint64_t *)at;
}

static inline void tpm_write32(uintptr_t at, uint32_t value)
{
	*(volatile uint32_t *)at = value;
}

#endif
