/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is derived from a device's secret, as the Open Profile for DICE has it, with SHA-384
 * everywhere: the secret of what was started (CDI_Attest), the one that survives its updates
 * (CDI_Seal), and all keys that are made of them. docs/attestation.md has the formulas.
 *
 * Everything here but the keys needs nothing but its arguments; dice_*_key are "one at a time"
 * calls (crypto/crypto.h). False always means: no useful result, and *out holds no secret.
 */
#ifndef ATTEST_DICE_H
#define ATTEST_DICE_H

#include "attest/sink.h"
#include "crypto/crypto.h"

#define DICE_LEN        48u  /* bytes of each input, of the device's secret and of each CDI */
#define DICE_CONFIG_MAX 224u /* bytes of a configuration descriptor */
#define DICE_SVN_MAX    255u /* the highest security version */

/* Where the device's secret comes from: how much the identity is worth. */
enum dice_class {
	DICE_CLASS_HW = 0,    /* fuses, or what else only the first stage reads */
	DICE_CLASS_TPM = 1,   /* a TPM, which lets it be read once at each start */
	DICE_CLASS_FLASH = 2, /* a sector of flash, latched: whoever holds the flash knows it */
	DICE_CLASS_ZERO = 3,  /* none: 48 zeros, which everybody knows */
};

/* Open Profile for DICE, "Mode Value Details". */
enum dice_mode {
	DICE_MODE_NONE = 0,
	DICE_MODE_NORMAL = 1,
	DICE_MODE_DEBUG = 2,
	DICE_MODE_RECOVERY = 3,
};

/* What was started, and how. */
struct dice_input {
	uint8_t code[DICE_LEN];      /* SHA-384 of the monitor */
	uint8_t config[DICE_LEN];    /* SHA-384 of its configuration descriptor */
	uint8_t authority[DICE_LEN]; /* SHA-384 of the keys that may sign one */
	uint8_t hidden[DICE_LEN];    /* set by whoever provisions, else zero; in no certificate */
	uint8_t mode;                /* enum dice_mode */
};

/* What a configuration descriptor says. Texts are ended by a zero. */
struct dice_config {
	const char *version;
	const char *policies; /* their names with single spaces between, in the order they judge */
	uint32_t svn;
	uint32_t class;       /* enum dice_class */
	uint64_t off;         /* protections that are switched off */
};

/* Writes the descriptor, a CBOR map. */
void dice_write_config(const struct dice_config *config, struct sink *s);

/* What this class is called; never NULL. */
const char *dice_class_name(uint32_t class);

/*
 * Can a device that runs this have it? Class hw is for ports: no board of this tree has a secret
 * that only its first stage reads, so whoever claims one is not believed.
 */
bool dice_class_supported(uint32_t class);

/* May nobody rely on this class, because others can know the secret? */
bool dice_class_insecure(uint32_t class);

/* The secret of exactly this code, configuration, authority and mode on this device. */
bool dice_derive_attest(struct crypto_secret *out, const struct crypto_secret *uds,
			const struct dice_input *in);

/* The secret of this authority and mode on this device, whatever the code. */
bool dice_derive_seal(struct crypto_secret *out, const struct crypto_secret *uds,
		      const struct dice_input *in);

/*
 * The sealing root of security version svn (at most DICE_SVN_MAX), made of CDI_Seal: from that of
 * a version those of all lower ones can be made, and no higher one.
 */
bool dice_derive_version(struct crypto_secret *out, const struct crypto_secret *cdi_seal,
			 uint32_t svn);

/* The sealing root that lies steps versions below that of from. out may be from. */
bool dice_lower_version(struct crypto_secret *out, const struct crypto_secret *from,
			uint32_t steps);

/* The key that signs the monitor's certificate. */
bool dice_uds_key(struct crypto_p384_private *out, const struct crypto_secret *uds);

/* The monitor's key, which signs the attestation key's certificate and nothing else. */
bool dice_monitor_key(struct crypto_p384_private *out, const struct crypto_secret *cdi_attest);

/* The key that signs evidence. */
bool dice_attestation_key(struct crypto_p384_private *out,
			  const struct crypto_secret *cdi_attest);

/* The key of codes that only this monitor on this device can verify. */
bool dice_local_secret(struct crypto_secret *out, const struct crypto_secret *cdi_attest);

/* The seed of the generator that blinds computations with keys. */
bool dice_blind_secret(struct crypto_secret *out, const struct crypto_secret *cdi_attest);

#endif
