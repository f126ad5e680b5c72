/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a payload asks of a real firmware, each in a loop. x26 is a mask of the other harts, x28
 * the address of a count of the interrupts that they took, and x29 how many they are.
 */
#include "measure.h"

	.option	norelax
	.option norvc

.macro constants
	ld	x26, 0(x21)
	ld	x29, 8(x21)
	addi	x28, x21, 16
	li	x27, -1
.endm
	operation_run_with constants

.macro sbi extension, function
	li	a7, \extension
	li	a6, \function
	ecall
.endm

/* Then wait until every other hart has taken its interrupt. */
.macro ipi_others
	ld	x5, 0(x28)
	add	x5, x5, x29
	mv	a0, x26
	li	a1, 0
	sbi	0x735049, 0
8001:	ld	x6, 0(x28)
	bne	x6, x5, 8001b
.endm

.macro fence_others function
	mv	a0, x26
	li	a1, 0
	li	a2, 0x200000
	li	a3, 0x1000
	sbi	0x52464e43, \function
.endm

	.set	markers, 0
	call_operation "loop", "empty loop", ""
	call_operation "call", "base: spec version", "sbi 0x10, 0"
	call_operation "call", "base: probe extension", "li a0, 0x54494d45; sbi 0x10, 3"
	call_operation "call", "time: set_timer", "mv a0, x27; sbi 0x54494d45, 0"
	call_operation "call", "hsm: status", "li a0, 0; sbi 0x48534d, 2"
	call_operation "call", "ipi to itself", \
		"li a0, 1; csrr a1, sscratch; sbi 0x735049, 0; csrci sip, 2"
	call_operation "call", "fence_i on itself", "li a0, 1; csrr a1, sscratch; sbi 0x52464e43, 0"
	call_operation "call", "sfence_vma on itself", \
		"li a0, 1; csrr a1, sscratch; li a2, 0x200000; li a3, 0x1000; sbi 0x52464e43, 1"
	call_operation "call", "console: a byte", "li a0, 10; sbi 0x4442434e, 2"
	call_operation "call", "rdtime", "rdtime a0"
	.set	markers, 100
	call_operation "others", "ipi to all others", "ipi_others"
	call_operation "others", "fence_i on all others", "fence_others 0"
	call_operation "others", "sfence_vma on all others", "fence_others 1"

/* The other harts count the interrupts that they get. */
	.text
	.balign	4
	.globl	count_interrupt
count_interrupt:
	csrci	sip, 2
	la	t0, others
	li	t1, 1
	addi	t0, t0, 16
	amoadd.d x0, t1, (t0)
	sret
	.globl	count_forever
count_forever:
	wfi
	j	count_forever
