/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stage 0 leaves the monitor, in memory at the address in a3 when a4 is IDENTITY_MAGIC. All of
 * it is little-endian, and secret as a whole: the monitor takes a copy and erases this one.
 */
#ifndef ATTEST_HANDOFF_H
#define ATTEST_HANDOFF_H

#define IDENTITY_MAGIC   0x314449444e4f4443 /* "CDONDID1" */
#define IDENTITY_VERSION 3

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include "attest/dice.h"
#include "attest/x509.h"

/* enum of struct identity_handoff.flags, a bit each */
#define IDENTITY_REPLAYABLE 1u /* an old state of the rollback counter can be put back */
#define IDENTITY_TRIAL      2u /* the first start of an update that nobody has confirmed */
#define IDENTITY_DEBUG      4u /* the manifest calls the monitor a debug image */

struct identity_handoff {
	uint64_t magic;
	uint32_t version;
	uint32_t size;  /* of this struct */
	uint32_t class; /* enum dice_class */
	uint32_t mode;  /* enum dice_mode */
	uint32_t svn;
	uint32_t slot;
	uint32_t flags;
	uint32_t uds_cert_len;
	uint32_t mon_cert_len;
	uint32_t reserved; /* 0 */
	uint8_t cdi_attest[DICE_LEN];
	uint8_t seal_key[DICE_LEN]; /* of version svn */
	uint8_t code[DICE_LEN];
	uint8_t config[DICE_LEN];
	uint8_t authority[DICE_LEN];
	uint8_t hidden[DICE_LEN];
	uint8_t manifest_digest[DICE_LEN];
	uint8_t stage0_digest[DICE_LEN];
	uint8_t device_digest[DICE_LEN]; /* SHA-384 of the device key's uncompressed point */
	uint8_t monitor_id[X509_ID_LEN]; /* of the key that mon_cert certifies */
	uint32_t reserved_too;           /* 0 */
	uint64_t boot_count;
	uint64_t flash_base; /* the flash that stage 0 and the slots are in; the monitor's alone */
	uint64_t flash_len;  /* a power of two, of which flash_base is a multiple */
	uint64_t store_base; /* the part of it with the slots */
	uint64_t store_len;
	/* The TPM that is the monitor's alone; length 0: none, and what follows is nothing. */
	uint64_t tpm_base;
	uint64_t tpm_len;
	uint64_t counter_base;
	uint8_t counter_key[DICE_LEN]; /* of normal starts only, else zero */
	uint8_t fresh[DICE_LEN];       /* the TPM's random bytes */
	uint8_t uds_cert[X509_MAX];
	uint8_t mon_cert[X509_MAX];
};

_Static_assert(offsetof(struct identity_handoff, cdi_attest) == 48, "no padding");
_Static_assert(offsetof(struct identity_handoff, boot_count) == 72 + 9 * DICE_LEN, "no padding");
_Static_assert(sizeof(struct identity_handoff) == 136 + 11 * DICE_LEN + 2 * X509_MAX, "no padding");

#endif

#endif
