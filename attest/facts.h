/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boot knows of what it has started, for those who tell others. Written by boot on the boot
 * hart, before policies start; constant afterwards.
 */
#ifndef ATTEST_FACTS_H
#define ATTEST_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/crypto.h"

#define FACTS_TEXT_MAX 64u
#define FACTS_NO_SLOT 255u

struct identity_handoff;

struct attest_facts {
	uint8_t code[CRYPTO_SHA384_LEN]; /* SHA-384 of the monitor as loaded */
	char platform[FACTS_TEXT_MAX];   /* of the bundle */
	/* The manifest; if there is none, nobody has signed anything, and the rest is 0. */
	bool has_manifest;
	bool verified;    /* authorised keys have signed it, and everything is as it says */
	bool debug_image; /* it says so */
	char version[FACTS_TEXT_MAX];
	uint32_t svn;
	uint32_t least_svn; /* that would have been accepted */
	uint32_t least_seal; /* of data that may still be unsealed */
	uint8_t manifest[CRYPTO_SHA384_LEN];
	/* Who may sign one: compiled in. */
	bool test_keys;
	uint8_t authority[CRYPTO_SHA384_LEN];
	/* Where this was started from. */
	uint32_t slot; /* 0 A, 1 B, 2 recovery, FACTS_NO_SLOT */
	bool pending;
	bool confirmed;
	bool replayable;
	uint64_t counter;    /* of the least security version, as stored */
	uint64_t boot_count; /* 0: nobody counts */
	/* What stage 0 left; NULL: there is none. */
	const struct identity_handoff *handoff;
};

extern struct attest_facts attest_facts;

#endif
