/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of a token (attest/cordon.cddl), read strictly: an unknown claim is an error. */
#ifndef ATTEST_VERIFIER_CLAIMS_H
#define ATTEST_VERIFIER_CLAIMS_H

#include "cordon.h"

#define UEID_LEN 33u
#define BOOTSEED_LEN 32u
#define REGISTERS 12u
#define COMPONENTS_MAX 7u
#define POLICIES_MAX 16u
#define COUNTERS_MAX 16u

/* Types of components, in the order in which they stand in a token. */
enum component_type {
	COMPONENT_STAGE0,
	COMPONENT_MONITOR,
	COMPONENT_POLICIES,
	COMPONENT_FIRMWARE,
	COMPONENT_TREE,
	COMPONENT_INITRD,
	COMPONENT_PAYLOAD,
	COMPONENT_TYPES,
};

/* What a type is called in tokens and reference values. */
const char *component_name(enum component_type type);

/* The type with this name; COMPONENT_TYPES if there is none. */
enum component_type component_of(struct span name);

/* Texts and byte strings point into the token. */
struct component {
	bool present;
	uint8_t digest[DIGEST_LEN];
	struct span version; /* empty if there is none */
	struct span signer;  /* empty, or 48 bytes */
	bool in_tcb;
};

struct policy_claim {
	struct span name;
	uint8_t config[DIGEST_LEN];
	bool enforcing;
};

struct counter_claim {
	struct span name;
	uint64_t value;
};

/* Claim -70011, key 1. */
enum code_state { CODE_NONE, CODE_SAME, CODE_CHANGED };

struct claims {
	struct span nonce;
	uint8_t ueid[UEID_LEN];
	struct span oemid, hwmodel;
	uint64_t uptime;
	bool oemboot;
	uint64_t dbgstat;
	uint64_t bootcount;
	uint8_t bootseed[BOOTSEED_LEN];
	struct span cnf;      /* one item; empty if there is none */
	struct component component[COMPONENT_TYPES];
	uint64_t requester;
	size_t counter_count;
	struct counter_claim counter[COUNTERS_MAX];
	uint8_t log_digest[DIGEST_LEN];
	uint64_t log_count, log_bytes, log_dropped;
	uint64_t identity_class;
	struct span policies_item; /* the claim as it stands */
	size_t policy_count;
	struct policy_claim policy[POLICIES_MAX];
	uint64_t pmp_entries;
	bool smepmp;
	struct span dma, fw_cfg;
	uint64_t harts;
	struct span rng;
	bool zkt;
	bool firmware_verified;
	uint64_t firmware_svn, firmware_min_svn;
	bool firmware_stopped;
	uint64_t slot;
	bool pending, confirmed, replayable;
	uint8_t reg[REGISTERS][DIGEST_LEN];
	bool has_recheck; /* of the firmware's code, which was asked for */
	uint64_t code;    /* enum code_state */
	uint64_t code_segments; /* bit n: segment n of the log was looked at */
	uint8_t code_digest[DIGEST_LEN];
};

/* Reads the payload of a token; NULL, or what is wrong with it. */
const char *claims_parse(struct span payload, struct claims *out);

/* "hw", "tpm", "flash-dev" or "zero". */
const char *identity_class_name(uint64_t identity_class);

#endif
