/* SPDX-License-Identifier: Apache-2.0 */
/* The payload's registers while the firmware runs. */
#include "monitor/context.h"

#include "hw/gpr.h"
#include "monitor/regs.h"

void context_save(struct hart *h, u64 cause, u64 status)
{
	struct payload_context *c = &h->payload;

	c->pc = h->pc;
	c->shown_pc = h->pc;
	c->cause = cause;
	c->status = status;
	c->hstatus = h->held.hstatus;
	c->valid = true;
	if (machine.saves_payload) {
		gpr_saved_copy(c->x, h->x);
		gpr_live_save(c->x);
	}
}

void context_restore(struct hart *h)
{
	gpr_saved_copy(h->x, h->payload.x);
	gpr_live_load(h->payload.x);
}

/* Argument n of a call, if it is in the mask; else 0. */
static inline void show(struct hart *h, const u64 *x, u32 mask, unsigned int n)
{
	h->x[n] = x[n] & -(u64)(mask >> n & 1);
}

void context_hide(struct hart *h, u32 mask)
{
	const u64 *x = h->payload.x;

	gpr_clear_all(h->x);
	show(h, x, mask, 10);
	show(h, x, mask, 11);
	show(h, x, mask, 12);
	show(h, x, mask, 13);
	show(h, x, mask, 14);
	show(h, x, mask, 15);
	show(h, x, mask, 16);
	show(h, x, mask, 17);
}
