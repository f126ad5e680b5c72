/* SPDX-License-Identifier: Apache-2.0 */
/* cordon serve has evidence appraised as cordon verify does it. */
#define _POSIX_C_SOURCE 200809L

#include "attest/verifier/serve_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attest/verifier/appraise.h"
#include "attest/verifier/claims.h"
#include "attest/verifier/cose.h"

/* What is the same for all tokens: read once, and read only from then on. */
static struct appraise_input wanted;
static struct span roots[OPTION_REPEATS];
static struct option_list policies;

void serve_judge_open(const struct serve_judge_options *o)
{
	for (size_t i = 0; i < o->roots.count; i++) {
		roots[i] = file_read(o->roots.text[i]);
	}
	policies = o->policies;
	wanted = (struct appraise_input){
		.corim = file_read(o->ref), .corim_key = file_read(o->ref_key),
		.roots = roots, .root_count = o->roots.count,
		.policies = policies.text, .policy_count = policies.count,
		.min_svn = o->min_svn.value,
		.has_max_denials = o->max_denials.given, .max_denials = o->max_denials.value,
		.allow_insecure_identity = o->insecure, .allow_debug = o->debug,
		.allow_dropped = o->dropped, .any_firmware = o->any_firmware,
		.require_recheck = o->recheck,
		.has_log = true,
	};
}

static const char *word_of(enum verdict verdict)
{
	static const char *const words[] = { "SKIP", "PASS", "WARN", "FAIL" };

	return words[verdict];
}

/* The challenge was for one device: another's token answers nothing, however good it is. */
static bool is_from(const struct appraisal *a, const uint8_t *device)
{
	return !a->has_device || memcmp(a->ueid, device, UEID_LEN) == 0;
}

static char *steps_of(const struct appraisal *a, bool same_device)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL) {
		return NULL;
	}
	for (int i = 0; i < APPRAISE_STEPS; i++) {
		fprintf(to, "%s\t%s\t%s\n", word_of(a->step[i].verdict), a->step[i].name,
			a->step[i].sentence);
	}
	fprintf(to, "%s\tdevice\t%s\n", same_device ? "PASS" : "FAIL",
		same_device ? "no other device than the one that was challenged"
			    : "the token is another device's than the one that was challenged");
	return fclose(to) == 0 ? text : NULL;
}

static char *ear_of(const struct appraisal *a)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL) {
		return NULL;
	}
	appraisal_write_json(a, to);
	return fclose(to) == 0 ? text : NULL;
}

/* Who has signed what runs, each once, of a token whose signature is right. */
static void signers_of(struct span token, struct serve_verdict *v)
{
	struct sign1 message;
	struct claims claims;

	if (sign1_parse(token, &message) != NULL ||
	    claims_parse(message.payload, &claims) != NULL) {
		return;
	}
	for (int i = 0; i < COMPONENT_TYPES && v->signers < SERVE_SIGNERS; i++) {
		struct span signer = claims.component[i].signer;
		char *text = v->signer[v->signers];

		if (!claims.component[i].present || signer.len != DIGEST_LEN) {
			continue;
		}
		hex_encode(signer, text);
		v->signers++;
		for (unsigned int k = 0; k + 1 < v->signers; k++) {
			if (strcmp(v->signer[k], text) == 0) {
				v->signers--;
				break;
			}
		}
	}
}

bool serve_judge(const struct serve_evidence *e, struct serve_verdict *v)
{
	struct appraise_input in = wanted;
	struct appraisal result;
	bool same_device;

	in.token = (struct span){ e->token, e->token_size };
	in.nonce = (struct span){ e->nonce, e->nonce_size };
	in.log = (struct span){ e->log, e->log_size };
	in.now = (int64_t)time(NULL);
	v->code = appraise(&in, &result);
	same_device = is_from(&result, e->device);
	if (!same_device && v->code == CORDON_OK) {
		v->code = CORDON_STALE;
	}
	v->ear = same_device ? ear_of(&result) : calloc(1, 1);
	if (result.has_device) {
		signers_of(in.token, v);
	}
	v->steps = steps_of(&result, same_device);
	return v->steps != NULL && v->ear != NULL;
}
