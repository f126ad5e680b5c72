/* SPDX-License-Identifier: Apache-2.0 */
/* Claims and the token around them (see evidence.h, cordon.cddl). */
#include "attest/evidence.h"

#include <string.h>

#include "attest/cbor.h"
#include "attest/cbor_read.h"

/* Labels: RFC 8747, RFC 9711 and RFC 9783; from -70001 down, ours. */
#define CLAIM_CNF 8
#define CLAIM_NONCE 10
#define CLAIM_UEID 256
#define CLAIM_OEMID 258
#define CLAIM_HWMODEL 259
#define CLAIM_UPTIME 261
#define CLAIM_OEMBOOT 262
#define CLAIM_DBGSTAT 263
#define CLAIM_PROFILE 265
#define CLAIM_BOOTCOUNT 267
#define CLAIM_BOOTSEED 268
#define CLAIM_COMPONENTS 2399
#define CLAIM_REQUESTER (-70001)
#define CLAIM_COUNTERS (-70002)
#define CLAIM_LOG (-70003)
#define CLAIM_CLASS (-70004)
#define CLAIM_POLICIES (-70005)
#define CLAIM_ISOLATION (-70006)
#define CLAIM_CRYPTO (-70007)
#define CLAIM_FIRMWARE (-70008)
#define CLAIM_UPDATE (-70009)
#define CLAIM_REGISTERS (-70010)
#define CLAIM_RECHECK (-70011)
#define CLAIMS_ALWAYS 21u

#define COMPONENT_TYPE 1
#define COMPONENT_DIGEST 2
#define COMPONENT_VERSION 4
#define COMPONENT_SIGNER 5
#define COMPONENT_TRUSTED (-1)

#define PROFILE "tag:cordon,2026:vfm#1"
#define CONTENT_EAT_CWT 263u /* application/eat+cwt: RFC 9782 */

/* ---- pairs ---- */

static void pair_unsigned(struct sink *s, int64_t key, uint64_t value)
{
	cbor_integer(s, key);
	cbor_unsigned(s, value);
}

static void pair_bytes(struct sink *s, int64_t key, const void *data, size_t len)
{
	cbor_integer(s, key);
	cbor_bytes(s, data, len);
}

static void pair_digest(struct sink *s, int64_t key, const uint8_t digest[CRYPTO_SHA384_LEN])
{
	pair_bytes(s, key, digest, CRYPTO_SHA384_LEN);
}

static void pair_text(struct sink *s, int64_t key, const char *text)
{
	cbor_integer(s, key);
	cbor_text(s, text);
}

static void pair_bool(struct sink *s, int64_t key, bool value)
{
	cbor_integer(s, key);
	cbor_bool(s, value);
}

/* ---- one claim each ---- */

/* Is it in the trusted computing base? What the monitor contains, or only starts, is not. */
static const struct {
	const char *type;
	bool trusted;
} kinds[EVIDENCE_COMPONENTS] = {
	[EVIDENCE_STAGE0] = { "M-VROM", true },        [EVIDENCE_MONITOR] = { "M-MON", true },
	[EVIDENCE_POLICY_SET] = { "M-POL", true },     [EVIDENCE_FIRMWARE] = { "VFW", false },
	[EVIDENCE_TREE] = { "VFW-DTB", false },        [EVIDENCE_INITRD] = { "INITRD", false },
	[EVIDENCE_PAYLOAD_IMAGE] = { "PAYLOAD", false },
};

static void write_component(struct sink *s, const struct evidence_component *c, unsigned int kind)
{
	cbor_map(s, 3u + (c->version != NULL) + (c->signer != NULL));
	pair_text(s, COMPONENT_TYPE, kinds[kind].type);
	pair_digest(s, COMPONENT_DIGEST, c->digest);
	if (c->version != NULL) {
		pair_text(s, COMPONENT_VERSION, c->version);
	}
	if (c->signer != NULL) {
		pair_digest(s, COMPONENT_SIGNER, c->signer);
	}
	pair_bool(s, COMPONENT_TRUSTED, kinds[kind].trusted);
}

static void write_components(struct sink *s, const struct evidence_claims *c)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < EVIDENCE_COMPONENTS; i++) {
		count += c->component[i].present ? 1 : 0;
	}
	cbor_integer(s, CLAIM_COMPONENTS);
	cbor_array(s, count);
	for (unsigned int i = 0; i < EVIDENCE_COMPONENTS; i++) {
		if (c->component[i].present) {
			write_component(s, &c->component[i], i);
		}
	}
}

