/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's integer registers, wherever they are at the moment. */
#ifndef MONITOR_REGS_H
#define MONITOR_REGS_H

#include "hw/gpr.h"
#include "monitor/hart.h"

/* Guest register n, 0 .. 31; x0 reads 0. */
static inline u64 reg_read(const struct hart *h, unsigned int n)
{
	if ((GPR_LIVE_MASK >> n & 1) != 0) {
		return gpr_live_read(n);
	}
	return h->x[n];
}

/* Writes guest register n, 0 .. 31; a write to x0 is dropped. */
static inline void reg_write(struct hart *h, unsigned int n, u64 value)
{
	if ((GPR_LIVE_MASK >> n & 1) != 0) {
		gpr_live_write(n, value);
	} else if (n != 0) {
		h->x[n] = value;
	}
}

#endif
