/* SPDX-License-Identifier: Apache-2.0 */
/* mhpmevent registers: which bits each of them keeps. */
/* Evidence for I-CSR-1. */
#include "guest.h"

void guest_main(void)
{
	static const uint64_t values[] = {
		0, 1, 2, 0x10019, ~0ul, 0xffffffff, 1ul << 63, 0x3ful << 58, 0x00ffffff00000000ul,
	};

	for (unsigned n = 3; n < 32; n++) {
		say("mhpmevent%d:", (int64_t)n);
		for (unsigned i = 0; i < 9; i++) {
			uint64_t got = 0, cause;

			csr_try_write(MODE_M, CSR_MHPMEVENT3 + n - 3, values[i]);
			cause = csr_try_read(MODE_M, CSR_MHPMEVENT3 + n - 3, &got);
			say(" %x", cause == NO_TRAP ? got : cause);
			csr_try_write(MODE_M, CSR_MHPMEVENT3 + n - 3, 0);
		}
		say("\n");
	}
}
