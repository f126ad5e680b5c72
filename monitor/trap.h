/* SPDX-License-Identifier: Apache-2.0 */
/* The second contents page: what happens between a trap and the way back. */
#ifndef MONITOR_TRAP_H
#define MONITOR_TRAP_H

#include "monitor/hart.h"

/*
 * Called by trap.S on the hart's own stack, interrupts off, mscratch = 0. Preconditions: h->x and
 * h->pc hold the guest's registers but those of GPR_LIVE_MASK, which are live; mcause, mtval and
 * mstatus are as the trap left them. Afterwards h->pc, h->x and hardware's mstatus describe the
 * guest that runs next.
 */
void trap_handle(struct hart *h, u64 cause);

/*
 * The firmware's instruction at h->pc, a CSR instruction or mret whose word this is, has trapped
 * where no policy asks for that (h->quick), or follows one that has been carried out and would
 * trap: does what trap_handle would. Preconditions as for trap_handle; if it has not trapped,
 * mcause, mtval and mepc mean nothing.
 */
void trap_go_on(struct hart *h, u64 word, bool trapped);

/*
 * The end of both, for what trap.S does by itself: interrupts that have become deliverable are
 * delivered.
 */
void trap_settle(struct hart *h);

/* A trap out of the monitor itself, outside guarded instructions: our bug. Does not return. */
NORETURN void trap_bug(u64 cause, u64 pc, u64 tval);

#endif
