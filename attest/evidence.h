/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence: what is claimed of a machine, in deterministic CBOR, and the COSE_Sign1 around it.
 * attest/cordon.cddl says what each claim is; this header, where its value is to come from. Nothing
 * here signs: a digest goes out, a signature comes in. Every function may run on any hart.
 */
#ifndef ATTEST_EVIDENCE_H
#define ATTEST_EVIDENCE_H

#include <stdbool.h>

#include "attest/cose.h"
#include "attest/measure.h"
#include "attest/sink.h"
#include "crypto/crypto.h"

#define EVIDENCE_NONCE_MIN 8u   /* bytes; RFC 9711, 4.1 */
#define EVIDENCE_NONCE_MAX 64u
#define EVIDENCE_CNF_MAX 256u   /* bytes of a COSE_Key */
#define EVIDENCE_UEID_LEN 33u
#define EVIDENCE_SEED_LEN 32u
#define EVIDENCE_COMPONENTS 7u
#define EVIDENCE_COUNTERS 9u
#define EVIDENCE_POLICIES_MAX 16u
#define EVIDENCE_CERTIFICATES 3u
#define EVIDENCE_CLAIMS_MAX 4096u /* bytes of the claims, at most */
#define EVIDENCE_PAYLOAD 2u       /* requester: the payload */

/* Claim 2399 has them in this order. */
enum evidence_kind {
	EVIDENCE_STAGE0,
	EVIDENCE_MONITOR,
	EVIDENCE_POLICY_SET,
	EVIDENCE_FIRMWARE,
	EVIDENCE_TREE,
	EVIDENCE_INITRD,
	EVIDENCE_PAYLOAD_IMAGE
};

/* One software component. */
struct evidence_component {
	bool present;
	const char *version;   /* NULL: nobody signed one */
	const uint8_t *signer; /* CRYPTO_SHA384_LEN bytes; NULL: no manifest names it */
	uint8_t digest[CRYPTO_SHA384_LEN];
};

/* What a policy's configuration digest is made of. */
struct evidence_policy {
	const char *name;
	uint32_t pmp_entries;
	bool saves_payload;
	bool mediates;
	bool scrubs;
	uint64_t switched_off; /* protections, a bit each; not 0: it does not enforce */
};

/* Claim -70002, in the order in which the claim has them. */
enum evidence_counter {
	EVIDENCE_CSR,
	EVIDENCE_CALL,
	EVIDENCE_DEVICE,
	EVIDENCE_INJECT,
	EVIDENCE_MEMORY,
	EVIDENCE_RESUME,
	EVIDENCE_MONITOR_MEMORY,
	EVIDENCE_INSTRUCTION,
	EVIDENCE_DEATHS
};

/* Claim -70003. */
struct evidence_log {
	uint8_t digest[CRYPTO_SHA384_LEN];
	uint64_t events;
	uint64_t bytes;
	uint64_t dropped;
};

/* Claim -70011: the firmware's code, digested again while the evidence is made. */
enum evidence_code {
	EVIDENCE_NO_CODE, /* no manifest names a segment that nobody is to write */
	EVIDENCE_SAME,
	EVIDENCE_CHANGED
};

struct evidence_recheck {
	uint32_t state;    /* enum evidence_code */
	uint32_t segments; /* that were looked at: bit n for the firmware's segment n */
	uint8_t digest[CRYPTO_SHA384_LEN]; /* of what the data of their events would be now */
};

/* All that is claimed. What pointers point to must stay while the claims are written. */
struct evidence_claims {
	struct crypto_bytes cnf; /* length 0: none */
	struct crypto_bytes nonce;
	struct crypto_bytes platform;
	uint8_t ueid[EVIDENCE_UEID_LEN];
	uint64_t uptime; /* seconds */
	bool verified_boot;
	uint32_t debug_status; /* RFC 9711, 4.2.9 */
	uint64_t boot_count;
	uint8_t boot_seed[EVIDENCE_SEED_LEN];
	struct evidence_component component[EVIDENCE_COMPONENTS]; /* enum evidence_kind */
	uint64_t counter[EVIDENCE_COUNTERS];                      /* enum evidence_counter */
	struct evidence_log log;
	uint32_t identity_class; /* enum dice_class */
	struct evidence_policy policy[EVIDENCE_POLICIES_MAX];
	unsigned int policies;
	struct {
		unsigned int pmp_entries;
		bool smepmp;
		bool iommu;
		bool fw_cfg_denied;
		unsigned int harts;
	} isolation;
	const char *random_source; /* "zkr", "tpm" or "cdi-only" */
	bool zkt;
	struct {
		bool verified;
		uint32_t svn;
		uint32_t least_svn;
		bool stopped;
	} firmware;
	struct {
		uint32_t slot;
		bool pending;
		bool confirmed;
		bool replayable;
	} update;
	uint8_t reg[MEASURE_REGISTERS][CRYPTO_SHA384_LEN];
	const struct evidence_recheck *recheck; /* NULL: nobody has asked for it */
};

/* The digest of the set of policies: the one that component EVIDENCE_POLICY_SET has to have. */
void evidence_policies(const struct evidence_claims *c, uint8_t out[CRYPTO_SHA384_LEN]);

/* Writes the claims, which are right only if they are at most EVIDENCE_CLAIMS_MAX bytes. */
void evidence_write_claims(const struct evidence_claims *c, struct sink *s);

/*
 * Puts another result in place of the one that claims of this length, written with one for the same
 * segments, end with.
 */
void evidence_put_recheck(const struct evidence_recheck *r, uint8_t *claims, size_t length);

/* May these bytes be claim 8? One map in deterministic CBOR, at most EVIDENCE_CNF_MAX bytes. */
bool evidence_is_cnf(struct crypto_bytes cnf);

/* A whole token; the claims are written, the signature may come later. */
struct evidence_token {
	uint8_t kid[COSE_KID_LEN]; /* of the attestation key */
	struct crypto_bytes certificate[EVIDENCE_CERTIFICATES]; /* the attestation key's first */
	struct crypto_bytes claims;
	struct crypto_p384_signature signature;
};

/* The digest that is to be signed (RFC 9052, 4.4). */
void evidence_digest(const struct evidence_token *t, uint8_t out[CRYPTO_SHA384_LEN]);

/* Writes the token. Its length does not depend on the signature. */
void evidence_write(const struct evidence_token *t, struct sink *s);

#endif
