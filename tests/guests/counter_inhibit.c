/* SPDX-License-Identifier: Apache-2.0 */
/* mcountinhibit keeps its bits and stops the counters where the machine says so. */
#include "guest.h"

void guest_main(void)
{
	static const uint64_t values[] = { 0, 1, 2, 4, 5, 8, ~0ul };

	if (!has_csr(CSR_MCOUNTINHIBIT)) {
		say("no mcountinhibit\n");
		return;
	}
	for (unsigned i = 0; i < 7; i++) {
		uint64_t cycle, instret;

		csr_write(CSR_MCOUNTINHIBIT, values[i]);
		cycle = csr_read(CSR_MCYCLE);
		instret = csr_read(CSR_MINSTRET);
		for (volatile unsigned n = 0; n < 2000; n++)
			;
		say("inhibit %x reads %x: mcycle %s, minstret %s\n", values[i],
			csr_read(CSR_MCOUNTINHIBIT),
			csr_read(CSR_MCYCLE) == cycle ? "stands" : "runs",
			csr_read(CSR_MINSTRET) == instret ? "stands" : "runs");
		csr_write(CSR_MCOUNTINHIBIT, 0);
	}
}
