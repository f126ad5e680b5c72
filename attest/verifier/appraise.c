/* SPDX-License-Identifier: Apache-2.0 */
/* The appraisal: is the token genuine, fresh, and from a device that one may believe? What it says
 * is judged in compare.c. */
#include "appraise_parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "item.h"

#define CONTENT_EAT 263 /* application/eat+cwt: CoAP Content-Formats */

static const char *const step_names[APPRAISE_STEPS] = {
	[STEP_FORM] = "form", [STEP_ALGORITHM] = "algorithm", [STEP_CHAIN] = "chain",
	[STEP_LEAF] = "attestation key", [STEP_SIGNATURE] = "signature",
	[STEP_PROFILE] = "profile", [STEP_NONCE] = "nonce", [STEP_REQUESTER] = "requester",
	[STEP_IDENTITY] = "identity", [STEP_DEBUG] = "debug", [STEP_BINDING] = "binding",
	[STEP_REFERENCE] = "reference values", [STEP_COMPONENTS] = "components",
	[STEP_SVN] = "security version", [STEP_POLICIES] = "policies",
	[STEP_REGISTERS] = "registers", [STEP_LOG] = "log", [STEP_RECHECK] = "firmware code",
	[STEP_ISOLATION] = "isolation", [STEP_BEHAVIOUR] = "behaviour",
};

static void set_step(struct appraisal_step *step, enum verdict verdict, const char *format,
		     va_list args) __attribute__((format(printf, 3, 0)));

static void set_step(struct appraisal_step *step, enum verdict verdict, const char *format,
		     va_list args)
{
	step->verdict = verdict;
	(void)vsnprintf(step->sentence, sizeof(step->sentence), format, args);
}

void step_pass(struct appraising *a, enum appraise_step step, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_step(&a->out->step[step], VERDICT_PASS, format, args);
	va_end(args);
}

void step_warn(struct appraising *a, enum appraise_step step, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_step(&a->out->step[step], VERDICT_WARN, format, args);
	va_end(args);
}

void step_fail(struct appraising *a, enum appraise_step step, enum cordon_exit code,
	       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_step(&a->out->step[step], VERDICT_FAIL, format, args);
	va_end(args);
	a->out->step[step].code = code;
}

void step_skip(struct appraising *a, enum appraise_step step, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_step(&a->out->step[step], VERDICT_SKIP, format, args);
	va_end(args);
}

bool step_good(const struct appraising *a, enum appraise_step step)
{
	return a->out->step[step].verdict == VERDICT_PASS ||
	       a->out->step[step].verdict == VERDICT_WARN;
}

struct shown shown_text(struct span text)
{
	struct shown s;
	size_t n = 0;

	for (; n < text.len && n < sizeof(s.text) - 1; n++) {
		uint8_t c = text.data[n];

		s.text[n] = c < 0x20 || c > 0x7e ? '?' : (char)c;
	}
	s.text[n] = '\0';
	return s;
}

static void judge_form(struct appraising *a)
{
	const char *fault = sign1_parse(a->in->token, &a->message);

	if (fault == NULL && !a->message.has_chain) {
		fault = "it has no certificate chain";
	}
	if (fault == NULL && a->message.meta.len != 0) {
		fault = "its protected header has a parameter that we do not know";
	}
	if (fault != NULL) {
		step_fail(a, STEP_FORM, CORDON_MALFORMED, "the token is malformed: %s", fault);
		return;
	}
	step_pass(a, STEP_FORM, "a COSE_Sign1 of %zu bytes in the deterministic encoding",
		  a->in->token.len);
}

static void judge_algorithm(struct appraising *a)
{
	struct cursor content = cursor_at(a->message.content);

	if (a->message.algorithm != COSE_ES384) {
		step_fail(a, STEP_ALGORITHM, CORDON_CRYPTO,
			  "the algorithm is %lld; only ES384 (-35) is accepted",
			  (long long)a->message.algorithm);
	} else if (a->message.content.len == 0 || cursor_uint(&content) != CONTENT_EAT) {
		step_fail(a, STEP_ALGORITHM, CORDON_MALFORMED,
			  "the content type is not 263, application/eat+cwt");
	} else {
		step_pass(a, STEP_ALGORITHM, "ES384 over application/eat+cwt");
	}
}

static struct fault judge_root(struct appraising *a)
{
	const struct anchors anchors = {a->in->roots, a->in->root_count, a->in->now};
	struct fault fault = chain_parse(a->message.chain, &a->chain);

