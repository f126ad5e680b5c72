/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every entry that the firmware has on the monitor is locked, from the last to the first, with
 * each choice of rights and each address mode in turn; M, S and U, and M under MPRV, find what it
 * grants.
 */
/* Evidence for I-PMP-3, I-PMP-4. */
#include "insn.h"
#include "probe.h"

#define ENTRIES 12 /* of sixteen; the monitor keeps the others */
#define REGION 64ul

static const uint32_t accesses[] = {
	3 | 2 << 12 | A0 << 7 | A1 << 15,     /* lw */
	0x23 | 2 << 12 | A1 << 15 | A0 << 20, /* sw */
	0x2f | 2 << 12 | A0 << 7 | A1 << 15,  /* amoadd.w, of x0 */
};

/* The last entry is the background: all rights for S and U where no other matches. */
static void probe(const char *name, uint64_t at)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };

	say(" %s\n", name);
	for (unsigned m = 0; m < 3; m++) {
		struct context c;
		uint64_t causes = 0;

		for (unsigned a = 0; a < 3; a++)
			causes = causes << 8 | run_word(&c, modes[m], accesses[a], INSN_EBREAK, at);
		context_init(&c, modes[m], at);
		run(&c);
		say("  %s: lw, sw, amo %x fetch %x tval %x\n", mode_name(modes[m]), causes,
			c.trap.cause, c.trap.tval);
	}
	probe_mprv("  lw as S", accesses[0], at, (uint64_t)MODE_S << MSTATUS_MPP_SHIFT);
	probe_mprv("  sw as U", accesses[1], at, (uint64_t)MODE_U << MSTATUS_MPP_SHIFT);
	probe_mprv("  sw as M", accesses[1], at, (uint64_t)MODE_M << MSTATUS_MPP_SHIFT);
}

/* Locks the entry and says how much it covers; a TOR rule begins at the entry below, locked off. */
static uint64_t lock(unsigned entry, uint8_t rights, uint64_t at)
{
	switch (entry % 4) {
	case 0:
		pmp_set(entry, PMP_L | PMP_NAPOT | rights, PMP_NAPOT_ADDR(at, REGION));
		return REGION;
	case 1:
		pmp_set(entry, PMP_L | PMP_NA4 | rights, at >> 2);
		return 4;
	case 2:
		pmp_set(entry, PMP_L, at >> 2);
		return REGION;
	default:
		pmp_set(entry - 1, 0, at >> 2);
		pmp_set(entry, PMP_L | PMP_TOR | rights, (at + REGION) >> 2);
		return REGION;
	}
}

static void say_entries(const char *name)
{
	say("%s:", name);
	for (unsigned i = 0; i < ENTRIES; i++)
		say(" %x@%x", (uint64_t)pmp_cfg(i), pmp_addr(i));
	say("\n");
}

void guest_main(void)
{
	static const uint8_t rights[] = { 0, PMP_R, PMP_R | PMP_W, PMP_X, PMP_R | PMP_X, 7 };
	uint64_t at = (uint64_t)data_pages;

	for (unsigned i = 0; i < 2 * PAGE_SIZE / 4; i++)
		((uint32_t *)data_pages)[i] = INSN_EBREAK;
	fence_i();
	pmp_set(0, 0, 0);
	pmp_set(ENTRIES - 1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	for (unsigned i = ENTRIES - 1; i-- > 0; at += 4 * REGION) {
		uint64_t size = lock(i, rights[i % 6], at);

		say("entry %d, rights %x\n", (int64_t)i, (uint64_t)rights[i % 6]);
		probe("at its start", at);
		probe("before its end", at + size - 4);
		probe("behind it", at + size);
	}
	say_entries("locked");
	for (unsigned i = 0; i < ENTRIES; i++)
		pmp_set(i, PMP_NAPOT | PMP_R | PMP_W | PMP_X, 0x4321 + i);
	say_entries("after writes to all");
}
