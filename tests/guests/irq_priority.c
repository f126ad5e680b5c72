/* SPDX-License-Identifier: Apache-2.0 */
/* Of several pending interrupts the one that the specification ranks first is taken. */
/* Evidence for I-WLD-1. */
#include "guest.h"
#include "insn.h"

/* MSI and MTI are made pending by the CLINT, the rest by mip. */
static void pend(uint64_t bits)
{
	store32(CLINT_MSIP(0), (bits & IRQ_BIT(IRQ_MSI)) != 0);
	store64(CLINT_MTIMECMP(0), bits & IRQ_BIT(IRQ_MTI) ? 0 : ~0ul);
	csr_write(CSR_MIP, bits);
}

void guest_main(void)
{
	static const unsigned numbers[] = { IRQ_SSI, IRQ_MSI, IRQ_STI, IRQ_MTI, IRQ_SEI };

	for (unsigned set = 1; set < 32; set++) {
		uint64_t bits = 0;
		struct context c;

		for (unsigned i = 0; i < 5; i++)
			if (set & 1u << i)
				bits |= IRQ_BIT(numbers[i]);
		context_init(&c, MODE_M, 0);
		c.status_set = MSTATUS_MPIE;
		pend(bits);
		csr_write(CSR_MIE, bits);
		run_word(&c, MODE_U, INSN_NOP, 0, 0);
		say("pending %x: took %x, mip %x\n", bits, c.trap.cause & 0xff,
			csr_read(CSR_MIP));
		csr_write(CSR_MIE, 0);
		pend(0);
	}
}
