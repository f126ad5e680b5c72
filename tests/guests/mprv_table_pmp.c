/* SPDX-License-Identifier: Apache-2.0 */
/* A page table where PMP denies reading gives an access fault, not a page fault, under MPRV. */
/* Evidence for I-MEM-1. */
#include "probe.h"

void guest_main(void)
{
	struct space s;
	uint64_t table;

	data_fill();
	space_init(&s, 3, false);
	space_map(&s, PROBE_DATA, (uint64_t)data_pages, 0, PTE_RWX);
	table = (uint64_t)space_entry(&s, PROBE_DATA, 0) & ~(PAGE_SIZE - 1);
	csr_write(CSR_SATP, space_atp(&s));
	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	for (uint8_t cfg = 0; cfg < 8; cfg++) {
		if ((cfg & 3) == PMP_W)
			continue;
		pmp_set(0, cfg | PMP_NAPOT, PMP_NAPOT_ADDR(table, PAGE_SIZE));
		say("table with %x\n", (uint64_t)cfg);
		probe_load(" load", 3, PROBE_DATA, 1ul << MSTATUS_MPP_SHIFT);
		probe_store(" store", 3, PROBE_DATA, 1ul << MSTATUS_MPP_SHIFT);
		pmp_set(0, cfg | PMP_NAPOT, PMP_NAPOT_ADDR((uint64_t)s.root, PAGE_SIZE));
		say("root with %x\n", (uint64_t)cfg);
		probe_load(" load", 3, PROBE_DATA, 1ul << MSTATUS_MPP_SHIFT);
		probe_store(" store", 3, PROBE_DATA, 1ul << MSTATUS_MPP_SHIFT);
	}
	csr_write(CSR_SATP, 0);
}
