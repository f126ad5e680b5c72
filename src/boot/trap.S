/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trap door. On entry mscratch points to this hart's struct hart while a guest runs, and is 0
 * while the monitor runs. Three tiers (docs/architecture.md):
 *   1. fast:    FAST_TIER, assembly that answers a cause with the registers it saves itself;
 *               chosen at build time, empty unless a policy brings one. It enters unless the quick
 *               part does (h->quick = 0), with sp = hart, mscratch = guest sp, t0 and t1 saved, and
 *               either mrets or falls through with all other registers as they were.
 *   2. emulate: the quick part (quick.S, quick_device.S) with eight registers saved, then C with
 *               nineteen; x3, x4, x18..x27 keep the guest's values (hw/gpr.h). After C the quick
 *               part goes on.
 *   3. world switch: in C, on top of tier 2.
 */
#include "asm_offsets.h"
#include "boot/fast_time.h"
#include <fast_tier.h>
#include "hw/csr_num.h"

	.option norelax
	.text

/* What the quick part uses beside t0 and t1, and what C may use beside that. */
.macro each_quick_more op
	.irp n, 7, 28
	\op	x\n, HART_X + 8 * \n(sp)
	.endr
	each_quick_last \op
.endm
.macro each_quick_last op
	.irp n, 29, 30, 31
	\op	x\n, HART_X + 8 * \n(sp)
	.endr
.endm
.macro each_other op
	.irp n, 1, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	\op	x\n, HART_X + 8 * \n(sp)
	.endr
.endm

/* From here on a trap is the monitor's own; t5 = pc, t6 is free. */
.macro trap_frame
	csrrw	t6, mscratch, zero
	csrr	t5, mepc
	sd	t6, HART_X + 8 * 2(sp)
	sd	t5, HART_PC(sp)
.endm

#include "boot/quick.S"

/* The firmware's, and no illegal instruction: t0 = h->quick, t1 = mcause - 2. */
trap_other:
	sd	t2, HART_X + 8 * 7(sp)
	sd	t3, HART_X + 8 * 28(sp)
	csrr	t2, mtval
	ld	t3, HART_PORT(sp)
	beq	t2, t3, quick_letter
trap_no_letter:				/* t2 = mtval; falls into quick_device */
	each_quick_last sd
	trap_frame
#include "boot/quick_device.S"

	.balign 64
	.global trap_entry
trap_entry:
	csrrw	sp, mscratch, sp
	beqz	sp, trap_from_monitor
	sd	t0, HART_X + 8 * 5(sp)
	sd	t1, HART_X + 8 * 6(sp)
	lw	t0, HART_QUICK(sp)
	beqz	t0, trap_not_quick
	csrr	t1, mcause
	addi	t1, t1, -2		/* illegal instruction */
	bnez	t1, trap_other
	each_quick_more sd
	trap_frame
	quick_begin
	quick_decode

/* Back to the guest at t5; mstatus is ready for mret, all but the quick part's registers are. */
trap_leave:
	csrw	mepc, t5
	csrw	mscratch, sp
	each_quick_more ld
	ld	t0, HART_X + 8 * 5(sp)
	ld	t1, HART_X + 8 * 6(sp)
	ld	sp, HART_X + 8 * 2(sp)
	mret

/* For C, which has a short way for devices. */
trap_device:
	each_other sd
	csrr	t0, mcause
	lw	t1, HART_QUICK(sp)
	andi	t0, t0, -3
	addi	t0, t0, -5		/* load, store access fault */
	andi	t1, t1, QUICK_CLINT_BIT
	bnez	t0, 1f
	beqz	t1, 1f
	csrr	a1, mtval
	mv	a0, sp
	call	vclint_quick
	ld	t5, HART_PC(sp)
	csrr	t0, mepc
	lw	t1, HART_IRQ_CHECK(sp)
	beq	t0, t5, 1f
	bnez	t1, 2f
	each_other ld
	j	trap_leave
2:	mv	a0, sp
	call	trap_settle
	j	trap_return
trap_not_quick:
	FAST_TIER
	each_quick_more sd
	trap_frame
trap_full:
	each_other sd
1:	csrr	a1, mcause
	mv	a0, sp
	call	trap_handle
	/* sp is the hart again: trap_handle kept it. Falls into the way back. */

/* Enters the guest described by the hart at sp: pc, registers; mstatus is ready for mret. */
	.global trap_return
trap_return:
	ld	t5, HART_PC(sp)
	lw	t0, HART_QUICK(sp)
	each_other ld
	beqz	t0, trap_leave
	lw	t0, HART_IRQ_CHECK(sp)
	bnez	t0, trap_leave
	li	t0, -1
	sd	t0, HART_PC(sp)		/* no instruction is the one that trapped */
	quick_begin
	j	quick_check

/* The instruction at t5, whose word is in t0, is one for C; a2: it is the one that trapped. */
trap_go_on_here:
	each_other sd
	ld	t1, HART_PC(sp)
	sub	t1, t1, t5
	seqz	a2, t1
	sd	t5, HART_PC(sp)
	mv	a0, sp
	mv	a1, t0
	call	trap_go_on
	j	trap_return

/* void trap_enter(struct hart *h): first entry into a guest; the stack is abandoned. */
	.global trap_enter
trap_enter:
	mv	sp, a0
	j	trap_return

/*
 * A trap out of the monitor: mscratch holds its sp. In .guard it is the answer to a guarded
 * access (t0, t1 are dead there); anywhere else it is our bug.
 */
	.balign 4
trap_from_monitor:
	csrrw	sp, mscratch, sp
	csrr	t0, mepc
	la	t1, guard_ops
	bltu	t0, t1, 1f
	la	t1, guard_ops_end
	bgeu	t0, t1, 1f
	csrr	a0, mstatus
	csrr	a1, mcause
	srli	t0, a0, 38		/* GVA */
	addi	a1, a1, 1
	andi	t0, t0, 1
	slli	t0, t0, 32		/* GUARD_GVA */
	or	a1, a1, t0
	jr	t6
1:	csrr	a0, mcause
	csrr	a1, mepc
	csrr	a2, mtval
	call	trap_bug

	.section .rodata
	.balign 8
quick_mstatus_live:
	.dword	MSTATUS_LIVE_BITS