static void write_counters(struct sink *s, const struct evidence_claims *c)
{
	static const char *const names[EVIDENCE_COUNTERS] = {
		[EVIDENCE_CSR] = "csr",
		[EVIDENCE_CALL] = "call",
		[EVIDENCE_DEVICE] = "device",
		[EVIDENCE_INJECT] = "inject",
		[EVIDENCE_MEMORY] = "memory",
		[EVIDENCE_RESUME] = "resume",
		[EVIDENCE_MONITOR_MEMORY] = "monitor",
		[EVIDENCE_INSTRUCTION] = "instruction",
		[EVIDENCE_DEATHS] = "firmware-deaths",
	};

	cbor_integer(s, CLAIM_COUNTERS);
	cbor_map(s, EVIDENCE_COUNTERS);
	for (unsigned int i = 0; i < EVIDENCE_COUNTERS; i++) {
		cbor_text(s, names[i]);
		cbor_unsigned(s, c->counter[i]);
	}
}

static void write_log(struct sink *s, const struct evidence_log *log)
{
	cbor_integer(s, CLAIM_LOG);
	cbor_map(s, 4);
	pair_digest(s, 1, log->digest);
	pair_unsigned(s, 2, log->events);
	pair_unsigned(s, 3, log->bytes);
	pair_unsigned(s, 4, log->dropped);
}

/* Of the CBOR array that cordon.cddl calls policy-configuration. */
static void digest_policy(const struct evidence_policy *p, uint8_t out[CRYPTO_SHA384_LEN])
{
	uint8_t bytes[128];
	struct sink s = { .out = bytes, .room = sizeof(bytes) };

	cbor_array(&s, 6);
	cbor_text(&s, p->name);
	cbor_unsigned(&s, p->pmp_entries);
	cbor_bool(&s, p->saves_payload);
	cbor_bool(&s, p->mediates);
	cbor_bool(&s, p->scrubs);
	cbor_unsigned(&s, p->switched_off);
	crypto_sha384(bytes, s.kept, out);
}

static void write_policy(struct sink *s, const struct evidence_policy *p)
{
	uint8_t digest[CRYPTO_SHA384_LEN];

	digest_policy(p, digest);
	cbor_map(s, 3);
	pair_text(s, 1, p->name);
	pair_digest(s, 2, digest);
	pair_bool(s, 3, p->switched_off == 0);
}

static void write_policies(struct sink *s, const struct evidence_claims *c)
{
	cbor_array(s, c->policies);
	for (unsigned int i = 0; i < c->policies; i++) {
		write_policy(s, &c->policy[i]);
	}
}

void evidence_policies(const struct evidence_claims *c, uint8_t out[CRYPTO_SHA384_LEN])
{
	uint8_t bytes[EVIDENCE_POLICIES_MAX * 128];
	struct sink s = { .out = bytes, .room = sizeof(bytes) };

	write_policies(&s, c);
	crypto_sha384(bytes, s.kept, out);
}

static void write_isolation(struct sink *s, const struct evidence_claims *c)
{
	cbor_integer(s, CLAIM_ISOLATION);
	cbor_map(s, 5);
	pair_unsigned(s, 1, c->isolation.pmp_entries);
	pair_bool(s, 2, c->isolation.smepmp);
	pair_text(s, 3, c->isolation.iommu ? "iommu" : "none");
	pair_text(s, 4, c->isolation.fw_cfg_denied ? "denied" : "pass");
	pair_unsigned(s, 5, c->isolation.harts);
}

static void write_state(struct sink *s, const struct evidence_claims *c)
{
	cbor_integer(s, CLAIM_CRYPTO);
	cbor_map(s, 2);
	pair_text(s, 1, c->random_source);
	pair_bool(s, 2, c->zkt);
	cbor_integer(s, CLAIM_FIRMWARE);
	cbor_map(s, 4);
	pair_bool(s, 1, c->firmware.verified);
	pair_unsigned(s, 2, c->firmware.svn);
	pair_unsigned(s, 3, c->firmware.least_svn);
	pair_bool(s, 4, c->firmware.stopped);
	cbor_integer(s, CLAIM_UPDATE);
	cbor_map(s, 4);
	pair_unsigned(s, 1, c->update.slot);
	pair_bool(s, 2, c->update.pending);
	pair_bool(s, 3, c->update.confirmed);
	pair_bool(s, 4, c->update.replayable);
}

static void write_registers(struct sink *s, const struct evidence_claims *c)
{
	cbor_integer(s, CLAIM_REGISTERS);
	cbor_array(s, MEASURE_REGISTERS);
	for (unsigned int i = 0; i < MEASURE_REGISTERS; i++) {
		cbor_bytes(s, c->reg[i], sizeof(c->reg[i]));
	}
}

