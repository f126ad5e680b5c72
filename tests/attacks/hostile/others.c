/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks by means of other harts, and on them. */
#include "hostile.h"

/* ---- a hart enters the payload where nobody asked for it ---- */

static uint64_t elsewhere_step(struct context *c, uint64_t step)
{
	if (step == 0)
		sbi_other_address = c->x[A0];
	if (step == 1)
		sbi_other_opaque = c->x[A0];
	if (step == 2)
		sbi_intrude(1, c->x[A0]);
	return 0;
}

/* ---- one hart loops with a lock of the firmware's held, others want the lock ---- */

static uint32_t lock;

static uint64_t locked_step(struct context *c, uint64_t step)
{
	(void)c;
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		;
	while (step == 0)
		__asm__ volatile("");
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
	return 0;
}

/* ---- one hart is rung without end ---- */

static uint64_t storm_step(struct context *c, uint64_t step)
{
	uint64_t start = time_now();

	(void)step;
	while (time_now() - start < 5000000) /* half a second */
		for (unsigned i = 0; i < 100; i++)
			store32(CLINT_MSIP(c->x[A0]), 1);
	return 0;
}

/* ---- the instruction changes while the monitor looks at it ---- */

#define ROUNDS 500u /* a call: less than what failsafe allows it */

static uint32_t *const racy = &code_page[0];
static uint64_t rounds_done;

static void keep_changing(void)
{
	volatile uint32_t *word = racy;

	if (this_hart()->id != 1)
		return;
	for (;;) {
		*word = insn_store(2, A0, A1, 0); /* to the CLINT */
		fence();
		*word = insn_store(2, A0, A2, 0); /* to memory that is not the firmware's */
		fence();
	}
}

static uint64_t racy_step(struct context *c, uint64_t step)
{
	struct context w;
	uint32_t before = 0, after = 0;

	if (step == 0) /* where that is possible, the monitor must be as it was */
		try_load32(monitor_base, &before);
	for (unsigned i = 0; i < ROUNDS; i++) {
		context_init(&w, MODE_M, (uint64_t)racy);
		w.x[A0] = 0;
		w.x[A1] = CLINT_MSIP(this_hart()->id);
		w.x[A2] = step == 0 ? monitor_base : c->x[A0];
		code_page[1] = INSN_EBREAK;
		run(&w);
		rounds_done += w.trap.cause == CAUSE_STORE_ACCESS;
	}
	if (step == 0) {
		try_load32(monitor_base, &after);
		try_store32(monitor_base, before);
	}
	c->x[A1] = rounds_done;
	return before != after;
}

const struct attack hostile_others[] = {
	{ .name = "A-16.start", .step = elsewhere_step },
	{ .name = "A-16.opaque", .step = elsewhere_step },
	{ .name = "A-16.unasked", .step = elsewhere_step },
	{ .name = "A-16.resume", .step = elsewhere_step },
	{ .name = "A-20", .step = storm_step },
	{ .name = "A-62" },
	{ .name = "A-64", .step = locked_step },
	{ .name = "A-8.monitor", .waiting = keep_changing, .step = racy_step },
	{ .name = "A-8.secret", .waiting = keep_changing, .step = racy_step },
	{ 0 },
};
