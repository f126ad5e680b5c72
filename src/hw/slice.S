/* SPDX-License-Identifier: Apache-2.0 */
/* Slices: see hw/slice.h. */
#include "hw/csr_num.h"

/* What slice_enter leaves on its caller's stack, from sp up. */
#define OLD_RA 0
#define OLD_S0 8
#define OLD_S1 16
#define OLD_MTVEC 24
#define WHO 32
#define BASE_FRAME 48

/* What slice_trap saves below: registers that C does not keep, and where the slice was. */
#define AT_PC 0
#define AT_SP 8
#define AT_REGS 16
#define TRAP_FRAME 144

	.option norelax
	.text

	.global slice_enter
slice_enter:
	addi	sp, sp, -BASE_FRAME
	sd	ra, OLD_RA(sp)
	sd	s0, OLD_S0(sp)
	sd	s1, OLD_S1(sp)
	sd	a1, WHO(sp)
	la	t0, slice_trap
	csrrw	t0, mtvec, t0
	sd	t0, OLD_MTVEC(sp)
	csrw	mscratch, sp
	mv	s0, sp
	ld	t0, 0(a0)		/* struct slice: run, arg, stack */
	ld	sp, 16(a0)
	ld	a0, 8(a0)
	csrsi	mstatus, 8		/* MIE */
	jalr	t0
	csrci	mstatus, 8
	csrw	mscratch, zero
	mv	sp, s0
	ld	t0, OLD_MTVEC(sp)
	csrw	mtvec, t0
	ld	ra, OLD_RA(sp)
	ld	s0, OLD_S0(sp)
	ld	s1, OLD_S1(sp)
	addi	sp, sp, BASE_FRAME
	ret

.macro each_unkept op
	.set at, AT_REGS
	.irp r, ra, t0, t1, t2, t3, t4, t5, t6, a0, a1, a2, a3, a4, a5, a6, a7
	\op	\r, at(sp)
	.set at, at + 8
	.endr
.endm

/* A trap out of a slice: mscratch holds the caller's sp. Until the end it is as outside of one. */
	.balign	4
slice_trap:
	csrrw	sp, mscratch, sp
	addi	sp, sp, -TRAP_FRAME
	each_unkept sd
	csrr	t0, mepc
	csrrw	t1, mscratch, zero
	ld	t2, TRAP_FRAME + OLD_MTVEC(sp)
	sd	t0, AT_PC(sp)
	sd	t1, AT_SP(sp)
	csrw	mtvec, t2
	csrr	t0, mcause
	bgez	t0, 1f			/* no interrupt: our bug */
	ld	a0, TRAP_FRAME + WHO(sp)
	call	slice_interrupt
	ld	t0, AT_PC(sp)
	ld	t1, AT_SP(sp)
	la	t2, slice_trap
	csrw	mtvec, t2
	csrw	mepc, t0
	csrw	mscratch, t1
	li	t0, 3 << 11 | 1 << 7	/* MPP = M, MPIE */
	csrs	mstatus, t0
	each_unkept ld
	addi	sp, sp, TRAP_FRAME
	csrrw	sp, mscratch, sp
	mret
1:	csrr	a0, mcause
	csrr	a1, mepc
	csrr	a2, mtval
	call	trap_bug
