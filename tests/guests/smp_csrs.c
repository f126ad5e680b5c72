/* SPDX-License-Identifier: Apache-2.0 */
/* Each hart has its own CSRs: what one writes, no other sees. */
#include "guest.h"

static volatile uint64_t turn;
static uint64_t seen[MAX_HARTS];

static void job(void)
{
	uint64_t id = this_hart()->id, mark = 0x1010101010101010ul * id;

	csr_write(CSR_SSCRATCH, mark);
	csr_write(CSR_MEDELEG, 1ul << id);
	csr_write(CSR_PMPADDR2, 0x20000000 + id);
	csr_write(CSR_MIE, 0);
	while (turn != id)
		;
	seen[id] = csr_read(CSR_SSCRATCH) == mark && csr_read(CSR_MEDELEG) == 1ul << id &&
		csr_read(CSR_PMPADDR2) == 0x20000000 + id && csr_read(CSR_MHARTID) == id;
}

void guest_main(void)
{
	unsigned count = hart_count();

	for (unsigned i = 1; i < count; i++)
		hart_start_job(i, job);
	time_spin(100000);
	for (unsigned i = 1; i < count; i++) {
		turn = i;
		hart_join(i);
		say("hart %d: %s\n", (int64_t)i, seen[i] ? "its own" : "mixed up");
	}
}
