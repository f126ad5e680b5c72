/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reset vector. Every hart begins here, in M-mode and in flash, with a0 = hart id, a1 = device
 * tree, a2 = what QEMU's ROM passes. Hart 0 does the work; no other hart ever sees the secret: its
 * first instructions latch it. Nothing is believed of what memory holds, for it survives a reset.
 */
#include "attest/handoff.h"
#include "stage0/layout.h"

	.option norelax
	.section .head, "ax"
	.global _start
_start:
	csrw	mie, zero
	csrci	mstatus, 8		/* MIE */
	la	t0, park
	csrw	mtvec, t0
	csrr	s0, mhartid
	mv	s1, a1
	mv	s2, a2
	bnez	s0, other_hart

	/* All of our memory: what waits there for us is of the last boot. */
	li	t0, STAGE0_RAM
	li	t1, STAGE0_END
1:	sd	zero, 0(t0)
	addi	t0, t0, 8
	bltu	t0, t1, 1b
	li	sp, STAGE0_END
	mv	a0, s1
	mv	a1, s2
	csrr	a2, pmpcfg0
	call	stage0_main
	mv	s3, a0
	jal	s11, latch
	jal	s11, wipe
	beqz	s3, park		/* said on the console */

	/* Nothing is left but the page that is handed over: now the others may go. */
	li	t0, STAGE0_RAM + STAGE0_SHARED_A2
	ld	s2, 0(t0)
	li	t0, STAGE0_RAM + STAGE0_SHARED_OTHERS
	ld	s5, 0(t0)
	li	s6, STAGE0_MSIP
	li	s7, STAGE0_RAM + STAGE0_SHARED_STATE
	li	t2, STAGE0_WAITS
	li	t3, STAGE0_LEAVES
	li	t4, 1
1:	beqz	s5, leave
	andi	t0, s5, 1
	beqz	t0, 4f
2:	lw	t1, 0(s7)
	bne	t1, t2, 2b
	fence	rw, rw
	sw	t4, 0(s6)
3:	lw	t1, 0(s7)
	bne	t1, t3, 3b
4:	srli	s5, s5, 1
	addi	s6, s6, 4
	addi	s7, s7, 4
	j	1b

/*
 * The others wait at their doorbell, which the reset may have left ringing and which only hart 0
 * rings; they say over and over that they wait, for hart 0 begins with clearing that page.
 */
other_hart:
	jal	s11, latch
	li	t0, STAGE0_HARTS
	bgeu	s0, t0, park
	slli	t0, s0, 2
	li	s6, STAGE0_MSIP
	add	s6, s6, t0
	li	s4, STAGE0_RAM + STAGE0_SHARED_STATE
	add	s4, s4, t0
	sw	zero, 0(s6)
	fence	iorw, iorw
	li	t2, STAGE0_WAITS
1:	sw	t2, 0(s4)
	csrr	t0, mip
	andi	t0, t0, 8		/* MSIP */
	beqz	t0, 1b
	sw	zero, 0(s6)
	fence	iorw, iorw
	li	t0, STAGE0_RAM + STAGE0_SHARED_A2
	ld	s2, 0(t0)
	li	t2, STAGE0_LEAVES
	fence	r, w
	sw	t2, 0(s4)

leave:
	mv	a0, s0
	mv	a1, s1
	mv	a2, s2
	li	a3, STAGE0_RAM
	li	a4, IDENTITY_MAGIC
	li	t0, STAGE0_BUNDLE
	fence.i
	jr	t0

/*
 * Locks the secret's sector away from this hart until its reset, in the entry that no other comes
 * before, and looks whether it is gone; a sector that says that the secret is in a TPM has none.
 * Returns to s11.
 */
latch:
	li	t0, STAGE0_IDENTITY
	lw	t1, STAGE0_CLASS_AT(t0)
	li	t2, STAGE0_CLASS_TPM
	beq	t1, t2, 1f
	li	t0, STAGE0_LATCH_ADDR
	csrw	pmpaddr0, t0
	li	t0, STAGE0_LATCH_CFG
	csrw	pmpcfg0, t0
	la	t0, latched
	csrw	mtvec, t0
	li	t0, STAGE0_IDENTITY
	lbu	t0, 0(t0)
	j	park			/* read: this hart must not go on */
	.balign	4
latched:
	la	t0, park
	csrw	mtvec, t0
	csrr	t0, mcause
	addi	t0, t0, -5		/* load access fault */
	bnez	t0, park
1:	jr	s11

/* Clears all of our memory but its first page: stack, arena, secrets. Returns to s11. */
wipe:
	li	t0, STAGE0_RAM + STAGE0_PAGE
	li	t1, STAGE0_END
1:	sd	zero, 0(t0)
	addi	t0, t0, 8
	bltu	t0, t1, 1b
	fence	rw, rw
	jr	s11

	.balign	4
park:
	csrw	mie, zero
1:	wfi
	j	1b
