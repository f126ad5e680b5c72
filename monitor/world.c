/* SPDX-License-Identifier: Apache-2.0 */
/*
 * World switch. Supervisor CSRs that unprivileged code cannot observe stay in hardware; the few
 * that it can are exchanged here, in this one place, both ways in the same order.
 */
#include "monitor/world.h"

#include "hw/csr.h"
#include "hw/mpv.h"
#include "lib/log.h"
#include "monitor/policy.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/vtrigger.h"

/* What the payload gets from vmstatus while it runs. */
#define MSTATUS_FOR_PAYLOAD \
	(MSTATUS_SWITCHED | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SBE | \
	 MSTATUS_MPELP | MSTATUS_GVA)

#define ACCESS_FAULTS (BIT(CAUSE_LOAD_ACCESS) | BIT(CAUSE_STORE_ACCESS))

/*
 * Where the firmware lets the payload reach a device that the monitor shields, access faults come
 * to the monitor first and go where medeleg says if they were not meant for it
 * (vtrap_from_payload).
 */
static u64 physical_medeleg(const struct hart *h)
{
	if ((h->vm.medeleg & ACCESS_FAULTS) != 0 &&
	    vpmp_payload_may_touch(h, machine.clint.shield)) {
		return h->vm.medeleg & ~ACCESS_FAULTS;
	}
	return h->vm.medeleg;
}

u64 world_mstatus_for_firmware(u64 hw)
{
	return (hw & (MSTATUS_LIVE | MSTATUS_SXL)) | MSTATUS_TW |
	       field_set(0, MSTATUS_UXL, XL_64);
}

bool world_mprv_active(const struct hart *h)
{
	return (h->vm.mstatus & MSTATUS_MPRV) != 0 &&
	       field_get(h->vm.mstatus, MSTATUS_MPP) != PRIV_M;
}

void world_refresh_firmware(struct hart *h)
{
	u64 mie = BIT(IRQ_MSI) | timer_mie(h); /* other harts reach the monitor at any time */
	enum pmp_view_id view = world_mprv_active(h) ? VIEW_FIRMWARE_MPRV : VIEW_FIRMWARE;

	if ((h->vm.mstatus & MSTATUS_MIE) != 0) {
		mie |= h->vm.mie & ~h->vm.mideleg;
	}
	if (mie != h->hw_mie) {
		h->hw_mie = mie;
		csr_write(CSR_MIE, mie);
	}
	if (view != h->view) {
		h->data.size = 0; /* I-MEM-2 */
		h->port.data = 0;
		vpmp_use(h, view);
	}
}

void world_note_quick(struct hart *h)
{
	u32 needs = SPARES_EXIT | SPARES_FIRMWARE | SPARES_TRAP_CSRS;

	h->quick_firmware = 0;
	if (!LOG_TRACE && h->triggers_armed == 0 && (h->spared & needs) == needs) {
		h->quick_firmware = QUICK_ON;
		h->quick_firmware |= (h->spared & SPARES_STATUS) != 0 ? QUICK_STATUS : 0;
		h->quick_firmware |= (h->spared & SPARES_CLINT) != 0 && h->timer.whole ?
					     QUICK_CLINT : 0;
		h->quick_firmware |=
			h->caps.has_mtinst && h->caps.has_mtval2 ? QUICK_GUEST : 0;
	}
	h->quick = h->world == WORLD_FIRMWARE ? h->quick_firmware : 0;
}

/*
 * Smstateen: what mstateen0 hides reads as zero in sstateen0 and cannot be written, so neither the
 * payload nor we have changed it: it is as it was held before.
 */
static void hold_sstateen0(struct hart *h)
{
	u64 shown = csr_read(CSR_MSTATEEN0);
	u64 value = csr_swap(CSR_SSTATEEN0, ~(u64)0);

	h->held.sstateen0 = (h->held.sstateen0 & ~shown) | (value & shown);
}

