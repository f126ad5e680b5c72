/* SPDX-License-Identifier: Apache-2.0 */
/* Floating-point loads and stores on the CLINT, with FS off, clean and dirty. */
#include "guest.h"
#include "insn.h"

static void probe(const char *name, uint32_t word, unsigned base, uint64_t at)
{
	/* Set fa2 first, look at it afterwards: fmv.d.x fa2, a3; ...; fmv.x.d a4, fa2. */
	uint32_t words[] = { 0xf2068653, word, 0xe2060753 };
	struct context c;

	context_init(&c, MODE_M, 0);
	c.x[base] = at;
	c.x[A3] = 0xfedcba9876543210ul;
	store64(CLINT_MTIMECMP(0), 0x8123456789abcdeful);
	store32(CLINT_MSIP(0), 0);
	if (csr_read(CSR_MSTATUS) & MSTATUS_FS)
		run_words(&c, MODE_M, words, 3);
	else
		run_words(&c, MODE_M, &word, 1);
	say_context(name, &c);
	say("  %x %x\n", (uint64_t)load32(CLINT_MSIP(0)), load64(CLINT_MTIMECMP(0)));
}

/* What a load or store alone makes of FS. */
static void probe_fs(uint64_t fs, uint32_t word)
{
	struct context c;

	csr_clear(CSR_MSTATUS, MSTATUS_FS);
	csr_set(CSR_MSTATUS, fs << MSTATUS_FS_SHIFT);
	run_word(&c, MODE_M, word, 0, CLINT_MTIMECMP(0));
	say("FS %x becomes %x after %x\n", fs, (c.trap.status & MSTATUS_FS) >> MSTATUS_FS_SHIFT,
		(uint64_t)word);
}

static void sweep(void)
{
	uint64_t cmp = CLINT_MTIMECMP(0), sip = CLINT_MSIP(0);

	/* fa2 is f12; opcode 0x07 loads and 0x27 stores. */
	probe("flw", insn_i(0x07, 2, A2, A1, 4), A1, cmp - 4);
	probe("fld", insn_i(0x07, 3, A2, A1, 8), A1, cmp - 8);
	probe("fsw", insn_s(0x27, 2, A1, A2, 0), A1, cmp);
	probe("fsd", insn_s(0x27, 3, A1, A2, -8), A1, cmp + 8);
	probe("fsw msip", insn_s(0x27, 2, A1, A2, 0), A1, sip);
	probe("fsd msip", insn_s(0x27, 3, A1, A2, 0), A1, sip);
	probe("flh", insn_i(0x07, 1, A2, A1, 0), A1, cmp);
	probe("c.fld", insn_pair(0x2190, C_NOP), A1, cmp);
	probe("c.fsd", insn_pair(0xa190, C_NOP), A1, cmp);
	probe("c.fldsp", insn_pair(0x2602, C_NOP), SP, cmp);
	probe("c.fsdsp", insn_pair(0xa032, C_NOP), SP, cmp);
	probe("fld of nothing", insn_i(0x07, 3, A2, A1, 0), A1, UNMAPPED);
}

void guest_main(void)
{
	for (uint64_t fs = 1; fs < 4; fs++) {
		probe_fs(fs, insn_i(0x07, 3, A2, A1, 0));
		probe_fs(fs, insn_i(0x07, 2, A2, A1, 0));
		probe_fs(fs, insn_s(0x27, 3, A1, A2, 0));
	}
	for (uint64_t fs = 0; fs < 4; fs++) {
		csr_clear(CSR_MSTATUS, MSTATUS_FS);
		csr_set(CSR_MSTATUS, fs << MSTATUS_FS_SHIFT);
		say("FS %x\n", fs);
		sweep();
	}
}
