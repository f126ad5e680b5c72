/* SPDX-License-Identifier: Apache-2.0 */
/* Entry into and return from virtual traps. */
#include "monitor/vtrap.h"

#include "hw/csr.h"
#include "hw/mpv.h"
#include "monitor/context.h"
#include "monitor/hsm.h"
#include "monitor/mechanism.h"
#include "monitor/policy.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/world.h"

#define CAUSE_DOUBLE_TRAP 16
#define MENVCFG_DTE BIT(59)

struct trap trap_from_hardware(const struct hart *h, u64 cause)
{
	struct trap t = { .cause = cause, .tval = csr_read(CSR_MTVAL) };

	if (h->caps.has_mtval2) {
		t.tval2 = csr_read(CSR_MTVAL2);
	}
	if (h->caps.has_mtinst) {
		t.tinst = csr_read(CSR_MTINST);
		t.gva = h->caps.mpv_writable && (csr_read(CSR_MSTATUS) & MSTATUS_GVA) != 0;
	}
	return t;
}

/* mtinst of a hypervisor load or store: SYSTEM, funct3 4 (Priv. 18.6.3). */
static bool is_hypervisor_access(const struct trap *t)
{
	return (t->tinst & 0x707f) == 0x4073;
}

/* Whose mtinst may name an access to a page table instead (Priv. 18.6.3). */
static bool is_guest_page_fault(u64 cause)
{
	return cause == CAUSE_FETCH_GUEST_PAGE || cause == CAUSE_LOAD_GUEST_PAGE ||
	       cause == CAUSE_STORE_GUEST_PAGE;
}

/* Exceptions that always write the address of an access to mtval (Priv. 3.1.16), be it 0. */
static bool names_address(u64 cause)
{
	const u64 causes = BIT(CAUSE_FETCH_ACCESS) | BIT(CAUSE_LOAD_MISALIGNED) |
			   BIT(CAUSE_LOAD_ACCESS) | BIT(CAUSE_STORE_MISALIGNED) |
			   BIT(CAUSE_STORE_ACCESS) | BIT(CAUSE_FETCH_PAGE) |
			   BIT(CAUSE_LOAD_PAGE) | BIT(CAUSE_STORE_PAGE);

	return cause < 64 && (causes >> cause & 1) != 0;
}

/*
 * mstatus of a trap of the payload. Where CSR instructions do not write MPV they do not write GVA,
 * which QEMU 10 sets in every trap out of V=1 that writes mtval, hw_set_mpv()'s own among them, and
 * never clears: it is shown if this trap can have set it (Priv. 18.4.1).
 */
static u64 without_stale_gva(const struct hart *h, const struct trap *t, u64 status)
{
	bool guest = (status & MSTATUS_MPV) != 0 && (t->tval != 0 || names_address(t->cause));

	if ((status & MSTATUS_GVA) != 0 && !h->caps.mpv_writable && !guest &&
	    !is_hypervisor_access(t) && !is_guest_page_fault(t->cause)) {
		status &= ~MSTATUS_GVA;
	}
	return status;
}

/* MPP, MPV, GVA and MPELP of a trap that comes from where hardware's mstatus says. */
#define MSTATUS_FROM (MSTATUS_MPP | MSTATUS_MPV | MSTATUS_GVA | MSTATUS_MPELP)

/* The firmware's previous mode, for a trap out of vM-mode itself. */
static u64 from_firmware(const struct trap *t)
{
	return MSTATUS_MPP | (t->gva ? MSTATUS_GVA : 0); /* MPP = M, MPV = 0 */
}

static u64 vector(const struct hart *h, u64 cause)
{
	u64 base = h->vm.mtvec & ~(u64)3;

	/* Priv. 3.1.7: vectored mode concerns interrupts only. */
	if ((h->vm.mtvec & 3) == 1 && (cause & CAUSE_INTERRUPT) != 0) {
		base += 4 * (cause & ~CAUSE_INTERRUPT);
	}
	return base;
}

u64 vtrap_leave_payload(struct hart *h, u64 cause)
{
	u64 status;

	if (POLICY_COUNT != 0 && cause == CAUSE_ECALL_S) {
		hsm_await_stop(h);
	}
	policy_on_leave(h, WORLD_PAYLOAD);
	status = world_enter_firmware(h);
	if (POLICY_COUNT != 0) {
		context_save(h, cause, status);
		hsm_note_call(h);
	}
	return status;
}

