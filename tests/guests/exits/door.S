/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door of a trial (trial.h): loads all registers, runs the words of the slot, and stores all
 * registers, whether the words ended there or trapped to the landing. One register is the base of
 * all that and holds the trial's address; there are three doors, so that each register is random in
 * two of them at least. A door is copied before use (each hart writes its own slot): nothing in it
 * depends on where it is.
 */
#define OUT        256
#define STACK      512
#define SLOT_WORDS 16

	.option norvc
	.option norelax

	.macro move op, n, r, at
	.if \n != \r
	\op	x\n, (\at + 8 * \n)(x\r)
	.endif
	.endm
	.macro move_all op, r, at
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
	move	\op, \n, \r, \at
	.endr
	.irp n, 17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	move	\op, \n, \r, \at
	.endr
	.endm
	.macro callers op
	\op	ra, 0(sp)
	\op	gp, 8(sp)
	\op	tp, 16(sp)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11
	\op	s\n, (24 + 8 * \n)(sp)
	.endr
	.endm

	/* void door(struct trial *t) */
	.macro door r
	.balign 8
door\r:
	addi	sp, sp, -128
	callers	sd
	sd	sp, STACK(a0)
	mv	x\r, a0
	move_all ld, \r, 0
slot\r:
	.rept	SLOT_WORDS
	nop
	.endr
land\r:
	move_all sd, \r, OUT
	sd	x\r, (OUT + 8 * \r)(x\r)
	mv	a0, x\r
	ld	sp, STACK(a0)
	callers	ld
	addi	sp, sp, 128
	ret
end\r:
	.endm

	.text
	door	31
	door	9
	door	20

	/* Where a payload's door returns to: its firmware. */
	.balign	4
	.globl	door_home
door_home:
	ecall

	/* struct door of trial.h */
	.section .rodata
	.balign	8
	.globl	doors
doors:
	.irp	r, 31, 9, 20
	.dword	door\r, slot\r, land\r, end\r, \r
	.endr

	.globl	exits_seed
exits_seed:
	.dword	EXITS_SEED

	.text
	.option	arch, +d, +v
	.macro each_float op
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	\op	f\n, (8 * \n)(a0)
	.endr
	.irp n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	f\n, (8 * \n)(a0)
	.endr
	.endm
	/* void fp_fill(const uint64_t *f), fp_take(uint64_t *f): f0..f31, fcsr */
	.globl	fp_fill
fp_fill:
	each_float fld
	ld	a1, 256(a0)
	csrw	fcsr, a1
	ret
	.globl	fp_take
fp_take:
	each_float fsd
	csrr	a1, fcsr
	sd	a1, 256(a0)
	ret
	/* uint64_t vector_fill(const void *v, uint64_t vcsr), vector_take(void *v): v0..v31 */
	.globl	vector_fill
vector_fill:
	csrr	a2, vlenb
	slli	a2, a2, 3
	vsetvli	zero, a1, e16, m2, ta, ma
	csrw	vcsr, a1
	.irp n, 0, 8, 16, 24
	vl8re8.v v\n, (a0)
	add	a0, a0, a2
	.endr
	ret
	.globl	vector_take
vector_take:
	csrr	a2, vlenb
	slli	a2, a2, 3
	.irp n, 0, 8, 16, 24
	vs8r.v	v\n, (a0)
	add	a0, a0, a2
	.endr
	ret
