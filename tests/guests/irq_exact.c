/* SPDX-License-Identifier: Apache-2.0 */
/* A pending interrupt is taken at the exact next instruction once it is enabled, in every way. */
/* Evidence for I-MON-1. */
#include "guest.h"
#include "insn.h"

#define CSRSI(csr, bits) csr_insn(CSRRSI, 0, csr, bits)

/* Run the words in mode with SSI pending but masked until the words unmask it. */
static void probe(const char *name, enum mode mode, const uint32_t *words, unsigned count,
	uint64_t mie, uint64_t status)
{
	struct context c;

	context_init(&c, mode, 0);
	c.status_set = status;
	c.x[A0] = IRQ_BIT(IRQ_SSI);
	c.x[A1] = (uint64_t)&code_page[4];
	c.x[A2] = MSTATUS_MIE;
	c.x[A3] = MSTATUS_MPP | MSTATUS_MPIE;
	csr_write(CSR_MIE, mie);
	/* Code that sets the bit itself begins with it clear. */
	csr_write(CSR_MIP, words[0] == csr_insn(CSRRCI, 0, CSR_MIP, 2) ? 0 : IRQ_BIT(IRQ_SSI));
	run_words(&c, mode, words, count);
	csr_write(CSR_MIP, 0);
	csr_write(CSR_MIE, 0);
	say("%s: cause=%x at=%x status=%x\n", name, c.trap.cause, c.trap.epc - (uint64_t)code_page,
		c.trap.status);
}

void guest_main(void)
{
	uint64_t ssi = IRQ_BIT(IRQ_SSI);
	uint32_t set_mie[] = { INSN_NOP, CSRSI(CSR_MSTATUS, 8), INSN_NOP, INSN_NOP };
	uint32_t write_mie[] = { csr_insn(CSRRS, 0, CSR_MSTATUS, A2), INSN_NOP };
	uint32_t write_enable[] = { INSN_NOP, csr_insn(CSRRS, 0, CSR_MIE, A0), INSN_NOP };
	uint32_t pend[] = { csr_insn(CSRRCI, 0, CSR_MIP, 2), csr_insn(CSRRS, 0, CSR_MIP, A0),
		INSN_NOP };
	uint32_t by_mret[] = { csr_insn(CSRRW, 0, CSR_MEPC, A1),
		csr_insn(CSRRS, 0, CSR_MSTATUS, A3), INSN_MRET, INSN_NOP, INSN_NOP, INSN_NOP };
	uint32_t masked[] = { CSRSI(CSR_MSTATUS, 8), INSN_NOP };
	uint32_t nop[] = { INSN_NOP, INSN_NOP };

	probe("MIE by csrsi", MODE_M, set_mie, 4, ssi, 0);
	probe("MIE by csrs", MODE_M, write_mie, 2, ssi, 0);
	probe("mie by csrs", MODE_M, write_enable, 3, 0, MSTATUS_MPIE);
	probe("mip by csrs", MODE_M, pend, 3, ssi, MSTATUS_MPIE);
	probe("mret to M", MODE_M, by_mret, 6, ssi, 0);
	probe("not enabled in mie", MODE_M, masked, 2, 0, 0);
	probe("MIE off in M", MODE_M, nop, 2, ssi, 0);
	probe("mret with MPIE", MODE_M, nop, 2, ssi, MSTATUS_MPIE);
	probe("S-mode ignores MIE", MODE_S, nop, 2, ssi, 0);
	probe("U-mode ignores MIE", MODE_U, nop, 2, ssi, 0);
	csr_write(CSR_MIDELEG, ssi);
	probe("delegated, never in M", MODE_M, masked, 2, ssi, MSTATUS_MPIE);
	probe("delegated, S with SIE off", MODE_S, nop, 2, ssi, 0);
}
