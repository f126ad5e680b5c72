/* SPDX-License-Identifier: Apache-2.0 */
/* Every CSR number is read in M-mode, with the floating-point state off and on. */
/* Evidence for I-MON-4, I-CSR-2. */
#include "guest.h"
#include "sweep.h"

static void sweep(void)
{
	for (unsigned csr = 0; csr < 4096; csr++) {
		uint64_t value, cause = csr_try_read(MODE_M, csr, &value);

		sweep_say(csr, cause, value);
	}
	sweep_end();
}

void guest_main(void)
{
	say("FS and VS off\n");
	sweep();
	say("FS and VS initial\n");
	csr_set(CSR_MSTATUS, 1ul << MSTATUS_FS_SHIFT | 1ul << 9);
	sweep();
}
