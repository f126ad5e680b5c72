/* SPDX-License-Identifier: Apache-2.0 */
/* The table of emulated devices. One so far: the shield is drawn around it alone. */
#include "monitor/mmio.h"

#include "monitor/policy.h"
#include "monitor/vclint.h"

bool mmio_covers(u64 pa, unsigned int width_log2)
{
	u64 bytes = (u64)1 << width_log2;

	return range_touches(machine.clint.shield, pa, bytes) &&
	       !range_touches(machine.self, pa, bytes);
}

bool mmio_perform(struct hart *h, struct mmio_access *a)
{
	enum verdict v = policy_on_mmio(h, a);

	if (v == PASS && mmio_covers(a->pa, a->width_log2)) {
		return vclint_perform(h, a);
	}
	if (v != HANDLED) {
		refuse(h, REFUSED_DEVICE);
		a->fault = a->pa;
	}
	return v == HANDLED;
}
