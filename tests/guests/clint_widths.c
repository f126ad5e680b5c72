/* SPDX-License-Identifier: Apache-2.0 */
/* The CLINT accessed with every width and alignment: the value, or the exact fault. */
#include "probe.h"
#include "insn.h"

static const uint64_t offsets[] = {
	0x0, 0x1, 0x2, 0x3, 0x4, 0x6, 0x8, 0x3ff8, 0x3ffc, 0x3ffe, 0x3fff,
	0x4000, 0x4001, 0x4002, 0x4004, 0x4006, 0x4007, 0x7ff8, 0xbff4, 0xbff8, 0xbffc, 0xbffe,
	0xbfff, 0xc000, 0xc004, 0xcff8, 0xfff8, 0xfffc, 0xffff,
};

static void access(const char *what, uint32_t word, uint64_t offset)
{
	struct context c;
	/* mtime moves on its own. */
	bool moving = offset >= 0xbff8 && offset < 0xc000;

	run_word(&c, MODE_M, word, 0, CLINT_BASE + offset);
	if (c.trap.cause == CAUSE_BREAKPOINT)
		say(" %s=%x", what, moving ? 0x7ul : c.x[A0]);
	else
		say(" %s:c%x@%x/%x", what, c.trap.cause, c.trap.tval, c.trap.tinst);
}

void guest_main(void)
{
	static const char *loads[] = { "lb", "lh", "lw", "ld", "lbu", "lhu", "lwu" };
	static const char *stores[] = { "sb", "sh", "sw", "sd" };

	store32(CLINT_MSIP(0), 1);
	store64(CLINT_MTIMECMP(0), 0x8123456789abcdeful);
	for (unsigned i = 0; i < sizeof(offsets) / 8; i++) {
		say("%x:", offsets[i]);
		for (unsigned f3 = 0; f3 < 7; f3++)
			access(loads[f3], insn_load(f3, A0, A1, 0), offsets[i]);
		say("\n");
	}
	for (unsigned i = 0; i < sizeof(offsets) / 8; i++) {
		if (offsets[i] >= 0xbff0 && offsets[i] < 0xc000)
			continue;
		say("%x:", offsets[i]);
		for (unsigned f3 = 0; f3 < 4; f3++) {
			access(stores[f3], insn_store(f3, S1, A1, 0), offsets[i]);
			say(" %x %x", (uint64_t)load32(CLINT_MSIP(0)), load64(CLINT_MTIMECMP(0)));
			store32(CLINT_MSIP(0), 1);
			store64(CLINT_MTIMECMP(0), 0x8123456789abcdeful);
		}
		say("\n");
	}
}
