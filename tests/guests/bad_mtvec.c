/* SPDX-License-Identifier: Apache-2.0 */
/* A trap whose handler cannot be fetched traps there for ever; another hart ends the test. */
#include "guest.h"

static volatile bool ready;

static void lose_oneself(void)
{
	ready = true;
	csr_write(CSR_MTVEC, UNMAPPED);
	__asm__ volatile(".word 0xffffffff");
}

void guest_main(void)
{
	hart_start_job(1, lose_oneself);
	while (!ready)
		;
	time_spin(200000);
	say("the other hart is lost, this one is not\n");
	say("msip of the lost hart: ");
	store32(CLINT_MSIP(1), 1);
	say("%x\n", (uint64_t)load32(CLINT_MSIP(1)));
}
