/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What broken_firmware.py puts into OpenSBI: code that each trap passes when t0 is saved and free.
 * The firmware dies in the first hart_start that comes after a hart_stop, which is when an
 * operating system plugs in the CPU that it has unplugged (SBI 3.0, 9.1 and 9.2).
 * SITE is the instruction that a jump to here has replaced.
 */
#define CAUSE_ECALL_S 9
#define SBI_EXT_HSM 0x48534d

	.text
	.option	norvc
	.globl	hook
hook:
	csrr	t0, mcause
	addi	t0, t0, -CAUSE_ECALL_S
	bnez	t0, out
	li	t0, SBI_EXT_HSM
	bne	a7, t0, out
	beqz	a6, start
	addi	t0, a6, -1
	bnez	t0, out
	la	t0, stopped_one
	sb	a7, 0(t0)
	j	out
start:
	la	t0, stopped_one
	lbu	t0, 0(t0)
	beqz	t0, out
die:
#ifdef DIES_BY_JUMP
	li	t0, 0x1234560
	jr	t0
#else
	j	die
#endif
out:
	csrr	t0, mstatus
	j	SITE + 4
stopped_one:
	.word	0
