/* SPDX-License-Identifier: Apache-2.0 */
/* AMO, LR and SC on RAM, with traps and emulated instructions between LR and SC. */
#include "guest.h"
#include "insn.h"

static uint64_t cell;

static void probe(const char *name, const uint32_t *words, unsigned count)
{
	struct context c;

	cell = 0x0123456789abcdeful;
	context_init(&c, MODE_M, 0);
	c.x[A1] = (uint64_t)&cell;
	c.x[A2] = 0xfedcba9876543210ul;
	run_words(&c, MODE_M, words, count);
	say_context(name, &c);
	say("  cell %x\n", cell);
}

void guest_main(void)
{
	static const uint32_t functions[] = { 0, 1, 4, 8, 12, 16, 20, 24, 28 };
	uint32_t pair[] = { insn_amo(2, 3, A0, A1, 0), insn_amo(3, 3, A3, A1, A2) };
	uint32_t alone[] = { insn_amo(3, 3, A3, A1, A2) };
	uint32_t reserved[] = { insn_amo(2, 3, A0, A1, A2) };

	for (unsigned i = 0; i < 9; i++)
		for (uint32_t f3 = 2; f3 < 4; f3++) {
			uint32_t word = insn_amo(functions[i], f3, A0, A1, A2);

			probe("amo", &word, 1);
		}
	probe("lr, sc", pair, 2);
	probe("sc alone", alone, 1);
	probe("lr with rs2", reserved, 1);
}
