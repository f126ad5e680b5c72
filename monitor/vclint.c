/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual CLINT. The doorbells (physical msip) belong to the monitor, see ipi.c. */
#include "monitor/vclint.h"

#include "hw/csr.h"
#include "hw/guard.h"
#include "monitor/ipi.h"
#include "monitor/timer.h"

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

/* The hart whose msip register begins at this byte; NULL: none of ours. */
static struct hart *msip_at(u64 pa)
{
	const struct clint_map *c = &machine.clint;

	if (!range_has(c->msip, pa, 1) || ((pa - c->msip.base) & 3) != 0) {
		return NULL;
	}
	return msip_owner((pa - c->msip.base) / 4);
}

/* The device has answered; only bit 0 of each msip register is ours, and it is another one. */
static void show_virtual_msip(struct mmio_access *a)
{
	for (unsigned int i = 0; i < 1u << a->width_log2; i++) {
		const struct hart *owner = msip_at(a->pa + i);

		if (owner != NULL) {
			u64 bit = __atomic_load_n(&owner->vmsip, __ATOMIC_ACQUIRE);

			a->value = (a->value & ~(BIT(0) << i * 8)) | bit << i * 8;
		}
	}
}

/* Any byte of an msip register that is ours? */
static bool touches_msip(const struct mmio_access *a)
{
	return range_touches(machine.clint.msip, a->pa, (u64)1 << a->width_log2);
}

static bool store_elsewhere(struct hart *h, struct mmio_access *a)
{
	bool mine = false;
	bool done = POLICY_COUNT != 0 && timer_store_virtual(h, a, &mine);

	return mine ? done : mmio_pass(a);
}

static bool store(struct hart *h, struct mmio_access *a)
{
	struct hart *owner = msip_at(a->pa);

	h->irq_check = 1; /* a timer may have been moved */
	if (!touches_msip(a)) {
		return store_elsewhere(h, a);
	}
	a->fault = a->pa;
	if (owner == NULL || a->width_log2 != 2) {
		return false; /* ACLINT 3: msip registers have 32 bits, no device takes this */
	}
	write_msip(h, owner, (u32)a->value);
	return true;
}

bool vclint_perform(struct hart *h, struct mmio_access *a)
{
	if (a->is_store) {
		return store(h, a);
	}
	if (!mmio_pass(a)) {
		return false;
	}
	show_virtual_msip(a);
	if (POLICY_COUNT != 0) {
		timer_show_virtual(a);
	}
	return true;
}
