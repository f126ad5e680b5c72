/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few commands of a TPM 2.0 (TPM Library 1.59, part 3) that an identity needs. Every length in
 * an answer is checked; what does not fit is TPM_MALFORMED, and nothing of it is used. A command
 * that fails is not tried again.
 *
 * One at a time; each call needs about a kilobyte of stack, on which it may leave a secret.
 */
#ifndef ATTEST_TPM_H
#define ATTEST_TPM_H

#include "attest/tpm_tis.h"
#include "crypto/crypto.h"

#define TPM_DATA_MAX 64u /* bytes of an index of ours, of an authorisation, of random bytes */

/* A TPM. With port set and the rest zero it can be used. */
struct tpm {
	struct tpm_port port;
	uint32_t code; /* the last answer's */
};

enum tpm_status {
	TPM_OK,
	TPM_SILENT,    /* no answer in time, or one of another length than it says */
	TPM_MALFORMED, /* an answer that is none to this command */
	TPM_REFUSED    /* it has answered that it will not; why is in code */
};

/* How a command is authorised: by a value, or by a session whose policy is fulfilled. */
struct tpm_auth {
	uint32_t session;           /* 0: by the value */
	struct crypto_bytes value;  /* at most TPM_DATA_MAX bytes; empty with a session */
};

/* TPM2_Startup(CLEAR). That it was started before is no error. */
enum tpm_status tpm_start(struct tpm *t);

/* TPM2_PCR_Extend of the bank for SHA-384. */
enum tpm_status tpm_extend(struct tpm *t, uint32_t pcr, const uint8_t digest[CRYPTO_SHA384_LEN]);

/* TPM2_GetRandom: exactly len bytes, at most 48. */
enum tpm_status tpm_random(struct tpm *t, uint8_t *out, size_t len);

/*
 * A session whose policy is that this PCR has the value that it has now, for one command
 * (TPM2_StartAuthSession, TPM2_PolicyPCR).
 */
enum tpm_status tpm_policy(struct tpm *t, uint32_t pcr, uint32_t *session);

/* TPM2_NV_Read of exactly the first len bytes of an index. */
enum tpm_status tpm_nv_read(struct tpm *t, uint32_t index, const struct tpm_auth *auth,
			    uint8_t *out, size_t len);

/* TPM2_NV_ReadLock: not to be read again before the TPM's next reset. */
enum tpm_status tpm_nv_lock(struct tpm *t, uint32_t index, const struct tpm_auth *auth);

/* TPM2_NV_Increment of a counter. */
enum tpm_status tpm_nv_increment(struct tpm *t, uint32_t index, const struct tpm_auth *auth);

/* TPM2_HierarchyControl: nobody has the platform's rights any more before its next reset. */
enum tpm_status tpm_close_platform(struct tpm *t);

#endif
