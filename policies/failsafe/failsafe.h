/* SPDX-License-Identifier: Apache-2.0 */
/* What failsafe knows. */
#ifndef FAILSAFE_FAILSAFE_H
#define FAILSAFE_FAILSAFE_H

#include "monitor/hart.h"

struct failsafe {
	/* The firmware runs no more: set once, by any hart (release), then a doorbell to all. */
	u32 stopped;
	/* Own. When the firmware began to run on behalf of the payload; 0: it does not. */
	u64 entered[MAX_HARTS];
	/* Own. The payload was interrupted for the firmware, it has not called it. */
	bool interrupted[MAX_HARTS];
};

extern struct failsafe failsafe;

/* Time that the firmware may take for one call, or one interrupt, of the payload. */
#define FAILSAFE_BUDGET_MS 3000u

#endif
