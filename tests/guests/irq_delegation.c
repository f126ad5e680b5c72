/* SPDX-License-Identifier: Apache-2.0 */
/* Each supervisor interrupt, pending by mip, reaches M or S or nobody as the masks say. */
/* Evidence for I-WLD-1, I-WLD-5. */
#include "guest.h"
#include "insn.h"

__asm__(
	".align 2\n"
	"interrupt_trap:\n"
	"	csrr s2, scause\n"
	"	csrr s3, sepc\n"
	"	csrr s4, sstatus\n"
	"	csrr s5, sip\n"
	"	ecall\n");
extern const char interrupt_trap[];

static void probe(enum mode mode, uint64_t mip, uint64_t mideleg, uint64_t mie, uint64_t status)
{
	static const uint32_t nops[] = { INSN_NOP, INSN_NOP };
	struct context c;

	csr_write(CSR_MIDELEG, mideleg);
	csr_write(CSR_MIE, mie);
	csr_clear(CSR_MSTATUS, MSTATUS_SIE);
	context_init(&c, mode, 0);
	c.status_set = status;
	csr_write(CSR_MIP, mip);
	run_words(&c, mode, nops, 2);
	csr_write(CSR_MIP, 0);
	csr_write(CSR_MIE, 0);
	say("%s mip=%x mideleg=%x mie=%x set=%x: M cause=%x at=%x status=%x", mode_name(mode), mip,
		mideleg, mie, status, c.trap.cause, c.trap.epc - (uint64_t)code_page,
		c.trap.status);
	say(" S cause=%x epc=%x sstatus=%x sip=%x\n", c.x[S2], c.x[S3], c.x[20], c.x[21]);
}

void guest_main(void)
{
	static const uint64_t bits[] = { IRQ_BIT(IRQ_SSI), IRQ_BIT(IRQ_STI), IRQ_BIT(IRQ_SEI) };
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };

	csr_write(CSR_STVEC, interrupt_trap);
	csr_write(CSR_MIDELEG, ~0ul);
	say("mideleg reads %x, mie ", csr_read(CSR_MIDELEG));
	csr_write(CSR_MIE, ~0ul);
	say("%x, mip ", csr_read(CSR_MIE));
	csr_write(CSR_MIE, 0);
	csr_write(CSR_MIP, ~0ul);
	say("%x\n", csr_read(CSR_MIP));
	for (unsigned b = 0; b < 3; b++)
		for (unsigned m = 0; m < 3; m++) {
			uint64_t bit = bits[b];

			probe(modes[m], bit, 0, bit, 0);
			probe(modes[m], bit, 0, bit, MSTATUS_MPIE);
			probe(modes[m], bit, bit, bit, 0);
			probe(modes[m], bit, bit, bit, MSTATUS_SIE);
			probe(modes[m], bit, bit, bit, MSTATUS_MPIE);
			probe(modes[m], bit, bit, 0, MSTATUS_SIE | MSTATUS_MPIE);
			probe(modes[m], bit, ~bit, bit, MSTATUS_SIE | MSTATUS_MPIE);
		}
}
