/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that may sign what is booted. Their list is compiled in: the build makes it of KEYS=,
 * and without that of the TEST key, whose private half everybody can read.
 */
#ifndef ATTEST_KEYS_H
#define ATTEST_KEYS_H

#include "attest/cose.h"

#define KEYS_MAX       4u
#define KEYS_POINT_LEN 97u /* bytes of 4 || x || y */

enum key_kind {
	KEY_P384 = 1, /* bytes: 4 || x || y */
	KEY_HSS = 2,  /* bytes: as of RFC 8554, 6.1; CRYPTO_HSS_PUBLIC_LEN of them */
};

struct manifest_key {
	uint32_t kind;
	uint8_t kid[COSE_KID_LEN];
	uint8_t bytes[KEYS_POINT_LEN];
};

/* Which keys are authorised. */
struct keys {
	const struct manifest_key *key;
	unsigned int count; /* at most KEYS_MAX */
};

/* What is compiled in, written by the build. Count at least 1, the first of KEY_P384. */
extern const struct manifest_key manifest_keys[];
extern const unsigned int manifest_key_count;
extern const bool manifest_keys_test; /* they are the TEST key */

/* Those. */
struct keys keys_authorised(void);

/* The key of this identifier, NULL if it is not authorised. */
const struct manifest_key *keys_find(const struct keys *keys, const uint8_t kid[COSE_KID_LEN]);

/* Is there one of this kind? */
bool keys_have(const struct keys *keys, enum key_kind kind);

/* What the keys are together: SHA-384 of the public keys in their order. */
void keys_authority(const struct keys *keys, uint8_t out[CRYPTO_SHA384_LEN]);

#endif
