/* SPDX-License-Identifier: Apache-2.0 */
/* cordon verify: the appraisal on the command line. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "appraise.h"
#include "challenge.h"
#include "options.h"

struct verify_arguments {
	const char *challenge, *nonce, *ref, *ref_key, *log;
	struct option_list roots, policies;
	struct option_number min_svn, max_denials, now;
	bool insecure, debug, dropped, any_firmware, recheck, json;
	const char *token;
};

static struct verify_arguments parse_arguments(int argc, char **argv)
{
	struct verify_arguments a = {.token = NULL};
	const struct option_row rows[] = {
		{"challenge", OPTION_TEXT, &a.challenge, "FILE by cordon challenge; used up"},
		{"nonce", OPTION_TEXT, &a.nonce, "HEX instead; you see to it that it is fresh"},
		{"ref", OPTION_TEXT, &a.ref, "FILE: signed reference values (CoRIM)"},
		{"ref-key", OPTION_TEXT, &a.ref_key, "PEM: public key of their signer"},
		{"root", OPTION_LIST, &a.roots, "FILE: certificates of roots; repeatable"},
		{"log", OPTION_TEXT, &a.log, "FILE: event log in CBOR, to replay"},
		{"require-policy", OPTION_LIST, &a.policies, "NAME that must enforce; repeatable"},
		{"min-svn", OPTION_NUMBER, &a.min_svn, "N: least security version of the monitor"},
		{"max-denials", OPTION_NUMBER, &a.max_denials, "N: most actions denied"},
		{"at", OPTION_NUMBER, &a.now, "SECONDS since 1970, instead of now"},
		{"allow-insecure-identity", OPTION_FLAG, &a.insecure,
		 "believe devices without a protected secret"},
		{"allow-debug", OPTION_FLAG, &a.debug, "accept TEST keys and debug mode"},
		{"allow-dropped", OPTION_FLAG, &a.dropped, "accept that events were not recorded"},
		{"any-firmware", OPTION_FLAG, &a.any_firmware,
		 "accept any firmware that sandbox encloses"},
		{"require-recheck", OPTION_FLAG, &a.recheck,
		 "the firmware's code must have been looked at again"},
		{"json", OPTION_FLAG, &a.json, "print an EAR-style result instead of the table"},
		{NULL, OPTION_FLAG, NULL, NULL},
	};
	int at = options_parse(argc, argv, rows, "TOKEN");

	a.token = at < argc ? argv[at] : NULL;
	if (a.token == NULL) {
		die(CORDON_USAGE, "verify needs a token; see cordon verify --help");
	}
	options_end(argc, argv, at + 1);
	option_need(a.ref, "verify", "ref");
	option_need(a.ref_key, "verify", "ref-key");
	if ((a.challenge == NULL) == (a.nonce == NULL)) {
		die(CORDON_USAGE, "verify needs either --challenge or --nonce");
	}
	if (a.roots.count == 0 && !a.insecure) {
		die(CORDON_USAGE, "verify needs --root: certificates that may certify devices");
	}
	return a;
}

static struct challenge take_challenge(const struct verify_arguments *a)
{
	struct challenge c = {.len = 0};

	if (a->challenge != NULL) {
		return challenge_read(a->challenge);
	}
	if (!hex_decode(a->nonce, c.nonce, NONCE_MAX, &c.len) || c.len < NONCE_MIN) {
		die(CORDON_USAGE, "--nonce wants 16 to 128 hexadecimal digits");
	}
	return c;
}

/* Of two that verify at the same time, only one may find the nonce fresh. */
static void use_challenge(const char *path, struct appraisal *result)
{
	struct appraisal_step *step = &result->step[STEP_NONCE];

	if (step->verdict != VERDICT_PASS || challenge_use(path)) {
		return;
	}
	step->verdict = VERDICT_FAIL;
	step->code = CORDON_STALE;
	(void)strcpy(step->sentence, "the nonce was answered by another token meanwhile");
	result->verdict = VERDICT_FAIL;
	result->code = CORDON_STALE;
	result->vector.instance_identity = 96;
}

static void print_result(const struct verify_arguments *a, const struct appraisal *result)
{
	if (a->json) {
		appraisal_write_json(result, stdout);
		return;
	}
	appraisal_print(result, stdout, isatty(STDOUT_FILENO) == 1);
	for (int i = 0; i < APPRAISE_STEPS && result->code != CORDON_OK; i++) {
		if (result->step[i].verdict == VERDICT_FAIL) {
			(void)fflush(stdout);
			(void)fprintf(stderr, "cordon: refused: %s\n", result->step[i].sentence);
			return;
		}
	}
}

int cmd_verify(int argc, char **argv)
{
	struct verify_arguments a = parse_arguments(argc, argv);
	struct challenge challenge = take_challenge(&a);
	struct span roots[OPTION_REPEATS];
	struct appraisal result;
	struct appraise_input in = {
		.token = file_read(a.token), .nonce = {challenge.nonce, challenge.len},
		.corim = file_read(a.ref), .corim_key = file_read(a.ref_key),
		.roots = roots, .root_count = a.roots.count,
		.has_log = a.log != NULL, .policies = a.policies.text,
		.policy_count = a.policies.count, .min_svn = a.min_svn.value,
		.has_max_denials = a.max_denials.given, .max_denials = a.max_denials.value,
		.allow_insecure_identity = a.insecure, .allow_debug = a.debug,
		.allow_dropped = a.dropped, .any_firmware = a.any_firmware,
		.require_recheck = a.recheck,
		.now = a.now.given ? (int64_t)a.now.value : (int64_t)time(NULL),
	};

	for (size_t i = 0; i < a.roots.count; i++) {
		roots[i] = file_read(a.roots.text[i]);
	}
	if (a.challenge != NULL) {
		in.nonce_fault = challenge_fault(&challenge, in.now);
	}
	if (in.has_log) {
		in.log = file_read(a.log);
	}
	(void)appraise(&in, &result);
	if (a.challenge != NULL) {
		use_challenge(a.challenge, &result);
	}
	print_result(&a, &result);
	for (size_t i = 0; i < a.roots.count; i++) {
		free((void *)(uintptr_t)roots[i].data);
	}
	free((void *)(uintptr_t)in.token.data);
	free((void *)(uintptr_t)in.corim.data);
	free((void *)(uintptr_t)in.corim_key.data);
	free((void *)(uintptr_t)in.log.data);
	return (int)result.code;
}
