/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failsafe: the payload survives its firmware. Firmware that does not come back from a call within
 * its budget, or wants to run the payload where the payload did not ask for it, is stopped on the
 * whole machine: what the payload had called returns an error, and the monitor serves it from then
 * on. Waiting is not counted: a hart that is stopped or suspended has no budget.
 */
#include "policies/failsafe/failsafe.h"

#include "monitor/context.h"
#include "monitor/hsm.h"
#include "monitor/ipi.h"
#include "monitor/isolate.h"
#include "monitor/mechanism.h"
#include "monitor/policy.h"
#include "monitor/regs.h"
#include "monitor/sbi.h"
#include "monitor/sbi_serve.h"
#include "monitor/timer.h"
#include "monitor/vpmp.h"
#include "monitor/vtrap.h"
#include "lib/log.h"

/* Ticks that the payload has at least between two interrupts of the firmware. */
#define QUIET_LEAST 100u

struct failsafe failsafe;

static bool is_stopped(void)
{
	return __atomic_load_n(&failsafe.stopped, __ATOMIC_ACQUIRE) != 0;
}

static u64 budget(void)
{
	return machine.timebase / 1000 * FAILSAFE_BUDGET_MS;
}

static bool init(struct hart *h)
{
	timer_share(h);
	if (!h->timer.shared || machine.timebase == 0) {
		log_line("refused: failsafe needs a timer that it can share, and its frequency");
		return false;
	}
	return true;
}

/* ---- the end of the firmware ---- */

static void stop(struct hart *h, const char *why)
{
	if (__atomic_exchange_n(&failsafe.stopped, 1, __ATOMIC_ACQ_REL) != 0) {
		return;
	}
	__atomic_store_n(&machine.firmware_stopped, h->index + 1, __ATOMIC_RELEASE);
	log_line("failsafe: firmware stopped on hart %lu: %s", h->id, why);
	log_line("failsafe: the monitor serves the payload from now on");
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if (i != h->index) {
			ipi_ring(machine.harts[i]);
		}
	}
	h->irq_check = 1;
}

/* The payload goes on behind its call, which has failed; or where it was. */
static void go_on(struct hart *h)
{
	struct resume r = { .kind = RESUME_RETURN,
			    .pc = context_next_pc(h),
			    .priv = field_get(h->payload.status, MSTATUS_MPP),
			    .virt = (h->payload.status & MSTATUS_MPV) != 0 };

	context_restore(h);
	if (context_is_call(h)) {
		/* Whom the firmware was to start may have begun all the same. */
		reg_write(h, 10, (u64)(hsm_withdraw_start(h) ? SBI_ERR_FAILED : SBI_SUCCESS));
		if (h->payload.x[17] > SBI_LEGACY_LAST) { /* those have no value (SBI 3.0, 5) */
			reg_write(h, 11, 0);
		}
	}
	r.asked = r.pc;
	h->pc = r.pc;
	vtrap_enter_payload(h, &r);
	isolate_show_status(h);
}

static void begin(struct hart *h, const struct resume *r)
{
	isolate_clear(h);
	isolate_apply(h);
	h->pc = r->pc;
	vtrap_enter_payload(h, r);
}

/* A hart without a payload waits for one: only the doorbell ends that. */
static void wait_for_start(struct hart *h)
{
	struct resume r;

	while (!hsm_take_start(h, &r)) {
		ipi_wait(h);
	}
	begin(h, &r);
}

/* This hart, in the firmware's world, has to be out of it. */
static void get_out(struct hart *h)
{
	struct resume r = { .kind = RESUME_ENTRY, .asked = h->hsm.addr, .pc = h->hsm.addr,
			    .priv = PRIV_S };

	isolate_mute(h);
	isolate_seal(h);
	failsafe.entered[h->index] = 0;
	switch (hsm_state_of(h)) {
	case HSM_STARTED:
		go_on(h);
		break;
	case HSM_SUSPENDED: /* waking up early is allowed (SBI 3.0, 9.4) */
		if (h->hsm.resumes) {
			begin(h, &r);
		} else {
			go_on(h);
		}
		break;
	case HSM_STOP_PENDING:
		hsm_stop(h);
		wait_for_start(h);
		break;
	default:
		wait_for_start(h);
		break;
	}
}

static void on_settle(struct hart *h)
{
	if (!is_stopped()) {
		return;
	}
	if (h->world == WORLD_FIRMWARE) {
		get_out(h);
	} else if (!h->sealed || (h->vm.mie & BIT(IRQ_MTI)) != 0) {
		isolate_mute(h);
		isolate_seal(h);
	}
}

/* ---- the budget ---- */

/*
 * After an interrupt of its own the firmware has to let the payload run for as long as it ran
 * itself: interrupts alone never keep the payload from going on.
 */
static void leave_in_peace(struct hart *h)
{
	u64 now = timer_now();

	if (failsafe.entered[h->index] != 0 && failsafe.interrupted[h->index] &&
	    mechanism_on(MECH_BUDGET)) {
		timer_keep_quiet(h, now + (now - failsafe.entered[h->index]) + QUIET_LEAST);
	}
}

