/* SPDX-License-Identifier: Apache-2.0 */
/* mie and sie, mip and sip, mstatus and sstatus are views of one another as mideleg allows. */
#include "guest.h"

static void say_views(const char *what)
{
	say("%s: mideleg %x mie %x sie %x mip %x sip %x\n", what, csr_read(CSR_MIDELEG),
		csr_read(CSR_MIE), csr_read(CSR_SIE), csr_read(CSR_MIP), csr_read(CSR_SIP));
}

void guest_main(void)
{
	static const uint64_t masks[] = { 0, IRQ_BIT(IRQ_SSI), IRQ_BIT(IRQ_STI), 0x222, ~0ul };

	for (unsigned i = 0; i < 5; i++) {
		csr_write(CSR_MIDELEG, masks[i]);
		csr_write(CSR_MIE, 0);
		csr_write(CSR_MIP, 0);
		say_views("clear");
		csr_write(CSR_SIE, ~0ul);
		csr_write(CSR_SIP, ~0ul);
		say_views("sie and sip set");
		csr_write(CSR_MIE, ~0ul);
		csr_write(CSR_MIP, ~0ul);
		say_views("mie and mip set");
		csr_write(CSR_SIE, 0);
		csr_write(CSR_SIP, 0);
		say_views("sie and sip cleared");
		csr_clear(CSR_SIP, 2);
		csr_set(CSR_SIP, 2);
		say_views("sip.SSIP set");
		csr_write(CSR_MIE, 0);
		csr_write(CSR_MIP, 0);
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t before = csr_read(CSR_MSTATUS), m, s;

		if (bit == 3)
			continue;
		csr_write(CSR_MSTATUS, before | 1ul << bit);
		m = csr_read(CSR_MSTATUS);
		s = csr_read(CSR_SSTATUS);
		csr_write(CSR_MSTATUS, before);
		csr_write(CSR_SSTATUS, csr_read(CSR_SSTATUS) | 1ul << bit);
		say("bit %d: mstatus %x sstatus %x; by sstatus %x\n", (int64_t)bit, m, s,
			csr_read(CSR_MSTATUS));
		csr_write(CSR_MSTATUS, before);
	}
}
