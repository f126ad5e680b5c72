/* SPDX-License-Identifier: Apache-2.0 */
/* Commands are written into one buffer, and their answers read from it. */
#include "attest/tpm.h"

#include <string.h>

#include "attest/sink.h"

/* TPM Library 1.59, part 2: 6.5.2, 6.6.3, 6.9, 7.4, 6.3. */
#define CC_HIERARCHY_CONTROL 0x121u
#define CC_NV_INCREMENT      0x134u
#define CC_STARTUP           0x144u
#define CC_NV_READ           0x14eu
#define CC_NV_READ_LOCK      0x14fu
#define CC_START_SESSION     0x176u
#define CC_GET_RANDOM        0x17bu
#define CC_POLICY_PCR        0x17fu
#define CC_PCR_EXTEND        0x182u

#define RC_INITIALIZE   0x100u
#define TAG_PLAIN       0x8001u
#define TAG_SESSIONS    0x8002u
#define RH_NULL         0x40000007u
#define RS_PASSWORD     0x40000009u
#define RH_PLATFORM     0x4000000cu
#define SESSION_POLICY  1u
#define ALG_SHA384      0x000cu
#define ALG_NULL        0x0010u
#define PCR_SELECT_LEN  3u /* bytes: 24 PCRs */

#define HEAD_LEN 10u /* tag, length, code */
#define AT_LENGTH 2u
#define BUFFER   256u
#define NONCE_LEN 16u

/* A command while it is written, and its answer while it is read. */
struct talk {
	uint8_t bytes[BUFFER];
	struct sink s;
	uint32_t sessions; /* 1: the answer has one */
	size_t at;         /* of the answer, what is read next */
	size_t end;
	bool short_of;     /* something was to be read that is not there */
};

/* ---- writing ---- */

static void begin(struct talk *k, uint32_t command, bool sessions)
{
	memset(k, 0, sizeof(*k));
	k->s.out = k->bytes;
	k->s.room = sizeof(k->bytes);
	k->sessions = sessions;
	sink_big(&k->s, sessions ? TAG_SESSIONS : TAG_PLAIN, 2);
	sink_big(&k->s, 0, 4); /* the length */
	sink_big(&k->s, command, 4);
}

/* Part 2, 10.13.2: TPMS_AUTH_COMMAND behind its length. A session ends with the command. */
static void authorise(struct talk *k, const struct tpm_auth *auth)
{
	sink_big(&k->s, 9 + auth->value.len, 4);
	sink_big(&k->s, auth->session != 0 ? auth->session : RS_PASSWORD, 4);
	sink_big(&k->s, 0, 2); /* no nonce */
	sink_big(&k->s, 0, 1); /* no attributes */
	sink_big(&k->s, auth->value.len, 2);
	sink_bytes(&k->s, auth->value.data, auth->value.len);
}

/* ---- reading ---- */

static const uint8_t *take(struct talk *k, size_t len)
{
	const uint8_t *at = k->bytes + k->at;

	if (k->short_of || len > k->end - k->at) {
		k->short_of = true;
		return k->bytes;
	}
	k->at += len;
	return at;
}

static uint32_t take_number(struct talk *k, size_t len)
{
	const uint8_t *at = take(k, len);
	uint32_t value = 0;

	for (size_t i = 0; i < len; i++) {
		value = value << 8 | at[i];
	}
	return value;
}

/* A TPM2B with exactly so many bytes. */
static bool take_sized(struct talk *k, uint8_t *out, size_t len)
{
	const uint8_t *at;

	if (take_number(k, 2) != len) {
		k->short_of = true;
	}
	at = take(k, len);
	if (!k->short_of && out != NULL) {
		memcpy(out, at, len);
	}
	return !k->short_of;
}

/* Part 1, 18.9: behind the parameters, whose length comes first, nonce, attributes and code. */
static bool take_session(struct talk *k, uint32_t parameters)
{
	size_t nonce;
	size_t code;

	if (k->sessions == 0) {
		return true;
	}
	if (k->at - HEAD_LEN - 4 != parameters) {
		return false;
	}
	nonce = take_number(k, 2);
	(void)take(k, nonce);
	(void)take(k, 1);
	code = take_number(k, 2);
	(void)take(k, code);
	return true;
}

/* The answer ends where it should. */
static enum tpm_status finish(struct talk *k, uint32_t parameters)
{
	bool right = take_session(k, parameters) && !k->short_of && k->at == k->end;

	wipe(k, sizeof(*k));
	return right ? TPM_OK : TPM_MALFORMED;
}

/* Sends what was written; TPM_OK: there is an answer to be read, behind its head. */
static enum tpm_status run(struct tpm *t, struct talk *k)
{
	size_t len = k->s.kept;
	uint32_t tag;
	struct sink length = { .out = k->bytes + AT_LENGTH, .room = 4 };

	if (k->s.total != len) {
		return TPM_MALFORMED; /* longer than any that we write */
	}
	sink_big(&length, len, 4);
	k->end = tpm_tis_exchange(&t->port, k->bytes, len, k->bytes, sizeof(k->bytes));
	if (k->end < HEAD_LEN) {
		return TPM_SILENT;
	}
	tag = take_number(k, 2);
	(void)take_number(k, 4); /* is k->end */
	t->code = take_number(k, 4);
	if (t->code != 0) {
		return tag == TAG_PLAIN && k->end == HEAD_LEN ? TPM_REFUSED : TPM_MALFORMED;
	}
	return tag == (k->sessions != 0 ? TAG_SESSIONS : TAG_PLAIN) ? TPM_OK : TPM_MALFORMED;
}