void vtrap_to_firmware(struct hart *h, const struct trap *t)
{
	bool switched = h->world == WORLD_PAYLOAD;
	u64 from = switched ? without_stale_gva(h, t, vtrap_leave_payload(h, t->cause)) :
			      from_firmware(t);
	u64 status = h->vm.mstatus & ~(MSTATUS_FROM | MSTATUS_MPIE | MSTATUS_MIE);

	if ((h->vm.mstatus & MSTATUS_MIE) != 0) {
		status |= MSTATUS_MPIE;
	}
	h->vm.mstatus = status | (from & MSTATUS_FROM);
	h->vm.mepc = h->pc;
	h->vm.mcause = t->cause;
	h->vm.mtval = t->tval;
	h->vm.mtval2 = t->tval2;
	h->vm.mtinst = t->tinst;
	h->pc = vector(h, t->cause);
	h->lr_addr = ~(u64)0;
	/* world_enter_firmware has done what there is if MIE = 0, but for these. */
	if (!switched || timer_borrowed(h) || (h->vm.mstatus & MSTATUS_MPRV) != 0) {
		world_refresh_firmware(h);
	}
	if (switched) {
		policy_on_enter(h, WORLD_FIRMWARE);
	}
}

void vtrap_interrupt(struct hart *h, unsigned int irq)
{
	struct trap t = { .cause = CAUSE_INTERRUPT | irq };

	vtrap_to_firmware(h, &t);
}

void vtrap_illegal(struct hart *h)
{
	struct trap t = { .cause = CAUSE_ILLEGAL, .tval = h->tval };

	vtrap_to_firmware(h, &t);
}

/* Fills sstatus-shaped bits (SIE, SPIE, SPP) of a trap into S or VS from mode spp. */
static u64 stack_supervisor(u64 status, bool spp)
{
	u64 next = status & ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP);

	next |= (status & MSTATUS_SIE) != 0 ? MSTATUS_SPIE : 0;
	return spp ? next | MSTATUS_SPP : next;
}

/* Ssdbltrp: do traps into S (VS if virt) set SDT? */
static bool has_sdt(const struct hart *h, bool virt)
{
	if ((h->vm.menvcfg & MENVCFG_DTE) == 0) {
		return false;
	}
	return !virt || (csr_read(CSR_HENVCFG) & MENVCFG_DTE) != 0;
}

/* mstatus.GVA as if the trap had not come to M-mode at all. */
static u64 untrapped(const struct hart *h, u64 status)
{
	return (status & ~MSTATUS_GVA) | (h->vm.mstatus & MSTATUS_GVA);
}

/* Priv. 18.6.2: a trap from V=1 that stays in V=1. hardware's mstatus keeps MPV = 1. */
static void deliver_to_vs(struct hart *h, const struct trap *t, u64 status)
{
	bool spp = field_get(status, MSTATUS_MPP) == PRIV_S;

	u64 vsstatus = stack_supervisor(csr_read(CSR_VSSTATUS), spp);

	csr_write(CSR_VSSTATUS, has_sdt(h, true) ? vsstatus | MSTATUS_SDT : vsstatus);
	csr_write(CSR_VSEPC, h->pc);
	csr_write(CSR_VSCAUSE, t->cause);
	csr_write(CSR_VSTVAL, t->tval);
	csr_write(CSR_MSTATUS, field_set(untrapped(h, status), MSTATUS_MPP, PRIV_S));
	h->pc = csr_read(CSR_VSTVEC) & ~(u64)3;
}

/* GVA: QEMU does not set mstatus's for a hypervisor load or store, so others are asked, too. */
static void record_guest(const struct hart *h, const struct trap *t, u64 status)
{
	u64 hstatus = csr_read(CSR_HSTATUS) & ~(HSTATUS_SPV | HSTATUS_GVA);
	bool gva = (without_stale_gva(h, t, status) & MSTATUS_GVA) != 0;

	if (gva || t->gva || is_hypervisor_access(t)) {
		hstatus |= HSTATUS_GVA;
	}
	if ((status & MSTATUS_MPV) != 0) {
		hstatus = (hstatus & ~HSTATUS_SPVP) | HSTATUS_SPV;
		hstatus |= field_get(status, MSTATUS_MPP) == PRIV_S ? HSTATUS_SPVP : 0;
	}
	csr_write(CSR_HSTATUS, hstatus);
	csr_write(CSR_HTVAL, t->tval2);
	csr_write(CSR_HTINST, t->tinst);
}

static void deliver_to_s(struct hart *h, const struct trap *t, u64 status)
{
	bool spp = field_get(status, MSTATUS_MPP) == PRIV_S;
	bool virt = (status & MSTATUS_MPV) != 0;

	if (h->caps.has_h) {
		record_guest(h, t, status);
	}
	csr_write(CSR_SEPC, h->pc);
	csr_write(CSR_SCAUSE, t->cause);
	csr_write(CSR_STVAL, t->tval);
	status = stack_supervisor(untrapped(h, status), spp) & ~MSTATUS_MPV;
	if (has_sdt(h, false)) {
		status |= MSTATUS_SDT;
	}
	if (virt && !h->caps.mpv_writable) {
		hw_clear_mpv(); /* into HS-mode: V = 0 */
	}
	csr_write(CSR_MSTATUS, field_set(status, MSTATUS_MPP, PRIV_S));
	h->pc = csr_read(CSR_STVEC) & ~(u64)3;
}

