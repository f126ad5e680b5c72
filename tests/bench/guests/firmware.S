/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of a firmware, each in a loop. x25 to x30 are constants. */
#include "measure.h"

	.option	norelax
	.option norvc

.macro constants
	li	x25, 1
	li	x26, 0x02000000		/* msip */
	li	x27, 0x0200bff8		/* mtime */
	li	x28, 0x02004000		/* mtimecmp */
	li	x29, -1
	li	x30, 0x10000005		/* the UART's line status */
.endm
	operation_run_with constants

.macro csr_read csr, reg
	firmware_operation "csr", "csrr \reg, \csr", "csrr \reg, \csr"
.endm
.macro csr_write csr, reg
	firmware_operation "csr", "csrw \csr, \reg", "csrw \csr, \reg", setup="csrr \reg, \csr"
.endm

.macro in_a_row insn:vararg
	.rept 16
	\insn
	.endr
.endm

	firmware_operation "loop", "empty loop", ""
	firmware_operation "loop", "two nops", "nop; nop"

	.irp reg, x1, x2, x5, x10, x18, x31
	csr_read mscratch, \reg
	csr_write mscratch, \reg
	csr_read mstatus, \reg
	csr_write mstatus, \reg
	.endr
	.irp csr, mepc, mcause, mtval, mtvec, mie, mip, mideleg, medeleg, mcounteren, menvcfg, \
		pmpcfg0, pmpaddr1, sscratch, stvec, sie, satp, minstret
	csr_read \csr, x10
	csr_write \csr, x10
	.endr
	.irp csr, mhartid, misa, mvendorid, time, cycle
	csr_read \csr, x10
	.endr
	firmware_operation "csr", "csrrw x10, mscratch, x10", "csrrw x10, mscratch, x10"
	firmware_operation "csr", "csrrw x2, mscratch, x2", "csrrw x2, mscratch, x2"
	firmware_operation "csr", "csrsi mstatus, 2", "csrsi mstatus, 2"
	firmware_operation "csr", "csrc mip, x5", "csrc mip, x5", setup="li x5, 32"

	/* What each further one costs, in a row. */
	firmware_operation "row", "csrw mscratch, further", \
		"in_a_row csrw mscratch, x10", "csrw mscratch, x10", 15
	firmware_operation "row", "csrr mscratch, further", \
		"in_a_row csrr x10, mscratch", "csrr x10, mscratch", 15
	firmware_operation "row", "csrw mepc, further", \
		"in_a_row csrw mepc, x10", "csrw mepc, x10", 15, "csrr x10, mepc"

	firmware_operation "device", "ld mtime", "ld x10, 0(x27)"
	firmware_operation "device", "ld mtime to x2", "ld x2, 0(x27)"
	firmware_operation "device", "sd mtimecmp", "sd x29, 0(x28)"
	firmware_operation "device", "lw msip", "lw x10, 0(x26)"
	firmware_operation "device", "sw msip 0", "sw x0, 0(x26)"
	firmware_operation "device", "lbu uart", "lbu x10, 0(x30)"

	firmware_operation "other", "sfence.vma", "sfence.vma"
	firmware_operation "other", "fence.i", "fence.i"
	firmware_operation "other", "wfi with msip pending", "wfi", \
		setup="sw x25, 0(x26); li x10, 8; csrs mie, x10"

/* mret to firmware: MPP is set before, which the base does, too. */
	firmware_operation "other", "csrs mstatus, mpp", "csrs mstatus, x10", \
		setup="sw x0, 0(x26); li x10, 0x1800"
	firmware_operation "other", "mret to firmware", \
		"csrs mstatus, x10; la x5, 1f; csrw mepc, x5; mret; 1:", \
		"csrs mstatus, mpp", 1, "li x10, 0x1800"

.macro interrupts_on
	la	x5, interrupt_handler
	csrrw	x11, mtvec, x5
	csrw	mscratch, x11
	csrsi	mstatus, 8
.endm
.macro interrupts_off
	csrci	mstatus, 8
	csrr	x5, mscratch
	csrw	mtvec, x5
	csrw	mie, x0
	sw	x0, 0(x26)
.endm

/* The hart's own msip with its interrupt enabled, and a handler of two instructions. */
	firmware_operation "other", "interrupt: sw msip, handler, mret", \
		"sw x25, 0(x26); nop; nop", "two nops", \
		setup="interrupts_on"
	firmware_operation "loop", "end of interrupts", "", setup="interrupts_off"

	.balign	4
interrupt_handler:
	sw	x0, 0(x26)
	mret
