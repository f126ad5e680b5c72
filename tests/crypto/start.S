/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/ alone on a machine: one hart, M-mode, a painted stack that tells afterwards how deep it
 * was. What the program does is in target.c.
 */
	.section .head, "ax"
	.globl _start
_start:
	csrr	t0, mhartid
	bnez	t0, park
	lla	t0, wrong
	csrw	mtvec, t0
	lla	sp, __stack_end
	call	target_main
park:
	wfi
	j	park

	/* No trap is expected: the machine stops with code 2. */
	.balign	4
wrong:
	li	t0, 0x100000
	li	t1, 0x23333
	sw	t1, 0(t0)
	j	park
