/* SPDX-License-Identifier: Apache-2.0 */
/* COSE_Sign1 (RFC 9052, 4.2) with ES384, as tokens and reference values have it. */
#ifndef ATTEST_VERIFIER_COSE_H
#define ATTEST_VERIFIER_COSE_H

#include "keys.h"
#include "put.h"

#define COSE_ES384 (-35)
#define COSE_HSS_LMS (-46)
#define COSE_TAG_SIGN1 18u
#define COSE_TAG_SIGN 98u

/* x5chain of a token, leaf first. */
enum { CHAIN_AK, CHAIN_MON, CHAIN_UDS, CHAIN_LEN };

/* All spans point into the message. */
struct sign1 {
	struct span protected;  /* as signed */
	int64_t algorithm;
	struct span content;    /* the content type: one item */
	struct span kid;
	struct span meta;       /* label 8; empty if there is none */
	bool has_chain;
	struct span chain[CHAIN_LEN];
	struct span payload;
	uint8_t signature[SIGNATURE_LEN];
};

/* Takes a message apart; NULL, or what is wrong with its form. Judges no value. */
const char *sign1_parse(struct span message, struct sign1 *out);

/* NULL if the signature is right by this key, or what is wrong. */
const char *sign1_verify(const struct sign1 *m, EVP_PKEY *key);

/* A new message with tag 18 and empty unprotected header. */
void sign1_write(struct buffer *out, EVP_PKEY *key, struct span protected, struct span payload);

/* What is signed (RFC 9052, 4.4), external_aad being empty; signer only in a COSE_Sign. */
void sig_structure(struct buffer *out, struct span body, const struct span *signer,
		   struct span payload);

#endif
