/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims and tokens, byte by byte: the answers are those of another encoder
 * (tests/attest/evidence_reference.py).
 */
#include "crypto_hex.h"

#include "attest/cbor_read.h"
#include "attest/evidence.h"

#define LEN CRYPTO_SHA384_LEN

static const char policies_answer[] =
	"61c4643813a3e63db3f2b79caac00caac5bc323353760b2b9eee15e2667d47da"
	"f7899c80f7578687fa16c7513006b780";

static const struct answer {
	size_t claims_len;
	const char *claims;
	const char *tbs;
	size_t token_len;
	const char *token;
} full_answer = {
	1822,
	"eabf9fff0bbb54a0bb823f4bf747bf79d67c01199481012455e9142c56871f5e"
	"40af191cd0f9b51ebef559c232ccf88f",
	"dfedb4c5d5fddc5efea1dc6c53e6c66ade28341dc0898c87bec3b46ee4fc031a"
	"5c900f4241acd82aabe05727d388be57",
	2873,
	"f2e10dce119d1dfaf6e2909c7fe7b377785cf77691fbd7f68d9840963cbd0fc2"
	"8cb0b9efc1f7e7672ebb9302838e3aa4",
}, least_answer = {
	1450,
	"769e985797282f419db3e34ce0f7bdc273c1d44ec45ce6d97dbb5756c8fa5bf3"
	"1156879702dbc454ec54f97ceadd99cf",
	"0fc1e1c59ba938cd822a762489572f2b11a8f86fb1298acbd127043b1c956b50"
	"7c936b2bf916d93e3e1511051722f45a",
	2501,
	"19636729e7952c826a36fcd6b8e8f272f4234c816aca4706ce5232d9fe324da7"
	"eb3188a6dd0156a37501b3b804ddab6d",
};

static uint8_t nonce[EVIDENCE_NONCE_MAX];
static const uint8_t signer[LEN] = {[0 ... LEN - 1] = 0xaa};
static const uint8_t cnf[] = {0xa2, 0x01, 0x02, 0x20, 0x02};

static void set_component(struct evidence_claims *c, unsigned int kind)
{
	c->component[kind].present = true;
	memset(c->component[kind].digest, (int)kind + 1, LEN);
	if (kind == EVIDENCE_MONITOR || kind == EVIDENCE_FIRMWARE) {
		c->component[kind].version = "1.2";
		c->component[kind].signer = signer;
	}
}

static void set_rest(struct evidence_claims *c)
{
	uint64_t counter = 1;

	for (unsigned int i = 0; i < EVIDENCE_COUNTERS; i++, counter *= 10) {
		c->counter[i] = counter;
	}
	for (unsigned int i = 0; i < MEASURE_REGISTERS; i++) {
		memset(c->reg[i], 0x40 + (int)i, LEN);
	}
	memset(c->log.digest, 0x33, LEN);
	c->log.events = 20;
	c->log.bytes = 3000;
	c->log.dropped = 1;
	c->policy[0] = (struct evidence_policy){"sandbox", 3, true, true, true, 0};
	c->policy[1] = (struct evidence_policy){"attest", 0, false, false, false, 5};
	c->policies = 2;
	memset(c->ueid, 0x11, sizeof(c->ueid));
	c->ueid[0] = 1;
	memset(c->boot_seed, 0x22, sizeof(c->boot_seed));
}

/* What the reference calls full, or least. */
static struct evidence_claims *some_claims(bool full)
{
	static struct evidence_recheck changed = {.state = EVIDENCE_CHANGED, .segments = 5};
	static struct evidence_claims c;

	memset(changed.digest, 0x99, LEN);
	c = (struct evidence_claims){
		.nonce = {nonce, full ? 64 : 8},
		.cnf = {cnf, full ? sizeof(cnf) : 0},
		.platform = {"board", 5},
		.uptime = 100000,
		.verified_boot = full,
		.debug_status = full ? 2 : 0,
		.boot_count = (uint64_t)1 << 40,
		.identity_class = 1,
		.isolation = {16, full, full, full, 4},
		.random_source = full ? "zkr" : "cdi-only",
		.zkt = full,
		.firmware = {full, 7, 300, !full},
		.update = {255, full, !full, full},
		.recheck = full ? &changed : NULL,
	};
	for (unsigned int i = 0; i < sizeof(nonce); i++) {
		nonce[i] = (uint8_t)i;
	}
	for (unsigned int i = full ? 0 : 1; i < (full ? EVIDENCE_COMPONENTS : 4); i++) {
		set_component(&c, i);
	}
	set_rest(&c);
	return &c;
}

static void assert_sha384(const uint8_t *bytes, size_t len, const char *hex)
{
	uint8_t digest[LEN];

	crypto_sha384(bytes, len, digest);
	assert_hex(digest, hex);
}

static void check_answer(bool full, const struct answer *wanted)
{
	static uint8_t claims[EVIDENCE_CLAIMS_MAX], bytes[8192], certificate[3][302];
	struct sink s = {.out = claims, .room = sizeof(claims)};
	struct sink whole = {.out = bytes, .room = sizeof(bytes)};
	struct evidence_token t;
	uint8_t digest[LEN];

	evidence_write_claims(some_claims(full), &s);
	assert_int_equal(s.kept, wanted->claims_len);
	assert_sha384(claims, s.kept, wanted->claims);
	assert_true(cbor_check((struct crypto_bytes){claims, s.kept}, 6));
	memset(t.kid, 0x55, sizeof(t.kid));
	memset(&t.signature, 0x77, sizeof(t.signature));
	t.claims = (struct crypto_bytes){claims, s.kept};
	for (unsigned int i = 0; i < 3; i++) {
		memset(certificate[i], 0x60 + (int)i, sizeof(certificate[i]));
		t.certificate[i] = (struct crypto_bytes){certificate[i], 300 + i};
	}
	evidence_digest(&t, digest);
	assert_hex(digest, wanted->tbs);
	evidence_write(&t, &whole);
	assert_int_equal(whole.kept, wanted->token_len);
	assert_sha384(bytes, whole.kept, wanted->token);
}