static void hold_payload_csrs(struct hart *h)
{
	const struct hart_caps *caps = &h->caps;

	h->held.satp = csr_swap(CSR_SATP, 0);
	if (h->held.mvien != 0) {
		csr_write(CSR_MVIEN, 0);
	}
	h->held.scounteren = csr_swap(CSR_SCOUNTEREN, ~(u64)0);
	csr_write(CSR_MCOUNTEREN, h->firmware_counteren);
	if (caps->has_menvcfg) {
		h->held.senvcfg = csr_swap(CSR_SENVCFG, vcsr_senvcfg_for_firmware(h));
		csr_write(CSR_MENVCFG, h->vm.menvcfg | caps->menvcfg_cbo);
	}
	if (caps->has_stateen) {
		hold_sstateen0(h);
	}
	if (caps->has_h) {
		h->held.hstatus = csr_clear(CSR_HSTATUS, HSTATUS_HU | HSTATUS_HUPMM);
	}
}

/*
 * The payload's virtual interrupts can come again. What is pending is set once more: QEMU 10 looks
 * for interrupts when mvip is written, not when mvien is.
 */
static void release_mvien(const struct hart *h)
{
	u64 pending;

	csr_write(CSR_MVIEN, h->held.mvien);
	pending = csr_read(CSR_MVIP) & h->held.mvien & ~h->vm.mideleg;
	csr_set(CSR_MVIP, pending);
}

static void release_payload_csrs(struct hart *h)
{
	const struct hart_caps *caps = &h->caps;

	csr_write(CSR_SATP, h->held.satp);
	if (h->held.mvien != 0) {
		release_mvien(h);
	}
	csr_write(CSR_SCOUNTEREN, h->held.scounteren);
	csr_write(CSR_MCOUNTEREN, h->vm.mcounteren);
	if (caps->has_menvcfg) {
		csr_write(CSR_MENVCFG, h->vm.menvcfg);
		csr_write(CSR_SENVCFG, h->held.senvcfg);
	}
	if (caps->has_stateen) {
		csr_write(CSR_SSTATEEN0, h->held.sstateen0);
	}
	if (caps->has_h) {
		csr_write(CSR_HSTATUS, h->held.hstatus);
	}
}

u64 world_enter_firmware(struct hart *h)
{
	u64 status = csr_read(CSR_MSTATUS);
	u64 mie = csr_swap(CSR_MIE, BIT(IRQ_MSI));

	h->vm.mstatus = (h->vm.mstatus & ~MSTATUS_SWITCHED) | (status & MSTATUS_SWITCHED);
	h->vm.mie = (mie & ~MIE_OURS) | (h->vm.mie & MIE_OURS);
	h->hw_mie = BIT(IRQ_MSI);
	csr_write(CSR_MSTATUS, world_mstatus_for_firmware(status));
	if ((status & MSTATUS_MPV) != 0 && !h->caps.mpv_writable) {
		hw_clear_mpv();
	}
	csr_write(CSR_MEDELEG, 0);
	csr_write(CSR_MIDELEG, 0);
	hold_payload_csrs(h);
	if (h->triggers_armed != 0) {
		vtrigger_switch(h, WORLD_FIRMWARE);
	}
	h->world = WORLD_FIRMWARE;
	h->quick = h->quick_firmware;
	vpmp_use(h, VIEW_FIRMWARE);
	return status;
}

void world_enter_payload(struct hart *h, u64 priv, bool virt)
{
	u64 status = csr_read(CSR_MSTATUS) & (MSTATUS_LIVE | MSTATUS_SXL);

	status |= h->vm.mstatus & MSTATUS_FOR_PAYLOAD;
	status = field_set(status, MSTATUS_MPP, priv);
	if (virt && !h->caps.mpv_writable) {
		hw_set_mpv();
	}
	csr_write(CSR_MSTATUS, virt ? status | MSTATUS_MPV : status);
	h->vm.mstatus &= ~MSTATUS_MPELP;
	csr_write(CSR_MEDELEG, physical_medeleg(h));
	csr_write(CSR_MIDELEG, h->vm.mideleg);
	csr_write(CSR_MIE, h->vm.mie | BIT(IRQ_MSI) | timer_mie(h));
	release_payload_csrs(h);
	if (h->triggers_armed != 0) {
		vtrigger_switch(h, WORLD_PAYLOAD);
	}
	h->world = WORLD_PAYLOAD;
	h->quick = 0;
	vpmp_use(h, VIEW_PAYLOAD);
}
