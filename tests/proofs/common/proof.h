/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the proofs have in common: the physical hart that the monitor runs on, and the hart that
 * its firmware believes to have. Both are the reference model (tests/model); the monitor's own
 * sources stand between them. A proof starts from an arbitrary native hart in M-mode, lets the
 * monitor and the model carry out the same instruction, and compares everything.
 */
#ifndef TESTS_PROOFS_PROOF_H
#define TESTS_PROOFS_PROOF_H

#include "model.h"
#include "monitor/hart.h"

/* The hart that the monitor runs on: its CSRs are what csr_read() and guard_csr_*() reach. */
extern struct model_hart physical;

/* The hart that the firmware believes to have, before and (after the model's step) behind it. */
extern struct model_hart native;

/* The monitor's state of the same hart. */
extern struct hart hart;

/* The word at the firmware's pc; memory holds zeros (no instruction) everywhere else. */
extern uint32_t word_at_pc;

/* Any value at all, each time another one. */
uint64_t any_u64(void);
uint32_t any_u32(void);
uint8_t any_u8(void);
_Bool any_bool(void);

/*
 * native becomes an arbitrary hart in M-mode that has no H extension, no PMP and no interrupt to
 * take; the monitor's state and the physical hart become what they are while that hart's
 * firmware runs (I-WLD-1, csr_list.h).
 */
void start_anywhere(void);

/* The same, but there may be interrupts to take. */
void start_with_interrupts(void);

/* The same for a hart whose payload runs in the mode given, S or U, with no interrupt to take. */
void start_in_payload(uint8_t mode);

/* The physical hart traps with this cause out of the firmware, and the monitor handles it. */
void monitor_takes(uint64_t cause, uint64_t tval);

/* The monitor is done: hardware's mret, as mstatus says. Part of monitor_takes(). */
void leave_monitor(void);

/*
 * The last line of each proof. It must fail, and run.py sees to it: so the end is reached, and what
 * was proved before it was not proved of nothing.
 */
static inline void witness(void)
{
	__CPROVER_assert(0, "witness: the end is reached");
}

/*
 * To be called where native is still as start_anywhere() left it. A witness: registers, counters
 * and CSRs can all differ from each other at once, so no two of them are one symbol.
 */
void check_symbols(void);

/* Interrupts that the physical hart would take before the guest's next instruction are taken. */
void monitor_takes_interrupts(void);

/* The native hart does the same: an interrupt that it must take before its next instruction. */
void native_takes_interrupts(void);

/* Everything that the guest can see or that decides how it goes on is as on the native hart. */
void compare_everything(void);

/* What must hold of the physical hart while the firmware runs, whatever it did. */
void check_cage(void);

#endif
