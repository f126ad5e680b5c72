/* SPDX-License-Identifier: Apache-2.0 */
/* Guarded instructions: see hw/guard.h. A fault in section .guard
 * (guard_ops..guard_ops_end in the link script) ends up at t6. */
#include "hw/csr_num.h"

	.option norelax
	.text
/*
 * struct guarded guard_run(a0 = rs1 / new CSR value, a1 = rs2, a2 = instruction, a3 = its mstatus)
 * On a fault trap.S jumps to t6 with a1 = mcause + 1; t4 and t5 are never touched by it.
 */
	.global guard_run
guard_run:
	mv	t5, ra
	csrr	t4, mstatus
	la	t6, 1f
	csrw	mstatus, a3
	jalr	a2
	li	a1, 0
1:	csrw	mstatus, t4
	jr	t5

/*
 * u64 guard_load_block(a0 = address, a1 = mstatus meanwhile, a2 = where to): eight doublewords; 0,
 * or the fault of struct guarded, and nothing is stored.
 */
	.global guard_load_block
guard_load_block:
	mv	t5, ra
	mv	t3, a2
	csrr	t4, mstatus
	la	t6, 1f
	csrw	mstatus, a1
	call	guard_block
	csrw	mstatus, t4
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	sd	a\n, 8 * \n(t3)
	.endr
	li	a0, 0
	jr	t5
1:	csrw	mstatus, t4
	mv	a0, a1
	jr	t5

	.global hw_clear_mpv
hw_clear_mpv:
	li	t0, 3 << 11		/* MPP = M */
	csrs	mstatus, t0
	li	t0, 1 << 7		/* MPIE = 0, so that MIE becomes 0 */
	csrc	mstatus, t0
	la	t0, 1f
	csrw	mepc, t0
	mret
1:	ret

	.section .guard, "ax"
	.global guard_mem_ops
	.balign 8
guard_mem_ops:
.macro op insn:vararg
	.option push
	.option norvc
	\insn
	ret
	.option pop
.endm
.macro amo width
	op amoadd.\width a0, a1, (a0)
	op amoxor.\width a0, a1, (a0)
	op amoor.\width a0, a1, (a0)
	op amoand.\width a0, a1, (a0)
	op amomin.\width a0, a1, (a0)
	op amomax.\width a0, a1, (a0)
	op amominu.\width a0, a1, (a0)
	op amomaxu.\width a0, a1, (a0)
	op amoswap.\width a0, a1, (a0)
.endm
/* hlv/hsv: SYSTEM, funct3 4; funct7 and the rs2 selector say which (Priv. 18.3). */
.macro hlv funct7, sel
	op .insn r 0x73, 4, \funct7, a0, a0, \sel
.endm
.macro hsv funct7
	op .insn r 0x73, 4, \funct7, x0, a0, a1
.endm
	op lb a0, 0(a0)
	op lh a0, 0(a0)
	op lw a0, 0(a0)
	op ld a0, 0(a0)
	op lbu a0, 0(a0)
	op lhu a0, 0(a0)
	op lwu a0, 0(a0)
	op sb a1, 0(a0)
	op sh a1, 0(a0)
	op sw a1, 0(a0)
	op sd a1, 0(a0)
	op lr.w a0, (a0)
	op lr.d a0, (a0)
	op sc.w a0, a1, (a0)
	op sc.d a0, a1, (a0)
	amo w
	amo d
	hlv 0x30, x0
	hlv 0x32, x0
	hlv 0x34, x0
	hlv 0x36, x0
	hlv 0x30, x1
	hlv 0x32, x1
	hlv 0x34, x1
	hlv 0x32, x3
	hlv 0x34, x3
	hsv 0x31
	hsv 0x33
	hsv 0x35
	hsv 0x37
	op .insn i 0x0f, 2, x0, a0, 0
	op .insn i 0x0f, 2, x0, a0, 1
	op .insn i 0x0f, 2, x0, a0, 2
	op .insn i 0x0f, 2, x0, a0, 4
	op .word 0x18000073		/* sfence.w.inval */
	op .word 0x01d00073		/* wrs.sto */
	op .word 0x10400073		/* sctrclr */
	op csrsi mstatus, 8
	op mret
	op sret
	.global guard_ecall
guard_ecall:
	ecall

guard_block:
	.irp n, 1, 2, 3, 4, 5, 6, 7
	ld	a\n, 8 * \n(a0)
	.endr
	ld	a0, 0(a0)
	ret

	.balign 16
	.global pmp_addr_stubs
pmp_addr_stubs:
	.set n, 0
	.rept 64
	op csrr a0, CSR_PMPADDR0 + n
	op csrw CSR_PMPADDR0 + n, a0
	.set n, n + 1
	.endr
	.global pmp_cfg_stubs
