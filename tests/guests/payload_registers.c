/* SPDX-License-Identifier: Apache-2.0 */
/* All 31 registers reach the payload and come back, whatever ends its run. */
/* Evidence for I-MON-3. */
#include "guest.h"
#include "insn.h"

static void probe(const char *name, enum mode mode, uint32_t word)
{
	struct context c;

	context_init(&c, mode, 0);
	for (unsigned i = 1; i < 32; i++)
		c.x[i] = 0x1000100010001000ul * i + i;
	run_words(&c, mode, &word, 1);
	for (unsigned i = 1; i < 32; i++)
		if (c.x[i] != 0x1000100010001000ul * i + i)
			say("%s x%d changed to %x\n", name, (int64_t)i, c.x[i]);
	say("%s %s: cause=%x\n", mode_name(mode), name, c.trap.cause);
}

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };

	for (unsigned m = 0; m < 3; m++) {
		probe("ecall", modes[m], INSN_ECALL);
		probe("illegal", modes[m], 0xffffffff);
		probe("csrr mscratch", modes[m], csr_insn(CSRRS, 0, CSR_MSCRATCH, 0));
		probe("load", modes[m], insn_load(3, A0, ZERO, 0));
		probe("rdtime x0", modes[m], csr_insn(CSRRS, 0, CSR_TIME, 0));
		probe("ebreak", modes[m], INSN_EBREAK);
	}
}
