/* SPDX-License-Identifier: Apache-2.0 */
/* mstatus.MPV by a trap and by an mret: see mpv.h. Nothing here depends on where it is. */

#define VSSTATUS 0x200
#define VSATP    0x280
#define HSTATUS  0x600
#define HGATP    0x680

#define SIE      (1 << 1)
#define MIE      (1 << 3)
#define MPIE     (1 << 7)
#define SPV      (1 << 7)
#define SPP      (1 << 8)
#define MPP      (3 << 11)
#define MPRV     (1 << 17)
#define SPELP    (1 << 23)
#define MPELP    (1 << 41)
#define MDT      (1 << 42)

	.option push
	.option norvc
	.text
	.globl mpv_set
mpv_set:
	/* No interrupt, neither by mvien (sie) nor into VS-mode, and each exception to M-mode. */
	csrr	a0, mie
	csrr	a1, sie
	csrr	a2, mstatus
	csrw	mie, zero
	csrw	sie, zero
	csrrw	a3, medeleg, zero
	csrrci	a4, VSSTATUS, SIE
	csrrw	a5, VSATP, zero		/* the ecall's address is a physical one */
	csrrw	a6, HGATP, zero
	li	t0, SPV
	csrrs	a7, HSTATUS, t0
	la	t0, 1f
	csrrw	t1, sepc, t0
	la	t0, 2f
	csrrw	t2, mtvec, t0
	li	t0, MDT | SPELP | MPRV | MIE
	csrc	mstatus, t0
	li	t0, SPP
	csrs	mstatus, t0
	sret
1:	ecall				/* if PMP denies even this, so much the better */
	.balign	4
2:	csrw	mtvec, t2
	csrw	sepc, t1
	csrw	HSTATUS, a7
	csrw	HGATP, a6
	csrw	VSATP, a5
	csrw	VSSTATUS, a4
	csrw	medeleg, a3
	csrw	mstatus, a2		/* but for MPV */
	csrw	mie, a0
	csrw	sie, a1
	ret

	.globl mpv_clear
mpv_clear:
	csrr	a2, mstatus
	li	t0, MPP
	csrs	mstatus, t0
	li	t0, MPELP | MPIE
	csrc	mstatus, t0
	la	t0, 1f
	csrw	mepc, t0
	mret
1:	csrw	mstatus, a2
	ret
	.option pop
