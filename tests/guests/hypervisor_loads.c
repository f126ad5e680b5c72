/* SPDX-License-Identifier: Apache-2.0 */
/* hlv, hlvx and hsv of every width in M, S and U, through both stages, with HU and SPVP. */
/* Evidence for I-WLD-3. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

static const struct {
	const char *name;
	uint32_t f7, form;
} loads[] = {
	{ "hlv.b", 0x30, 0 }, { "hlv.bu", 0x30, 1 }, { "hlv.h", 0x32, 0 }, { "hlv.hu", 0x32, 1 },
	{ "hlvx.hu", 0x32, 3 }, { "hlv.w", 0x34, 0 }, { "hlv.wu", 0x34, 1 },
	{ "hlvx.wu", 0x34, 3 }, { "hlv.d", 0x36, 0 },
};

static void say_one(const char *name, enum mode mode, const struct context *c)
{
	csr_clear(CSR_MSTATUS, MSTATUS_GVA);
	say("%s %s: ", mode_name(mode), name);
	if (c->trap.cause == CAUSE_BREAKPOINT)
		say("%x\n", c->x[A0]);
	/*
	 * What QEMU 7.2 leaves in mtval here is an earlier word, and GVA follows it: not looked
	 * at.
	 */
	else if (c->trap.cause == CAUSE_ILLEGAL || c->trap.cause == CAUSE_VIRTUAL)
		say("cause=%x status=%x\n", c->trap.cause, c->trap.status & ~MSTATUS_GVA);
	else
		say("cause=%x tval=%x status=%x tval2=%x tinst=%x\n", c->trap.cause, c->trap.tval,
			c->trap.status, c->trap.tval2, c->trap.tinst);
}

static void sweep(enum mode mode, uint64_t at)
{
	struct context c;

	data_fill();
	for (unsigned i = 0; i < 9; i++) {
		run_word(&c, mode, insn_hlv(loads[i].f7, loads[i].form, A0, A1), 0, at);
		say_one(loads[i].name, mode, &c);
	}
	for (unsigned width = 0; width < 4; width++) {
		run_word(&c, mode, insn_hsv(0x31 + 2 * width, A1, A1), 0, at);
		say_one("hsv", mode, &c);
	}
	say(" data %x\n", data_hash());
}

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U, MODE_VS };
	struct space second, first;
	uint64_t at = (uint64_t)data_pages;

	for (unsigned m = 0; m < 4; m++)
		sweep(modes[m], at + 8);
	csr_write(CSR_HSTATUS, HSTATUS_HU);
	say("with HU\n");
	sweep(MODE_U, at + 8);
	space_init(&second, 3, true);
	csr_write(CSR_HGATP, space_atp(&second));
	__asm__ volatile(".word 0x62000073" ::: "memory");
	say("second stage empty\n");
	sweep(MODE_M, PROBE_DATA + 8);
	sweep(MODE_S, PROBE_DATA + 8);
	space_map(&second, 0x80000000ul, 0x80000000ul, 2, PTE_RWX | PTE_U);
	space_init(&first, 3, false);
	csr_write(CSR_VSATP, space_atp(&first));
	for (unsigned f = 0; f < 4; f++) {
		static const uint64_t flags[] = { PTE_RWX, PTE_RWX | PTE_U,
			PTE_X | PTE_A | PTE_V, PTE_X | PTE_U | PTE_A | PTE_V };

		space_map(&first, PROBE_DATA, at, 0, flags[f]);
		__asm__ volatile(".word 0x62000073; .word 0x22000073" ::: "memory");
		for (unsigned spvp = 0; spvp < 2; spvp++) {
			say("leaf %x SPVP %x\n", flags[f], (uint64_t)spvp);
			csr_write(CSR_HSTATUS, spvp ? HSTATUS_SPVP | HSTATUS_HU : HSTATUS_HU);
			for (unsigned m = 0; m < 3; m++)
				sweep(modes[m], PROBE_DATA + 8);
		}
	}
	csr_write(CSR_HGATP, 0);
	csr_write(CSR_VSATP, 0);
}
