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
		gpr_save_all(c->x, h->x);
	}
}

void context_restore(struct hart *h)
{
	gpr_load_all(h->x, h->payload.x);
}

void context_hide(struct hart *h, u32 mask)
{
	gpr_clear_but(h->x, mask);
}
