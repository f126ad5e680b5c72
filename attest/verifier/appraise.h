/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The appraisal of a token: in the order of its steps, each of which passes, warns, fails or is
 * not looked at, and failing closed. This is the whole of what other programs of the relying party
 * need of the verifier.
 */
#ifndef ATTEST_VERIFIER_APPRAISE_H
#define ATTEST_VERIFIER_APPRAISE_H

#include "claims.h"
#include "cordon.h"

/* In the order in which they are looked at (docs/attestation.md, For the relying party). */
enum appraise_step {
	STEP_FORM,
	STEP_ALGORITHM,
	STEP_CHAIN,
	STEP_LEAF,
	STEP_SIGNATURE,
	STEP_PROFILE,
	STEP_NONCE,
	STEP_REQUESTER,
	STEP_IDENTITY,
	STEP_DEBUG,
	STEP_BINDING,
	STEP_REFERENCE,
	STEP_COMPONENTS,
	STEP_SVN,
	STEP_POLICIES,
	STEP_REGISTERS,
	STEP_LOG,
	STEP_RECHECK,
	STEP_ISOLATION,
	STEP_BEHAVIOUR,
	APPRAISE_STEPS,
};

enum verdict { VERDICT_SKIP, VERDICT_PASS, VERDICT_WARN, VERDICT_FAIL };

struct appraisal_step {
	const char *name;
	enum verdict verdict;
	enum cordon_exit code; /* of a failure; CORDON_OK otherwise */
	char sentence[200];    /* printable ASCII */
};

/* What is looked at, and what is wanted. Nothing is written to; nothing is kept. */
struct appraise_input {
	struct span token;
	struct span nonce;          /* that was sent to the device */
	const char *nonce_fault;    /* why it may not be used any more, or NULL */
	struct span corim;          /* signed reference values */
	struct span corim_key;      /* public key of their signer, PEM */
	const struct span *roots;   /* certificates that may certify devices, PEM or DER */
	size_t root_count;
	bool has_log;
	struct span log;            /* in CBOR form */
	const char *const *policies; /* that must be there and enforcing */
	size_t policy_count;
	uint64_t min_svn;           /* of the monitor */
	bool has_max_denials;
	uint64_t max_denials;       /* of all classes together */
	bool allow_insecure_identity; /* classes flash-dev and zero, and development roots */
	bool allow_debug;           /* TEST keys, debug mode, an unverified start */
	bool allow_dropped;         /* events that no log has */
	bool require_recheck;       /* of the firmware's code in memory */
	bool any_firmware;          /* whatever it is, if the policy sandbox encloses it */
	int64_t now;                /* seconds since 1970 */
};

/* EAR's trustworthiness vector; values of AR4SI: 2 affirming, 32 warning, 96 contraindicated. */
struct trust_vector {
	int instance_identity, configuration, executables, hardware, runtime_opaque,
		storage_opaque;
};

struct appraisal {
	struct appraisal_step step[APPRAISE_STEPS];
	enum cordon_exit code;   /* of the first step that failed; CORDON_OK if none did */
	enum verdict verdict;    /* the worst of all steps */
	struct trust_vector vector;
	bool has_device;         /* the signature was right: ueid is the device's */
	bool insecure;           /* the device's identity protects nothing */
	uint8_t ueid[UEID_LEN];
	char identity_class[12]; /* "hw", "tpm", "flash-dev", "zero", or empty */
	uint64_t bootcount;
	int64_t now;
};

/* Appraises; the exit code, which is also out->code. */
int appraise(const struct appraise_input *in, struct appraisal *out);

/* "affirming", "warning" or "contraindicated". */
const char *appraisal_status(const struct appraisal *a);

/* The steps as a table for people, with colours if asked for. */
void appraisal_print(const struct appraisal *a, FILE *to, bool colours);

/* The result in the manner of EAR (draft-ietf-rats-ear), one JSON object and a newline. */
void appraisal_write_json(const struct appraisal *a, FILE *to);

#endif
