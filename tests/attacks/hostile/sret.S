/* SPDX-License-Identifier: Apache-2.0 */
/*
 * void run_by_sret(struct hart *h): as run_raw() of the guests' runtime, with sret in place of
 * mret. sepc and SPP are ready; comes back at the next trap to M-mode.
 */

#define KERNEL_SP 256
#define RUNNING   264

	.text
	.globl run_by_sret
run_by_sret:
	addi	sp, sp, -112
	sd	ra, 0(sp)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, (8 + 8 * \n)(sp)
	.endr
	sd	sp, KERNEL_SP(a0)
	li	t0, 1
	sd	t0, RUNNING(a0)
	mv	t6, a0
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	x\n, (8 * \n)(t6)
	.endr
	sret
