/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug triggers of M-mode, aimed at each instruction and word at the end of memory. Natively
 * nobody is there; a monitor that lies there must not meet them while it sets them.
 */
#include "guest.h"

#define END_OF_MEMORY 0x88000000ul /* of the table's 128 MiB */
#define MONITOR_SIZE  0x80000ul
#define MCONTROL (2ul << 60)
#define IN_M     64ul
#define EXECUTE  4ul
#define STORE    2ul
#define LOAD     1ul

/* Returns a sum over what the trigger reads back, which is the same wherever it is aimed. */
static uint64_t aim(uint64_t control, uint64_t from, uint64_t to, uint64_t step)
{
	uint64_t sum = 0;

	for (uint64_t at = from; at < to; at += step) {
		csr_write(CSR_TDATA2, at);
		csr_write(CSR_TDATA1, MCONTROL | IN_M | control);
		sum += csr_read(CSR_TDATA1) ^ (csr_read(CSR_TDATA2) - at);
		csr_write(CSR_TDATA1, MCONTROL);
	}
	return sum;
}

void guest_main(void)
{
	uint64_t start = END_OF_MEMORY - MONITOR_SIZE;

	csr_write(CSR_TSELECT, 0);
	say("code: %x\n", aim(EXECUTE, start, start + MONITOR_SIZE / 4, 2));
	say("data: %x\n", aim(LOAD | STORE, start, END_OF_MEMORY, 8));
	csr_write(CSR_TDATA2, 0);
}
