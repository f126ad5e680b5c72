/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of the fake TPM (fake_tpm.h): the same names as attest/tpm_access.h. */
#ifndef ATTEST_TPM_ACCESS_H
#define ATTEST_TPM_ACCESS_H

#include <stdint.h>

uint8_t tpm_read8(uintptr_t at);
void tpm_write8(uintptr_t at, uint8_t value);
uint32_t tpm_read32(uintptr_t at);
uint64_t tpm_read64(uintptr_t at);
void tpm_write32(uintptr_t at, uint32_t value);

#endif
