/* SPDX-License-Identifier: Apache-2.0 */
/* What the payload gets of secrets: sealing keys, and reports for others on this machine. */
#include "attest/facts.h"
#include "attest/identity.h"
#include "lib/string.h"
#include "monitor/sbi_serve.h"
#include "monitor/vpmp.h"
#include "policies/attest/attest.h"

#define LABEL_LEN 32u
#define SEAL_VERSION 1u
#define SEAL_PURPOSE "cordon seal"

/*
 * Each version further down is 58 thousand instructions: so many of them in one call, with
 * interrupts off. The way down goes on where the last call has stopped.
 */
#define STEPS 32u

/* Under attest_lock. */
static struct {
	bool begun;
	uint32_t svn;
	struct crypto_secret key; /* of version svn */
	uint8_t claims[EVIDENCE_CLAIMS_MAX];
} secrets CRYPTO_MEMORY;

static uint32_t word(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* Some way down to the root of that version; true: it is there. */
static bool walk_to(uint32_t svn)
{
	uint32_t steps;

	if (!secrets.begun || secrets.svn < svn) {
		secrets.svn = identity_facts()->svn;
		secrets.begun = identity_sealing_root(&secrets.key, secrets.svn);
	}
	steps = secrets.svn - svn < STEPS ? secrets.svn - svn : STEPS;
	secrets.begun = secrets.begun &&
			dice_lower_version(&secrets.key, &secrets.key, steps);
	if (!secrets.begun) {
		return false;
	}
	secrets.svn -= steps;
	return secrets.svn == svn;
}

/* HKDF(root, "", purpose || authority || label) */
static bool derive(const uint8_t label[LABEL_LEN], uint8_t out[ATTEST_SEAL_KEY])
{
	uint8_t info[sizeof(SEAL_PURPOSE) - 1 + CRYPTO_SHA384_LEN + LABEL_LEN];
	struct sink s = { .out = info, .room = sizeof(info) };
	struct crypto_hkdf_input in = {
		.key = { secrets.key.bytes, secrets.key.len },
		.info = { info, sizeof(info) },
	};

	sink_bytes(&s, SEAL_PURPOSE, sizeof(SEAL_PURPOSE) - 1);
	sink_bytes(&s, identity_facts()->authority, CRYPTO_SHA384_LEN);
	sink_bytes(&s, label, LABEL_LEN);
	return crypto_hkdf(&in, out, ATTEST_SEAL_KEY);
}

/* *value: 0, call again, or the length of the key. */
static s64 seal(struct hart *h, const uint8_t *request, u64 *value)
{
	uint8_t key[ATTEST_SEAL_KEY];
	bool stored;

	if (!walk_to(word(request + 4))) {
		return secrets.begun ? SBI_SUCCESS : SBI_ERR_FAILED;
	}
	if (!derive(request + 8, key)) {
		return SBI_ERR_FAILED;
	}
	stored = sbi_memory_store(h, sbi_arg(h, 2), key, sizeof(key));
	wipe(key, sizeof(key));
	*value = ATTEST_SEAL_KEY;
	return stored ? SBI_SUCCESS : SBI_ERR_INVALID_ADDRESS;
}

enum verdict attest_seal(struct hart *h)
{
	uint8_t request[ATTEST_SEAL_REQUEST];
	u64 value = 0;
	s64 error;

	if (!attest_may(h, 0, sizeof(request), PMP_R) ||
	    !attest_may(h, 2, ATTEST_SEAL_KEY, PMP_W) ||
	    !sbi_memory_load(h, sbi_arg(h, 0), request, sizeof(request))) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	if (word(request) != SEAL_VERSION) {
		return attest_done(h, SBI_ERR_INVALID_PARAM, 0);
	}
	if (word(request + 4) > identity_facts()->svn ||
	    word(request + 4) < attest_facts.least_seal) {
		refuse(h, REFUSED_CALL);
		return attest_done(h, SBI_ERR_DENIED, 0);
	}
	attest_lock(h);
	error = seal(h, request, &value);
	attest_unlock();
	return attest_done(h, error, error == SBI_SUCCESS ? value : 0);
}

/* ---- local reports ---- */

/* The code of data and digest of claims, which lie side by side. */
static void authenticate(const uint8_t *report, uint8_t code[CRYPTO_SHA384_LEN])
{
	const struct crypto_secret *key = identity_local();

	crypto_hmac((struct crypto_bytes){ key->bytes, key->len },
		    (struct crypto_bytes){ report, ATTEST_REPORT_DATA + CRYPTO_SHA384_LEN }, code);
}

/* The digest is that of the claims that evidence with the data as nonce would have now. */
static bool make_report(struct hart *h, uint8_t report[ATTEST_REPORT_LEN])
{
	struct attest_question q = { .nonce = { report, ATTEST_REPORT_DATA } };
	size_t length;

	attest_lock(h);
	length = attest_claims(h, &q, secrets.claims);
	crypto_sha384(secrets.claims, length, report + ATTEST_REPORT_DATA);
	attest_unlock();
	authenticate(report, report + ATTEST_REPORT_DATA + CRYPTO_SHA384_LEN);
	return length != 0;
}

enum verdict attest_report(struct hart *h)
{
	uint8_t report[ATTEST_REPORT_LEN];

	if (!attest_may(h, 0, ATTEST_REPORT_DATA, PMP_R) ||
	    !attest_may(h, 2, sizeof(report), PMP_W) ||
	    !sbi_memory_load(h, sbi_arg(h, 0), report, ATTEST_REPORT_DATA)) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	if (!make_report(h, report)) {
		return attest_done(h, SBI_ERR_FAILED, 0);
	}
	if (!sbi_memory_store(h, sbi_arg(h, 2), report, sizeof(report))) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	return attest_done(h, SBI_SUCCESS, sizeof(report));
}

enum verdict attest_verify(struct hart *h)
{
	uint8_t report[ATTEST_REPORT_LEN];
	uint8_t code[CRYPTO_SHA384_LEN];

	if (!attest_may(h, 0, sizeof(report), PMP_R) ||
	    !sbi_memory_load(h, sbi_arg(h, 0), report, sizeof(report))) {
		return attest_done(h, SBI_ERR_INVALID_ADDRESS, 0);
	}
	authenticate(report, code);
	if (!ct_equal(code, report + sizeof(report) - sizeof(code), sizeof(code))) {
		return attest_done(h, SBI_ERR_FAILED, 0);
	}
	return attest_done(h, SBI_SUCCESS, 1);
}
