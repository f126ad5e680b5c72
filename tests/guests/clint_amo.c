/* SPDX-License-Identifier: Apache-2.0 */
/* AMO, LR and SC on the CLINT, and instructions that are no loads or stores at all. */
#include "guest.h"
#include "insn.h"

static void probe(const char *name, const char *where, uint32_t word, uint64_t at)
{
	struct context c;

	context_init(&c, MODE_M, 0);
	c.x[A1] = at;
	c.x[A2] = 0x5555;
	store64(CLINT_MTIMECMP(0), 0x8123456789abcdeful);
	store32(CLINT_MSIP(0), 0);
	run_words(&c, MODE_M, &word, 1);
	say("%s.%c ", name, word & 0x1000 ? 'd' : 'w');
	say_context(where, &c);
	say("  %x %x\n", (uint64_t)load32(CLINT_MSIP(0)), load64(CLINT_MTIMECMP(0)));
}

void guest_main(void)
{
	static const uint32_t functions[] = { 0, 1, 2, 3, 4, 8, 12, 16, 20, 24, 28 };

	static const char *names[] = { "amoadd", "amoswap", "lr", "sc", "amoxor", "amoor",
		"amoand", "amomin", "amomax", "amominu", "amomaxu" };

	for (unsigned i = 0; i < 11; i++) {
		for (uint32_t f3 = 2; f3 < 4; f3++) {
			uint32_t rs2 = functions[i] == 2 ? ZERO : A2;
			uint32_t word = insn_amo(functions[i], f3, A0, A1, rs2);

			probe(names[i], "on mtimecmp", word, CLINT_MTIMECMP(0));
			probe(names[i], "on msip", word, CLINT_MSIP(0));
			probe(names[i], "misaligned", word, CLINT_MTIMECMP(0) + 2);
			probe(names[i], "on nothing", word, UNMAPPED);
		}
	}
}
