/* SPDX-License-Identifier: Apache-2.0 */
/* Taking state out of reach, and putting it back. */
#include "monitor/isolate.h"

#include "hw/csr.h"
#include "hw/csr_index.h"
#include "hw/gpr.h"
#include "hw/guard.h"
#include "monitor/hsm.h"
#include "monitor/misaligned.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"
#include "monitor/vtrap.h"
#include "monitor/vtrigger.h"

#define MISA_D BIT(3)
#define MISA_V BIT(21)
#define COUNTEREN_TM BIT(1)
#define MACHINE_IRQS (BIT(IRQ_MSI) | BIT(IRQ_MTI) | BIT(IRQ_MEI))
/* Supervisor interrupts that mip itself keeps (Priv. 3.1.9). */
#define PENDING_IN_MIP (BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI))
#define CAUSE_DOUBLE_TRAP 16
/* Interrupts that belong to S-mode and to its guests (Priv. 3.1.9, 18.2.2; Sscofpmf). */
#define SUPERVISOR_IRQS                                                                     \
	(BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI) | BIT(IRQ_VSSI) | BIT(IRQ_VSTI) |       \
	 BIT(IRQ_VSEI) | BIT(IRQ_SGEI) | BIT(IRQ_LCOFI))
/* What vmstatus decides about the payload (world.c), each off unless the manual fixes it. */
#define MSTATUS_GRIPS (MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SBE | MSTATUS_MPELP)

static const u16 pattern_csrs[] = {
	CSR_MEDELEG,       CSR_MIDELEG,       CSR_MCOUNTEREN,    CSR_MENVCFG, CSR_MSTATEEN0,
	CSR_MSTATEEN0 + 1, CSR_MSTATEEN0 + 2, CSR_MSTATEEN0 + 3, CSR_MSECCFG, CSR_SCOUNTEREN,
};

/* Written once, before machine.booted harts but the first can enter (isolate_record). */
static struct {
	u64 value[ARRAY_SIZE(pattern_csrs)];
	u8 pmp_cfg[PMP_MAX];
	u64 pmp_addr[PMP_MAX];
} pattern;

/* ---- what S-mode lives with ---- */

/*
 * Counting starts afresh: no event filter of the firmware's, cycle and instret run. Nor does it
 * record the payload's jumps, or keep interrupts of the payload's in its own hands.
 */
static void reset_machine_csrs(struct hart *h)
{
	h->held.mvien = 0;
	guard_csr_swap(CSR_INDEX_mvien, 0);
	guard_csr_swap(CSR_INDEX_mvip, 0);
	csr_clear(CSR_MIP, BIT(IRQ_SEI)); /* the software bit alone (Priv. 3.1.9) */
	guard_csr_swap(CSR_INDEX_mctrctl, 0);
	guard_csr_swap(CSR_INDEX_mcountinhibit, ~(u64)5);
	guard_csr_swap(CSR_INDEX_mcyclecfg, 0);
	guard_csr_swap(CSR_INDEX_minstretcfg, 0);
	for (unsigned int i = CSR_INDEX_mhpmevent3; i <= CSR_INDEX_mhpmevent31; i += 2) {
		guard_csr_swap(i, 0);
	}
}

static u64 corrected(unsigned int num, u64 value)
{
	switch (num) {
	case CSR_MEDELEG:
		return value & ~(BIT(CAUSE_ECALL_S) | BIT(CAUSE_ECALL_M) | BIT(CAUSE_DOUBLE_TRAP));
	case CSR_MIDELEG:
		return value | SUPERVISOR_IRQS;
	default:
		return value;
	}
}

void isolate_record(struct hart *h)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pattern_csrs); i++) {
		u64 value = 0;

		vcsr_read(h, pattern_csrs[i], &value);
		pattern.value[i] = corrected(pattern_csrs[i], value);
	}
	for (unsigned int i = 0; i < h->vpmp.count; i++) {
		pattern.pmp_cfg[i] = h->vpmp.cfg[i];
		pattern.pmp_addr[i] = h->vpmp.addr[i];
	}
}

void isolate_apply(struct hart *h)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pattern_csrs); i++) {
		vcsr_write(h, pattern_csrs[i], VCSR_RW, pattern.value[i], 0);
	}
	for (unsigned int i = 0; i < h->vpmp.count; i++) {
		h->vpmp.cfg[i] = pattern.pmp_cfg[i];
		h->vpmp.addr[i] = pattern.pmp_addr[i];
	}
	vpmp_reload(h);
	reset_machine_csrs(h);
	h->vm.mstatus &= ~(MSTATUS_GRIPS | MSTATUS_SWITCHED);
	h->vm.mstatus |= field_set(0, MSTATUS_UXL, XL_64);
}

