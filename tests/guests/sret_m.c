/* SPDX-License-Identifier: Apache-2.0 */
/* sret in M-mode goes to sepc in the mode SPP names, clears MPRV and ignores TSR. */
/* Evidence for I-MEM-2. */
#include "guest.h"
#include "insn.h"

static void probe(uint64_t status)
{
	uint32_t words[] = {
		csr_insn(CSRRW, 0, CSR_SEPC, A0), csr_insn(CSRRW, 0, CSR_MSTATUS, A1), INSN_SRET,
		INSN_EBREAK, csr_insn(CSRRS, A2, CSR_SSTATUS, 0), INSN_ECALL,
	};
	struct context c;

	context_init(&c, MODE_M, 0);
	c.x[A0] = (uint64_t)&code_page[4];
	c.x[A1] = status;
	run_words(&c, MODE_M, words, 6);
	say("mstatus %x: cause=%x tval=%x at=%x status=%x sstatus=%x\n", status, c.trap.cause,
		c.trap.tval, c.trap.epc - (uint64_t)code_page, c.trap.status, c.x[A2]);
}

void guest_main(void)
{
	uint64_t base = csr_read(CSR_MSTATUS) & ~(MSTATUS_MPP | MSTATUS_MPIE);

	for (unsigned spp = 0; spp < 2; spp++) {
		uint64_t status = base | (spp ? MSTATUS_SPP : 0);

		probe(status);
		probe(status | MSTATUS_SPIE);
		probe(status | MSTATUS_SIE);
		probe(status | MSTATUS_MPRV);
		probe(status | MSTATUS_MPP | MSTATUS_MPRV);
		probe(status | MSTATUS_TSR);
	}
	csr_write(CSR_MSTATUS, base);
}
