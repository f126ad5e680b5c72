/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence on request. There is one request at a time in the machine; a new one ends the one
 * before. What is claimed is what was so when it began: nothing of the caller's or of the machine's
 * is looked at again (I-ATT-6), but for the firmware's code, if that is asked for.
 */
#include "attest/identity.h"
#include "lib/string.h"
#include "monitor/sbi_serve.h"
#include "monitor/timer.h"
#include "monitor/vpmp.h"
#include "policies/attest/attest.h"

/* Signatures that a domain has at once, and how many of them come back in a second. */
#define BURST 16u
#define RATE 8u

enum step {
	STEP_NONE,    /* nothing is asked for */
	STEP_RECHECK, /* the firmware's code is looked at */
	STEP_SIGN,    /* job is at work */
	STEP_READY,   /* the token is complete */
};

/* Under attest_lock. */
static struct {
	enum step step;
	unsigned int owner; /* index of the hart that asked, and may go on */
	uint8_t request[ATTEST_REQUEST_MAX];
	uint8_t claims[EVIDENCE_CLAIMS_MAX];
	uint8_t digest[CRYPTO_SHA384_LEN];
	struct evidence_recheck recheck;
	struct evidence_token token;
	size_t length; /* of the token */
	struct crypto_p384_job job;
	enum crypto_progress progress;
	bool begun; /* there is a job to end */
	/* A bucket for each domain that can ask; the payload is the only one. */
	u64 tokens;
	u64 filled; /* when, in ticks of time */
	bool opened;
} evidence;

/* ---- budget ---- */

static void refill(void)
{
	u64 now = timer_now();
	u64 tick = machine.timebase / RATE;
	u64 more;

	if (!evidence.opened || tick == 0) {
		evidence.opened = true;
		evidence.tokens = BURST;
		evidence.filled = now;
		return;
	}
	more = (now - evidence.filled) / tick;
	evidence.filled += more * tick;
	evidence.tokens = more > BURST - evidence.tokens ? BURST : evidence.tokens + more;
}

/* One signature, if there is one left (I-ATT-8). */
static bool afford(void)
{
	refill();
	if (evidence.tokens == 0) {
		return false;
	}
	evidence.tokens--;
	return true;
}

/* ---- the request ---- */

static u32 word(const uint8_t *at)
{
	return (u32)at[0] | (u32)at[1] << 8 | (u32)at[2] << 16 | (u32)at[3] << 24;
}

/* What the copied request asks; false: it is not a request. */
static bool parse(const uint8_t *request, u64 size, struct attest_question *q)
{
	u32 flags = word(request + 4);

	q->nonce = (struct crypto_bytes){ request + 16, word(request + 8) };
	q->cnf = (struct crypto_bytes){ request + ATTEST_REQUEST_HEAD, word(request + 12) };
	q->recheck = (flags & ATTEST_RECHECK) != 0 ? &evidence.recheck : NULL;
	return word(request) == ATTEST_REQUEST_VERSION && (flags & ~ATTEST_REQUEST_FLAGS) == 0 &&
	       q->nonce.len >= EVIDENCE_NONCE_MIN && q->nonce.len <= EVIDENCE_NONCE_MAX &&
	       q->cnf.len == size - ATTEST_REQUEST_HEAD &&
	       (q->cnf.len == 0 || evidence_is_cnf(q->cnf));
}

static void abort_request(void)
{
	if (evidence.begun) {
		crypto_p384_end(&evidence.job);
		evidence.begun = false;
	}
	evidence.step = STEP_NONE;
}

static void start_signature(void)
{
	evidence.begun = crypto_p384_sign_begin(&evidence.job, identity_key(), evidence.digest,
						attest_random());
}

static void describe_token(size_t claims_len)
{
	struct sink s = { .out = NULL };

	memset(&evidence.token, 0, sizeof(evidence.token));
	memcpy(evidence.token.kid, identity_facts()->key_id, sizeof(evidence.token.kid));
	for (unsigned int i = 0; i < EVIDENCE_CERTIFICATES; i++) {
		evidence.token.certificate[i] = identity_certificate((enum identity_certificate)i);
	}
	evidence.token.claims = (struct crypto_bytes){ evidence.claims, claims_len };
	evidence_write(&evidence.token, &s);
	evidence.length = s.total;
}

/* The claims are complete. */
static bool sign(struct hart *h)
{
	evidence_digest(&evidence.token, evidence.digest);
	attest_compute(h, ATTEST_START);
	evidence.step = evidence.begun ? STEP_SIGN : STEP_NONE;
	return evidence.begun;
}

/* The request is right: what is true now will be signed. */
static bool begin(struct hart *h, const struct attest_question *q)
{
	bool more;
	size_t length;

	abort_request();
	more = q->recheck != NULL && attest_recheck_begin(&evidence.recheck);
	length = attest_claims(h, q, evidence.claims);
	if (length == 0) {
		return false;
	}
	describe_token(length);
	evidence.owner = h->index;
	if (more) {
		evidence.step = STEP_RECHECK;
		return true;
	}
	return sign(h);
}

