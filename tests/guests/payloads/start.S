/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of an S-mode payload: a0 = hart id, a1 = device tree or opaque; one stack a hart. */
	.section .text.start, "ax"
	.globl _start
_start:
	.option norelax
	la	t0, arrivals
	li	t1, 1
	amoadd.w t2, t1, (t0)
	addi	t2, t2, 1
	slli	t2, t2, 13
	la	sp, stacks
	add	sp, sp, t2
	la	t0, secondary_opaque
	beq	a1, t0, 1f
	j	payload_main
1:	j	payload_other
	.globl secondary_opaque
	.bss
	.align	4
secondary_opaque:
	.dword	0
arrivals:
	.dword	0
stacks:
	.space	8192 * 32
