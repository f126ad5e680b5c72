/* SPDX-License-Identifier: Apache-2.0 */
/* A payload that says one line and waits, so that the machine can be looked at. */
	.section .text, "ax"
	.globl _start
_start:
	lla	s0, line
1:	lbu	a0, 0(s0)
	beqz	a0, 2f
	li	a7, 1			/* SBI 3.0, 5.2: console putchar */
	ecall
	addi	s0, s0, 1
	j	1b
2:	wfi
	j	2b
line:	.asciz	"t: idle\n"
