/* SPDX-License-Identifier: Apache-2.0 */
/* One hart sets the mtimecmp of all others; each takes its own timer interrupt. */
#include "guest.h"

static volatile uint64_t armed[MAX_HARTS], seen[MAX_HARTS];

static void job(void)
{
	uint64_t id = this_hart()->id;

	csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI));
	armed[id] = 1;
	while (!(csr_read(CSR_MIP) & IRQ_BIT(IRQ_MTI)))
		__asm__ volatile("wfi" ::: "memory");
	seen[id] = time_now() >= load64(CLINT_MTIMECMP(id)) ? 1 : 2;
	store64(CLINT_MTIMECMP(id), ~0ul);
	csr_write(CSR_MIE, 0);
}

void guest_main(void)
{
	unsigned count = hart_count();

	for (unsigned i = 1; i < count; i++) {
		store64(CLINT_MTIMECMP(i), ~0ul);
		hart_start_job(i, job);
	}
	for (unsigned i = 1; i < count; i++) {
		while (!armed[i])
			;
		say("hart %d: mtimecmp %x", (int64_t)i, load64(CLINT_MTIMECMP(i)));
		store32(CLINT_MTIMECMP(i) + 4, 0x12345678);
		say(", halves %x\n", load64(CLINT_MTIMECMP(i)));
		store64(CLINT_MTIMECMP(i), time_now() + 10000);
	}
	for (unsigned i = 1; i < count; i++) {
		hart_join(i);
		say("hart %d: %s, mtimecmp %x\n", (int64_t)i, seen[i] == 1 ? "in time" : "early",
			load64(CLINT_MTIMECMP(i)));
	}
}