	if (fault.code == CORDON_OK) {
		fault = chain_judge_links(&a->chain);
	}
	if (fault.code == CORDON_OK) {
		fault = chain_judge_root(&a->chain, &anchors);
	}
	if (fault.code == CORDON_OK && a->chain.self_made && !a->in->allow_insecure_identity) {
		fault = (struct fault){CORDON_INSECURE,
			"the device certified itself: it was never provisioned, and anybody can "
			"be it"};
	}
	return fault;
}

static void judge_chain(struct appraising *a)
{
	struct fault fault = judge_root(a);
	char hex[2 * KEY_ID_LEN + 1];

	if (fault.code != CORDON_OK) {
		step_fail(a, STEP_CHAIN, fault.code, "%s", fault.text);
		return;
	}
	hex_encode((struct span){a->chain.root_id, KEY_ID_LEN}, hex);
	if (a->chain.self_made) {
		step_warn(a, STEP_CHAIN, "the device is its own root, which was allowed");
	} else {
		step_pass(a, STEP_CHAIN, "three certificates below the root %s", hex);
	}
}

static void judge_leaf(struct appraising *a)
{
	struct span id = {a->chain.id[CHAIN_AK], KEY_ID_LEN};

	if (!span_equal(a->message.kid, id)) {
		step_fail(a, STEP_LEAF, CORDON_CRYPTO,
			  "the key that the token names (kid) is not the one in the first "
			  "certificate");
		return;
	}
	step_pass(a, STEP_LEAF, "the key that the token names is the first certificate's");
}

static void judge_signature(struct appraising *a)
{
	const char *fault = sign1_verify(&a->message, a->chain.key[CHAIN_AK]);

	if (fault != NULL) {
		step_fail(a, STEP_SIGNATURE, CORDON_CRYPTO, "%s", fault);
		return;
	}
	step_pass(a, STEP_SIGNATURE, "made by the attestation key over header and claims");
}

static void judge_profile(struct appraising *a)
{
	const char *fault = claims_parse(a->message.payload, &a->claims);

	if (fault != NULL) {
		step_fail(a, STEP_PROFILE, CORDON_MALFORMED, "the claims are malformed: %s", fault);
		return;
	}
	step_pass(a, STEP_PROFILE, "all claims are there, and none but these");
}

static void judge_nonce(struct appraising *a)
{
	struct span sent = a->in->nonce;
	struct span got = a->claims.nonce;

	if (a->in->nonce_fault != NULL) {
		step_fail(a, STEP_NONCE, CORDON_STALE, "%s", a->in->nonce_fault);
	} else if (sent.len < 8 || sent.len != got.len ||
		   CRYPTO_memcmp(sent.data, got.data, sent.len) != 0) {
		step_fail(a, STEP_NONCE, CORDON_STALE,
			  "the token answers another nonce than the one that was sent");
	} else {
		step_pass(a, STEP_NONCE, "the token answers the nonce that was sent");
	}
}

static void judge_requester(struct appraising *a)
{
	if (a->claims.requester != 2) {
		step_fail(a, STEP_REQUESTER, CORDON_POLICY,
			  "the token was not asked for by the payload but by requester %llu",
			  (unsigned long long)a->claims.requester);
		return;
	}
	step_pass(a, STEP_REQUESTER, "the payload asked for the token");
}

/* Who can read the device's secret, or has certified it? */
static void judge_identity(struct appraising *a)
{
	const char *name = identity_class_name(a->claims.identity_class);
	bool insecure = a->claims.identity_class >= 2 || a->chain.dice.identity_class >= 2 ||
			a->chain.insecure_root || a->chain.self_made;

	a->out->insecure = insecure;
	if (!insecure) {
		step_pass(a, STEP_IDENTITY, "class %s", name);
	} else if (a->in->allow_insecure_identity) {
		step_warn(a, STEP_IDENTITY, "INSECURE, which was allowed: class %s%s", name,
			  a->chain.insecure_root ? ", certified by a development root" : "");
	} else if (a->chain.insecure_root) {
		step_fail(a, STEP_IDENTITY, CORDON_INSECURE,
			  "the root says of itself that it is for development only");
	} else {
		step_fail(a, STEP_IDENTITY, CORDON_INSECURE,
			  "class %s: the device's secret is not protected", name);
	}
}

