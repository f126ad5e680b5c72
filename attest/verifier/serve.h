/* SPDX-License-Identifier: Apache-2.0 */
/* cordon serve: nonces for many devices, and verdicts on their evidence, by HTTPS. */
#ifndef SERVE_H
#define SERVE_H

#include <stdbool.h>

#include "attest/verifier/serve_judge.h"

struct store;

/* Exit codes besides those of cordon verify, which go up to 7. */
enum serve_exit {
	SERVE_STORE = 8,
	SERVE_CERTIFICATE = 9,
	SERVE_LISTEN = 10,
	SERVE_UNKNOWN = 12,
};

struct serve_options {
	const char *listen, *view; /* ADDRESS:PORT */
	const char *store, *cert, *key, *name;
	int ttl, keep;
	bool open;
	struct serve_judge_options judge;
};

/* One sentence to standard error; returns code. */
int serve_say(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* PEM of certificate and key, which are made if neither file is there; 0 or the exit code. */
int serve_certificate(const struct serve_options *options, char **cert, char **key);

/* Answers requests until a signal asks for the end; 0 or the exit code. */
int serve_run(const struct serve_options *options, struct store *store);

#endif
