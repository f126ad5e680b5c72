/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boot knows of what it has started, beside the identity, for those who tell others. Written
 * by boot on the boot hart, before policies start; constant afterwards, but for the rollback store,
 * which belongs to the policy attest and its lock.
 */
#ifndef ATTEST_FACTS_H
#define ATTEST_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/crypto.h"

#define FACTS_TEXT_MAX 128u /* bytes of a text, with the zero at its end */

struct attest_facts {
	char platform[FACTS_TEXT_MAX]; /* of the bundle */
	bool test_keys; /* the authorised keys are those that everybody has */
	bool verified;  /* authorised keys have signed the manifest, which says the following */
	char version[FACTS_TEXT_MAX];
	uint32_t svn;
	uint32_t least_seal; /* of data that may still be unsealed */
	uint8_t manifest[CRYPTO_SHA384_LEN];
	/* The rollback store. */
	bool pending;       /* this start is the trial of an update */
	bool confirmed;     /* this start has been */
	uint32_t least_svn; /* that is accepted */
	uint64_t counter;   /* the least security version, as stored */
};

extern struct attest_facts attest_facts;

#endif
