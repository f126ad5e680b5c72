/* SPDX-License-Identifier: Apache-2.0 */
/* VS interrupts by hvip reach M, HS or VS as mideleg and hideleg say. */
#include "guest.h"
#include "insn.h"

__asm__(
	".align 2\n"
	"hs_interrupt:\n"
	"	li s11, 1\n"
	"	j 1f\n"
	".align 2\n"
	"vs_interrupt:\n"
	"	li s11, 2\n"
	"1:	csrr s2, scause\n"
	"	csrr s3, sepc\n"
	"	csrr s4, sstatus\n"
	"	csrr s5, sip\n"
	"	ecall\n");
extern const char hs_interrupt[], vs_interrupt[];

static void probe(enum mode mode, uint64_t hvip, uint64_t hideleg, uint64_t status, uint64_t vs)
{
	static const uint32_t nops[] = { INSN_NOP, INSN_NOP };
	struct context c;

	csr_write(CSR_HIDELEG, hideleg);
	csr_write(CSR_MIE, hvip);
	csr_write(CSR_VSSTATUS, vs);
	csr_clear(CSR_MSTATUS, MSTATUS_SIE);
	context_init(&c, mode, 0);
	c.status_set = status;
	csr_write(CSR_HVIP, hvip);
	run_words(&c, mode, nops, 2);
	csr_write(CSR_HVIP, 0);
	csr_write(CSR_MIE, 0);
	say("%s hvip=%x hideleg=%x set=%x vs=%x: M cause=%x at=%x status=%x", mode_name(mode), hvip,
		hideleg, status, vs, c.trap.cause, c.trap.epc - (uint64_t)code_page,
		c.trap.status);
	say(" below %d: cause=%x epc=%x status=%x sip=%x\n", (int64_t)c.x[27], c.x[S2], c.x[S3],
		c.x[20], c.x[21]);
}

void guest_main(void)
{
	static const uint64_t bits[] = { 0x4, 0x40, 0x400 };
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U, MODE_VS, MODE_VU };

	csr_write(CSR_STVEC, hs_interrupt);
	csr_write(CSR_VSTVEC, vs_interrupt);
	for (unsigned b = 0; b < 3; b++)
		for (unsigned m = 0; m < 5; m++) {
			probe(modes[m], bits[b], 0, 0, 0);
			probe(modes[m], bits[b], 0, MSTATUS_SIE | MSTATUS_MPIE, 0);
			probe(modes[m], bits[b], bits[b], 0, 0);
			probe(modes[m], bits[b], bits[b], 0, 2);
			probe(modes[m], bits[b], bits[b], MSTATUS_SIE | MSTATUS_MPIE, 2);
		}
}
