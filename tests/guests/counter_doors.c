/* SPDX-License-Identifier: Apache-2.0 */
/* mcounteren, scounteren and hcounteren open each counter to S, U, VS and VU one by one. */
#include "guest.h"

static void probe(enum mode mode)
{
	static const unsigned counters[] = { 0, 1, 2, 3, 4, 17, 31 };

	say("  %s:", mode_name(mode));
	for (unsigned i = 0; i < 7; i++) {
		uint64_t value, cause = csr_try_read(mode, CSR_CYCLE + counters[i], &value);

		if (cause == NO_TRAP)
			say(" ok");
		else
			say(" %x", cause);
	}
	say("\n");
}

void guest_main(void)
{
	static const uint64_t doors[] = { 0, 1, 2, 4, 0x18, 0x80020000, ~0ul };

	for (unsigned m = 0; m < 7; m++) {
		for (unsigned s = 0; s < 7; s += 3) {
			csr_write(CSR_MCOUNTEREN, doors[m]);
			csr_write(CSR_SCOUNTEREN, doors[s]);
			say("mcounteren %x scounteren %x\n", csr_read(CSR_MCOUNTEREN),
				csr_read(CSR_SCOUNTEREN));
			probe(MODE_S);
			probe(MODE_U);
			if (!has_ext('H'))
				continue;
			csr_write(CSR_HCOUNTEREN, 0);
			probe(MODE_VS);
			csr_write(CSR_HCOUNTEREN, ~0ul);
			probe(MODE_VS);
			probe(MODE_VU);
		}
	}
}
