/* SPDX-License-Identifier: Apache-2.0 */
/* Serving other harts in the middle of a computation. */
#include "monitor/slice.h"

#include "hw/csr.h"
#include "hw/slice.h"
#include "monitor/ipi.h"
#include "monitor/policy.h"
#include "monitor/remote.h"

/* What a trap changes in mstatus; of the call that is handled, trap_return needs it. */
#define TRAP_FIELDS (MSTATUS_MPP | MSTATUS_MPIE | MSTATUS_MDT)

struct sliced {
	struct hart *h;
	const struct policy *policy;
	bool rung;
};

/* The first function on the slice's stack. */
static void slice_body(void *arg)
{
	const struct sliced *s = arg;
	const struct policy *p = s->policy;

	p->on_slice(s->h);
}

static void look_for_panic(void)
{
	if (__atomic_load_n(&machine.dead, __ATOMIC_ACQUIRE) != 0) {
		ipi_park();
	}
}

/* The part of ipi_answer that others wait for; the rest is this guest's, and waits. */
void slice_interrupt(void *who)
{
	struct sliced *s = who;

	ipi_show_msip(s->h, false);
	hw_fence(); /* as in ipi_answer */
	look_for_panic();
	remote_serve(s->h);
	s->rung = true;
}

/* MPV and GVA are 0 in an ecall of S-mode, and a trap out of M-mode leaves them so. */
void slice_run(struct hart *h, const struct policy *p, struct slice_stack *stack)
{
	struct sliced who = { .h = h, .policy = p };
	struct slice s = { .run = slice_body, .arg = &who, .stack = stack + 1 };
	u64 status = csr_clear(CSR_MSTATUS, MSTATUS_MDT);
	u64 mie = csr_swap(CSR_MIE, BIT(IRQ_MSI));

	CHECK(!h->remote.serving && (status & MSTATUS_MPV) == 0);
	slice_enter(&s, &who);
	csr_write(CSR_MIE, mie);
	csr_write(CSR_MSTATUS, (csr_read(CSR_MSTATUS) & ~TRAP_FIELDS) | (status & TRAP_FIELDS));
	if (who.rung) {
		ipi_show_msip(h, true);
	}
}

void slice_lock(struct hart *h, u32 *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) != 0) {
		look_for_panic();
		remote_serve(h);
	}
}

void slice_unlock(u32 *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}
