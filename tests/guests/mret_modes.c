/* SPDX-License-Identifier: Apache-2.0 */
/* mret enters M, S and U by MPP and turns MPIE, MIE, MPP and MPRV as the specification says. */
/* Evidence for I-MEM-2. */
#include "guest.h"
#include "insn.h"

/* Run "csrw mepc, a0; csrw mstatus, a1; mret" in M; the target reads what it can and traps. */
static void probe(uint64_t status)
{
	uint32_t words[] = {
		csr_insn(CSRRW, 0, CSR_MEPC, A0), csr_insn(CSRRW, 0, CSR_MSTATUS, A1), INSN_MRET,
		INSN_EBREAK, csr_insn(CSRRS, A2, CSR_SSTATUS, 0),
		csr_insn(CSRRS, A3, CSR_MSTATUS, 0), INSN_ECALL,
	};
	struct context c;

	context_init(&c, MODE_M, 0);
	c.x[A0] = (uint64_t)&code_page[4];
	c.x[A1] = status;
	run_words(&c, MODE_M, words, 7);
	say("mstatus %x: cause=%x tval=%x at=%x status=%x sstatus=%x mstatus=%x\n", status,
		c.trap.cause, c.trap.tval, c.trap.epc - (uint64_t)code_page, c.trap.status,
		c.x[A2], c.x[A3]);
}

void guest_main(void)
{
	uint64_t base = csr_read(CSR_MSTATUS) & ~(MSTATUS_MPP | MSTATUS_MPIE);

	csr_write(CSR_MSCRATCH, this_hart());
	for (uint64_t mpp = 0; mpp < 4; mpp++) {
		uint64_t status = base | mpp << MSTATUS_MPP_SHIFT;

		probe(status);
		probe(status | MSTATUS_MPIE);
		probe(status | MSTATUS_MPRV);
		probe(status | MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP);
		probe(status | MSTATUS_MXR | MSTATUS_SUM | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR);
	}
	csr_write(CSR_MSTATUS, base);
}
