/* SPDX-License-Identifier: Apache-2.0 */
/* Entry of the victim on every hart, its trap entry, and calls with all registers. */

#define X(n)      ((n) * 8)
#define TRAP_SP   256
#define SAVED_SP  264
#define REGS      272
#define SPARE     280
#define MAX_HARTS 8
#define STACK     16384

	.section .text.start, "ax"
	.globl _start
_start:
	/*
	 * A header as Linux has it, which tells the size (Linux, arch/riscv boot-image-header): so
	 * the monitor knows what is the payload's and what is only left in memory.
	 */
	.option	push
	.option	norvc
	j	boot
	nop
	.option	pop
	.dword	0x200000		/* offset from the beginning of memory */
	.dword	bss_end - _start	/* size */
	.dword	0			/* flags: little-endian */
	.word	2, 0			/* version 0.2 */
	.dword	0
	.ascii	"RISCV\0\0\0RSC\5"
	.word	0
boot:
	/* a0 = hart id, a1 = device tree. */
	la	t0, victim_main
	j	enter
	.globl victim_other
victim_other:
	/* a0 = hart id, a1 = opaque. */
	la	t0, victim_serve
enter:
	li	t1, MAX_HARTS
	bgeu	a0, t1, park
	la	tp, victim_harts
	la	t1, victim_hart_size
	ld	t1, 0(t1)
	mul	t1, t1, a0
	add	tp, tp, t1
	la	sp, stacks
	addi	t1, a0, 1
	li	t2, STACK
	mul	t1, t1, t2
	add	sp, sp, t1
	sd	sp, TRAP_SP(tp)
	li	t2, STACK / 4
	sub	sp, sp, t2
	csrw	sscratch, tp
	la	t1, trap_entry_s
	csrw	stvec, t1
	jr	t0
park:	wfi
	j	park

	.text
	.align	2
trap_entry_s:
	csrrw	t6, sscratch, t6
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	sd	x\n, X(\n)(t6)
	.endr
	csrrw	t5, sscratch, t6
	sd	t5, X(31)(t6)
	mv	tp, t6
	ld	sp, TRAP_SP(tp)
	mv	a0, tp
	call	victim_trap
	mv	t6, tp
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, X(\n)(t6)
	.endr
	sret

	/* void full_call(uint64_t r[32]) */
	.globl full_call
full_call:
	addi	sp, sp, -128
	sd	ra, 0(sp)
	sd	gp, 8(sp)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, (16 + 8 * \n)(sp)
	.endr
	sd	sp, SAVED_SP(tp)
	sd	a0, REGS(tp)
	mv	t6, a0
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, X(\n)(t6)
	.endr
	ecall
	csrrw	t6, sscratch, t6
	sd	t5, SPARE(t6)
	ld	t5, REGS(t6)
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29
	sd	x\n, X(\n)(t5)
	.endr
	ld	ra, SPARE(t6)
	sd	ra, X(30)(t5)
	csrrw	ra, sscratch, t6
	sd	ra, X(31)(t5)
	mv	tp, t6
	ld	sp, SAVED_SP(tp)
	ld	ra, 0(sp)
	ld	gp, 8(sp)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, (16 + 8 * \n)(sp)
	.endr
	addi	sp, sp, 128
	ret

	/* uint64_t gadget_raw(a0, a1.., a6, a7): a2 on return is 1 if the gadget ran. */
	.globl gadget_raw, gadget_place
gadget_raw:
	ecall
	li	a2, 0
	ret
	nop
	nop
gadget_place:
	li	a2, 1
	ret

	/* Where no hart is ever told to go. */
	.globl gadget_hart, gadget_flag
gadget_hart:
	la	t0, gadget_flag
	li	t1, 1
	sd	t1, 0(t0)
1:	wfi
	j	1b

	/* Where a hart is told to go with an opaque value. */
	.globl victim_arrival, arrival_opaque, arrival_flag
victim_arrival:
	la	t0, arrival_opaque
	sd	a1, 0(t0)
	fence
	la	t0, arrival_flag
	li	t1, 1
	sd	t1, 0(t0)
1:	wfi
	j	1b

	.bss
	.align	4
gadget_flag:
	.dword	0
arrival_opaque:
	.dword	0
arrival_flag:
	.dword	0
stacks:
	.space	STACK * MAX_HARTS