static void claims_and_tokens_are_those_of_another_encoder(void **state)
{
	(void)state;
	check_answer(true, &full_answer);
	check_answer(false, &least_answer);
}

static void the_set_of_policies_has_a_digest(void **state)
{
	uint8_t digest[LEN];

	(void)state;
	evidence_policies(some_claims(true), digest);
	assert_hex(digest, policies_answer);
}

/* Each property of a policy is in its digest, and so in that of the set. */
static void every_property_of_a_policy_counts(void **state)
{
	uint8_t first[LEN], other[LEN];

	(void)state;
	evidence_policies(some_claims(true), first);
	for (unsigned int i = 0; i < 7; i++) {
		struct evidence_claims *c = some_claims(true);
		struct evidence_policy *p = &c->policy[0];

		p->name = i == 0 ? "sandboy" : p->name;
		p->pmp_entries += i == 1;
		p->saves_payload ^= i == 2;
		p->mediates ^= i == 3;
		p->scrubs ^= i == 4;
		p->switched_off ^= i == 5;
		c->policies -= i == 6;
		evidence_policies(c, other);
		assert_memory_not_equal(first, other, LEN);
	}
}

static void a_key_is_one_small_map(void **state)
{
	static const struct {
		const char *hex;
		bool right;
	} rows[] = {
		{"a0", true}, {"a10102", true}, {"a2010220a10304", true},
		{"", false}, {"01", false}, {"80", false}, {"a1", false}, {"a101", false},
		{"a1010203", false},     /* a byte behind it */
		{"bf0102ff", false},     /* indefinite length */
		{"a201020103", false},   /* a key twice */
		{"a220020102", false},   /* not in order */
		{"a1180102", false},     /* not the shortest head */
		{"d81da10102", false},   /* a tag */
		{"a101a101a101a10100", false}, /* too deep */
	};
	static uint8_t bytes[EVIDENCE_CNF_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = from_hex(rows[i].hex, bytes, sizeof(bytes));

		assert_int_equal(evidence_is_cnf((struct crypto_bytes){bytes, len}),
				 rows[i].right);
	}
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, "\xa1\x01\x58\xfb", 4); /* 4 + 251 bytes */
	assert_true(evidence_is_cnf((struct crypto_bytes){bytes, 255}));
	bytes[3] = 0xfd;
	assert_false(evidence_is_cnf((struct crypto_bytes){bytes, 257}));
}

/* What was found is put in place of what was there while nobody had looked. */
static void a_result_is_put_in_its_place(void **state)
{
	static uint8_t wanted[EVIDENCE_CLAIMS_MAX], bytes[EVIDENCE_CLAIMS_MAX + 1];
	struct evidence_claims *c = some_claims(true);
	struct evidence_recheck before = {.state = EVIDENCE_NO_CODE, .segments = 5};
	const struct evidence_recheck *found = c->recheck;
	struct sink s = {.out = wanted, .room = sizeof(wanted)};
	struct sink at = {.out = bytes, .room = sizeof(bytes)};

	(void)state;
	evidence_write_claims(c, &s);
	c->recheck = &before;
	evidence_write_claims(c, &at);
	assert_int_equal(at.kept, s.kept);
	assert_memory_not_equal(bytes, wanted, s.kept);
	bytes[s.kept] = 0x77;
	evidence_put_recheck(found, bytes, s.kept);
	assert_memory_equal(bytes, wanted, s.kept);
	assert_int_equal(bytes[s.kept], 0x77);
}

/* The largest claims there can be fit their room, with every number at its end. */
static void the_largest_claims_fit(void **state)
{
	static char name[65], version[128];
	struct evidence_claims *c = some_claims(true);
	static uint8_t key[EVIDENCE_CNF_MAX];
	struct sink s = {.out = NULL};

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	memset(version, 'v', sizeof(version) - 1);
	c->cnf = (struct crypto_bytes){key, sizeof(key)};
	c->platform = (struct crypto_bytes){version, 31};
	c->uptime = c->boot_count = ~(uint64_t)0;
	for (unsigned int i = 0; i < EVIDENCE_COUNTERS; i++) {
		c->counter[i] = ~(uint64_t)0;
	}
	c->component[EVIDENCE_MONITOR].version = version;
	c->component[EVIDENCE_FIRMWARE].version = version;
	for (c->policies = 0; c->policies < 8; c->policies++) {
		c->policy[c->policies] = c->policy[0];
		c->policy[c->policies].name = name;
	}
	evidence_write_claims(c, &s);
	assert_true(s.total < EVIDENCE_CLAIMS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims_and_tokens_are_those_of_another_encoder),
		cmocka_unit_test(the_set_of_policies_has_a_digest),
		cmocka_unit_test(every_property_of_a_policy_counts),
		cmocka_unit_test(a_key_is_one_small_map),
		cmocka_unit_test(a_result_is_put_in_its_place),
		cmocka_unit_test(the_largest_claims_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
