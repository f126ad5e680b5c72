/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wfi sleeps until an enabled interrupt is pending, even with MIE off, and goes on behind itself.
 */
#include "guest.h"
#include "insn.h"

static void probe(const char *name, enum mode mode, uint64_t status)
{
	struct context c;

	csr_clear(CSR_MSTATUS, MSTATUS_TW);
	csr_set(CSR_MSTATUS, status);
	run_word(&c, mode, INSN_WFI, 0, 0);
	csr_clear(CSR_MSTATUS, MSTATUS_TW);
	say("%s: cause=%x tval=%x at=%x\n", name, c.trap.cause, c.trap.tval,
		c.trap.epc - (uint64_t)code_page);
}

void guest_main(void)
{
	uint64_t deadline;

	/* Pending and enabled, but globally masked: no sleep, no trap. */
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	store32(CLINT_MSIP(0), 1);
	probe("M, MSI pending", MODE_M, 0);
	store32(CLINT_MSIP(0), 0);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_SSI));
	csr_write(CSR_MIP, IRQ_BIT(IRQ_SSI));
	probe("M, SSI pending", MODE_M, 0);
	csr_write(CSR_MIDELEG, IRQ_BIT(IRQ_SSI));
	probe("M, delegated SSI pending", MODE_M, 0);
	probe("S, delegated SSI pending", MODE_S, 0);
	probe("S with TW", MODE_S, MSTATUS_TW);
	csr_write(CSR_MIP, 0);
	csr_write(CSR_MIDELEG, 0);
	probe("U with TW", MODE_U, MSTATUS_TW);
	/* A timer in the future ends the sleep. */
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI));
	for (unsigned i = 0; i < 3; i++) {
		deadline = time_now() + 50000;
		store64(CLINT_MTIMECMP(0), deadline);
		while (!(csr_read(CSR_MIP) & IRQ_BIT(IRQ_MTI)))
			__asm__ volatile("wfi" ::: "memory");
		check(time_now() >= deadline, "MTIP before its time");
		store64(CLINT_MTIMECMP(0), ~0ul);
	}
	say("woken three times by the timer\n");
}
