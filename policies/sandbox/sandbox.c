/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox: firmware is kept to itself. Until the payload begins it has the memory (nobody else's
 * yet) and the devices it needs; then the machine is locked: it keeps its own image, sees of a call
 * nothing but its arguments, and changes nothing but the call's two results.
 */
#include "policies/sandbox/sandbox.h"

#include "monitor/context.h"
#include "monitor/hsm.h"
#include "monitor/isolate.h"
#include "monitor/regs.h"
#include "monitor/sbi.h"
#include "monitor/vpmp.h"
#include "lib/log.h"

struct sandbox sandbox;
struct sandbox_hart sandbox_harts[MAX_HARTS];

static bool init(struct hart *h)
{
	if (sandbox_locked()) { /* it comes after the others have begun */
		sandbox_settle(h);
	}
	for (unsigned int i = 0; i < machine.devices.count; i++) {
		if (machine.devices.d[i].kind == DEVICE_IMSIC_M) {
			log_line("refused: sandbox does not know message-signalled interrupts");
			return false;
		}
	}
	if (!range_has(machine.ram, machine.firmware.base, machine.firmware.size)) {
		log_line("refused: sandbox needs firmware and monitor in one memory range");
		return false;
	}
	return true;
}

/* ---- memory ---- */

static bool is_napot(struct range r)
{
	return r.size >= 8 && (r.size & (r.size - 1)) == 0 && (r.base & (r.size - 1)) == 0;
}

/*
 * Two views of the same three entries: [base, end) is the firmware's, all else is not. Before the
 * lock that is the memory, and there is no payload yet. Then memory may need one entry only, and
 * the other one is for loads from the console: they would be passed (console_8250), and firmware
 * looks at it before each character; what it stores there is filtered (I-SBX-7).
 */
static void on_pmp(struct hart *h, enum pmp_view_id view, struct pmp_rule *rule)
{
	struct range r = sandbox_locked() ? sandbox.firmware : machine.ram;
	struct range console = machine.devices.console;
	bool payload = view == VIEW_PAYLOAD;

	(void)h;
	rule[0].addr = r.base >> 2;
	rule[1].addr = (r.base + r.size) >> 2;
	rule[1].cfg = PMP_A_TOR | (payload ? 0 : PMP_RWX);
	rule[2].addr = ~(u64)0;
	rule[2].cfg = PMP_A_NAPOT | (payload ? PMP_RWX : 0);
	if (!payload && !mechanism_on(MECH_DENY)) {
		rule[2].cfg = PMP_A_NAPOT | PMP_RWX;
	}
	if (!sandbox_locked() && is_napot(r) && is_napot(console) && sandbox_owns_console()) {
		rule[0].addr = pmp_napot(console);
		rule[0].cfg = payload ? 0 : PMP_A_NAPOT | PMP_R;
		rule[1].addr = pmp_napot(r);
		rule[1].cfg = PMP_A_NAPOT | (payload ? 0 : PMP_RWX);
	}
}

/* ---- world switches ---- */

/* What the firmware sees of a payload that has stopped and will go on. */
static void guard(struct hart *h, struct sandbox_hart *s)
{
	s->guarded = true;
	if (mechanism_on(MECH_REGISTERS)) {
		context_hide(h, context_is_call(h) ? sandbox_call_registers(h) : 0);
		h->payload.shown_pc = 0;
		h->vm.mepc = 0;
		h->vm.mtval = 0;
		h->vm.mtval2 = 0;
		h->vm.mtinst = 0;
		h->vm.mstatus = field_set(h->vm.mstatus & ~(MSTATUS_MPV | MSTATUS_GVA), MSTATUS_MPP,
					  PRIV_S);
	}
	if (mechanism_on(MECH_FLOAT)) {
		isolate_hide_status(h);
	}
	if (mechanism_on(MECH_COUNTERS)) {
		isolate_hide_counters(h);
	}
}

/*
 * What stopped is over (hart stop) or will begin anew elsewhere, unless firmware refuses: it sets
 * the hart up from scratch meanwhile, so the payload's state is kept elsewhere.
 */
static void give_up(struct hart *h)
{
	sandbox_hart(h)->guarded = false;
	sandbox_hart(h)->set_aside = true;
	if (mechanism_on(MECH_REGISTERS)) {
		context_hide(h, sandbox_call_registers(h));
		h->payload.shown_pc = 0;
		h->vm.mepc = 0;
	}
	isolate_set_aside(h);
}

static void take_back(struct hart *h)
{
	if (sandbox_hart(h)->set_aside) {
		if (mechanism_on(MECH_DELEGATION)) {
			isolate_apply(h); /* firmware has had a free hand with it meanwhile */
		}
		isolate_take_back(h);
		sandbox_hart(h)->set_aside = false;
		sandbox_hart(h)->guarded = true;
	}
}

