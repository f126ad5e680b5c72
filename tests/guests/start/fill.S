/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the machine starts before anything else where a test wants known numbers in the registers:
 * they are filled, and the machine's own first instructions follow, which set t0, a0, a1 and a2.
 * Register n gets n times a constant, and the hart's id in its highest byte; CSRs continue that.
 */
#include "start/numbers.h"

	.section .text.start, "ax"
	.globl _start
_start:
	csrr	t0, mhartid
	slli	t0, t0, START_HART
	.macro	fill_csr name, n
	li	t1, START_NUMBER * \n
	xor	t1, t1, t0
	andi	t1, t1, START_CSR_MASK
	csrw	\name, t1
	.endm
	fill_csr mscratch, START_MSCRATCH
	fill_csr mepc, START_MEPC
	fill_csr mtvec, START_MTVEC
	fill_csr mtval, START_MTVAL
	.irp n, 1,2,3,4,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	li	x\n, START_NUMBER * \n
	xor	x\n, x\n, t0
	.endr
	li	t0, START_ROM
	jr	t0
