/* SPDX-License-Identifier: Apache-2.0 */
/* Policies: modules that may say no. Chosen and ordered at build time (docs/architecture.md). */
#ifndef MONITOR_POLICY_H
#define MONITOR_POLICY_H

#include "monitor/hart.h"

/* What a policy says of a trap. */
enum verdict {
	PASS,    /* not mine: the next policy, then the monitor, deals with it */
	HANDLED, /* I have dealt with it: h says how to go on */
	DENY     /* forbidden: counted, and an illegal-instruction trap to the firmware */
};

/* A policy is one const object policy_NAME in policies/NAME/NAME.c. Hooks may be NULL. */
struct policy {
	const char *name;
	/* Each exception, before the monitor looks at it; h->world says who trapped. */
	enum verdict (*on_trap)(struct hart *h, u64 cause);
};

/* Asks the policies in order; the first that does not PASS decides. */
enum verdict policy_on_trap(struct hart *h, u64 cause);

/* Their names in order, separated by blanks; "" for none. */
const char *policy_names(void);

#endif
