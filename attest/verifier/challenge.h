/* SPDX-License-Identifier: Apache-2.0 */
/* A challenge: a nonce, how long it may be answered, and that it is answered once. */
#ifndef ATTEST_VERIFIER_CHALLENGE_H
#define ATTEST_VERIFIER_CHALLENGE_H

#include "cordon.h"

#define NONCE_MIN 8u
#define NONCE_MAX 64u

struct challenge {
	uint8_t nonce[NONCE_MAX];
	size_t len;
	int64_t created, expires; /* seconds since 1970 */
	bool used;
};

/* Reads the file that cordon challenge wrote; if it was used up, what is left of it. Ends the
 * program if there is none, or if it is malformed. */
struct challenge challenge_read(const char *path);

/* Why the challenge may not be answered at this time; NULL if it may. */
const char *challenge_fault(const struct challenge *c, int64_t now);

/* Uses it up: renames the file. False if somebody else has done so first. */
bool challenge_use(const char *path);

#endif