static void on_enter(struct hart *h, enum world to)
{
	struct sandbox_hart *s = sandbox_hart(h);

	if (!sandbox_locked()) {
		return;
	}
	if (to == WORLD_PAYLOAD) {
		if (s->guarded && mechanism_on(MECH_SUPERVISOR)) {
			isolate_show_status(h);
		}
		s->guarded = false;
		s->set_aside = false;
		return;
	}
	if (context_is_call(h)) {
		sandbox_note_call(h, s);
	}
	if (hsm_gives_up(h)) {
		give_up(h);
	} else {
		guard(h, s);
	}
}

/* The answer of a call is a0 and, if it has a value, a1; all else comes back as it was: I-SBX-4 */
static void return_registers(struct hart *h)
{
	u64 *x = h->payload.x; /* not needed any more, for the payload goes on */

	if (context_is_call(h)) {
		x[10] = reg_read(h, 10);
		if (sandbox_call_has_value(h)) {
			x[11] = reg_read(h, 11);
		}
	}
	context_restore(h);
}

static void on_leave(struct hart *h, enum world from)
{
	struct sandbox_hart *s = sandbox_hart(h);

	if (from == WORLD_PAYLOAD) {
		return;
	}
	if (s->line_length != 0) {
		sandbox_console_flush(h);
	}
	if (!s->guarded) {
		return;
	}
	if (sandbox_is_reset(h)) {
		__atomic_store_n(&sandbox.reset_wanted, 0, __ATOMIC_RELEASE);
	}
	if (mechanism_on(MECH_RETURN)) {
		return_registers(h);
	}
}

/* Wherever firmware wants the payload to go on, it goes on where it has to. */
static void go_on_behind(struct hart *h, struct resume *r)
{
	u64 behind = context_is_call(h) ? 4 : 0;
	u64 status = h->payload.status;

	if (r->asked != h->payload.shown_pc + behind) {
		refuse(h, REFUSED_RESUME);
	}
	r->pc = h->payload.pc + behind;
	r->priv = field_get(status, MSTATUS_MPP);
	r->virt = (status & MSTATUS_MPV) != 0;
}

/* A hart begins with nothing of the firmware's, and as the first hart was set up. */
static void begin(struct hart *h)
{
	sandbox_hart(h)->set_aside = false;
	if (mechanism_on(MECH_SUPERVISOR)) {
		context_hide(h, 0);
		isolate_clear(h);
	}
	if (mechanism_on(MECH_DELEGATION)) {
		isolate_apply(h);
	}
}

static enum verdict on_resume(struct hart *h, struct resume *r)
{
	if (!sandbox_locked()) {
		return r->kind == RESUME_BOOT && sandbox_lock(h, r) ? PASS : DENY;
	}
	if (r->by_sret && mechanism_on(MECH_SUPERVISOR)) {
		return DENY; /* it acts on sepc, sstatus and hstatus: the payload's */
	}
	if (r->kind == RESUME_RETURN) {
		take_back(h);
		if (mechanism_on(MECH_RESUME)) {
			go_on_behind(h, r);
		}
	} else if (r->kind == RESUME_ENTRY) {
		begin(h);
	}
	return PASS; /* what nobody has asked for is refused: mediates, below */
}

/* ---- traps ---- */

static enum verdict on_trap(struct hart *h, u64 cause)
{
	if (h->world == WORLD_FIRMWARE || !h->sealed) {
		return PASS;
	}
	switch (cause) {
	case CAUSE_ECALL_S:
	case CAUSE_LOAD_ACCESS: /* a device that the monitor emulates, perhaps */
	case CAUSE_STORE_ACCESS:
		return PASS;
	default:
		isolate_own_trap(h, cause);
		return HANDLED;
	}
}

static enum verdict on_ecall(struct hart *h, u64 cause)
{
	if (cause != CAUSE_ECALL_S || h->world != WORLD_PAYLOAD) {
		return PASS;
	}
	return sandbox_call(h);
}

const struct policy policy_sandbox = {
	.name = "sandbox",
	.spares = SPARES_FIRMWARE | SPARES_TRAP_CSRS | SPARES_STATUS | SPARES_TIME | SPARES_CLINT,
	.csrs_later = true,
	.pmp_slots = 3,
	.scrubs = true,
	.saves_payload = true,
	.mediates = true,
	.binds = true,
	.init = init,
	.on_trap = on_trap,
	.on_ecall = on_ecall,
	.on_enter = on_enter,
	.on_leave = on_leave,
	.on_csr = sandbox_csr,
	.on_resume = on_resume,
	.claims = sandbox_claims,
	.on_mmio = sandbox_mmio,
	.on_pmp = on_pmp,
};