static void write_recheck(struct sink *s, const struct evidence_recheck *r)
{
	cbor_integer(s, CLAIM_RECHECK);
	cbor_map(s, 3);
	pair_unsigned(s, 1, r->state);
	pair_unsigned(s, 2, r->segments);
	pair_digest(s, 3, r->digest);
}

/* ---- all of them ---- */

/* RFC 9711 and what it builds on. */
static void write_standard(struct sink *s, const struct evidence_claims *c)
{
	if (c->cnf.len != 0) {
		cbor_integer(s, CLAIM_CNF);
		sink_bytes(s, c->cnf.data, c->cnf.len);
	}
	pair_bytes(s, CLAIM_NONCE, c->nonce.data, c->nonce.len);
	pair_bytes(s, CLAIM_UEID, c->ueid, sizeof(c->ueid));
	pair_bytes(s, CLAIM_OEMID, c->platform.data, c->platform.len);
	pair_bytes(s, CLAIM_HWMODEL, c->platform.data, c->platform.len);
	pair_unsigned(s, CLAIM_UPTIME, c->uptime);
	pair_bool(s, CLAIM_OEMBOOT, c->verified_boot);
	pair_unsigned(s, CLAIM_DBGSTAT, c->debug_status);
	pair_text(s, CLAIM_PROFILE, PROFILE);
	pair_unsigned(s, CLAIM_BOOTCOUNT, c->boot_count);
	pair_bytes(s, CLAIM_BOOTSEED, c->boot_seed, sizeof(c->boot_seed));
	write_components(s, c);
}

void evidence_write_claims(const struct evidence_claims *c, struct sink *s)
{
	cbor_map(s, CLAIMS_ALWAYS + (c->cnf.len != 0) + (c->recheck != NULL));
	write_standard(s, c);
	pair_unsigned(s, CLAIM_REQUESTER, EVIDENCE_PAYLOAD);
	write_counters(s, c);
	write_log(s, &c->log);
	pair_unsigned(s, CLAIM_CLASS, c->identity_class);
	cbor_integer(s, CLAIM_POLICIES);
	write_policies(s, c);
	write_isolation(s, c);
	write_state(s, c);
	write_registers(s, c);
	if (c->recheck != NULL) {
		write_recheck(s, c->recheck);
	}
}

void evidence_put_recheck(const struct evidence_recheck *r, uint8_t *claims, size_t length)
{
	struct sink s = { .out = NULL };

	write_recheck(&s, r);
	s = (struct sink){ .out = claims + (length - s.total), .room = s.total };
	write_recheck(&s, r);
}

#define CNF_DEPTH 3u /* a COSE_Key has little in it */

bool evidence_is_cnf(struct crypto_bytes cnf)
{
	struct cbor_reader r = cbor_open(cnf);

	return cnf.len <= EVIDENCE_CNF_MAX && cbor_check(cnf, CNF_DEPTH) &&
	       cbor_next(&r) == CBOR_MAP;
}

/* ---- the token ---- */

static struct crypto_bytes protected_header(const struct evidence_token *t,
					    uint8_t out[COSE_PROTECTED_MAX])
{
	return (struct crypto_bytes){
		out, cose_protected(out, COSE_ES384, CONTENT_EAT_CWT, t->kid)
	};
}

void evidence_digest(const struct evidence_token *t, uint8_t out[CRYPTO_SHA384_LEN])
{
	uint8_t header[COSE_PROTECTED_MAX];
	struct crypto_sha384 hash;

	cose_begin_sign1(&hash, protected_header(t, header), t->claims.len);
	crypto_sha384_update(&hash, t->claims.data, t->claims.len);
	crypto_sha384_finish(&hash, out);
}

void evidence_write(const struct evidence_token *t, struct sink *s)
{
	uint8_t bytes[COSE_PROTECTED_MAX];
	struct crypto_bytes header = protected_header(t, bytes);

	cbor_tag(s, COSE_TAG_SIGN1);
	cbor_array(s, 4);
	cbor_bytes(s, header.data, header.len);
	cbor_map(s, 1);
	cbor_unsigned(s, COSE_X5CHAIN);
	cbor_array(s, EVIDENCE_CERTIFICATES);
	for (unsigned int i = 0; i < EVIDENCE_CERTIFICATES; i++) {
		cbor_bytes(s, t->certificate[i].data, t->certificate[i].len);
	}
	cbor_bytes(s, t->claims.data, t->claims.len);
	cbor_bytes(s, &t->signature, sizeof(t->signature));
}
