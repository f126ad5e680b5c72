/* SPDX-License-Identifier: Apache-2.0 */
/* The table of emulated devices. One so far: the shield is drawn around it alone. */
#include "monitor/mmio.h"

#include "hw/csr.h"
#include "hw/guard.h"
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

bool mmio_pass(struct mmio_access *a)
{
	static const u8 load_op[] = { GUARD_LBU, GUARD_LHU, GUARD_LWU, GUARD_LD };
	static const u8 store_op[] = { GUARD_SB, GUARD_SH, GUARD_SW, GUARD_SD };
	u8 op = a->is_store ? store_op[a->width_log2] : load_op[a->width_log2];
	struct guarded g = guard_plain((enum guard_op)op, a->pa, a->value);

	if (g.fault != 0) {
		a->fault = csr_read(CSR_MTVAL);
		return false;
	}
	if (!a->is_store) {
		a->value = g.value;
	}
	return true;
}
