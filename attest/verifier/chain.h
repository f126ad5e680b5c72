/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates of a token: attestation key, monitor, device, and the root that the relying
 * party trusts. */
#ifndef ATTEST_VERIFIER_CHAIN_H
#define ATTEST_VERIFIER_CHAIN_H

#include <openssl/x509.h>

#include "claims.h"
#include "cose.h"

/* What the device's certificate says of the monitor: OpenDiceInput of the Open Profile for DICE.
 * Spans point into the certificate. */
struct dice_input {
	uint8_t code[DIGEST_LEN];
	uint8_t config[DIGEST_LEN];
	uint8_t authority[DIGEST_LEN];
	uint64_t mode;
	/* the configuration descriptor, of which config is the digest */
	struct span version;
	uint64_t svn;
	uint64_t identity_class;
	size_t policy_count;
	struct span policy[POLICIES_MAX];
	uint64_t switched_off;
};

struct chain {
	X509 *cert[CHAIN_LEN];
	EVP_PKEY *key[CHAIN_LEN]; /* owned by the certificates */
	uint8_t id[CHAIN_LEN][KEY_ID_LEN];
	struct dice_input dice;
	bool self_made;     /* the device has certified itself: it was never provisioned */
	bool insecure_root; /* the root says that it is for development only */
	uint8_t root_id[KEY_ID_LEN];
	char *root_pem;     /* public key of the root, freed by chain_free */
};

/* A failure: an exit code and a sentence; code 0 is no failure. */
struct fault {
	enum cordon_exit code;
	const char *text;
};

/* Takes the certificates apart. chain_free() also after a failure. */
struct fault chain_parse(const struct span der[CHAIN_LEN], struct chain *out);

/* Does each certificate certify the one in front of it, with the fields that the profile asks for?
 * (docs/attestation.md, Certificates) */
struct fault chain_judge_links(struct chain *c);

/* Roots of trust, as PEM or DER, and the time at which certificates must be valid. */
struct anchors {
	const struct span *root;
	size_t count;
	int64_t now; /* seconds since 1970 */
};

/*
 * Does the chain end in one of the roots? A device that certified itself is its own root: found
 * out here, in self_made, and left to the caller to judge.
 */
struct fault chain_judge_root(struct chain *c, const struct anchors *anchors);

void chain_free(struct chain *c);

/* Certificates out of a file's bytes: all of a PEM file or one in DER; NULL if there is none. */
STACK_OF(X509) *chain_read_roots(struct span bytes);

/* The OpenDiceInput of a certificate; NULL, or what is wrong. */
const char *dice_parse(X509 *cert, struct dice_input *out);

#endif
