/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computations that take longer than other harts can wait: while one runs, this hart's doorbell is
 * answered, and calls of other harts and a rendezvous are carried out. The guest of this hart stays
 * where it is: a computation that takes longer than the guest can wait is cut by its caller.
 */
#ifndef MONITOR_SLICE_H
#define MONITOR_SLICE_H

#include "monitor/hart.h"

struct policy;

#define SLICE_STACK_LEN 8192u /* bytes */

/* A stack for one slice at a time. */
struct slice_stack {
	_Alignas(16) u8 bytes[SLICE_STACK_LEN];
};

/*
 * Runs p->on_slice(h) on this stack: on the running hart, while an ecall of the payload's S-mode is
 * handled or before the firmware runs, not from inside a call of another hart's. What the hart has
 * been rung for besides calls of others is looked at when the guest goes on.
 */
void slice_run(struct hart *h, const struct policy *p, struct slice_stack *stack);

/*
 * Waits until *lock, which slices are made under, is this hart's; calls of others are served
 * meanwhile (acquire).
 */
void slice_lock(struct hart *h, u32 *lock);

/* Gives it back (release). */
void slice_unlock(u32 *lock);

#endif
