/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operations of a payload on a firmware of a few instructions. Before each one the payload
 * asks for its handler and gets the time at which the timer ends it: handlers this short cannot
 * tell one call from another. What begins here is all that the payload touches.
 */
#include "measure.h"
#include "request.h"

	.option	norelax
	.option norvc
	.set	markers, PAYLOAD_MARKERS

.macro payload_operation group, name, insn, handler, base="payload: empty loop"
	.set	markers, markers + 1
	operation_entry "\group", "\name", "\base", 1, 0, \handler
	.section .payload, "ax"
	.balign	64
	li	a7, REQUEST
	sub	a1, x24, x23
	li	a0, 0
7006:	ecall
	slli	t0, a0, 63 - SERVED
	bltz	t0, 7007f
	j	7006b
7007:	slli	x25, a0, 64 - SERVED
	srli	x25, x25, 64 - SERVED
	li	a6, 0
	\insn
	rdcycle	x23
	li	x20, LAPS
	slti	x0, x0, markers
7008:	\insn
	addi	x20, x20, -1
	bnez	x20, 7008b
	slti	x0, x0, REST
	rdcycle	x24
.endm

	.section .payload, "ax"
	.globl payload_start
payload_start:
	li	x23, 0
	li	x24, 0
	payload_operation "loop", "payload: empty loop", "", handler_plain
	payload_operation "loop", "payload: two more instructions", "li a7, 1; nop", handler_plain
	payload_operation "payload", "ecall, handler of 4 instructions", "ecall", handler_plain
	payload_operation "payload", "rdtime that traps to x10", "rdtime x10", handler_time_x10
	payload_operation "loop", "payload: arguments of set_timer", \
		"mv a0, x25; li a7, 0x54494d45", handler_timer
	payload_operation "payload", "set_timer, minimal handler", \
		"mv a0, x25; li a7, 0x54494d45; ecall", \
		handler_timer, "payload: arguments of set_timer"
	.irp reg, x1, x2, x5, x18, x31
	payload_operation "payload", "rdtime that traps to \reg", "rdtime \reg", \
		handler_time_\reg
	.endr
	li	a7, REQUEST
	sub	a1, x24, x23
	li	a0, 0
1:	ecall
	slli	t0, a0, 63 - SERVED
	bltz	t0, 2f
	j	1b
2:	li	t0, 0x00100000		/* the finisher */
	li	t1, 0x5555
	sw	t1, 0(t0)
	j	2b

/* The handlers: vectors, so that the timer can find its way beside the one that is measured. */
.macro vectors name
	.text
	.balign	256
	.globl \name
\name:
.endm

	vectors handler_plain
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	mret
	.balign	4
	.rept 3
	j	trap_entry
	.endr
	j	trap_entry		/* 7: the machine's timer */

	.irp reg, x1, x2, x5, x10, x18, x31
	vectors handler_time_\reg
	j	7010f
	.rept 6
	j	trap_entry
	.endr
	j	trap_entry
7010:	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	li	t0, 0x0200bff8
	ld	\reg, 0(t0)
	mret
	.endr

	vectors handler_timer
	j	1f
	.rept 6
	j	trap_entry
	.endr
	j	trap_entry
1:	li	t0, 0x02004000
	sd	a0, 0(t0)
	li	t1, 0x20
	csrc	mip, t1
	li	t1, 0x80
	csrs	mie, t1
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	li	a0, 0
	mret