void isolate_disarm(struct hart *h)
{
	vtrigger_disarm(h);
}

void isolate_seal(struct hart *h)
{
	h->sealed = true;
}

void isolate_mute(struct hart *h)
{
	u64 mine = BIT(IRQ_MTI) | BIT(IRQ_MEI);

	h->vm.mie &= ~(mine | BIT(IRQ_MSI));
	if (h->world == WORLD_PAYLOAD) {
		csr_clear(CSR_MIE, mine & ~timer_mie(h));
	}
}

/* ---- a payload that has stopped and will go on ---- */

void isolate_hide_status(struct hart *h)
{
	csr_clear(CSR_MSTATUS, MSTATUS_LIVE);
	if (h->caps.has_stateen) {
		csr_write(CSR_SSTATEEN0, 0);
	}
}

void isolate_show_status(struct hart *h)
{
	csr_write(CSR_MSTATUS, h->payload.status & ~MSTATUS_OURS);
	if (h->caps.has_h) {
		csr_write(CSR_HSTATUS, h->payload.hstatus); /* sret of vM-mode clears SPV */
	}
}

void isolate_hide_counters(struct hart *h)
{
	h->firmware_counteren = COUNTEREN_TM;
	if (h->caps.has_mcounteren) {
		csr_write(CSR_MCOUNTEREN, h->firmware_counteren);
	}
}

/* ---- a payload that will not go on ---- */

/* Supervisor and hypervisor registers of which hardware holds the payload's value all the time. */
static const u8 supervisor_csrs[] = {
	CSR_INDEX_ssp, CSR_INDEX_jvt, CSR_INDEX_sstateen1, CSR_INDEX_sstateen2,
	CSR_INDEX_sstateen3, CSR_INDEX_stvec, CSR_INDEX_sscratch, CSR_INDEX_sepc,
	CSR_INDEX_scause, CSR_INDEX_stval, CSR_INDEX_siselect, CSR_INDEX_sctrctl,
	CSR_INDEX_sctrstatus, CSR_INDEX_sctrdepth, CSR_INDEX_vsstatus, CSR_INDEX_vstvec,
	CSR_INDEX_vsscratch, CSR_INDEX_vsepc, CSR_INDEX_vscause, CSR_INDEX_vstval,
	CSR_INDEX_vsctrctl, CSR_INDEX_vsiselect, CSR_INDEX_vsatp, CSR_INDEX_hedeleg,
	CSR_INDEX_hideleg, CSR_INDEX_htimedelta, CSR_INDEX_hcounteren, CSR_INDEX_hgeie,
	CSR_INDEX_hvien, CSR_INDEX_hvictl, CSR_INDEX_henvcfg, CSR_INDEX_hstateen0,
	CSR_INDEX_hstateen1, CSR_INDEX_hstateen2, CSR_INDEX_hstateen3, CSR_INDEX_htval,
	CSR_INDEX_hvip, CSR_INDEX_hviprio1, CSR_INDEX_hviprio2, CSR_INDEX_htinst,
	CSR_INDEX_hgatp, CSR_INDEX_scontext, CSR_INDEX_hcontext,
};

/* What isolate_set_aside took, by hart; own. */
static struct aside {
	u64 csr[ARRAY_SIZE(supervisor_csrs)];
	u64 f[32];
	u64 fcsr;
	u64 stimecmp;
	u64 vstimecmp;
	u64 mie;
	u64 mip;
	struct held_csrs held;
	bool sleeps; /* a suspend: it begins anew when one of its interrupts comes */
	u64 lent_stimecmp; /* what isolate_watch found in hardware */
	u64 lent_mip;
} asides[MAX_HARTS];

static bool has_double(const struct hart *h)
{
	return (h->caps.misa & MISA_D) != 0;
}

static void set_aside_float(const struct hart *h, struct aside *a)
{
	u64 status = csr_set(CSR_MSTATUS, MSTATUS_FS);

	if (has_double(h)) {
		for (unsigned int n = 0; n < 32; n++) {
			a->f[n] = fpr_read64(n);
		}
		a->fcsr = csr_read(CSR_FCSR);
		fpr_clear_all();
	}
	csr_write(CSR_MSTATUS, status & ~MSTATUS_LIVE);
}

