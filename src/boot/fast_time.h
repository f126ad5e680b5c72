/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Assembly for the first tier: the payload's time reads and set_timer calls, and the timer
 * interrupt that ends one, as timer_emulate_rdtime(), timer_set_deadline() and timer_interrupt()
 * would. A policy whose fast_tier.h names FAST_TIME_TIER has them answered so, unless another one
 * asks to see them (timer_note_fast).
 *
 * It is entered with h->quick = 0, sp = hart, mscratch = guest sp, t0 and t1 in h->x, and either
 * returns to the guest or goes on behind it with all registers but these two as they were. Nothing
 * in it can trap: mtime and mtimecmp have been tried before, stimecmp is there if menvcfg.STCE
 * could be set.
 */
#ifndef BOOT_FAST_TIME_H
#define BOOT_FAST_TIME_H

#include "hw/csr_num.h"

#ifdef __ASSEMBLER__
.macro FAST_TIME_TIER
	csrr	t0, mcause
	addi	t1, t0, -2		/* illegal instruction */
	beqz	t1, .Lrdtime
	bltz	t0, .Linterrupt
	addi	t1, t0, -9		/* ecall of S-mode */
	bnez	t1, .Lslow

/* set_timer (SBI 3.0, 6.1): a7 = TIME, a6 = 0, a0 = when */
	li	t0, 0x54494d45
	bne	a7, t0, .Lslow
	bnez	a6, .Lslow
	ld	t0, HART_FAST_TIMER(sp)
	beqz	t0, .Lslow
	ld	t1, HART_MENVCFG(sp)
	bgez	t1, .Lmtimecmp
	csrw	CSR_STIMECMP, a0
	j	.Lanswered
.Lmtimecmp:
	ld	t1, HART_VMTIMECMP(sp)
	bltu	t1, a0, .Lslow		/* the firmware waits, too, or has */
	sd	a0, HART_DEADLINE(sp)
	addi	t1, a0, 1		/* ~0: never */
	snez	t1, t1
	sb	t1, HART_WAITS(sp)
	ld	t1, HART_LIMIT(sp)
	beqz	t1, .Lprogram
	bgeu	t1, a0, .Lprogram
	mv	a0, t1
.Lprogram:
	li	t1, -1			/* never due in between (ACLINT 2) */
	sw	t1, 4(t0)
	sw	a0, 0(t0)
	srli	t1, a0, 32
	sw	t1, 4(t0)
	li	t1, 1 << 5		/* STIP: not due any more, or not yet */
	csrc	mip, t1
	addi	t0, a0, 1
	li	t1, 1 << 7		/* MTIE */
	csrs	mie, t1
	bnez	t0, .Lanswered
	ld	t0, HART_MIE(sp)	/* nobody waits: as the firmware has it */
	and	t0, t0, t1
	bnez	t0, .Lanswered
	csrc	mie, t1
.Lanswered:
	li	a0, 0
	li	a1, 0
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	j	.Ldone

/* The payload's deadline is due: timer_interrupt(), unless somebody else waits or is due, too. */
.Linterrupt:
	slli	t0, t0, 1
	addi	t0, t0, -2 * 7		/* machine timer */
	bnez	t0, .Lslow
	lw	t1, HART_WORLD(sp)
	beqz	t1, .Lslow		/* the firmware's */
	ld	t0, HART_FAST_MTIME(sp)
	lbu	t1, HART_WAITS(sp)
	beqz	t0, .Lslow
	beqz	t1, .Lslow
	ld	t0, 0(t0)
	ld	t1, HART_DEADLINE(sp)
	bltu	t0, t1, .Lslow
	ld	t1, HART_LIMIT(sp)
	bnez	t1, .Lslow
	ld	t1, HART_VMTIMECMP(sp)
	addi	t1, t1, 1
	bnez	t1, .Lslow
	ld	t0, HART_MIE(sp)
	andi	t0, t0, 1 << 7
	bnez	t0, .Lslow
	ld	t0, HART_FAST_TIMER(sp)
	beqz	t0, .Lslow
	sb	zero, HART_WAITS(sp)
	li	t1, -1
	sw	t1, 4(t0)
	sw	t1, 0(t0)
	li	t1, 1 << 5
	csrs	mip, t1
	li	t1, 1 << 7
	csrc	mie, t1
	j	.Ldone

/*
 * Out of S-mode (V = 0; of M-mode there are no traps): csrrs rd, time, x0, by mtval, which holds
 * the instruction or zero (Priv. 3.1.16).
 */
.Lrdtime:
	csrr	t0, mstatus
	slli	t1, t0, 63 - 39		/* MPV */
	bltz	t1, .Lslow
	slli	t1, t0, 63 - 11		/* MPP = S */
	bgez	t1, .Lslow
	csrr	t0, mtval
	lui	t1, 0xc0102		/* time, x0 */
	subw	t1, t0, t1
	addi	t1, t1, -0x73
	slli	t0, t1, 57
	bnez	t0, .Lslow
	srli	t0, t1, 12
	bnez	t0, .Lslow
	ld	t0, HART_FAST_MTIME(sp)
	beqz	t0, .Lslow
	sd	t2, HART_X + 8 * 7(sp)
	ld	t0, 0(t0)
.Ltable:
	auipc	t2, %pcrel_hi(.Lregisters)
	srli	t1, t1, 4		/* 8 * rd */
	add	t2, t2, t1
	jr	%pcrel_lo(.Ltable)(t2)
	.option push
	.option rvc
	.balign 8
.Lregisters:
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	fast_time_entry \n
	.endr
	.irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	fast_time_entry \n
	.endr
	.option pop
.Lread:
	ld	t2, HART_X + 8 * 7(sp)
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
.Ldone:
	ld	t0, HART_X + 8 * 5(sp)
	ld	t1, HART_X + 8 * 6(sp)
	csrrw	sp, mscratch, sp
	mret
.Lslow:
.endm

.macro fast_time_entry n
	.balign 8
	.if \n == 0
	c.nop
	.elseif \n == 2
	csrw	mscratch, t0
	.elseif \n == 5 || \n == 6 || \n == 7
	c.sdsp	t0, HART_X + 8 * \n(sp)
	.else
	c.mv	x\n, t0
	.endif
	c.j	.Lread
.endm
#endif

#endif