static const char *debug_fault(const struct appraising *a)
{
	if (a->claims.dbgstat < 2) {
		return "the monitor can be debugged, or was built with TEST keys or switches";
	}
	if (a->chain.dice.mode != 1) {
		return a->chain.dice.mode == 3 ? "the device was started for recovery"
					       : "the device was not started in its normal mode";
	}
	return a->claims.oemboot ? NULL : "the monitor was started without a signed manifest";
}

static void judge_debug(struct appraising *a)
{
	const char *fault = debug_fault(a);

	if (fault == NULL) {
		step_pass(a, STEP_DEBUG, "a verified start in normal mode, debugging disabled");
	} else if (a->in->allow_debug) {
		step_warn(a, STEP_DEBUG, "%s, which was allowed", fault);
	} else {
		step_fail(a, STEP_DEBUG, CORDON_POLICY, "%s", fault);
	}
}

static bool same_policies(const struct appraising *a)
{
	bool same = a->claims.policy_count == a->chain.dice.policy_count;

	for (size_t i = 0; same && i < a->claims.policy_count; i++) {
		same = span_equal(a->claims.policy[i].name, a->chain.dice.policy[i]);
	}
	return same;
}

static bool same_device(const struct appraising *a)
{
	uint8_t point[POINT_LEN];
	uint8_t digest[DIGEST_LEN];

	if (!key_point(a->chain.key[CHAIN_UDS], point)) {
		return false;
	}
	sha384((struct span){point, sizeof(point)}, digest);
	return memcmp(a->claims.ueid + 1, digest, UEID_LEN - 1) == 0;
}

/* What is said twice, in the claims and in the certificates, must be the same. */
static const char *binding_fault(const struct appraising *a)
{
	const struct component *monitor = &a->claims.component[COMPONENT_MONITOR];
	const struct component *policies = &a->claims.component[COMPONENT_POLICIES];
	uint8_t digest[DIGEST_LEN];

	if (!monitor->present || memcmp(monitor->digest, a->chain.dice.code, DIGEST_LEN) != 0) {
		return "the monitor in the claims is not the one that the device certified";
	}
	if (monitor->signer.len != 0 &&
	    memcmp(monitor->signer.data, a->chain.dice.authority, DIGEST_LEN) != 0) {
		return "the signer in the claims is not the one that the device certified";
	}
	if (monitor->version.len != 0 &&
	    !span_equal(monitor->version, a->chain.dice.version)) {
		return "the version in the claims is not the one that the device certified";
	}
	if (a->claims.identity_class != a->chain.dice.identity_class) {
		return "the identity class in the claims is not the one that the device certified";
	}
	if (!same_policies(a)) {
		return "the policies in the claims are not those that the device certified";
	}
	sha384(a->claims.policies_item, digest);
	if (!policies->present || memcmp(policies->digest, digest, DIGEST_LEN) != 0) {
		return "the component M-POL is not the digest of the policies in the claims";
	}
	return same_device(a) ? NULL : "the device in the claims is not the one in the chain";
}

static void judge_binding(struct appraising *a)
{
	const char *fault = binding_fault(a);

	if (fault != NULL) {
		step_fail(a, STEP_BINDING, CORDON_CRYPTO, "%s", fault);
		return;
	}
	step_pass(a, STEP_BINDING, "claims and certificates are of one device and one monitor");
}

/* If reference values name roots, the chain must end in one of those. */
static bool root_is_named(const struct appraising *a)
{
	for (size_t i = 0; i < a->reference.root_count; i++) {
		if (span_equal(a->reference.root_pem[i], span_text(a->chain.root_pem))) {
			return true;
		}
	}
	return a->reference.root_count == 0;
}

static void judge_reference(struct appraising *a)
{
	EVP_PKEY *key = key_read_public(a->in->corim_key);
	struct fault fault = {CORDON_CRYPTO,
		"the key for the reference values is no public key on P-384 in PEM"};

	if (key != NULL) {
		fault = reference_read(a->in->corim, key, &a->reference);
	}
	EVP_PKEY_free(key);
	if (fault.code != CORDON_OK) {
		step_fail(a, STEP_REFERENCE, fault.code, "%s", fault.text);
	} else if (!root_is_named(a)) {
		step_fail(a, STEP_REFERENCE, CORDON_REFERENCE,
			  "the reference values are for devices below other roots");
	} else {
		step_pass(a, STEP_REFERENCE, "\"%s\", signed by \"%s\"",
			  shown_text(a->reference.id).text, shown_text(a->reference.signer).text);
	}
}

