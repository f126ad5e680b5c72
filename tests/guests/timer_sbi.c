/* SPDX-License-Identifier: Apache-2.0 */
/* The payload's timer without Sstc: set by ecall, MTI of the firmware turned into STIP. */
#include "guest.h"

__asm__(
	".align 2\n"
	"sbi_payload:\n"
	"	la t0, sbi_trap\n"
	"	csrw stvec, t0\n"
	"	li t0, 0x20\n"
	"	csrs sie, t0\n"
	"	csrsi sstatus, 2\n"
	"	rdtime a0\n"
	"	mv t1, a0\n"
	"	li t0, 30000\n"
	"	add a0, a0, t0\n"
	"	li a7, 1\n"
	"	ecall\n"
	"1:	j 1b\n"
	".align 2\n"
	"sbi_trap:\n"
	"	csrr s2, scause\n"
	"	csrr s3, sip\n"
	"	rdtime t2\n"
	"	sub s4, t2, t1\n"
	"	li a7, 2\n"
	"	ecall\n");
extern const char sbi_payload[];

void guest_main(void)
{
	struct context c;

	csr_write(CSR_MCOUNTEREN, 7);
	csr_write(CSR_MIDELEG, 0x222);
	for (unsigned i = 0; i < 3; i++) {
		context_init(&c, MODE_S, (uint64_t)sbi_payload);
		csr_clear(CSR_MSTATUS, MSTATUS_SIE);
		for (;;) {
			run(&c);
			if (c.trap.cause == (CAUSE_IRQ | IRQ_MTI)) {
				store64(CLINT_MTIMECMP(0), ~0ul);
				csr_clear(CSR_MIE, IRQ_BIT(IRQ_MTI));
				csr_set(CSR_MIP, IRQ_BIT(IRQ_STI));
				say("MTI, mip %x\n", csr_read(CSR_MIP));
				c.pc = c.trap.epc;
			} else if (c.trap.cause == CAUSE_ECALL_S && c.x[17] == 1) {
				csr_clear(CSR_MIP, IRQ_BIT(IRQ_STI));
				store64(CLINT_MTIMECMP(0), c.x[10]);
				csr_set(CSR_MIE, IRQ_BIT(IRQ_MTI));
				c.pc = c.trap.epc + 4;
			} else {
				break;
			}
			/* mret restores the payload's own SIE, which the run did not touch. */
		}
		say("cause=%x scause=%x sip=%x, %s\n", c.trap.cause, c.x[18], c.x[19],
			c.x[20] >= 30000 ? "in time" : "early");
		csr_clear(CSR_MIP, IRQ_BIT(IRQ_STI));
	}
}
