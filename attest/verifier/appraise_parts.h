/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the appraisal share: everything about one token. */
#ifndef ATTEST_VERIFIER_APPRAISE_PARTS_H
#define ATTEST_VERIFIER_APPRAISE_PARTS_H

#include "appraise.h"
#include "chain.h"
#include "reference.h"

struct appraising {
	const struct appraise_input *in;
	struct appraisal *out;
	struct sign1 message;
	struct chain chain;
	struct claims claims;
	struct reference reference;
	bool was_changed; /* the firmware's code, at an earlier time, as the log has it */
};

/* Sets the verdict of a step, with a sentence. */
void step_pass(struct appraising *a, enum appraise_step step, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void step_warn(struct appraising *a, enum appraise_step step, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void step_fail(struct appraising *a, enum appraise_step step, enum cordon_exit code,
	       const char *format, ...) __attribute__((format(printf, 4, 5)));
void step_skip(struct appraising *a, enum appraise_step step, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Has this step passed, if only with a warning? */
bool step_good(const struct appraising *a, enum appraise_step step);

/* A text for a sentence: printable, and cut if it is long. */
struct shown {
	char text[40];
};
struct shown shown_text(struct span text);

/* The claim of this policy; NULL if it is not compiled in. */
const struct policy_claim *find_policy(const struct claims *claims, const char *name);

/* Is whatever firmware there is allowed, and enclosed? */
bool firmware_is_free(const struct appraising *a);

/* Steps that compare with reference values and look at behaviour; the claims are genuine. */
void judge_components(struct appraising *a);
void judge_svn(struct appraising *a);
void judge_policies(struct appraising *a);
void judge_registers(struct appraising *a);
void judge_log(struct appraising *a);
void judge_recheck(struct appraising *a);
void judge_isolation(struct appraising *a);
void judge_behaviour(struct appraising *a);

#endif
