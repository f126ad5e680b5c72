/* SPDX-License-Identifier: Apache-2.0 */
/* Calls between harts, and the rendezvous of all of them on top. */
#include "monitor/remote.h"

#include "monitor/ipi.h"

/* Phases of the rendezvous in progress; machine.rendezvous.phase. */
#define PHASE_GATHER 0u
#define PHASE_EACH 1u
#define PHASE_LEAVE 2u

static u32 bit_of(const struct hart *h)
{
	return (u32)1 << h->index;
}

void remote_join(struct hart *h)
{
	__atomic_fetch_or(&machine.online, bit_of(h), __ATOMIC_RELEASE);
}

u32 remote_harts(void)
{
	return __atomic_load_n(&machine.online, __ATOMIC_ACQUIRE);
}

/* A hart that waits for others must not outlive a panic of theirs. */
static void look_for_panic(void)
{
	if (__atomic_load_n(&machine.dead, __ATOMIC_ACQUIRE) != 0) {
		ipi_park();
	}
}

static void serve_one(struct hart *h, struct hart *caller)
{
	struct remote_slot *call = &caller->remote.call;

	h->remote.serving = true;
	call->fn(h, call->args);
	h->remote.serving = false;
	/* From here on the caller may use its slot again. */
	__atomic_fetch_and(&caller->remote.waiting, ~bit_of(h), __ATOMIC_RELEASE);
}

void remote_serve(struct hart *h)
{
	u32 from = __atomic_exchange_n(&h->remote.from, 0, __ATOMIC_ACQUIRE);

	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if ((from >> i & 1) != 0) {
			serve_one(h, machine.harts[i]);
		}
	}
}

/* Asks the harts of mask, this one not among them. */
static void post(struct hart *h, u32 mask, remote_fn fn, const u64 *args)
{
	CHECK(!h->remote.serving);
	h->remote.call.fn = fn;
	for (unsigned int i = 0; i < REMOTE_ARGS; i++) {
		h->remote.call.args[i] = args != NULL ? args[i] : 0;
	}
	__atomic_store_n(&h->remote.waiting, mask, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		if ((mask >> i & 1) != 0) {
			struct hart *target = machine.harts[i];

			__atomic_fetch_or(&target->remote.from, bit_of(h), __ATOMIC_RELEASE);
			ipi_ring(target);
		}
	}
}

/* Until *word, which other harts change, is value; calls of others are served meanwhile. */
static void wait_serving(struct hart *h, const u32 *word, u32 value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value) {
		look_for_panic();
		remote_serve(h);
	}
}

void remote_run(struct hart *h, u32 mask, remote_fn fn, const u64 *args)
{
	mask &= remote_harts();
	post(h, mask & ~bit_of(h), fn, args);
	if ((mask & bit_of(h)) != 0) {
		fn(h, h->remote.call.args);
	}
	wait_serving(h, &h->remote.waiting, 0);
}

/* ---- rendezvous ---- */

static void wait_phase(u32 phase)
{
	while (__atomic_load_n(&machine.rendezvous.phase, __ATOMIC_ACQUIRE) < phase) {
		look_for_panic();
	}
}

/* What every hart but the leader does; the leader's slot holds each and its arguments. */
static void attend(struct hart *h, const u64 *args)
{
	struct rendezvous *r = &machine.rendezvous;

	__atomic_fetch_or(&r->here, bit_of(h), __ATOMIC_RELEASE);
	wait_phase(PHASE_EACH);
	r->each(h, args);
	__atomic_fetch_or(&r->done, bit_of(h), __ATOMIC_RELEASE);
	wait_phase(PHASE_LEAVE);
}

/* Becomes the leader; another one's rendezvous is attended first. */
static void become_leader(struct hart *h)
{
	u32 nobody = 0;

	while (!__atomic_compare_exchange_n(&machine.rendezvous.leader, &nobody, h->index + 1,
					    false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		nobody = 0;
		look_for_panic();
		remote_serve(h);
	}
}

void remote_rendezvous(struct hart *h, remote_fn leader, remote_fn each, const u64 *args)
{
	struct rendezvous *r = &machine.rendezvous;
	u32 others;

	become_leader(h);
	others = remote_harts() & ~bit_of(h);
	r->each = each;
	r->here = 0;
	r->done = 0;
	__atomic_store_n(&r->phase, PHASE_GATHER, __ATOMIC_RELAXED);
	post(h, others, attend, args);
	wait_serving(h, &r->here, others);
	if (leader != NULL) {
		leader(h, h->remote.call.args);
	}
	__atomic_store_n(&r->phase, PHASE_EACH, __ATOMIC_RELEASE);
	each(h, h->remote.call.args);
	while (__atomic_load_n(&r->done, __ATOMIC_ACQUIRE) != others) {
		look_for_panic();
	}
	__atomic_store_n(&r->phase, PHASE_LEAVE, __ATOMIC_RELEASE);
	wait_serving(h, &h->remote.waiting, 0);
	__atomic_store_n(&r->leader, 0, __ATOMIC_RELEASE);
}