/* Ssdbltrp: a second trap while SDT is set goes to M-mode as a double trap. */
static void double_trap(struct hart *h, const struct trap *t)
{
	struct trap d = *t;

	d.cause = CAUSE_DOUBLE_TRAP;
	d.tval2 = t->cause;
	vtrap_to_firmware(h, &d);
}

/* Is the supervisor in the middle of a trap that Ssdbltrp tells it not to nest? */
static bool would_nest(const struct hart *h, bool virt, u64 status)
{
	if (!has_sdt(h, virt)) {
		return false;
	}
	return ((virt ? csr_read(CSR_VSSTATUS) : status) & MSTATUS_SDT) != 0;
}

void vtrap_from_payload(struct hart *h, const struct trap *t)
{
	u64 status = csr_read(CSR_MSTATUS);
	bool virt = (status & MSTATUS_MPV) != 0;

	if ((h->vm.medeleg >> t->cause & 1) == 0 &&
	    !(h->sealed && t->cause != CAUSE_ECALL_S)) {
		vtrap_to_firmware(h, t);
		return;
	}
	virt = virt && (csr_read(CSR_HEDELEG) >> t->cause & 1) != 0;
	if (would_nest(h, virt, status)) {
		double_trap(h, t);
	} else if (virt) {
		deliver_to_vs(h, t, status);
	} else {
		deliver_to_s(h, t, status);
	}
}

/* Leaves for the payload; MPRV goes with it, on harts that do so (Priv. 3.1.6.3). */
static void leave(struct hart *h, const struct resume *r)
{
	if (h->caps.mret_clears_mprv) {
		h->vm.mstatus &= ~MSTATUS_MPRV;
	}
	h->pc = r->pc;
	vtrap_enter_payload(h, r);
}

void vtrap_enter_payload(struct hart *h, const struct resume *r)
{
	policy_on_leave(h, WORLD_FIRMWARE);
	if (POLICY_COUNT != 0) {
		hsm_note_resume(h, r);
	}
	world_enter_payload(h, r->priv, r->virt && h->caps.has_h);
	if (machine.mediates && r->kind == RESUME_ENTRY) {
		hsm_begin(h);
	}
	policy_on_enter(h, WORLD_PAYLOAD);
	h->irq_check = 1;
}

/* May the firmware run the payload like that? If not, the hart is where it has to be by now. */
static bool may_resume(struct hart *h, struct resume *r)
{
	enum verdict v;

	if (POLICY_COUNT == 0) {
		return true;
	}
	hsm_judge(h, r);
	v = policy_on_resume(h, r);
	if (v == PASS && r->kind == RESUME_UNASKED && machine.mediates &&
	    mechanism_on(MECH_HSM)) {
		v = DENY;
	}
	if (v == DENY) {
		refuse(h, REFUSED_RESUME);
		vtrap_illegal(h);
	}
	return v == PASS;
}

void vtrap_mret(struct hart *h)
{
	u64 status = h->vm.mstatus;
	struct resume r = { .asked = h->vm.mepc,
			    .pc = h->vm.mepc,
			    .priv = field_get(status, MSTATUS_MPP),
			    .virt = (status & MSTATUS_MPV) != 0 };

	if (r.priv != PRIV_M) {
		if (!may_resume(h, &r)) {
			return;
		}
		status = h->vm.mstatus; /* a policy may have taken bits of it away */
	}
	status &= ~(MSTATUS_MIE | MSTATUS_MPP | MSTATUS_MPV);
	status |= (status & MSTATUS_MPIE) != 0 ? MSTATUS_MIE : 0;
	h->vm.mstatus = status | MSTATUS_MPIE; /* MPP = U, the least privileged mode */
	h->irq_check = 1;
	if (r.priv == PRIV_M) {
		h->pc = r.pc;
		h->vm.mstatus &= ~MSTATUS_MPELP;
		world_refresh_firmware(h);
	} else {
		leave(h, &r);
	}
}

void vtrap_sret(struct hart *h)
{
	u64 status = csr_read(CSR_MSTATUS);
	u64 pc = csr_read(CSR_SEPC);
	struct resume r = { .by_sret = true,
			    .asked = pc,
			    .pc = pc,
			    .priv = (status & MSTATUS_SPP) != 0 ? PRIV_S : PRIV_U,
			    .virt = (h->held.hstatus & HSTATUS_SPV) != 0 };

	if (!may_resume(h, &r)) {
		return;
	}
	h->held.hstatus &= ~HSTATUS_SPV;
	h->vm.mstatus &= ~(MSTATUS_SDT | MSTATUS_MPELP);
	status = csr_read(CSR_MSTATUS) & ~(MSTATUS_SIE | MSTATUS_SPP);
	if ((status & MSTATUS_SPELP) != 0) {
		status &= ~MSTATUS_SPELP;
		h->vm.mstatus |= MSTATUS_MPELP; /* hardware's mret takes ELP from there */
	}
	status |= (status & MSTATUS_SPIE) != 0 ? MSTATUS_SIE : 0;
	csr_write(CSR_MSTATUS, status | MSTATUS_SPIE);
	leave(h, &r);
}
