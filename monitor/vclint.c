/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual CLINT. The doorbells (physical msip) belong to the monitor, see ipi.c. */
#include "monitor/vclint.h"

#include "hw/guard.h"
#include "monitor/ipi.h"

/* The hart behind msip register n; NULL: none of ours, the device answers. */
static struct hart *msip_owner(u64 n)
{
	const struct clint_map *c = &machine.clint;

	if (n >= c->msip_count || c->msip_hart[n] >= machine.hart_count) {
		return NULL;
	}
	return machine.harts[c->msip_hart[n]];
}

static void write_msip(struct hart *h, struct hart *target, u32 value)
{
	__atomic_store_n(&target->vmsip, value & 1, __ATOMIC_RELEASE);
	if (target == h) {
		h->irq_check = 1;
	} else {
		ipi_ring(target);
	}
}

/* Is a byte of the access in the msip register of one of our harts? */
static struct hart *touched_msip(const struct mmio_access *a)
{
	const struct clint_map *c = &machine.clint;
	u64 bytes = (u64)1 << a->width_log2;
	struct hart *first;

	if (!range_touches(c->msip, a->pa, bytes)) {
		return NULL;
	}
	if (a->pa < c->msip.base) {
		return msip_owner(0);
	}
	first = msip_owner((a->pa - c->msip.base) / 4);
	return first != NULL ? first : msip_owner((a->pa - c->msip.base + bytes - 1) / 4);
}

static bool perform_msip(struct hart *h, struct hart *target, struct mmio_access *a)
{
	if (a->width_log2 != 2 || (a->pa & 3) != 0) {
		return false;
	}
	if (a->is_store) {
		write_msip(h, target, (u32)a->value);
	} else {
		a->value = __atomic_load_n(&target->vmsip, __ATOMIC_ACQUIRE);
	}
	return true;
}

static bool perform_on_device(struct hart *h, struct mmio_access *a)
{
	static const u8 load_op[] = { GUARD_LBU, GUARD_LHU, GUARD_LWU, GUARD_LD };
	static const u8 store_op[] = { GUARD_SB, GUARD_SH, GUARD_SW, GUARD_SD };
	u8 op = a->is_store ? store_op[a->width_log2] : load_op[a->width_log2];
	struct guarded g = guard_plain((enum guard_op)op, a->pa, a->value);

	h->irq_check = 1; /* a timer may have been moved */
	if (!a->is_store) {
		a->value = g.value;
	}
	return g.fault == 0;
}

bool vclint_perform(struct hart *h, struct mmio_access *a)
{
	struct hart *target = touched_msip(a);

	return target != NULL ? perform_msip(h, target, a) : perform_on_device(h, a);
}
