/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the hardware what it has, by guarded accesses. */
#include "hw/probe.h"

#include "hw/csr.h"
#include "hw/csr_index.h"
#include "hw/guard.h"

static bool csr_exists(enum csr_index index)
{
	return guard_csr_read(index).fault == 0;
}

/* The bits of mask that the CSR keeps when all of them are written; restores it. */
static u64 csr_keeps(enum csr_index index, u64 mask)
{
	struct guarded old = guard_csr_read(index);
	u64 kept;

	if (old.fault != 0) {
		return 0;
	}
	guard_csr_swap(index, old.value | mask);
	kept = guard_csr_read(index).value & mask;
	guard_csr_swap(index, old.value);
	return kept;
}

static unsigned int count_pmp(void)
{
	unsigned int n = 0;

	/* Entries come in 0, 16 or 64 by the book, but read as zero beyond what is there. */
	while (n < PMP_MAX && guard_pmp_read_addr(n).fault == 0) {
		u64 old = pmp_read_addr(n);
		u64 kept;

		pmp_write_addr(n, ~(u64)0);
		kept = pmp_read_addr(n);
		pmp_write_addr(n, old);
		if (kept == 0) {
			break;
		}
		n++;
	}
	return n;
}

/* Priv. 3.7.1: with A off, all ones written to pmpaddr read back with the low G bits clear. */
static void probe_pmp_addr(struct hart_caps *caps)
{
	u64 old = pmp_read_addr(0);
	u64 kept;

	pmp_write_addr(0, ~(u64)0);
	kept = pmp_read_addr(0);
	pmp_write_addr(0, old);
	caps->pmp_grain = lowest_bit(kept);
	caps->pmp_addr_mask = kept | (BIT(caps->pmp_grain) - 1);
}

/* Entry 0 cannot disturb M-mode while L stays clear. */
static void probe_pmp_cfg(struct hart_caps *caps)
{
	u64 old = pmp_read_cfg(0);

	for (unsigned int v = 0; v < 128; v++) {
		pmp_write_cfg(0, old & ~(u64)0xff);
		pmp_write_cfg(0, (old & ~(u64)0xff) | v);
		caps->pmp_cfg_legal[v] = (u8)(pmp_read_cfg(0) & 0xff);
	}
	pmp_write_cfg(0, old);
}

void hart_probe(struct hart_caps *caps)
{
	*caps = (struct hart_caps){ .misa = csr_read(CSR_MISA) };
	caps->has_s = (caps->misa & MISA_EXT('S')) != 0;
	caps->has_h = (caps->misa & MISA_EXT('H')) != 0;
	caps->has_menvcfg = csr_exists(CSR_INDEX_menvcfg);
	caps->has_mcounteren = csr_exists(CSR_INDEX_mcounteren);
	caps->has_stateen = csr_exists(CSR_INDEX_mstateen0);
	caps->has_mtinst = csr_exists(CSR_INDEX_mtinst);
	caps->has_mtval2 = csr_exists(CSR_INDEX_mtval2);
	caps->has_mseccfg = csr_exists(CSR_INDEX_mseccfg);
	caps->has_triggers = csr_exists(CSR_INDEX_tdata1);
	caps->menvcfg_cbo = csr_keeps(CSR_INDEX_menvcfg, ENVCFG_CBO);
	caps->has_smepmp = csr_keeps(CSR_INDEX_mseccfg, MSECCFG_RLB) != 0;
	caps->pmp_count = count_pmp();
	if (caps->pmp_count > 0) {
		probe_pmp_addr(caps);
		probe_pmp_cfg(caps);
	}
}
