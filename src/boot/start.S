/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reset door. All harts come in here with a0 = hart id, a1 = device tree, a2 = whatever the
 * previous stage passes, a3 and a4 as in attest/handoff.h. One wins the lottery, relocates and
 * moves the image; the others wait at the old place until they are told the new one.
 */
#include "asm_offsets.h"
#include "attest/image_format.h"
#include "boot/layout.h"
#include "hw/csr_num.h"

/* States of the lottery word; 0 in the file. No single damaged byte gives MOVED and a target. */
#define LOTTERY_WON 1
#define MOVED_TO 8 /* behind the lottery word */
#define LOTTERY_MOVED 3 /* a late hart's amoor leaves it */

	.option norelax
	.section .head, "ax"
	.global _start
_start:
	.option push
	.option norvc
	j	reset
	nop
	.option pop
	.quad	IMAGE_MONITOR_MAGIC
	.word	IMAGE_VERSION, 0
	.quad	LINK_BASE
	.quad	_load_end - _start
	.quad	_scratch - _start
	.quad	0, 0, 0, 0		/* filled in by mkbundle */
	.balign	IMAGE_MONITOR_HEADER_LEN, 0

reset:
	csrw	mie, zero
	csrci	mstatus, 8		/* MIE */
	csrw	mscratch, zero
	la	t0, early_trap
	csrw	mtvec, t0
	la	t0, lottery
	li	t1, LOTTERY_WON
	amoor.d.aq t2, t1, (t0)
	bnez	t2, wait_for_move
	ld	t2, MOVED_TO(t0)	/* zero in the file */
	bnez	t2, refuse

	/* Relocate in place: add (where we are - where we were linked) to every listed word. */
	la	s0, _start
	ld	t0, IMAGE_OFF_LINK_BASE(s0)
	sub	t0, s0, t0
	mv	a5, s0
	call	relocate
	/* The scratch space must be zero as the tool left it, all but the lottery. */
	la	t0, _scratch_rest
	la	t1, _load_end
1:	ld	t2, 0(t0)
	bnez	t2, refuse
	addi	t0, t0, 8
	bltu	t0, t1, 1b
	la	sp, boot_scratch + BOOT_STACK
	call	boot_place
	beqz	a0, refuse

	/* Tell the others, then go to the new place ourselves. */
	la	t0, lottery
	sd	a0, MOVED_TO(t0)
	fence	rw, w
	li	t1, LOTTERY_MOVED
	sd	t1, 0(t0)
	la	t1, in_moved_image
	la	t2, _start
	sub	t1, t1, t2
	add	t1, t1, a0
	jr	t1

/*
 * relocate: a5 = base of an image, t0 = what to add to its words. Entries that do not lie inside
 * the image are passed over: the check of the bundle refuses such a table a moment later.
 */
relocate:
	ld	t1, IMAGE_OFF_RELOC_OFF(a5)
	ld	t2, IMAGE_OFF_RELOC_COUNT(a5)
	ld	t3, IMAGE_OFF_HASH_LEN(a5)
	add	t1, t1, a5
	addi	t3, t3, -8
1:	beqz	t2, 3f
	lwu	t4, 0(t1)
	addi	t1, t1, 4
	addi	t2, t2, -1
	bgtu	t4, t3, 1b
	add	t4, t4, a5
	andi	t5, t4, 7
	bnez	t5, 1b
	ld	t5, 0(t4)
	add	t5, t5, t0
	sd	t5, 0(t4)
	j	1b
3:	ret

wait_for_move:
	la	t0, lottery
	li	t2, LOTTERY_MOVED
1:	ld	t1, 0(t0)
	bne	t1, t2, 1b
	fence	r, rw
	ld	t1, MOVED_TO(t0)
	beqz	t1, 1b
	la	t2, secondary_in_moved_image
	la	t3, _start
	sub	t2, t2, t3
	add	t1, t1, t2
	jr	t1

/* ---- from here on in the moved image ---- */

in_moved_image:
	fence.i
	call	boot_index
	bltz	a0, park
	call	own_stack
	j	boot_main

secondary_in_moved_image:
	fence.i
	call	boot_index
	bltz	a0, park
	la	t0, boot_arrived
	li	t1, 1
	amoadd.w.rl zero, t1, (t0)
	call	own_stack
	j	boot_secondary

/* a0 = index of this hart in the table that boot_place left, -1: not in it. */
boot_index:
	csrr	t0, mhartid
	la	t1, boot_hart_count
	lwu	t2, 0(t1)
	la	t1, boot_hart_ids
	li	a0, 0
1:	bgeu	a0, t2, 2f
	ld	t3, 0(t1)
	beq	t3, t0, 3f
	addi	t1, t1, 8
	addi	a0, a0, 1
	j	1b
2:	li	a0, -1
3:	ret

/* sp = top of the stack of hart a0. */
own_stack:
	la	t0, hart_areas
	li	t1, HART_AREA_SIZE
	mul	t1, t1, a0
	add	t0, t0, t1
	li	t1, HART_STACK
	add	sp, t0, t1
	ret

/* Nothing is known yet that could print: stop here. */
	.balign	4
early_trap:
refuse:
park:
	csrw	mie, zero
1:	wfi
	j	1b

	.global boot_park
boot_park:
	j	park

	.section .scratch_lottery, "aw"
	.balign	16
lottery:
	.dword	0
	.global moved_to
moved_to:
	.dword	0
