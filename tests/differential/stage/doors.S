/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a block of a program is entered and left. A program leaves two registers alone, R and R + 1
 * (or 1 after 31): R holds the frame's address, the other one is scratch. There is one set of doors
 * for each R, so that over many programs every register is used.
 */
#include "layout.h"

#define KEPT 112

	.section .text.start, "ax"
	.globl _start
_start:
	csrr	t0, mideleg	/* QEMU 7.2 forces the VS bits on at the first access only */
	csrr	t0, mhartid
	la	sp, stacks
	addi	t1, t0, 1
	slli	t1, t1, 12
	add	sp, sp, t1
	la	t1, catch_entry
	csrw	mtvec, t1
	beqz	t0, .Lfirst
	li	t1, 1
	beq	t0, t1, .Lsecond
.Lpark:
	wfi
	j	.Lpark
.Lfirst:
	call	stage_main
	j	.Lpark
.Lsecond:
	call	stage_serve
	j	.Lpark

	.text
	.align	2
	/* A trap while csr_try_*() is at it: skip the instruction and say so in t1. */
catch_entry:
	csrr	t1, mcause
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	mret

	/* uint64_t csr_try_read(number, value *): -1, or the cause of the trap */
	.globl csr_try_read
csr_try_read:
	addi	sp, sp, -16
	sd	ra, 0(sp)
	mv	a2, a1
	slli	a0, a0, 3
	la	t0, readers
	add	t0, t0, a0
	li	a0, 0
	li	t1, -1
	jalr	t0
	sd	a0, 0(a2)
	mv	a0, t1
	ld	ra, 0(sp)
	addi	sp, sp, 16
	ret

	/* uint64_t csr_try_write(number, value): -1, or the cause of the trap */
	.globl csr_try_write
csr_try_write:
	addi	sp, sp, -16
	sd	ra, 0(sp)
	slli	a0, a0, 3
	la	t0, writers
	add	t0, t0, a0
	mv	a0, a1
	li	t1, -1
	jalr	t0
	mv	a0, t1
	ld	ra, 0(sp)
	addi	sp, sp, 16
	ret

	/* csrrs a0, n, x0 or csrrw x0, n, a0; ret */
readers:
	.set	n, 0
	.rept	4096
	.word	(n << 20) | 0x2573, 0x8067
	.set	n, n + 1
	.endr
writers:
	.set	n, 0
	.rept	4096
	.word	(n << 20) | 0x51073, 0x8067
	.set	n, n + 1
	.endr

	/* void door_enter(struct frame *f, void *door): through a door, and back by any trap */
	.globl door_enter
door_enter:
	addi	sp, sp, -KEPT
	sd	ra, 0(sp)
	.irp i, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\i, (8 + 8 * \i)(sp)
	.endr
	sd	sp, FRAME_SP(a0)
	jr	a1

back:
	ld	sp, FRAME_SP(a0)
	ld	ra, 0(sp)
	.irp i, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\i, (8 + 8 * \i)(sp)
	.endr
	addi	sp, sp, KEPT
	ret

	/* One register in or out; those that the program leaves alone are left out. */
	.macro	move op, n, r, t
	.if (\n != \r) && (\n != \t)
	\op	x\n, (8 * \n)(x\r)
	.endif
	.endm
	.macro	move_all op, r, t
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
	move	\op, \n, \r, \t
	.endr
	.irp n, 17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	move	\op, \n, \r, \t
	.endr
	.endm

	/* mstatus comes last: under MPRV no load of ours would be safe any more. */
	.macro	enter r, t, to:vararg
	.align	2
	mv	x\r, a0
	move_all ld, \r, \t
	ld	x\t, FRAME_STATUS(x\r)
	csrw	mstatus, x\t
	mv	x\t, x\r
	\to
	.endm

	/* Slot k is where a vectored interrupt k arrives, 0 that and every exception. */
	.macro	leave k, r, t
	csrrc	x\t, mstatus, x\r
	sd	x\t, FRAME_STATUS(x\r)
	li	x\t, \k
	j	.Lsave\r
	.endm

	.macro	doors r, t
enter_jump\r:
	enter	\r, \t, j CODE_BASE
enter_late\r:
	enter	\r, \t, j CODE_LATE
enter_mret\r:
	enter	\r, \t, mret
	.align	8
vectors\r:
	.irp k, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	j	.Lslot\r\()_\k
	.endr
	.irp k, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
.Lslot\r\()_\k:
	leave	\k, \r, \t
	.endr
exit\r:
	leave	SLOT_EXIT, \r, \t
.Lsave\r:
	sd	x\t, FRAME_SLOT(x\r)
	move_all sd, \r, \t
	mv	a0, x\r
	j	back
	.endm

	doors 1, 2
	doors 2, 3
	doors 3, 4
	doors 4, 5
	doors 5, 6
	doors 6, 7
	doors 7, 8
	doors 8, 9
	doors 9, 10
	doors 10, 11
	doors 11, 12
	doors 12, 13
	doors 13, 14
	doors 14, 15
	doors 15, 16
	doors 16, 17
	doors 17, 18
	doors 18, 19
	doors 19, 20
	doors 20, 21
	doors 21, 22
	doors 22, 23
	doors 23, 24
	doors 24, 25
	doors 25, 26
	doors 26, 27
	doors 27, 28
	doors 28, 29
	doors 29, 30
	doors 30, 31
	doors 31, 1

	.section .rodata
	.align	3
	/* struct door of stage.c, by R */
	.globl door_list
door_list:
	.dword	0, 0, 0, 0, 0
	.irp r, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
	.dword	enter_jump\r, enter_late\r, enter_mret\r, vectors\r, exit\r
	.endr
	.irp r, 17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	.dword	enter_jump\r, enter_late\r, enter_mret\r, vectors\r, exit\r
	.endr

	.section .frame, "aw", @nobits
	.space	4096
	.bss
	.align	4
stacks:
	.space	8192