static void take_back_float(const struct hart *h, const struct aside *a)
{
	u64 status = csr_set(CSR_MSTATUS, MSTATUS_FS);

	if (has_double(h)) {
		for (unsigned int n = 0; n < 32; n++) {
			fpr_write64(n, a->f[n]);
		}
		csr_write(CSR_FCSR, a->fcsr);
	}
	csr_write(CSR_MSTATUS, status);
}

void isolate_set_aside(struct hart *h)
{
	struct aside *a = &asides[h->index];

	set_aside_float(h, a);
	a->held = h->held;
	h->held = (struct held_csrs){ 0 };
	a->mie = h->vm.mie;
	h->vm.mie &= MACHINE_IRQS;
	for (unsigned int i = 0; i < ARRAY_SIZE(supervisor_csrs); i++) {
		a->csr[i] = guard_csr_swap(supervisor_csrs[i], 0).value;
	}
	a->stimecmp = guard_csr_swap(CSR_INDEX_stimecmp, ~(u64)0).value;
	a->vstimecmp = guard_csr_swap(CSR_INDEX_vstimecmp, ~(u64)0).value;
	guard_plain(GUARD_SCTRCLR, 0, 0); /* where it has been: not kept */
	a->mip = csr_clear(CSR_MIP, PENDING_IN_MIP);
	a->sleeps = hsm_sleeps(h);
}

void isolate_take_back(struct hart *h)
{
	struct aside *a = &asides[h->index];

	a->sleeps = false;
	take_back_float(h, a);
	h->held = a->held;
	h->vm.mie = (h->vm.mie & MACHINE_IRQS) | (a->mie & ~MACHINE_IRQS);
	for (unsigned int i = 0; i < ARRAY_SIZE(supervisor_csrs); i++) {
		guard_csr_swap(supervisor_csrs[i], a->csr[i]);
	}
	guard_csr_swap(CSR_INDEX_stimecmp, a->stimecmp);
	guard_csr_swap(CSR_INDEX_vstimecmp, a->vstimecmp);
	/* SEIP as read may have been a wire: set here, it would stay for ever (Priv. 3.1.9). */
	csr_clear(CSR_MIP, PENDING_IN_MIP);
	csr_set(CSR_MIP, a->mip & (BIT(IRQ_SSI) | BIT(IRQ_STI)));
}

u64 isolate_watch(const struct hart *h)
{
	struct aside *a = &asides[h->index];

	if (!a->sleeps) {
		return 0;
	}
	a->lent_stimecmp = guard_csr_swap(CSR_INDEX_stimecmp, a->stimecmp).value;
	a->lent_mip = csr_set(CSR_MIP, a->mip & (BIT(IRQ_SSI) | BIT(IRQ_STI)));
	return a->mie & ~MACHINE_IRQS;
}

void isolate_unwatch(const struct hart *h)
{
	const struct aside *a = &asides[h->index];

	if (a->sleeps) {
		guard_csr_swap(CSR_INDEX_stimecmp, a->lent_stimecmp);
		csr_clear(CSR_MIP, a->mip & ~a->lent_mip & (BIT(IRQ_SSI) | BIT(IRQ_STI)));
	}
}

void isolate_clear(struct hart *h)
{
	isolate_set_aside(h);
	asides[h->index] = (struct aside){ 0 };
	if ((h->caps.misa & MISA_V) != 0) {
		u64 status = csr_set(CSR_MSTATUS, MSTATUS_VS);

		vector_clear_all();
		csr_write(CSR_MSTATUS, status);
	}
	for (unsigned int n = 0; n < 32; n++) {
		h->payload.x[n] = 0;
	}
	h->payload.valid = false;
}

/* ---- traps ---- */

void isolate_own_trap(struct hart *h, u64 cause)
{
	struct trap t;

	switch (cause) {
	case CAUSE_ILLEGAL:
		if (timer_emulate_rdtime(h)) {
			return;
		}
		break;
	case CAUSE_LOAD_MISALIGNED:
	case CAUSE_STORE_MISALIGNED:
		switch (misaligned_perform(h, &t)) {
		case MEMOP_DONE:
			return;
		case MEMOP_FAULT:
			vtrap_from_payload(h, &t);
			return;
		default:
			break;
		}
		break;
	default:
		break;
	}
	t = trap_from_hardware(h, cause);
	vtrap_from_payload(h, &t);
}
