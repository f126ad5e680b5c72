/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of attest share: the one log, the keys of this boot, and the locks around them. */
#ifndef ATTEST_ATTEST_H
#define ATTEST_ATTEST_H

#include "attest/evidence.h"
#include "attest/measure.h"
#include "monitor/policy.h"
#include "monitor/sbi.h"
#include "policies/attest/numbers.h"

/* ---- attest.c: what is measured ---- */

/* Takes the log; interrupts are off, and nothing that waits for another hart is done with it. */
struct measure_log *attest_take(void);

/* Gives it back. */
void attest_give(void);

/* Records what happened since it was last asked: denials on this hart, the firmware's end. */
void attest_note(struct hart *h);

/* Records that the firmware's code has this digest by now, the first time. */
void attest_note_change(const u8 digest[CRYPTO_SHA384_LEN]);

/* What was measured, for claim 2399: digests of firmware, tree, initrd and payload. */
void attest_components(struct evidence_component component[EVIDENCE_COMPONENTS]);

/* Time when measuring began. */
u64 attest_began(void);

/* ---- compute.c: the crypto stack ---- */

/*
 * Makes the identity and the generator; on the boot hart. False: it cannot be done, and why has
 * been said.
 */
bool attest_identify(struct hart *h);

/* The generator that blinds computations. Under attest_lock. */
struct crypto_drbg *attest_random(void);

/* Where its entropy is from beside the device's secret, as evidence has it: "zkr", "tpm", ... */
const char *attest_random_source(void);

/* EVIDENCE_SEED_LEN bytes, others at each start. */
const u8 *attest_boot_seed(void);

/* What crypto.h calls "one at a time", and takes long: the jobs of on_slice. */
enum attest_job {
	ATTEST_IDENTIFY, /* compute.c */
	ATTEST_START,    /* requests.c */
	ATTEST_RECHECK_ON, /* requests.c: one slice of the firmware's code */
	ATTEST_SIGN,     /* requests.c: one slice of the signature */
	ATTEST_OPEN,     /* slots.c: these and below write to the flash */
	ATTEST_UPDATE,
	ATTEST_UPDATED,
	ATTEST_CONFIRMED
};

/* Has it done on the crypto stack; other harts are served meanwhile. Under attest_lock. */
void attest_compute(struct hart *h, enum attest_job job);

/* on_slice. */
void attest_on_slice(struct hart *h);

/* ATTEST_START to ATTEST_SIGN. */
void attest_on_request(enum attest_job job);

/* ATTEST_OPEN and what follows it. */
void attest_on_store(enum attest_job job);

/* Waits for arena, crypto stack and everything below, in which other harts are served. */
void attest_lock(struct hart *h);

/* Gives them back. */
void attest_unlock(void);

/* ---- calls.c: the SBI extension ---- */

/* on_ecall. */
enum verdict attest_call(struct hart *h, u64 cause);

/* Ends a call. */
static inline enum verdict attest_done(struct hart *h, s64 error, u64 value)
{
	sbi_return(h, error, value);
	return HANDLED;
}

/*
 * May the payload's S-mode have this done to size bytes at the physical address in two registers
 * from argument arg on, of which RV64 needs one (SBI 3.0, 3)?
 */
bool attest_may(const struct hart *h, unsigned int arg, u64 size, unsigned int need);

/* ---- claims.c, requests.c, secrets.c: evidence, and what else is made of secrets ---- */

/* What a caller asks for. */
struct attest_question {
	struct crypto_bytes nonce;
	struct crypto_bytes cnf;
	const struct evidence_recheck *recheck; /* NULL: it does not ask for that */
};

/* Takes a snapshot of everything that is claimed, but for the question. Under attest_lock. */
void attest_claim(struct hart *h, struct evidence_claims *c);

/* Writes the claims of this moment; their length, 0: too long. Under attest_lock. */
size_t attest_claims(struct hart *h, const struct attest_question *q,
		     uint8_t out[EVIDENCE_CLAIMS_MAX]);

enum verdict attest_begin(struct hart *h);
enum verdict attest_continue(struct hart *h);
enum verdict attest_certificate(struct hart *h);
enum verdict attest_seal(struct hart *h);
enum verdict attest_report(struct hart *h);
enum verdict attest_verify(struct hart *h);

/* ---- recheck.c: the firmware's code, digested again ---- */

/* A segment as it was measured, with the data of its event; in order, before the firmware runs. */
void attest_recheck_add(struct range segment, const u8 data[MEASURE_DATA_MAX]);

/*
 * Begins anew; *out says that there is no code to look at, and is complete if that is so, which is
 * when this is false. Under attest_lock, as all that follows.
 */
bool attest_recheck_begin(struct evidence_recheck *out);

/* One slice, by which *out is completed (CRYPTO_DONE) or is not yet. */
enum crypto_progress attest_recheck_on(struct evidence_recheck *out);

/* ---- slots.c: updates ---- */

/* Opens the log of starts, if there is one; on the boot hart, once there is an identity. */
void attest_open_store(struct hart *h);

enum verdict attest_stage(struct hart *h);
enum verdict attest_confirm(struct hart *h);

extern const struct policy policy_attest;

#endif