/* The request is copied once, and the copy is what is judged and used. */
static s64 judge(struct hart *h, const uint8_t *request, u64 size)
{
	struct attest_question q;

	if (!parse(request, size, &q)) {
		return SBI_ERR_INVALID_PARAM;
	}
	if (!afford()) {
		refuse(h, REFUSED_CALL);
		return SBI_ERR_DENIED;
	}
	return begin(h, &q) ? SBI_SUCCESS : SBI_ERR_FAILED;
}

enum verdict attest_begin(struct hart *h)
{
	u64 size = sbi_arg(h, 2);
	s64 error = SBI_ERR_INVALID_ADDRESS;
	u64 length = 0;

	if (size < ATTEST_REQUEST_HEAD || size > ATTEST_REQUEST_MAX) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	attest_lock(h);
	if (attest_may(h, 0, size, PMP_R) &&
	    sbi_memory_load(h, sbi_arg(h, 0), evidence.request, size)) {
		error = judge(h, evidence.request, size);
		length = error == SBI_SUCCESS ? evidence.length : 0;
	}
	attest_unlock();
	return attest_done(h, error, length);
}

/* ---- going on ---- */

static void sign_on(void)
{
	evidence.progress = crypto_p384_continue(&evidence.job, CRYPTO_SLICE_OPS);
	if (evidence.progress == CRYPTO_DONE) {
		crypto_p384_signature(&evidence.job, &evidence.token.signature);
	}
}

void attest_on_request(enum attest_job job)
{
	if (job == ATTEST_START) {
		start_signature();
	} else if (job == ATTEST_SIGN) {
		sign_on();
	} else {
		evidence.progress = attest_recheck_on(&evidence.recheck);
	}
}

/* One slice of the firmware's code (I-ATT-7). */
static s64 recheck(struct hart *h)
{
	attest_compute(h, ATTEST_RECHECK_ON);
	if (evidence.progress == CRYPTO_MORE) {
		return SBI_SUCCESS;
	}
	evidence_put_recheck(&evidence.recheck, evidence.claims, evidence.token.claims.len);
	if (evidence.recheck.state == EVIDENCE_CHANGED) {
		attest_note_change(evidence.recheck.digest);
	}
	return sign(h) ? SBI_SUCCESS : SBI_ERR_FAILED;
}

/* One slice (I-ATT-7). */
static s64 advance(struct hart *h)
{
	attest_compute(h, ATTEST_SIGN);
	if (evidence.progress == CRYPTO_MORE) {
		return SBI_SUCCESS;
	}
	crypto_p384_end(&evidence.job);
	evidence.begun = false;
	evidence.step = evidence.progress == CRYPTO_DONE ? STEP_READY : STEP_NONE;
	return evidence.progress == CRYPTO_DONE ? SBI_SUCCESS : SBI_ERR_FAILED;
}

/* The complete token, piece by piece to the caller; then it is gone. */
static bool deliver(struct hart *h)
{
	uint8_t piece[512];
	u64 at = 0;

	while (at < evidence.length) {
		struct sink s = { .out = piece, .room = sizeof(piece), .skip = at };

		evidence_write(&evidence.token, &s);
		if (!sbi_memory_store(h, sbi_arg(h, 0) + at, piece, s.kept)) {
			return false;
		}
		at += s.kept;
	}
	evidence.step = STEP_NONE;
	return true;
}

static s64 go_on(struct hart *h, u64 *value)
{
	if (evidence.step == STEP_NONE || evidence.owner != h->index) {
		return SBI_ERR_INVALID_STATE;
	}
	if (sbi_arg(h, 2) < evidence.length) {
		*value = evidence.length;
		return SBI_ERR_INVALID_PARAM;
	}
	if (!attest_may(h, 0, sbi_arg(h, 2), PMP_W)) {
		return SBI_ERR_INVALID_ADDRESS;
	}
	if (evidence.step != STEP_READY) {
		return evidence.step == STEP_RECHECK ? recheck(h) : advance(h);
	}
	if (!deliver(h)) {
		return SBI_ERR_INVALID_ADDRESS;
	}
	*value = evidence.length;
	return SBI_SUCCESS;
}

enum verdict attest_continue(struct hart *h)
{
	u64 value = 0;
	s64 error;

	attest_lock(h);
	error = go_on(h, &value);
	attest_unlock();
	return attest_done(h, error, value);
}

enum verdict attest_certificate(struct hart *h)
{
	u64 which = sbi_arg(h, 0);
	struct crypto_bytes der;

	if (which >= IDENTITY_CERTIFICATES) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	der = identity_certificate((enum identity_certificate)which);
	if (sbi_arg(h, 3) < der.len) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, der.len);
	}
	if (!attest_may(h, 1, sbi_arg(h, 3), PMP_W) ||
	    !sbi_memory_store(h, sbi_arg(h, 1), der.data, der.len)) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	return attest_done(h, SBI_SUCCESS, der.len);
}