pmp_cfg_stubs:
	.set n, 0
	.rept 8
	op csrr a0, CSR_PMPCFG0 + n
	op csrw CSR_PMPCFG0 + n, a0
	.set n, n + 2
	.endr

/*
 * Stores with the monitor's rights: see plain_status() of guard.c; MIE is 0 once a guest has run
 * (I-MON-1). t4 = mstatus before, t3 = what is cleared meanwhile, t6 = where a fault goes. A trap
 * sets MDT again.
 */
	.option push
	.option rvc
.macro plain_begin fault
	li	t3, 1 << (42 - 17) | 1	/* MDT, MPRV */
	la	t6, \fault
	slli	t3, t3, 17
	csrrc	t4, mstatus, t3
.endm
/* As long as what hardware will say of a guest's: memop_transformed(). */
.macro plain insn:vararg
	.option push
	.option norvc
	\insn
	.option pop
.endm
	.global guard_store
guard_store:
	plain_begin 5f
	li	a3, 2
	bne	a2, a3, 2f
	plain sw a1, 0(a0)
1:	csrw	mstatus, t4
	li	a0, 0
	ret
2:	bltu	a3, a2, 3f
	beqz	a2, 4f
	plain sh a1, 0(a0)
	j	1b
3:	plain sd a1, 0(a0)
	j	1b
4:	plain sb a1, 0(a0)
	j	1b
5:	csrw	mstatus, t4
	mv	a0, a1
	ret

	.global guard_store_row
guard_store_row:
	mv	t2, a0
	slli	a1, a1, 2
	add	a3, a0, a1
	plain_begin 3f
	j	2f
1:	sw	a2, 0(t2)
	addi	t2, t2, 4
2:	bltu	t2, a3, 1b
	csrw	mstatus, t4
	ret
3:	csrc	mstatus, t3
	addi	t2, t2, 4
	j	2b

	.global guard_store_down
guard_store_down:
	mv	t2, a0
	mv	a2, a1
	plain_begin 3f
	j	2f
1:	sw	a2, 0(t2)
	addi	a2, a2, -1
2:	bnez	a2, 1b
	csrw	mstatus, t4
	ret
3:	csrc	mstatus, t3
	addi	a2, a2, -1
	j	2b

	.global guard_count_row
guard_count_row:
	mv	t2, a0
	mv	a3, a1
	li	a2, 0
	li	a4, 1
	plain_begin 2f
1:	beq	a2, a3, 2f
	sw	a4, 0(t2)
	lw	a5, 0(t2)
	beqz	a5, 2f
	sw	zero, 0(t2)
	addi	a2, a2, 1
	addi	t2, t2, 4
	j	1b
2:	csrw	mstatus, t4
	mv	a0, a2
	ret
	.option pop
	.text

/* A table entry for each register number. */
.macro each_number entry
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\entry	\n
	.endr
	.irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\entry	\n
	.endr
.endm

/* Guest registers that stay live: 4 bytes an entry, x0..x31. */
	.option rvc
	.global gpr_live_read
gpr_live_read:
	la	t0, 1f
	slli	a0, a0, 2
	add	t0, t0, a0
	jr	t0
	.balign 4
1:
.macro gpr_read number
	.balign 4
	.if \number == 0
	c.li	a0, 0
	.else
	c.mv	a0, x\number
	.endif
	c.jr	ra
.endm
	each_number gpr_read

	.global gpr_live_write
gpr_live_write:
	la	t0, 1f
	slli	a0, a0, 2
	add	t0, t0, a0
	jr	t0
	.balign 4
1:	/* only the live ones write; the others would break the caller and return at once */
.macro gpr_write number
	.balign 4
	.set live, 0
	.irp l, 3, 4, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
	.if \number == \l
	.set live, 1
	.endif
	.endr
	.if live
	c.mv	x\number, a1
	.else
	c.nop
	.endif
	c.jr	ra
.endm
	each_number gpr_write

/* Floating-point registers: 8 bytes an entry. */
	.option push
	.option arch, +d
.macro fpr_table name
	.global \name
\name:
	la	t0, 1f
	slli	a0, a0, 3
	add	t0, t0, a0
	jr	t0
	.balign 8
1:
.endm
.macro fpr_read_d number
	.balign 8
	fmv.x.d	a0, f\number
	ret
.endm
.macro fpr_read_s number
	.balign 8
	fmv.x.w	a0, f\number
	ret
.endm
.macro fpr_write_d number
	.balign 8
	fmv.d.x	f\number, a1
	ret
.endm
.macro fpr_write_s number
	.balign 8
	fmv.w.x	f\number, a1
	ret
.endm
	fpr_table fpr_read64
	each_number fpr_read_d
	fpr_table fpr_read32
	each_number fpr_read_s
	fpr_table fpr_write64
	each_number fpr_write_d
	fpr_table fpr_write32
	each_number fpr_write_s
	.option pop