static void on_enter(struct hart *h, enum world to)
{
	if (to == WORLD_PAYLOAD) {
		leave_in_peace(h);
	}
	/* A hart that waits, to be started or to wake up, may wait as long as it likes. I-FSF-2 */
	if (to == WORLD_PAYLOAD || hsm_state_of(h) != HSM_STARTED) {
		failsafe.entered[h->index] = 0;
		return;
	}
	failsafe.interrupted[h->index] = (h->payload.cause & CAUSE_INTERRUPT) != 0;
	failsafe.entered[h->index] = timer_now();
	if (h->timer.limit == 0) { /* else one is on its way, and will look again */
		timer_limit(h, failsafe.entered[h->index] + budget());
	}
}

static void on_limit(struct hart *h)
{
	u64 since = failsafe.entered[h->index];

	if (since == 0 || !mechanism_on(MECH_BUDGET)) {
		return;
	}
	if (timer_now() - since < budget()) {
		timer_limit(h, since + budget());
	} else {
		stop(h, "it did not return in time");
	}
}

static enum verdict on_resume(struct hart *h, struct resume *r)
{
	u64 behind = context_is_call(h) ? 4 : 0;

	switch (r->kind) {
	case RESUME_BOOT:
		isolate_record(h);
		return PASS;
	case RESUME_ENTRY:
		return PASS;
	case RESUME_RETURN:
		if (r->asked == h->payload.shown_pc + behind || !mechanism_on(MECH_RESUME)) {
			return PASS;
		}
		refuse(h, REFUSED_RESUME);
		stop(h, "it wanted the payload to go on elsewhere");
		break;
	default:
		if (!mechanism_on(MECH_HSM)) {
			return PASS;
		}
		refuse(h, REFUSED_RESUME);
		stop(h, "it wanted to run the payload unasked");
		break;
	}
	get_out(h);
	return HANDLED;
}

/* ---- service without firmware ---- */

static const struct sbi_services all = {
	.extensions = SBI_SERVE_BASE | SBI_SERVE_TIME | SBI_SERVE_IPI | SBI_SERVE_RFENCE |
		      SBI_SERVE_HSM | SBI_SERVE_SRST | SBI_SERVE_DBCN,
	.legacy = BIT(SBI_LEGACY_LAST + 1) - 1,
};

static enum verdict start_hart(struct hart *h)
{
	u64 id = sbi_arg(h, 0);
	u64 addr = sbi_arg(h, 1);

	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if (machine.harts[i]->id != id) {
			continue;
		}
		if (!sbi_memory_may(h, addr & ~(u64)1, 2, PMP_X)) {
			sbi_return(h, SBI_ERR_INVALID_ADDRESS, 0);
			return HANDLED;
		}
		sbi_return(h, hsm_request_start(i, addr, sbi_arg(h, 2)), 0);
		ipi_ring(machine.harts[i]);
		return HANDLED;
	}
	sbi_return(h, SBI_ERR_INVALID_PARAM, 0);
	return HANDLED;
}

static enum verdict hart_state(struct hart *h)
{
	switch (sbi_function(h)) {
	case SBI_HSM_START:
		return start_hart(h);
	case SBI_HSM_STOP:
		vtrap_leave_payload(h, CAUSE_ECALL_S);
		hsm_stop(h);
		timer_forget_deadline(h);
		wait_for_start(h);
		return HANDLED;
	case SBI_HSM_SUSPEND: /* a suspend may end at any time: this one does at once */
		sbi_return(h, sbi_arg(h, 0) == 0 ? SBI_SUCCESS : SBI_ERR_NOT_SUPPORTED, 0);
		return HANDLED;
	default:
		return PASS;
	}
}

static enum verdict on_ecall(struct hart *h, u64 cause)
{
	enum verdict v = PASS;

	if (!is_stopped() || cause != CAUSE_ECALL_S || h->world == WORLD_FIRMWARE) {
		return PASS;
	}
	if (sbi_extension(h) == SBI_HSM) {
		v = hart_state(h);
	}
	if (v == PASS) {
		v = sbi_serve(h, &all);
	}
	if (v == PASS) {
		sbi_return(h, SBI_ERR_NOT_SUPPORTED, 0);
	}
	return HANDLED;
}

static enum verdict on_trap(struct hart *h, u64 cause)
{
	if (!is_stopped() || h->world == WORLD_FIRMWARE) {
		return PASS;
	}
	switch (cause) {
	case CAUSE_ECALL_S:
	case CAUSE_LOAD_ACCESS:
	case CAUSE_STORE_ACCESS:
		return PASS;
	default:
		isolate_own_trap(h, cause);
		return HANDLED;
	}
}

const struct policy policy_failsafe = {
	.name = "failsafe",
	.spares = SPARES_FIRMWARE | SPARES_TIME,
	.saves_payload = true,
	.mediates = true,
	.init = init,
	.on_trap = on_trap,
	.on_ecall = on_ecall,
	.on_enter = on_enter,
	.on_resume = on_resume,
	.on_limit = on_limit,
	.on_settle = on_settle,
};
