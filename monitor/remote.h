/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls between harts that are waited for. Every hart has one slot for the call it makes. The
 * caller fills its slot, sets its bit in each target's `from`, rings, and waits until each target
 * has taken its own bit out of the caller's `waiting`. While it waits it serves the calls of
 * others, so that callers never wait for each other in a circle, and no call is lost: a target's
 * `from` is only ever or-ed to by others and exchanged for zero by the target itself.
 *
 * A target serves calls when it answers its doorbell, which mie lets in whenever a guest runs, or
 * while it waits itself. So a call takes no longer than the longest handling of a trap on any
 * target. Nobody may call while holding the console lock or from inside a called function.
 */
#ifndef MONITOR_REMOTE_H
#define MONITOR_REMOTE_H

#include "monitor/hart.h"

/* What is called: h is the hart it runs on. It must not call other harts. */
typedef void (*remote_fn)(struct hart *h, const u64 *args);

/* Arguments of a call: as many as fit its slot. */
#define REMOTE_ARGS (sizeof(((struct remote_slot *)0)->args) / sizeof(u64))

/* The running hart can be called from now on. Once, when its doorbell works. */
void remote_join(struct hart *h);

/* Harts that can be called: bit n is machine.harts[n]. Not those that boot parked. */
u32 remote_harts(void);

/*
 * Runs fn on all harts of mask (bits of remote_harts; others are left out) and returns when all
 * have returned from it. args: REMOTE_ARGS words, or NULL. What was written before the call is
 * visible to fn, and what fn wrote is visible to the caller afterwards.
 */
void remote_run(struct hart *h, u32 mask, remote_fn fn, const u64 *args);

/*
 * Stops every hart in the monitor; then runs leader, which may be NULL, on this hart alone; then
 * each on every hart, this one included; and lets none go on before all have returned from it.
 * What leader wrote is visible to each. Of two harts that ask for it at once, one goes first.
 */
void remote_rendezvous(struct hart *h, remote_fn leader, remote_fn each, const u64 *args);

/* Carries out what other harts have asked this one for. Called by ipi_answer. */
void remote_serve(struct hart *h);

#endif
