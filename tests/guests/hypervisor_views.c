/* SPDX-License-Identifier: Apache-2.0 */
/* hip, hvip, hie, vsip and vsie are views of mip and mie as hideleg allows. */
#include "guest.h"

static void say_views(const char *what)
{
	say("%s: mip %x hip %x hvip %x vsip %x sip %x; mie %x hie %x vsie %x sie %x\n", what,
		csr_read(CSR_MIP), csr_read(CSR_HIP), csr_read(CSR_HVIP), csr_read(CSR_VSIP),
		csr_read(CSR_SIP), csr_read(CSR_MIE), csr_read(CSR_HIE), csr_read(CSR_VSIE),
		csr_read(CSR_SIE));
}

static void clear(void)
{
	csr_write(CSR_MIP, 0);
	csr_write(CSR_HVIP, 0);
	csr_write(CSR_MIE, 0);
}

void guest_main(void)
{
	static const uint64_t masks[] = { 0, 0x4, 0x40, 0x400, ~0ul };

	for (unsigned i = 0; i < 5; i++) {
		csr_write(CSR_HIDELEG, masks[i]);
		say("hideleg %x\n", csr_read(CSR_HIDELEG));
		clear();
		csr_write(CSR_HVIP, ~0ul);
		say_views("hvip set");
		clear();
		csr_write(CSR_HIP, ~0ul);
		say_views("hip set");
		clear();
		csr_write(CSR_VSIP, ~0ul);
		csr_write(CSR_VSIE, ~0ul);
		say_views("vsip and vsie set");
		clear();
		csr_write(CSR_MIP, ~0ul);
		csr_write(CSR_HIE, ~0ul);
		say_views("mip and hie set");
		clear();
		csr_write(CSR_MIE, ~0ul);
		say_views("mie set");
		clear();
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		csr_write(CSR_HSTATUS, 1ul << bit);
		csr_write(CSR_VSSTATUS, 1ul << bit);
		say("bit %d: hstatus %x vsstatus %x\n", (int64_t)bit, csr_read(CSR_HSTATUS),
			csr_read(CSR_VSSTATUS));
	}
	csr_write(CSR_HSTATUS, 0);
	csr_write(CSR_VSSTATUS, 0);
	csr_write(CSR_HGEIE, ~0ul);
	say("hgeie %x hgeip %x\n", csr_read(CSR_HGEIE), csr_read(CSR_HGEIP));
}
