/* SPDX-License-Identifier: Apache-2.0 */
/* Whole register files at once: see hw/gpr.h. */
#include "hw/csr_num.h"

	.option norelax
	.text

.macro each_live op, base
	.irp n, 3, 4, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
	\op	x\n, 8 * \n(\base)
	.endr
.endm

/* The registers that a trap saves: all the others. Copied from a1 to a0. */
.macro copy_saved
	.irp n, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31
	ld	t0, 8 * \n(a1)
	sd	t0, 8 * \n(a0)
	.endr
.endm

	.global gpr_save_all
gpr_save_all:
	copy_saved
	each_live sd, a0
	ret

	.global gpr_load_all
gpr_load_all:
	copy_saved
	each_live ld, a1
	ret

	.global gpr_clear_but
gpr_clear_but:
	.irp n, 1, 2, 5, 6, 7, 8, 9, 28, 29, 30, 31
	sd	zero, 8 * \n(a0)
	.endr
	.irp n, 3, 4, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
	li	x\n, 0
	.endr
	.irp n, 10, 11, 12, 13, 14, 15, 16, 17
	slli	t0, a1, 63 - \n
	bltz	t0, 1f
	sd	zero, 8 * \n(a0)
1:
	.endr
	ret

/* D's fmv.d.x also clears what a narrower value would leave NaN-boxed. */
	.option push
	.option arch, +d
	.global fpr_clear_all
fpr_clear_all:
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	fmv.d.x	f\n, zero
	.endr
	.irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	fmv.d.x	f\n, zero
	.endr
	csrw	fcsr, zero
	ret
	.option pop

	.option push
	.option arch, +v
	.global vector_clear_all
vector_clear_all:
	vsetvli	t0, zero, e8, m8, ta, ma
	vmv.v.i	v0, 0
	vmv.v.i	v8, 0
	vmv.v.i	v16, 0
	vmv.v.i	v24, 0
	csrw	vcsr, zero
	ret
	.option pop
