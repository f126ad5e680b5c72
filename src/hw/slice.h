/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A long computation on a stack of its own, which lets interrupts in (slice.S). They are answered
 * on the caller's stack, so neither needs room on the other's.
 */
#ifndef HW_SLICE_H
#define HW_SLICE_H

#include "lib/base.h"

/* What runs, and where. */
struct slice {
	void (*run)(void *arg);
	void *arg;
	void *stack; /* its end: sp begins here; 16-byte aligned */
};

/*
 * Runs s->run(s->arg) to its end. Meanwhile each interrupt that mie lets in is answered by
 * slice_interrupt(who). Preconditions: interrupts off, mscratch 0, mstatus.MDT 0 (Smdbltrp). run
 * makes no guarded access (hw/guard.h). Changes mstatus.MPP, MPIE, MPV and GVA, mepc, mcause,
 * mtval, mtval2 and mtinst; interrupts are off again afterwards.
 */
void slice_enter(const struct slice *s, void *who);

/*
 * Answers an interrupt: with interrupts off, on the stack of who called slice_enter, guarded
 * accesses as always. It must take away what interrupted. monitor/slice.c has it.
 */
void slice_interrupt(void *who);

#endif
