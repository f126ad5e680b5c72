/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's registers that the trap path leaves where they are. The monitor is compiled without
 * x18..x27 and never uses gp and tp, so these twelve keep the guest's values all the time; a trap
 * saves only the other nineteen (docs/decisions/0003).
 */
#ifndef HW_GPR_H
#define HW_GPR_H

#include "lib/base.h"

/* x3, x4, x18..x27. */
#define GPR_LIVE_MASK ((u32)0x0ffc0018)

/* Reads / writes guest register n, which must be one of GPR_LIVE_MASK. */
u64 gpr_live_read(unsigned int n);
void gpr_live_write(unsigned int n, u64 value);

/*
 * Copies all guest registers: GPR_LIVE_MASK, and the others, which a trap has saved, in x. Register
 * n is to[n] or from[n].
 */
void gpr_save_all(u64 *to, const u64 *x);
void gpr_load_all(u64 *x, const u64 *from);

/*
 * Zeroes all guest registers, GPR_LIVE_MASK and the others in x, but for those of a0 to a7 that
 * keep names: bit n is register n, its other bits mean nothing.
 */
void gpr_clear_but(u64 *x, u32 keep);

/* Zeroes all floating-point registers and fcsr; mstatus.FS is not Off and D exists. */
void fpr_clear_all(void);

/* Zeroes all vector registers and vcsr; mstatus.VS is not Off and V exists. */
void vector_clear_all(void);

/* Bits of floating-point register n; mstatus.FS is not Off, and F (D for 64 bits) exists. */
u64 fpr_read64(unsigned int n);
void fpr_write64(unsigned int n, u64 bits);
u32 fpr_read32(unsigned int n);
/* Writes a single-precision value, NaN-boxed as the hart does it. */
void fpr_write32(unsigned int n, u32 bits);

#endif