/* The steps without which nothing that follows means anything. */
static bool judge_genuine(struct appraising *a)
{
	static void (*const judge[])(struct appraising *) = {
		judge_form, judge_algorithm, judge_chain, judge_leaf, judge_signature,
		judge_profile,
	};

	for (unsigned int step = STEP_FORM; step <= STEP_PROFILE; step++) {
		judge[step](a);
		if (!step_good(a, (enum appraise_step)step)) {
			return false;
		}
	}
	return true;
}

static void judge_content(struct appraising *a)
{
	judge_nonce(a);
	judge_requester(a);
	judge_identity(a);
	judge_debug(a);
	judge_binding(a);
	judge_reference(a);
	judge_components(a);
	judge_svn(a);
	judge_policies(a);
	judge_registers(a);
	judge_log(a);
	judge_recheck(a);
	judge_isolation(a);
	judge_behaviour(a);
}

/* The worst of some steps as a value of AR4SI; 0 if none was looked at. */
static int worst(const struct appraisal *out, const enum appraise_step *steps, size_t count)
{
	static const int value[] = {
		[VERDICT_SKIP] = 0, [VERDICT_PASS] = 2, [VERDICT_WARN] = 32, [VERDICT_FAIL] = 96,
	};
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		int v = value[out->step[steps[i]].verdict];

		result = v > result ? v : result;
	}
	return result;
}

#define WORST(out, ...) \
	worst(out, (const enum appraise_step[]){__VA_ARGS__}, \
	      sizeof((const enum appraise_step[]){__VA_ARGS__}) / sizeof(enum appraise_step))

static void fill_vector(struct appraising *a)
{
	struct appraisal *out = a->out;
	struct trust_vector *v = &out->vector;

	v->instance_identity = WORST(out, STEP_FORM, STEP_ALGORITHM, STEP_CHAIN, STEP_LEAF,
				     STEP_SIGNATURE, STEP_NONCE, STEP_BINDING);
	v->configuration = WORST(out, STEP_DEBUG, STEP_POLICIES, STEP_REQUESTER);
	v->executables = WORST(out, STEP_REFERENCE, STEP_COMPONENTS, STEP_SVN, STEP_REGISTERS,
			       STEP_LOG, STEP_RECHECK);
	v->hardware = WORST(out, STEP_IDENTITY);
	v->runtime_opaque = WORST(out, STEP_ISOLATION, STEP_BEHAVIOUR);
	/* Without an IOMMU or a counter that cannot be put back we do not vouch for these. */
	if (v->runtime_opaque == 2 && !span_equal(a->claims.dma, span_text("iommu"))) {
		v->runtime_opaque = 0;
	}
	v->storage_opaque = out->has_device && !out->insecure && !a->claims.replayable ? 2 : 0;
}

static void conclude(struct appraising *a)
{
	struct appraisal *out = a->out;

	for (unsigned int i = 0; i < APPRAISE_STEPS; i++) {
		struct appraisal_step *step = &out->step[i];

		step->name = step_names[i];
		if (step->verdict == VERDICT_SKIP && step->sentence[0] == '\0') {
			step_skip(a, (enum appraise_step)i, "not looked at");
		}
		out->verdict = step->verdict > out->verdict ? step->verdict : out->verdict;
		if (out->code == CORDON_OK && step->verdict == VERDICT_FAIL) {
			out->code = step->code;
		}
	}
	out->has_device = step_good(a, STEP_SIGNATURE) && step_good(a, STEP_PROFILE);
	if (out->has_device) {
		memcpy(out->ueid, a->claims.ueid, UEID_LEN);
		(void)strcpy(out->identity_class, identity_class_name(a->claims.identity_class));
		out->bootcount = a->claims.bootcount;
	}
	fill_vector(a);
}

int appraise(const struct appraise_input *in, struct appraisal *out)
{
	struct appraising *a = alloc_zeroed(sizeof(*a));

	*out = (struct appraisal){.code = CORDON_OK, .now = in->now};
	a->in = in;
	a->out = out;
	if (judge_genuine(a)) {
		judge_content(a);
	}
	out->insecure = out->insecure || a->chain.self_made;
	conclude(a);
	chain_free(&a->chain);
	free(a);
	return (int)out->code;
}
