/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trap door. On entry mscratch points to this hart's struct hart while a guest runs, and is 0
 * while the monitor runs. Three tiers (docs/architecture.md):
 *   1. fast:    FAST_TIER, assembly that answers a cause with the registers it saves itself;
 *               chosen at build time, empty unless a policy brings one. It enters with sp = hart,
 *               mscratch = guest sp, and either mrets or falls through with all registers as
 *               they were.
 *   2. emulate: 19 registers saved; x3, x4, x18..x27 keep the guest's values (hw/gpr.h).
 *   3. world switch: in C, on top of tier 2.
 */
#include "asm_offsets.h"
#include "fast_tier.h"
#include "hw/csr_num.h"

	.option norelax
	.text

.macro each_saved do
	\do x1
	\do x5
	\do x6
	\do x7
	\do x8
	\do x9
	\do x10
	\do x11
	\do x12
	\do x13
	\do x14
	\do x15
	\do x16
	\do x17
	\do x28
	\do x29
	\do x30
	\do x31
.endm

.macro slot op, reg
	.irp n, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31
	.ifc \reg, x\n
	\op \reg, HART_X + 8 * \n(sp)
	.endif
	.endr
.endm
.macro save reg
	slot sd, \reg
.endm
.macro load reg
	slot ld, \reg
.endm

	.balign 64
	.global trap_entry
trap_entry:
	csrrw	sp, mscratch, sp
	beqz	sp, trap_from_monitor
	FAST_TIER
	each_saved save
	csrrw	t0, mscratch, zero	/* from here on a trap is the monitor's own */
	csrr	t1, mepc
	sd	t0, HART_X + 8 * 2(sp)
	sd	t1, HART_PC(sp)
	csrr	a1, mcause
	mv	a0, sp
	call	trap_handle
	/* sp is the hart again: trap_handle kept it. Falls into the way back. */

/* Enters the guest described by the hart at sp: pc, registers; mstatus is ready for mret. */
	.global trap_return
trap_return:
	ld	t1, HART_PC(sp)
	csrw	mscratch, sp
	csrw	mepc, t1
	each_saved load
	ld	sp, HART_X + 8 * 2(sp)
	mret

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
