/* SPDX-License-Identifier: Apache-2.0 */
/* Misaligned loads and stores of the payload on harts that trap them. */
#ifndef MONITOR_MISALIGNED_H
#define MONITOR_MISALIGNED_H

#include "monitor/memop.h"

/*
 * Carries out the payload's load or store at h->pc byte by byte with the payload's own rights:
 * scalar and floating-point, compressed forms included. MEMOP_DONE: pc is behind it. MEMOP_FAULT:
 * *t is the trap of the first byte that may not be accessed, and nothing was stored in its page
 * or another. MEMOP_OTHER: not such an instruction (LR, SC and AMO are none), or V = 1.
 */
enum memop_result misaligned_perform(struct hart *h, struct trap *t);

#endif
