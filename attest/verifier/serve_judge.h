/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where cordon serve has evidence appraised: all that it knows of appraisal.
 *
 * serve_appraise.c has the library of cordon verify do it.
 */
#ifndef SERVE_JUDGE_H
#define SERVE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/verifier/options.h"

#define SERVE_SIGNERS 16
#define SERVE_SIGNER 96 /* characters: 48 bytes in hex */

/* As the options of cordon verify. */
struct serve_judge_options {
	const char *ref, *ref_key;
	struct option_list roots, policies;
	struct option_number min_svn, max_denials;
	bool insecure, debug, dropped, any_firmware, recheck;
};

struct serve_evidence {
	const uint8_t *nonce, *device; /* device: the 33 bytes that the claim ueid must be */
	size_t nonce_size;
	const uint8_t *token, *log;
	size_t token_size, log_size;
};

/* steps and ear are as in store.h, and the caller's to free; ear may be empty. */
struct serve_verdict {
	int code; /* exit code of cordon verify */
	char *steps, *ear;
	unsigned int signers;
	char signer[SERVE_SIGNERS][SERVE_SIGNER + 1];
};

/* Reads the files, which stay for all verdicts; ends the program if one is not good. */
void serve_judge_open(const struct serve_judge_options *options);

/* Judges; false if memory is out. May be called from several threads. */
bool serve_judge(const struct serve_evidence *evidence, struct serve_verdict *verdict);

#endif
