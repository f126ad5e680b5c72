/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware prints a line and powers the machine off. */
#include "guest.h"

void guest_main(void)
{
	say("hello from hart %x\n", csr_read(CSR_MHARTID));
	check(boot_a0 == csr_read(CSR_MHARTID), "a0 is not the hart id");
}
