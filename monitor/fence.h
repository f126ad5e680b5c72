/* SPDX-License-Identifier: Apache-2.0 */
/* Fences that one hart asks of others. Always of everything: a superset of any range and id. */
#ifndef MONITOR_FENCE_H
#define MONITOR_FENCE_H

#include "monitor/hart.h"

enum fence_kind {
	FENCE_CODE,  /* fence.i */
	FENCE_STAGE, /* sfence.vma */
	FENCE_GUEST, /* hfence.gvma; nothing on a hart without H */
	FENCE_VS     /* hfence.vvma for the VMID that is the caller's now; nothing without H */
};

/* Executes the fence on all harts of mask (remote.h) and returns when all have done so. */
void fence_remote(struct hart *h, u32 mask, enum fence_kind kind);

/* Every kind but FENCE_VS on the running hart: what a hart owes that was not asked for a while. */
void fence_here(const struct hart *h);

#endif
