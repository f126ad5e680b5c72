/* SPDX-License-Identifier: Apache-2.0 */
/* Guarded instructions: see hw/guard.h. A fault in section .guard
 * (guard_ops..guard_ops_end in the link script) ends up at t6. */
#include "hw/csr_num.h"

	.option norelax
	.text
/*
 * struct guarded guard_run(a0 = rs1 / new CSR value, a1 = rs2, a2 = instruction, a3 = mstatus for it)
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
	.text

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
	.set n, 0
	.irp r, x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15, x16, x17, x18, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29, x30, x31
	.balign 4
	.ifc \r, x0
	c.li	a0, 0
	.else
	c.mv	a0, \r
	.endif
	c.jr	ra
	.endr

	.global gpr_live_write
gpr_live_write:
	la	t0, 1f
	slli	a0, a0, 2
	add	t0, t0, a0
	jr	t0
	.balign 4
1:	/* only the live ones write; the others would break the caller and return at once */
	.irp r, x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15, x16, x17, x18, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29, x30, x31
	.balign 4
	.set live, 0
	.irp l, x3, x4, x18, x19, x20, x21, x22, x23, x24, x25, x26, x27
	.ifc \r, \l
	.set live, 1
	.endif
	.endr
	.if live
	c.mv	\r, a1
	.else
	c.nop
	.endif
	c.jr	ra
	.endr

/* Floating-point registers: 8 bytes an entry. */
	.option push
	.option arch, +d
.macro fpr_table name, insn:vararg
	.global \name
\name:
	la	t0, 1f
	slli	a0, a0, 3
	add	t0, t0, a0
	jr	t0
	.balign 8
1:
.endm
	fpr_table fpr_read64
	.irp r, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31
	.balign 8
	fmv.x.d	a0, \r
	ret
	.endr
	fpr_table fpr_read32
	.irp r, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31
	.balign 8
	fmv.x.w	a0, \r
	ret
	.endr
	fpr_table fpr_write64
	.irp r, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31
	.balign 8
	fmv.d.x	\r, a1
	ret
	.endr
	fpr_table fpr_write32
	.irp r, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31
	.balign 8
	fmv.w.x	\r, a1
	ret
	.endr
	.option pop
