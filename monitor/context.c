/* SPDX-License-Identifier: Apache-2.0 */
/* The payload's registers while the firmware runs. */
#include "monitor/context.h"

#include "hw/gpr.h"
#include "lib/string.h"

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
		memcpy(c->x, h->x, sizeof(c->x));
		gpr_live_save(c->x);
	}
}

void context_restore(struct hart *h)
{
	memcpy(h->x, h->payload.x, sizeof(h->x));
	gpr_live_load(h->payload.x);
}

void context_hide(struct hart *h, u32 mask)
{
	gpr_live_save(h->x);
	for (unsigned int n = 0; n < 32; n++) {
		h->x[n] = (mask >> n & 1) != 0 ? h->x[n] : 0;
	}
	gpr_live_load(h->x);
}
