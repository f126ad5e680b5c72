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

void context_hide(struct hart *h, u32 mask)
{
	gpr_clear_all(h->x);
	/* Arguments of calls begin at a0. */
	for (unsigned int n = (mask & 0x3ff) == 0 ? 10 : 0; n < 32 && mask >> n != 0; n++) {
		if ((mask >> n & 1) != 0) {
			reg_write(h, n, h->payload.x[n]);
		}
	}
}
