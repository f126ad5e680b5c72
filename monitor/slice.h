/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computations that take longer than other harts can wait: while one runs, this hart's doorbell is
 * answered, and calls of other harts and a rendezvous are carried out. The guest of this hart stays
 * where it is: a computation that takes longer than the guest can wait is cut by its caller.
 */
#ifndef MONITOR_SLICE_H
#define MONITOR_SLICE_H

#include "hw/slice.h"
#include "monitor/hart.h"

/*
 * Runs s->run(s->arg) on the running hart, while an ecall of the payload's S-mode is handled, not
 * from inside a call of another hart's. It shares nothing with what remote calls do, and does not
 * wait for other harts. What it has been rung for besides is looked at when the guest goes on.
 */
void slice_run(struct hart *h, const struct slice *s);

/*
 * Waits until *lock, which slices are made under, is this hart's; calls of others are served
 * meanwhile (acquire).
 */
void slice_lock(struct hart *h, u32 *lock);

/* Gives it back (release). */
void slice_unlock(u32 *lock);

#endif
