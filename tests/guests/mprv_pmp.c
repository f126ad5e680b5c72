/* SPDX-License-Identifier: Apache-2.0 */
/* MPRV accesses obey the PMP rules of the mode in MPP: M, S and U, in pages and across borders. */
/* Evidence for I-MEM-1. */
#include "probe.h"
#include "insn.h"

/* Stores of M-mode itself would fail on the locked page, so only the probe touches it. */
static void probe_page(const char *name, bool locked)
{
	uint64_t at = (uint64_t)data_pages;

	say("%s\n", name);
	for (uint64_t mpp = 0; mpp < 4; mpp++) {
		uint64_t status = mpp << MSTATUS_MPP_SHIFT;

		if (mpp == 2)
			continue;
		say(" MPP %x\n", mpp);
		probe_load("  first byte", 0, at, status);
		probe_load("  last byte", 0, at + PAGE_SIZE - 1, status);
		probe_load("  behind", 0, at + PAGE_SIZE, status);
		probe_load("  ahead", 0, at - 1, status);
		probe_load("  across the end", 3, at + PAGE_SIZE - 4, status);
		probe_load("  across the start", 3, at - 4, status);
		probe_mprv("  sc.d without lr", insn_amo(3, 3, A0, A1, A2), at + 64, status);
		if (locked) {
			probe_mprv("  store", insn_store(3, A2, A1, 0), at + 64, status);
			continue;
		}
		probe_store("  store", 3, at + 64, status);
		probe_store("  store across the end", 3, at + PAGE_SIZE - 4, status);
	}
}

void guest_main(void)
{
	uint64_t at = (uint64_t)data_pages;
	static const uint8_t cfgs[] = { 0, PMP_R, PMP_R | PMP_W, PMP_X, PMP_L, PMP_L | PMP_R };

	data_fill();
	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	for (unsigned i = 0; i < sizeof(cfgs); i++) {
		pmp_set(0, cfgs[i] | PMP_NAPOT, PMP_NAPOT_ADDR(at, PAGE_SIZE));
		say("cfg %x: ", (uint64_t)cfgs[i]);
		probe_page("page", cfgs[i] & PMP_L);
		if (cfgs[i] & PMP_L) {
			pmp_set(0, 0, 0);
			say("locked: cfg %x addr %x\n", (uint64_t)pmp_cfg(0), pmp_addr(0));
			return;
		}
	}
}