/* Sends a command whose answer has no parameters. */
static enum tpm_status run_plain(struct tpm *t, struct talk *k)
{
	enum tpm_status status = run(t, k);
	uint32_t parameters;

	if (status != TPM_OK) {
		return status;
	}
	parameters = k->sessions != 0 ? take_number(k, 4) : 0;
	return parameters == 0 ? finish(k, 0) : TPM_MALFORMED;
}

/* ---- the commands ---- */

enum tpm_status tpm_start(struct tpm *t)
{
	enum tpm_status status;
	struct talk k;

	begin(&k, CC_STARTUP, false);
	sink_big(&k.s, 0, 2); /* TPM_SU_CLEAR */
	status = run_plain(t, &k);
	return status == TPM_REFUSED && t->code == RC_INITIALIZE ? TPM_OK : status;
}

enum tpm_status tpm_extend(struct tpm *t, uint32_t pcr, const uint8_t digest[CRYPTO_SHA384_LEN])
{
	const struct tpm_auth none = { .session = 0 };
	struct talk k;

	begin(&k, CC_PCR_EXTEND, true);
	sink_big(&k.s, pcr, 4);
	authorise(&k, &none);
	sink_big(&k.s, 1, 4); /* of one bank */
	sink_big(&k.s, ALG_SHA384, 2);
	sink_bytes(&k.s, digest, CRYPTO_SHA384_LEN);
	return run_plain(t, &k);
}

enum tpm_status tpm_random(struct tpm *t, uint8_t *out, size_t len)
{
	enum tpm_status status;
	struct talk k;

	begin(&k, CC_GET_RANDOM, false);
	sink_big(&k.s, len, 2);
	status = run(t, &k);
	if (status == TPM_OK) {
		(void)take_sized(&k, out, len);
		status = finish(&k, 0);
	}
	return status;
}

/* Part 2, 10.6.7: a selection of this PCR alone, in the bank for SHA-384. */
static void write_selection(struct talk *k, uint32_t pcr)
{
	sink_big(&k->s, 1, 4);
	sink_big(&k->s, ALG_SHA384, 2);
	sink_big(&k->s, PCR_SELECT_LEN, 1);
	sink_little(&k->s, (uint32_t)1 << pcr, PCR_SELECT_LEN);
}

/* Nothing is made of the nonces: no code, no encryption. */
static enum tpm_status start_session(struct tpm *t, uint32_t *session)
{
	static const uint8_t nonce[NONCE_LEN];
	enum tpm_status status;
	struct talk k;

	begin(&k, CC_START_SESSION, false);
	sink_big(&k.s, RH_NULL, 4);
	sink_big(&k.s, RH_NULL, 4);
	sink_big(&k.s, NONCE_LEN, 2);
	sink_bytes(&k.s, nonce, NONCE_LEN);
	sink_big(&k.s, 0, 2); /* no salt */
	sink_big(&k.s, SESSION_POLICY, 1);
	sink_big(&k.s, ALG_NULL, 2);
	sink_big(&k.s, ALG_SHA384, 2);
	status = run(t, &k);
	if (status == TPM_OK) {
		*session = take_number(&k, 4);
		(void)take(&k, take_number(&k, 2));
		status = finish(&k, 0);
	}
	return status;
}

enum tpm_status tpm_policy(struct tpm *t, uint32_t pcr, uint32_t *session)
{
	enum tpm_status status = start_session(t, session);
	struct talk k;

	if (status != TPM_OK) {
		return status;
	}
	begin(&k, CC_POLICY_PCR, false);
	sink_big(&k.s, *session, 4);
	sink_big(&k.s, 0, 2); /* the value that it has */
	write_selection(&k, pcr);
	return run_plain(t, &k);
}

/* An index authorises what is done with itself. */
static void begin_nv(struct talk *k, uint32_t command, uint32_t index, const struct tpm_auth *auth)
{
	begin(k, command, true);
	sink_big(&k->s, index, 4);
	sink_big(&k->s, index, 4);
	authorise(k, auth);
}

enum tpm_status tpm_nv_read(struct tpm *t, uint32_t index, const struct tpm_auth *auth,
			    uint8_t *out, size_t len)
{
	enum tpm_status status;
	uint32_t parameters;
	struct talk k;

	begin_nv(&k, CC_NV_READ, index, auth);
	sink_big(&k.s, len, 2);
	sink_big(&k.s, 0, 2); /* from the beginning */
	status = run(t, &k);
	if (status == TPM_OK) {
		parameters = take_number(&k, 4);
		(void)take_sized(&k, out, len);
		status = finish(&k, parameters);
	}
	return status;
}

enum tpm_status tpm_nv_lock(struct tpm *t, uint32_t index, const struct tpm_auth *auth)
{
	struct talk k;

	begin_nv(&k, CC_NV_READ_LOCK, index, auth);
	return run_plain(t, &k);
}

enum tpm_status tpm_nv_increment(struct tpm *t, uint32_t index, const struct tpm_auth *auth)
{
	struct talk k;

	begin_nv(&k, CC_NV_INCREMENT, index, auth);
	return run_plain(t, &k);
}

enum tpm_status tpm_close_platform(struct tpm *t)
{
	const struct tpm_auth none = { .session = 0 };
	struct talk k;

	begin(&k, CC_HIERARCHY_CONTROL, true);
	sink_big(&k.s, RH_PLATFORM, 4);
	authorise(&k, &none);
	sink_big(&k.s, RH_PLATFORM, 4);
	sink_big(&k.s, 0, 1); /* no */
	return run_plain(t, &k);
}
