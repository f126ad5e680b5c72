/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual hart at reset: what the real one held when the monitor took it over. */
#include "hw/csr.h"
#include "hw/csr_index.h"
#include "hw/guard.h"
#include "monitor/vcsr.h"
#include "monitor/virq.h"
#include "monitor/vpmp.h"
#include "monitor/world.h"

static u64 swap_if_there(enum csr_index index, u64 value)
{
	struct guarded old = guard_csr_swap(index, value);

	return old.fault == 0 ? old.value : 0;
}

static void init_held(struct hart *h)
{
	h->held.satp = swap_if_there(CSR_INDEX_satp, 0);
	h->held.scounteren = swap_if_there(CSR_INDEX_scounteren, ~(u64)0);
	h->held.senvcfg = swap_if_there(CSR_INDEX_senvcfg, vcsr_senvcfg_for_firmware(h));
	h->held.sstateen0 = swap_if_there(CSR_INDEX_sstateen0, ~(u64)0);
	h->held.mvien = swap_if_there(CSR_INDEX_mvien, 0);
	if (h->caps.has_h) {
		h->held.hstatus = csr_read(CSR_HSTATUS);
		csr_write(CSR_HSTATUS, h->held.hstatus & ~(HSTATUS_HU | HSTATUS_HUPMM));
	}
}

static void init_delegation(struct hart *h)
{
	if (h->caps.has_s) {
		h->vm.medeleg = csr_swap(CSR_MEDELEG, 0);
		csr_write(CSR_MIDELEG, 0); /* what cannot be cleared shows now (Priv. 18.4.2) */
		h->vm.mideleg = csr_read(CSR_MIDELEG);
	}
	if (h->caps.has_mcounteren) {
		h->firmware_counteren = ~(u64)0;
		h->vm.mcounteren = csr_swap(CSR_MCOUNTEREN, h->firmware_counteren);
	}
	if (h->caps.has_menvcfg) {
		h->vm.menvcfg = csr_read(CSR_MENVCFG);
		csr_write(CSR_MENVCFG, h->vm.menvcfg | h->caps.menvcfg_cbo);
	}
}

void vcsr_init(struct hart *h)
{
	u64 status = csr_read(CSR_MSTATUS) & ~(MSTATUS_OURS | MSTATUS_MPP | MSTATUS_MPIE |
						MSTATUS_MPV | MSTATUS_GVA);

	h->world = WORLD_FIRMWARE;
	h->lr_addr = ~(u64)0;
	h->vm.mstatus = status & ~MSTATUS_LIVE;
	init_delegation(h);
	init_held(h);
	vpmp_init(h);
	csr_write(CSR_MSTATUS, world_mstatus_for_firmware(status));
	world_refresh_firmware(h);
}
