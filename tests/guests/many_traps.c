/* SPDX-License-Identifier: Apache-2.0 */
/* Fifty thousand emulated instructions of several kinds in a row leave everything in order. */
/* Evidence for I-MON-2. */
#include "guest.h"

void guest_main(void)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < 10000; i++) {
		csr_write(CSR_MSCRATCH, i);
		sum += csr_read(CSR_MSCRATCH);
		csr_set(CSR_MEDELEG, 1ul << (i % 3 + 3));
		sum ^= csr_read(CSR_MEDELEG);
		store64(CLINT_MTIMECMP(0), ~i);
		sum += load64(CLINT_MTIMECMP(0));
		csr_clear(CSR_MEDELEG, ~0ul);
	}
	csr_write(CSR_MSCRATCH, this_hart());
	say("sum %x\n", sum);
}
