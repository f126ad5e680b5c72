/* SPDX-License-Identifier: Apache-2.0 */
/* A remote fence as firmware does it: msip, sfence.vma and fence.i there, an answer in memory. */
/* Evidence for I-IPI-1. */
#include "guest.h"
#include "insn.h"

static volatile uint64_t generation, answers[MAX_HARTS], values[MAX_HARTS];

static void job(void)
{
	uint64_t (*volatile code)(void) = (uint64_t (*)(void))(uint64_t)code_page;

	sfence_vma();
	fence_i();
	values[this_hart()->id] = code();
	fence();
	answers[this_hart()->id] = generation;
}

void guest_main(void)
{
	unsigned count = hart_count();

	for (uint64_t round = 1; round <= 20; round++) {
		code_page[0] = insn_i(0x13, 0, A0, ZERO, (int32_t)round * 7);
		code_page[1] = 0x00008067;
		fence_i();
		fence();
		generation = round;
		for (unsigned i = 1; i < count; i++)
			hart_start_job(i, job);
		for (unsigned i = 1; i < count; i++) {
			hart_join(i);
			check(answers[i] == round, "an old answer");
			check(values[i] == round * 7, "old code on another hart");
		}
	}
	say("20 rounds on %d harts\n", (int64_t)count);
}
