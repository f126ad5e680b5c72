/* SPDX-License-Identifier: Apache-2.0 */
/* Reference values: a signed CoRIM (draft-ietf-rats-corim-10) of the form that cordon refval
 * writes. */
#ifndef ATTEST_VERIFIER_REFERENCE_H
#define ATTEST_VERIFIER_REFERENCE_H

#include "chain.h"
#include "claims.h"

#define REFERENCE_ALTERNATIVES 8u
#define REFERENCE_ROOTS 8u

/* CBOR tags and numbers of CoRIM that we use. */
#define CORIM_TAG 501u
#define CORIM_TAG_COMID 506u
#define CORIM_TAG_SVN 552u
#define CORIM_TAG_MIN_SVN 553u
#define CORIM_TAG_PEM_KEY 554u
#define CORIM_TAG_URI 32u
#define CORIM_SHA384 7          /* Named Information Hash Algorithm Registry */
#define CORIM_CONTENT "application/rim+cbor"
#define CORIM_PROFILE "tag:cordon,2026:vfm#1"
#define CORIM_VENDOR "Cordon"
#define CORIM_REGISTERS "REGISTERS" /* the model that integrity registers go by */

/* Values of which one must match. */
struct alternatives {
	size_t count;
	uint8_t digest[REFERENCE_ALTERNATIVES][DIGEST_LEN];
};

struct reference_component {
	struct alternatives any_of;
	struct span version; /* of the last alternative; empty if there is none */
	bool has_min_svn;
	uint64_t min_svn;
	bool has_tcb, in_tcb;
};

/* Spans point into the CoRIM. */
struct reference {
	struct span id;
	struct span signer;
	struct reference_component component[COMPONENT_TYPES];
	struct alternatives reg[REGISTERS];
	size_t root_count;
	struct span root_pem[REFERENCE_ROOTS];
};

/* Reads reference values without looking at the signature. */
struct fault reference_parse(const struct sign1 *message, struct reference *out);

/* The same of a signed file, with the key that must have signed it. */
struct fault reference_read(struct span corim, EVP_PKEY *key, struct reference *out);

/* Is this one of the values? */
bool alternatives_have(const struct alternatives *a, const uint8_t digest[DIGEST_LEN]);

#endif
