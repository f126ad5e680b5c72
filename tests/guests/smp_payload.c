/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads run on all harts at once and call the firmware thousands of times in all. */
/* Evidence for I-WLD-4. */
#include "guest.h"

#define CALLS 300

/* Count a0 down with an ecall each time; a1 counts what the firmware answered. */
__asm__(
	".align 2\n"
	"caller_payload:\n"
	"1:	ecall\n"
	"	add a1, a1, a2\n"
	"	addi a0, a0, -1\n"
	"	bnez a0, 1b\n"
	"	ebreak\n");
extern const char caller_payload[];

static uint64_t results[MAX_HARTS];

static void job(void)
{
	struct context c;

	context_init(&c, MODE_S, (uint64_t)caller_payload);
	c.x[10] = CALLS;
	for (;;) {
		run(&c);
		if (c.trap.cause != CAUSE_ECALL_S)
			break;
		c.x[12] = this_hart()->id + 1;
		c.pc = c.trap.epc + 4;
	}
	results[this_hart()->id] = c.trap.cause == CAUSE_BREAKPOINT ? c.x[11] : 0;
}

void guest_main(void)
{
	unsigned count = hart_count();

	for (unsigned i = 1; i < count; i++)
		hart_start_job(i, job);
	job();
	for (unsigned i = 0; i < count; i++) {
		if (i)
			hart_join(i);
		say("hart %d: %d\n", (int64_t)i, (int64_t)results[i]);
		check(results[i] == CALLS * (i + 1), "an answer was lost");
	}
}
