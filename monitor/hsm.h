/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hart state management as the payload asked for it (SBI 3.0, chapter 9). The firmware carries the
 * calls out, so that its own state stays true; this keeps book of them, and where a policy mediates
 * (policy.h), a hart enters the payload only as the payload asked.
 */
#ifndef MONITOR_HSM_H
#define MONITOR_HSM_H

#include "monitor/policy.h"

/* Before the firmware runs: no hart is started but the one that will enter first. */
void hsm_init(struct hart *h);

/* Harts that run the payload as far as it knows, suspended ones among them: bit n is index n. */
u32 hsm_started(void);

/* Is harts[i] one of them? */
bool hsm_is_started(unsigned int i);

/* Its state, as HSM's status call gives it. */
enum hsm_state hsm_state_of(const struct hart *h);

/* The running hart's payload has made a call, held in h->payload, that the firmware gets. */
void hsm_note_call(struct hart *h);

/*
 * The firmware wants to run the payload on h: fills r->kind. An entry that the payload has asked
 * for is taken: nobody else will get it.
 */
void hsm_judge(struct hart *h, struct resume *r);

/*
 * The hart is about to run the payload as r says, after a call with its answer in a0: the books
 * follow. Once for each hsm_judge that was not refused.
 */
void hsm_note_resume(struct hart *h, const struct resume *r);

/*
 * The hart, in the payload world by now, begins as the SBI says (SBI 3.0, 9.1): a0 its id, a1 what
 * was asked for, satp 0, no interrupts. For RESUME_ENTRY.
 */
void hsm_begin(struct hart *h);

/*
 * The running hart's payload makes a call. If it asks for the state of a hart that is about to
 * stop, waits until the firmware has parked that one, serving other harts meanwhile: Linux asks
 * once, right after the other CPU has said goodbye, and warns of any other answer. Never longer
 * than HSM_STOP_MS, or HSM_LEAVE_MS for a hart that has not called yet. In the payload world.
 */
void hsm_await_stop(struct hart *h);
#define HSM_STOP_MS 100u
#define HSM_LEAVE_MS 20u

/* The running hart's firmware sleeps: a hart that was to stop has. */
void hsm_note_sleep(struct hart *h);

/* Has the payload suspended the hart in a way that loses its state? */
static inline bool hsm_sleeps(const struct hart *h)
{
	return __atomic_load_n(&h->hsm.state, __ATOMIC_ACQUIRE) == HSM_SUSPENDED && h->hsm.resumes;
}

/* Will the hart go on somewhere else than behind its call, or not at all (stop, suspend)? */
static inline bool hsm_gives_up(const struct hart *h)
{
	u32 state = __atomic_load_n(&h->hsm.state, __ATOMIC_ACQUIRE);

	return state != HSM_STARTED && (state != HSM_SUSPENDED || h->hsm.resumes);
}

/*
 * ---- without firmware (failsafe): the monitor does what the payload asks ----
 * Each answers as the SBI says; a hart that is to stop or to begin does so by itself.
 */

/* Asks harts[i] to begin at addr; an SBI error, or 0. */
s64 hsm_request_start(unsigned int i, u64 addr, u64 opaque);

/*
 * The call of h is to fail: takes back the start of another hart that it asked for. false: that
 * hart has begun by now, so the call has succeeded.
 */
bool hsm_withdraw_start(struct hart *h);

/* Has somebody asked for this hart to begin? Takes it: r says where. */
bool hsm_take_start(struct hart *h, struct resume *r);

/*
 * This hart, whose call to stop has been noted, stops. Whoever has asked for it since is not
 * forgotten: hsm_take_start will say so.
 */
void hsm_stop(struct hart *h);

#endif
