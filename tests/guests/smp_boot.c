/* SPDX-License-Identifier: Apache-2.0 */
/* Every hart starts the firmware with its own hart id in a0, and does a job when it is asked. */
/* Evidence for I-BOOT-1. */
#include "guest.h"

static uint64_t sums[MAX_HARTS];

static void job(void)
{
	uint64_t id = csr_read(CSR_MHARTID);

	sums[id] += id + 1;
	csr_write(CSR_MSCRATCH, this_hart());
	check(this_hart()->id == id, "the hart's id changed");
}

void guest_main(void)
{
	unsigned count = hart_count();

	say("harts: %d\n", (int64_t)count);
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 1; i < count; i++)
			hart_start_job(i, job);
		for (unsigned i = 1; i < count; i++)
			hart_join(i);
	}
	for (unsigned i = 1; i < count; i++)
		say("hart %d: %x, misa %x\n", (int64_t)i, sums[i], csr_read(CSR_MISA));
}
