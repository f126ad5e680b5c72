/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor's identity: the key that signs evidence, the certificates that say what it is worth,
 * the roots of sealing and of local codes. Made once on the boot hart before the firmware's first
 * instruction, from what stage 0 left or, without one, from a secret that everybody knows.
 *
 * identity_adopt, identity_make and identity_forget run on the boot hart, in that order, before any
 * other hart looks; everything else only reads.
 */
#ifndef ATTEST_IDENTITY_H
#define ATTEST_IDENTITY_H

#include "attest/handoff.h"

/* What boot knows. Texts and bytes live as long as the monitor. */
struct identity_start {
	struct identity_handoff *handoff; /* a copy of what stage 0 left; magic 0: there was none */
	/* Without stage 0: */
	const uint8_t *code;              /* SHA-384 of the monitor, DICE_LEN bytes */
	const char *policies;             /* their names with single spaces between */
	uint64_t off;                     /* protections that are switched off */
	const char *version;              /* of a manifest that was verified, or "" */
	uint32_t svn;                     /* of that manifest, or 0 */
	const uint8_t *authority;         /* SHA-384 of the keys it was verified with, or NULL */
	const uint8_t *manifest_digest;   /* SHA-384 of what they have signed, or NULL */
};

/* Which certificate: in the order of x5chain. */
enum identity_certificate { IDENTITY_ATTESTATION, IDENTITY_MONITOR, IDENTITY_DEVICE };

#define IDENTITY_CERTIFICATES 3u
#define IDENTITY_NO_SLOT      255u

/* What is known of this start; nothing in it is secret. */
struct identity_facts {
	uint32_t class; /* enum dice_class */
	uint32_t mode;  /* enum dice_mode */
	uint32_t svn;
	uint32_t slot;  /* IDENTITY_NO_SLOT without stage 0 */
	uint32_t flags; /* IDENTITY_REPLAYABLE | ... */
	bool has_stage0;
	uint64_t boot_count;
	/* The flash that only the monitor may reach, and the slots in it; 0 without stage 0. */
	uint64_t flash_base;
	uint64_t flash_len;
	uint64_t store_base;
	uint64_t store_len;
	/* The TPM likewise, and where its counter began; 0 if there is none of ours. */
	uint64_t tpm_base;
	uint64_t tpm_len;
	uint64_t counter_base;
	uint8_t code[DICE_LEN];
	uint8_t authority[DICE_LEN];
	uint8_t manifest_digest[DICE_LEN]; /* zero: no manifest */
	uint8_t stage0_digest[DICE_LEN];   /* zero: no stage 0 */
	uint8_t device_digest[DICE_LEN];   /* SHA-384 of the device key's uncompressed point */
	uint8_t key_id[X509_ID_LEN];       /* the attestation key's */
};

/*
 * Takes over what stage 0 left and erases start->handoff. False: a magic number is there, but what
 * follows it is not what this monitor understands; nothing may be started then.
 */
bool identity_adopt(const struct identity_start *start);

/*
 * Makes keys and certificates, about 30 million instructions with stage 0, 120 million without, and
 * erases all that only making them needs. A "one at a time" call (crypto/crypto.h). Does nothing
 * when it is called again. False: not made, and the identity cannot be used.
 */
bool identity_make(void);

/* Erases what identity_make would have used: before the firmware, whether it was called or not. */
void identity_forget(void);

/* Has identity_make succeeded? Everything below needs that. */
bool identity_is_made(void);

/* A sentence for the console if nobody should rely on this identity, else NULL. */
const char *identity_warning(void);

const struct identity_facts *identity_facts(void);

/* A certificate in DER. */
struct crypto_bytes identity_certificate(enum identity_certificate which);

/* The key that signs evidence, and nothing else. */
const struct crypto_p384_private *identity_key(void);

/* The seed of the generator that blinds signatures. */
const struct crypto_secret *identity_blind(void);

/* The key of local codes. */
const struct crypto_secret *identity_local(void);

/* What authorises the use of the TPM's counter; no secret: there is no such TPM. */
const struct crypto_secret *identity_counter_key(void);

/*
 * The TPM's random bytes, which are given once; no secret, and nothing to be erased, if there is no
 * such TPM or they were given. The caller erases out.
 */
bool identity_take_fresh(struct crypto_secret *out);

/*
 * The sealing root of a security version that is not above our own (identity_facts()->svn). False,
 * and no secret in out, above it. Up to 255 derivations of 60 000 instructions each. The caller
 * erases out.
 */
bool identity_sealing_root(struct crypto_secret *out, uint32_t svn);

#endif
