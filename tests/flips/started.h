/* SPDX-License-Identifier: Apache-2.0 */
/* A start of the machine from what lies in its memory now, and what came of it. */
#ifndef TESTS_FLIPS_STARTED_H
#define TESTS_FLIPS_STARTED_H

#include "attest/identity.h"

/* What a start makes, one bit each. */
enum made {
	MADE_CODE = 1u << 0,         /* claim M-MON and the certificate's code hash */
	MADE_CONFIG = 1u << 1,       /* digest of the configuration descriptor */
	MADE_AUTHORITY = 1u << 2,
	MADE_MANIFEST = 1u << 3,     /* register 0 */
	MADE_CDI = 1u << 4,          /* CDI_Attest */
	MADE_DEVICE_KEY = 1u << 5,
	MADE_MONITOR_KEY = 1u << 6,
	MADE_KEY = 1u << 7,          /* the attestation key */
	MADE_SEAL = 1u << 8,         /* the sealing root */
	MADE_LOCAL = 1u << 9,
	MADE_BLIND = 1u << 10,
	MADE_DEVICE_CERT = 1u << 11, /* certificates */
	MADE_MONITOR_CERT = 1u << 12,
	MADE_CERT = 1u << 13,
	MADE_COUNT = 14
};

/* What the change of a bit is called in the output. */
const char *made_name(unsigned int bit);

struct started {
	bool ended;     /* nothing broke on the way */
	bool started;   /* stage 0 gave the monitor an identity, and the monitor made its keys */
	char said[1024]; /* on the console */
	uint8_t code[DICE_LEN];
	uint8_t config[DICE_LEN];
	uint8_t authority[DICE_LEN];
	uint8_t manifest[DICE_LEN];
	uint8_t cdi[DICE_LEN];
	uint8_t device_key[DICE_LEN];
	uint8_t monitor_key[X509_ID_LEN];
	uint8_t key[CRYPTO_P384_LEN];
	uint8_t seal[DICE_LEN];
	uint8_t local[DICE_LEN];
	uint8_t blind[DICE_LEN];
	uint8_t cert[IDENTITY_CERTIFICATES][X509_MAX];
};

/* Maps flash and memory where they are on the machine; the device tree is copied into memory. */
void machine_make(const uint8_t *tree, size_t size);

/*
 * Starts stage 0 and the identity of the monitor in this process, once: the caller has forked. The
 * last line is out->ended.
 */
void machine_start(struct started *out);

/* Which of what was made differs. */
unsigned int started_differ(const struct started *a, const struct started *b);

#endif
