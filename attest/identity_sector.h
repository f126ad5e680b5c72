/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What provisioning writes at the beginning of the last sector of the second flash, for stage 0
 * alone to read: this header, the certificate of the device key, and the SHA-384 of both. All of it
 * is little-endian. A magic number of all ones or zero says that nothing was provisioned.
 */
#ifndef ATTEST_IDENTITY_SECTOR_H
#define ATTEST_IDENTITY_SECTOR_H

#include <stdint.h>

#include "attest/dice.h"
#include "attest/x509.h"

#define IDENTITY_SECTOR_MAGIC   0x44494e4f44524f43u /* "CORDONID" */
#define IDENTITY_SECTOR_VERSION 1u

struct identity_sector {
	uint64_t magic;
	uint32_t version;
	uint32_t class;           /* DICE_CLASS_FLASH */
	uint8_t uds[DICE_LEN];
	uint8_t hidden[DICE_LEN];
	uint32_t certificate_len; /* 0: none, and the device key signs its own; else in DER */
	uint32_t reserved;        /* 0 */
	/* certificate_len bytes, then DICE_LEN bytes of digest */
};

_Static_assert(sizeof(struct identity_sector) == 24 + 2 * DICE_LEN, "no padding");

/* The longest there is. */
#define IDENTITY_SECTOR_MAX (sizeof(struct identity_sector) + X509_MAX + DICE_LEN)

#endif
