/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In the monitor's place, a program that asks in M-mode what is left of the device's secret: on
 * each hart, in the order of their ids, before and after it has tried to take the lock away.
 * Prints one line for each hart: "t: hart N" and for each question " N" (the cause of the trap) or
 * " read". The questions are those of `ask` below.
 */
#include "attest/image_format.h"

#define UART 0x10000000
#define SECTOR 0x23fc0000
#define SECTOR_LEN 0x40000

	.section .head, "ax"
	.globl _start
_start:
	.option push
	.option norvc
	j	begin
	nop
	.option pop
	.dword	IMAGE_MONITOR_MAGIC
	.word	IMAGE_VERSION
	.word	0
	.dword	_start
	.dword	__load_len
	.dword	__hash_len
	.dword	0, 0, 0, 0
	.dword	0, 0, 0, 0, 0, 0

	.option norvc
begin:
	lla	t0, trapped
	csrw	mtvec, t0
	csrr	s0, mhartid
	lla	s1, turn
1:	lw	t0, 0(s1)
	bne	t0, s0, 1b
	fence	rw, rw

	lla	a0, hello
	call	print
	addi	a0, s0, '0'
	call	put
	call	ask
	csrw	pmpcfg0, zero
	csrw	pmpaddr0, zero
	call	ask
	li	t0, -1
	csrw	pmpaddr0, t0
	li	t0, 0x1f		/* NAPOT, everything, everybody */
	csrw	pmpcfg0, t0
	call	ask
	li	a0, '\n'
	call	put
	fence	rw, rw
	addi	t0, s0, 1
	sw	t0, 0(s1)
park:
	wfi
	j	park

/* First and last byte of the sector, a store, a jump there, and the byte before the sector. */
ask:
	mv	s2, ra
	li	s3, SECTOR
	lbu	t0, 0(s3)
	call	answer
	li	s3, SECTOR + SECTOR_LEN - 1
	lbu	t0, 0(s3)
	call	answer
	li	s3, SECTOR
	sb	zero, 0(s3)
	call	answer
	lla	s4, 1f
	jr	s3
	nop
1:	call	answer
	li	s3, SECTOR - 1
	lbu	t0, 0(s3)
	call	answer
	jr	s2

/* Says what became of the access before: a6 is the cause of its trap plus 1, or 0. */
answer:
	mv	s5, ra
	li	a0, ' '
	call	put
	beqz	a6, 1f
	addi	a0, a6, '0' - 1
	call	put
	j	2f
1:	lla	a0, nothing
	call	print
2:	li	a6, 0
	jr	s5

print:
	mv	s6, ra
	mv	s7, a0
1:	lbu	a0, 0(s7)
	beqz	a0, 2f
	call	put
	addi	s7, s7, 1
	j	1b
2:	jr	s6

put:
	li	t0, UART
1:	lbu	t1, 5(t0)
	andi	t1, t1, 0x20
	beqz	t1, 1b
	sb	a0, 0(t0)
	ret

/* Goes on behind the access; after a jump, where s4 says. */
	.balign	4
trapped:
	csrr	a6, mcause
	addi	a6, a6, 1
	csrr	t0, mepc
	addi	t0, t0, 4
	li	t1, 2			/* 1 + instruction access fault */
	bne	a6, t1, 1f
	mv	t0, s4
1:	li	t1, 3			/* 1 + illegal: the jump arrived */
	bne	a6, t1, 2f
	mv	t0, s4
	li	a6, 0
2:	csrw	mepc, t0
	mret

	.section .rodata.probe, "a"
hello:	.asciz	"t: hart "
nothing: .asciz	"read"

	.section .scratch, "aw", @nobits
	.balign	16
turn:	.skip	16
