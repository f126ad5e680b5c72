/* SPDX-License-Identifier: Apache-2.0 */
/* Harts race for one AMO at start; exactly one wins, and each counter of theirs adds up. */
/* Evidence for I-BOOT-1. */
#include "guest.h"

static uint64_t tickets, winners, total;

static void job(void)
{
	for (unsigned i = 0; i < 1000; i++)
		__atomic_fetch_add(&total, 1, __ATOMIC_RELAXED);
	if (__atomic_fetch_add(&tickets, 1, __ATOMIC_RELAXED) == 0)
		__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED);
}

void guest_main(void)
{
	unsigned count = hart_count();

	for (unsigned i = 1; i < count; i++)
		hart_start_job(i, job);
	job();
	for (unsigned i = 1; i < count; i++)
		hart_join(i);
	say("tickets %d winners %d total %d\n", (int64_t)tickets, (int64_t)winners, (int64_t)total);
}
