/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A monitor reduced to its header and the check of its bundle: what the tests of
 * mkbundle bundle, and what shows on a machine that the check works there before
 * and after relocation. BAD_* makes one that mkbundle must refuse.
 */
#include "attest/image_format.h"

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
#ifdef BAD_RESERVED
	.dword	1, 0, 0, 0, 0, 0
#else
	.dword	0, 0, 0, 0, 0, 0
#endif

	/* s0: byte 0. a1: was the scratch space zero? The stack comes after that answer. */
begin:
	csrr	t0, mhartid
	bnez	t0, park
	lla	s0, _start
	lla	t0, __scratch
	lla	t1, __scratch_end
	li	a1, 1
1:	bgeu	t0, t1, 2f
	ld	t2, 0(t0)
	addi	t0, t0, 8
	beqz	t2, 1b
	li	a1, 0
2:	lla	sp, __scratch_end
	mv	a0, s0
	call	stub_main
park:
	wfi
	j	park

#ifdef BAD_HI20
	lui	a0, %hi(_start)
	addi	a0, a0, %lo(_start)
#endif
#ifdef BAD_DISTANCE
	.globl	a_constant
	.set	a_constant, 0x1000
	j	a_constant
#endif

	.section .data.stub, "aw"
	.balign	8
#ifdef BAD_WORD
	.word	_start
#endif
#ifdef BAD_ALIGNMENT
	.word	0
	.dword	_start
#endif
#ifdef BAD_AMBIGUOUS
	.dword	__absolute_inside
#endif
	/* A constant and a function nobody defined: neither is an address to relocate. */
	.weak	nobody
	.globl	stub_constants
stub_constants:
	.dword	__load_len
	.dword	nobody

	.section .scratch, "aw", @nobits
	.balign	16
	.skip	8192
