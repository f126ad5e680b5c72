/* SPDX-License-Identifier: Apache-2.0 */
/* The book on hart states; each transition is one compare-and-swap. */
#include "monitor/hsm.h"

#include "hw/csr.h"
#include "monitor/context.h"
#include "monitor/fence.h"
#include "monitor/mechanism.h"
#include "monitor/regs.h"
#include "monitor/remote.h"
#include "monitor/sbi.h"
#include "monitor/timer.h"

/* SBI 3.0, 9.4: bit 31 of a suspend type says that the hart's state is lost. */
#define SUSPEND_NON_RETENTIVE BIT(31)

static enum hsm_state load(const struct hart *h)
{
	return (enum hsm_state)__atomic_load_n(&h->hsm.state, __ATOMIC_ACQUIRE);
}

static void store(struct hart *h, enum hsm_state state)
{
	__atomic_store_n(&h->hsm.state, (u32)state, __ATOMIC_RELEASE);
}

static bool move(struct hart *h, enum hsm_state from, enum hsm_state to)
{
	u32 expected = (u32)from;

	return __atomic_compare_exchange_n(&h->hsm.state, &expected, (u32)to, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

void hsm_init(struct hart *h)
{
	store(h, HSM_STOPPED);
}

enum hsm_state hsm_state_of(const struct hart *h)
{
	enum hsm_state state = load(h);

	return state == HSM_CLAIMED ? HSM_START_PENDING : state;
}

bool hsm_is_started(unsigned int i)
{
	enum hsm_state state = load(machine.harts[i]);

	return state == HSM_STARTED || state == HSM_SUSPENDED;
}

u32 hsm_started(void)
{
	u32 set = 0;

	for (unsigned int i = 0; i < machine.hart_count; i++) {
		set |= hsm_is_started(i) ? (u32)1 << i : 0;
	}
	return set;
}

/* ---- calls on their way to the firmware ---- */

s64 hsm_request_start(unsigned int i, u64 addr, u64 opaque)
{
	struct hart *target = machine.harts[i];

	/* A hart that is on its way out will find the request when it is there. */
	if (!move(target, HSM_STOPPED, HSM_CLAIMED) &&
	    !move(target, HSM_STOP_PENDING, HSM_CLAIMED)) {
		return SBI_ERR_ALREADY_AVAILABLE;
	}
	target->hsm.addr = addr;
	target->hsm.opaque = opaque;
	store(target, HSM_START_PENDING);
	return SBI_SUCCESS;
}

static void note_start(struct hart *h, const u64 *x)
{
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if (machine.harts[i]->id == x[10] && machine.harts[i] != h &&
		    hsm_request_start(i, x[11], x[12]) == SBI_SUCCESS) {
			h->hsm.asked = i + 1;
		}
	}
}

static void note_suspend(struct hart *h, bool non_retentive, u64 addr, u64 opaque)
{
	h->hsm.resumes = non_retentive;
	h->hsm.addr = addr;
	h->hsm.opaque = opaque;
	store(h, HSM_SUSPENDED);
}

void hsm_note_call(struct hart *h)
{
	u64 extension = reg_read(h, 17);
	u64 x[18];

	if (!context_is_call(h) || (extension != SBI_HSM && extension != SBI_SUSP)) {
		return;
	}
	for (unsigned int n = 10; n < 18; n++) {
		x[n] = reg_read(h, n);
	}
	if (x[17] == SBI_HSM && x[16] == SBI_HSM_START) {
		note_start(h, x);
	} else if (x[17] == SBI_HSM && x[16] == SBI_HSM_STOP) {
		__atomic_store_n(&h->hsm.parked, 0, __ATOMIC_RELAXED);
		store(h, HSM_STOP_PENDING);
	} else if (x[17] == SBI_HSM && x[16] == SBI_HSM_SUSPEND) {
		note_suspend(h, (x[10] & SUSPEND_NON_RETENTIVE) != 0, x[11], x[12]);
	} else if (x[17] == SBI_SUSP && x[16] == SBI_SUSP_SUSPEND) {
		note_suspend(h, true, x[11], x[12]);
	}
}

/* ---- waiting for a hart to stop ---- */

/* Milliseconds that an answer about this hart may wait for it, in the state that it is in. */
static u64 patience(const struct hart *target)
{
	switch (load(target)) {
	case HSM_STARTED:
		return HSM_LEAVE_MS;
	case HSM_STOP_PENDING:
		return __atomic_load_n(&target->hsm.parked, __ATOMIC_ACQUIRE) ? 0 : HSM_STOP_MS;
	default:
		return 0;
	}
}

static void await_stop_of(struct hart *h, const struct hart *target)
{
	u64 start = timer_now();

	while ((timer_now() - start) < machine.timebase / 1000 * patience(target)) {
		remote_serve(h);
	}
}

void hsm_await_stop(struct hart *h)
{
	if (reg_read(h, 17) != SBI_HSM || reg_read(h, 16) != SBI_HSM_STATUS) {
		return;
	}
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if (machine.harts[i]->id == reg_read(h, 10) && i != h->index) {
			await_stop_of(h, machine.harts[i]);
		}
	}
}

