/* SPDX-License-Identifier: Apache-2.0 */
/* Storms of msip between all harts: every round trip arrives, none is seen twice. */
/* Evidence for I-WLD-4, I-IPI-1. */
#include "guest.h"

#define ROUNDS 100

static volatile uint64_t hits[MAX_HARTS];

static void count_hit(struct frame *f, struct trap *t)
{
	struct hart *h = this_hart();

	(void)f;
	if (t->cause != (CAUSE_IRQ | IRQ_MSI)) {
		fail("a trap that is no software interrupt");
		finish();
	}
	hits[h->id]++;
	fence();
	store32(CLINT_MSIP(h->id), 0);
}

/* Serve interrupts until there were enough; then report by the job's end. */
static void job(void)
{
	struct hart *h = this_hart();

	hook_set(count_hit);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	/* Sleep with MIE off: an interrupt between the test and wfi would be slept over. */
	while (hits[h->id] < ROUNDS) {
		__asm__ volatile("wfi" ::: "memory");
		csr_set(CSR_MSTATUS, MSTATUS_MIE);
		csr_clear(CSR_MSTATUS, MSTATUS_MIE);
	}
	hook_set(NULL);
}

void guest_main(void)
{
	unsigned count = hart_count();

	for (unsigned i = 1; i < count; i++)
		hart_start_job(i, job);
	for (uint64_t round = 0; round < ROUNDS; round++)
		for (unsigned i = 1; i < count; i++) {
			/* The first one may merge with the one that started the job. */
			while (hits[i] < round)
				;
			while (load32(CLINT_MSIP(i)))
				;
			if (hits[i] == round)
				store32(CLINT_MSIP(i), 1);
		}
	for (unsigned i = 1; i < count; i++) {
		hart_join(i);
		say("hart %d: %s\n", (int64_t)i, hits[i] >= ROUNDS ? "all arrived" : "some lost");
		say("  msip %x\n", (uint64_t)load32(CLINT_MSIP(i)));
	}
}
