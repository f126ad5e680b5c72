/* SPDX-License-Identifier: Apache-2.0 */
/* The CLINT accessed by every load and store encoding, rd = x0, rs1 = rd and rd = sp among them. */
#include "guest.h"
#include "insn.h"

static void probe(const char *name, uint32_t word, unsigned base, uint64_t at)
{
	struct context c;

	context_init(&c, MODE_M, 0);
	for (unsigned i = 1; i < 32; i++)
		c.x[i] = 0x1111111111111111ul * (i % 15);
	c.x[base] = at;
	store64(CLINT_MTIMECMP(0), 0x8123456789abcdeful);
	store32(CLINT_MSIP(0), 1);
	run_words(&c, MODE_M, &word, 1);
	say_context(name, &c);
	say("  %x %x\n", (uint64_t)load32(CLINT_MSIP(0)), load64(CLINT_MTIMECMP(0)));
}

static void compressed(void)
{
	uint64_t cmp = CLINT_MTIMECMP(0), sip = CLINT_MSIP(0);

	/* Register fields of three bits: 3 is a1, 4 is a2. */
	probe("c.ld a2, 0(a1)", insn_pair(0x6190, C_NOP), A1, cmp);
	probe("c.ld a1, 0(a1)", insn_pair(0x618c, C_NOP), A1, cmp);
	probe("c.ld a2, 248(a1)", insn_pair(0x7df0, C_NOP), A1, cmp - 248);
	probe("c.lw a2, 0(a1)", insn_pair(0x4190, C_NOP), A1, cmp + 4);
	probe("c.lw a2, 4(a1)", insn_pair(0x41d0, C_NOP), A1, sip - 4);
	probe("c.lw a2, 64(a1)", insn_pair(0x41b0, C_NOP), A1, sip - 64);
	probe("c.sd a2, 0(a1)", insn_pair(0xe190, C_NOP), A1, cmp);
	probe("c.sd a1, 0(a1)", insn_pair(0xe18c, C_NOP), A1, cmp);
	probe("c.sw a2, 0(a1)", insn_pair(0xc190, C_NOP), A1, cmp);
	probe("c.sw a2, 4(a1)", insn_pair(0xc1d0, C_NOP), A1, cmp);
	probe("c.ldsp a2, 0(sp)", insn_pair(0x6602, C_NOP), SP, cmp);
	probe("c.ldsp sp, 8(sp)", insn_pair(0x6122, C_NOP), SP, cmp - 8);
	probe("c.ldsp ra, 504(sp)", insn_pair(0x70fe, C_NOP), SP, cmp - 504);
	probe("c.lwsp a2, 4(sp)", insn_pair(0x4612, C_NOP), SP, cmp - 4);
	probe("c.lwsp a2, 252(sp)", insn_pair(0x567e, C_NOP), SP, cmp - 252);
	probe("c.sdsp a2, 0(sp)", insn_pair(0xe032, C_NOP), SP, cmp);
	probe("c.sdsp sp, 0(sp)", insn_pair(0xe00a, C_NOP), SP, cmp);
	probe("c.sdsp a2, 504(sp)", insn_pair(0xffb2, C_NOP), SP, cmp - 504);
	probe("c.swsp a2, 0(sp)", insn_pair(0xc032, C_NOP), SP, sip);
	probe("c.swsp a2, 252(sp)", insn_pair(0xdfb2, C_NOP), SP, sip - 252);
	probe("c.swsp zero, 0(sp)", insn_pair(0xc002, C_NOP), SP, sip);
	/* The reserved encodings with rd = x0. */
	probe("c.ldsp x0", insn_pair(0x6002, C_NOP), SP, cmp);
	probe("c.lwsp x0", insn_pair(0x4002, C_NOP), SP, cmp);
}

void guest_main(void)
{
	static const unsigned targets[] = { ZERO, RA, SP, GP, TP, T0, A0, A1, S2, 31 };
	uint64_t cmp = CLINT_MTIMECMP(0), sip = CLINT_MSIP(0);

	for (unsigned i = 0; i < 10; i++) {
		say("x%d\n", (int64_t)targets[i]);
		for (unsigned f3 = 2; f3 < 8; f3++) {
			probe("load", insn_load(f3, targets[i], A1, -8), A1, cmp + 8);
			probe("load msip", insn_load(f3, targets[i], A1, 0), A1, sip);
		}
		probe("sd", insn_store(3, targets[i], A1, 8), A1, cmp - 8);
		probe("sw", insn_store(2, targets[i], A1, -4), A1, sip + 4);
		probe("sw half", insn_store(2, targets[i], A1, 0), A1, cmp + 4);
	}
	probe("ld sp, 0(sp)", insn_load(3, SP, SP, 0), SP, cmp);
	probe("sd sp, 2047(sp)", insn_store(3, SP, SP, 2047), SP, cmp - 2047);
	probe("ld x0, -2048(x31)", insn_load(3, ZERO, 31, -2048), 31, cmp + 2048);
	compressed();
}
