/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores of every width over the CLINT's registers and the holes between them. */
#include "clint_access.h"
#include "guest.h"
#include "insn.h"

#define MTIMECMP 0x8123456789abcdeful

static const uint64_t offsets[] = {
	0x0, 0x1, 0x2, 0x3, 0x4, 0x6, 0x8, 0x3ff8, 0x3ffc, 0x3ffe, 0x3fff,
	0x4000, 0x4001, 0x4002, 0x4004, 0x4006, 0x4007, 0x7ff8, 0xbff0, 0xbff4, 0xbff8, 0xbffc,
	0xbffe, 0xbfff, 0xc000, 0xc004, 0xcff8, 0xfff8, 0xfffc, 0xffff,
};

static void try_one(const char *name, uint32_t word, uint64_t offset)
{
	struct context c;
	/* mtime moves on its own. */
	bool moving = offset + 7 >= 0xbff8 && offset < 0xc000;

	store32(CLINT_MSIP(0), 1);
	store64(CLINT_MTIMECMP(0), MTIMECMP);
	run_word(&c, MODE_M, word, 0, CLINT_BASE + offset);
	if (c.trap.cause == CAUSE_BREAKPOINT)
		say("%s %x: %x", name, offset, moving ? 0 : c.x[A0]);
	else
		say("%s %x: cause=%x tval=%x tinst=%x", name, offset, c.trap.cause, c.trap.tval,
			c.trap.tinst);
	say(" msip %x mtimecmp %x\n", (uint64_t)load32(CLINT_MSIP(0)), load64(CLINT_MTIMECMP(0)));
}

void clint_access_all(bool aligned)
{
	static const char *loads[] = { "lb", "lh", "lw", "ld", "lbu", "lhu", "lwu" };
	static const char *stores[] = { "sb", "sh", "sw", "sd" };

	for (unsigned i = 0; i < sizeof(offsets) / 8; i++) {
		for (unsigned f3 = 0; f3 < 7; f3++)
			if (((offsets[i] & ((1ul << (f3 & 3)) - 1)) == 0) == aligned)
				try_one(loads[f3], insn_load(f3, A0, A1, 0), offsets[i]);
		for (unsigned f3 = 0; f3 < 4; f3++)
			if (((offsets[i] & ((1ul << f3) - 1)) == 0) == aligned &&
			    (offsets[i] < 0xbff8 || offsets[i] >= 0xc000))
				try_one(stores[f3], insn_store(f3, S1, A1, 0), offsets[i]);
	}
}