void hsm_note_sleep(struct hart *h)
{
	if (load(h) == HSM_STOP_PENDING) {
		__atomic_store_n(&h->hsm.parked, 1, __ATOMIC_RELEASE);
	}
}

/* ---- the way back ---- */

static void judge_entry(struct hart *h, struct resume *r)
{
	r->kind = RESUME_ENTRY;
	if (machine.mediates && mechanism_on(MECH_HSM)) {
		r->pc = h->hsm.addr;
		r->priv = PRIV_S;
		r->virt = false;
	}
}

void hsm_judge(struct hart *h, struct resume *r)
{
	enum hsm_state state = load(h);

	if (state == HSM_START_PENDING && move(h, HSM_START_PENDING, HSM_RESUME_PENDING)) {
		judge_entry(h, r);
	} else if (state == HSM_SUSPENDED && h->hsm.resumes && r->asked == h->hsm.addr) {
		judge_entry(h, r);
	} else if (h->payload.valid && (state == HSM_STARTED || state == HSM_SUSPENDED ||
					state == HSM_STOP_PENDING)) {
		r->kind = RESUME_RETURN;
	} else if (__atomic_exchange_n(&machine.booted, 1, __ATOMIC_ACQ_REL) == 0) {
		r->kind = RESUME_BOOT;
	} else {
		r->kind = RESUME_UNASKED;
	}
}

bool hsm_withdraw_start(struct hart *h)
{
	unsigned int asked = h->hsm.asked;

	h->hsm.asked = 0;
	return asked == 0 || move(machine.harts[asked - 1], HSM_START_PENDING, HSM_STOPPED);
}

/* The call to start another hart has come back: if it failed, nobody is to begin. */
static void end_request(struct hart *h)
{
	if (reg_read(h, 10) != SBI_SUCCESS) {
		hsm_withdraw_start(h);
	}
	h->hsm.asked = 0;
}

void hsm_note_resume(struct hart *h, const struct resume *r)
{
	h->payload.valid = false;
	h->hsm.resumes = false;
	if (r->kind == RESUME_RETURN) {
		end_request(h);
		/* Out of this state only the hart itself takes it. */
		if (load(h) == HSM_STARTED) {
			return;
		}
		if (move(h, HSM_SUSPENDED, HSM_STARTED) || move(h, HSM_STOP_PENDING, HSM_STARTED)) {
			return;
		}
	} else {
		timer_forget_deadline(h);
		/*
		 * The hart is asked for fences from now on. What it was not asked for before is
		 * made good after it has been announced.
		 */
		__atomic_store_n(&h->hsm.state, HSM_STARTED, __ATOMIC_SEQ_CST);
		fence_here(h);
	}
}

void hsm_begin(struct hart *h)
{
	csr_write(CSR_SATP, 0);
	csr_clear(CSR_MSTATUS, MSTATUS_SIE);
	reg_write(h, 10, h->id);
	reg_write(h, 11, h->hsm.opaque);
}

/* ---- without firmware ---- */

bool hsm_take_start(struct hart *h, struct resume *r)
{
	if (!move(h, HSM_START_PENDING, HSM_RESUME_PENDING)) {
		return false;
	}
	*r = (struct resume){ .kind = RESUME_ENTRY, .asked = h->hsm.addr, .pc = h->hsm.addr,
			      .priv = PRIV_S };
	return true;
}

void hsm_stop(struct hart *h)
{
	move(h, HSM_STOP_PENDING, HSM_STOPPED); /* else somebody has asked for a start since */
}
