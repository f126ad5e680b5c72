/* SPDX-License-Identifier: Apache-2.0 */
/* Reset, the one trap entry, and run_raw: hand the hart to code under test until it traps. */

#define FRAME(n)   ((n) * 8)
#define KERNEL_SP  256
#define RUNNING    264
#define TRAP_SP    272
#define MAX_HARTS  8
#define STACK_SIZE 16384

	.section .text.start, "ax"
	.globl _start
_start:
	/* a0 = hart id, a1 = device tree, a2 = whatever the previous stage passes on. */
	csrr	t0, mideleg	/* QEMU 7.2 forces the VS bits on at the first access only */
	csrr	t0, mhartid
	li	t1, MAX_HARTS
	bgeu	t0, t1, .Lpark
	la	tp, harts
	la	t1, hart_size
	ld	t1, 0(t1)
	mul	t1, t1, t0
	add	tp, tp, t1
	la	sp, stacks
	addi	t1, t0, 1
	li	t2, STACK_SIZE
	mul	t1, t1, t2
	add	sp, sp, t1
	/* The upper quarter of the stack serves traps of C code. */
	sd	sp, TRAP_SP(tp)
	li	t2, STACK_SIZE / 4
	sub	sp, sp, t2
	csrw	mscratch, tp
	la	t1, trap_entry
	csrw	mtvec, t1
	mv	a3, t0
	j	guest_boot
.Lpark:
	wfi
	j	.Lpark

	.text
	.align	2
	.globl trap_entry
trap_entry:
	/* mscratch = struct hart; MPRV is harmless here, as MPP is the mode the trap came from. */
	csrrw	t6, mscratch, t6
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	sd	x\n, FRAME(\n)(t6)
	.endr
	csrrw	t5, mscratch, t6
	sd	t5, FRAME(31)(t6)
	mv	tp, t6
	ld	t0, RUNNING(tp)
	bnez	t0, .Lback
	ld	sp, TRAP_SP(tp)
	mv	a0, tp
	call	trap_handle
	j	.Lload
.Lback:
	sd	zero, RUNNING(tp)
	ld	sp, KERNEL_SP(tp)
	ld	ra, 0(sp)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, (8 + 8 * \n)(sp)
	.endr
	addi	sp, sp, 112
	ret

	/* void run_raw(struct hart *h, uint64_t status): mepc and h->frame are ready. */
	.globl run_raw
run_raw:
	addi	sp, sp, -112
	sd	ra, 0(sp)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, (8 + 8 * \n)(sp)
	.endr
	mv	tp, a0
	sd	sp, KERNEL_SP(tp)
	li	t0, 1
	sd	t0, RUNNING(tp)
	csrw	mstatus, a1
.Lload:
	mv	t6, tp
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, FRAME(\n)(t6)
	.endr
	mret

	.bss
	.align	4
	.globl stacks
stacks:
	.space	STACK_SIZE * MAX_HARTS
