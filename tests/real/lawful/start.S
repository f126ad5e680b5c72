/* SPDX-License-Identifier: Apache-2.0 */
/* lawful's assembly: entry, system calls, code that may be cut short, registers that are held. */
	.text

	.globl _start
_start:
	mv	a0, sp
	andi	sp, sp, -16
	call	lawful_main
1:	j	1b

	.globl sys
sys:
	mv	a7, a0
	mv	a0, a1
	mv	a1, a2
	mv	a2, a3
	mv	a3, a4
	mv	a4, a5
	li	a5, 0
	ecall
	ret

/* The code under test is a leaf that keeps s registers, so a cut needs sp and ra only. */
	.globl probe_run
probe_run:
	la	t0, probe_saved
	sd	sp, 0(t0)
	sd	ra, 8(t0)
	mv	t1, a0
	mv	a0, a1
	mv	a1, a2
	jalr	t1
	j	1f
	.globl probe_land
probe_land:
	li	a0, 0
1:	la	t0, probe_saved
	ld	sp, 0(t0)
	ld	ra, 8(t0)
	ret

	.macro	each_f insn, base, first, last
	.set	n, \first
	.rept	\last - \first + 1
	one_f	\insn, \base, %n
	.set	n, n + 1
	.endr
	.endm
	.altmacro
	.macro	one_f insn, base, number
	\insn	f\number, \number * 8(\base)
	.endm

	.globl fp_hold
fp_hold:
	addi	sp, sp, -272
	each_f	fsd, sp, 0, 31
	frcsr	t0
	sd	t0, 256(sp)
	mv	t5, a1
	each_f	fld, a0, 0, 31
	ld	t0, 256(a0)
	fscsr	t0
	ld	a7, 0(a2)
	ld	a0, 8(a2)
	ld	a1, 16(a2)
	ld	a2, 24(a2)
	beqz	a7, 1f
	ecall
	j	2f
1:	addi	a0, a0, -1
	bnez	a0, 1b
2:	each_f	fsd, t5, 0, 31
	frcsr	t0
	sd	t0, 256(t5)
	each_f	fld, sp, 0, 31
	ld	t0, 256(sp)
	fscsr	t0
	addi	sp, sp, 272
	ret

	.globl fp_clobber
fp_clobber:
	la	t0, fp_garbage
	each_f	fld, t0, 0, 31
	fscsr	zero
	ret

	.option	push
	.option	arch, +v
	.globl vector_length
vector_length:
	csrr	a0, vlenb
	ret

	.globl vector_hold
vector_hold:
	csrr	t0, vlenb
	slli	t0, t0, 3
	vl8re8.v	v0, (a0)
	add	a0, a0, t0
	vl8re8.v	v8, (a0)
	add	a0, a0, t0
	vl8re8.v	v16, (a0)
	add	a0, a0, t0
	vl8re8.v	v24, (a0)
1:	addi	a2, a2, -1
	bnez	a2, 1b
	vs8r.v	v0, (a1)
	add	a1, a1, t0
	vs8r.v	v8, (a1)
	add	a1, a1, t0
	vs8r.v	v16, (a1)
	add	a1, a1, t0
	vs8r.v	v24, (a1)
	ret
	.option	pop

	.globl thread_start
thread_start:
	addi	a0, a0, -16
	sd	a1, 0(a0)
	sd	a2, 8(a0)
	mv	a1, a0
	li	a0, 0x50f00		/* CLONE_AS_THREAD */
	li	a2, 0
	li	a3, 0
	li	a4, 0
	li	a7, 220			/* clone */
	ecall
	beqz	a0, 1f
	ret
1:	ld	t0, 0(sp)
	ld	a0, 8(sp)
	jalr	t0
	li	a7, 93			/* exit, of this thread alone */
	ecall

	.bss
	.balign	8
probe_saved:
	.skip	16
	.section .rodata
	.balign	8
fp_garbage:
	.rept	32
	.dword	0xdeadbeefdeadbeef
	.endr
