/* SPDX-License-Identifier: Apache-2.0 */
/* A device's secret and its counter, put into a TPM (docs/decisions/0011-tpm.md). */
#ifndef ATTEST_VERIFIER_PROVISION_TPM_H
#define ATTEST_VERIFIER_PROVISION_TPM_H

#include "cordon.h"

struct tpm_content {
	struct span stage0;      /* the file: it alone gets the secret */
	struct span secret;      /* 48 bytes */
	struct span counter_key; /* 48 bytes */
};

/*
 * Provisions the TPM 2.0 at path, a socket of swtpm or a device of the kernel's. Ends the program
 * if the TPM has been provisioned before, does not answer, or will not.
 */
void provision_tpm(const char *path, const struct tpm_content *c);

#endif
