/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server of the tests, with a judge that trusts what the test says: a token is
 * "good NONCE" or "bad NONCE" in hex, and its log may name a signer.
 */
#include "attest/verifier/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNER "signer "

void serve_judge_open(const struct serve_judge_options *options)
{
	if (strcmp(options->ref, "bad") == 0) {
		die(CORDON_MALFORMED, "these are no reference values");
	}
}

static bool has_nonce(const struct serve_evidence *e, const char *text)
{
	char hex[3];

	for (size_t i = 0; i < e->nonce_size; i++) {
		snprintf(hex, sizeof(hex), "%02x", e->nonce[i]);
		if (strncmp(text + 2 * i, hex, 2) != 0) {
			return false;
		}
	}
	return true;
}

bool serve_judge(const struct serve_evidence *e, struct serve_verdict *v)
{
	const char *token = (const char *)e->token, *log = (const char *)e->log;
	bool good = strncmp(token, "good ", 5) == 0;

	v->steps = malloc(1024);
	v->ear = malloc(64);
	if (v->steps == NULL || v->ear == NULL || !has_nonce(e, token + 4 + good)) {
		return false;
	}
	v->code = good ? 0 : 5;
	snprintf(v->steps, 1024,
		 "PASS\tsignature\tsigned\nSKIP\tlog\t\n%s\tcomponents\t<b>%s</b> & \"more\"\n",
		 good ? "PASS" : "FAIL", good ? "as they should be" : "VFW is another");
	snprintf(v->ear, 64, "{\"ear.status\":\"%s\"}", good ? "affirming" : "contraindicated");
	if (strncmp(log, SIGNER, strlen(SIGNER)) == 0) {
		v->signers = 1;
		snprintf(v->signer[0], sizeof(v->signer[0]), "%s", log + strlen(SIGNER));
	}
	return true;
}

int main(int argc, char **argv)
{
	return argc < 2 ? CORDON_USAGE : cmd_serve(argc - 1, argv + 1);
}
