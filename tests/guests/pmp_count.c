/* SPDX-License-Identifier: Apache-2.0 */
/* How many PMP entries there are and their granularity, found as OpenSBI finds them. */
#include "guest.h"

void guest_main(void)
{
	unsigned count = 0, readable = 0;
	bool more = true;

	for (unsigned i = 1; i < 64; i++) {
		uint64_t value;

		if (csr_try_read(MODE_M, CSR_PMPADDR0 + i, &value) != NO_TRAP)
			break;
		readable++;
		csr_try_write(MODE_M, CSR_PMPADDR0 + i, ~0ul);
		csr_try_read(MODE_M, CSR_PMPADDR0 + i, &value);
		more = more && value;
		csr_try_write(MODE_M, CSR_PMPADDR0 + i, 0);
		if (more)
			count = i;
	}
	say("entries: %d\n", (int64_t)count + 1);
	say("accessible registers: %d\n", (int64_t)readable + 1);
	csr_write(CSR_PMPADDR1, 0);
	csr_write(CSR_PMPADDR1, ~0ul);
	say("pmpaddr1 of all ones, off: %x\n", csr_read(CSR_PMPADDR1));
}
