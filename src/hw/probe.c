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

/* ---- PMP ---- */

static unsigned int pmp_cfg(unsigned int entry)
{
	return (unsigned int)(pmp_read_cfg(entry / 8 * 2) >> entry % 8 * 8 & 0xff);
}

/* The word with entry's configuration, that one replaced. */
static u64 with_cfg(u64 word, unsigned int entry, u64 cfg)
{
	unsigned int shift = entry % 8 * 8;

	return (word & ~((u64)0xff << shift)) | cfg << shift;
}

/* What the previous stage has locked is out of M-mode's reach, and comes before all else. */
static unsigned int count_locked(void)
{
	unsigned int n = 0;

	while (n < PMP_MAX && guard_pmp_read_addr(n).fault == 0 && (pmp_cfg(n) & 0x80) != 0) {
		n++;
	}
	return n;
}

/* Writable ones, from entry first on. */
static unsigned int count_pmp(unsigned int first)
{
	unsigned int n = first;

	/* Entries come in 0, 16 or 64 by the book, but read as zero beyond what is there. */
	while (n < PMP_MAX && guard_pmp_read_addr(n).fault == 0 && (pmp_cfg(n) & 0x80) == 0) {
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
	return n - first;
}

/* Priv. 3.7.1: with A off, all ones written to pmpaddr read back with the low G bits clear. */
static void probe_pmp_addr(struct hart_caps *caps)
{
	unsigned int entry = caps->pmp_locked;
	u64 old = pmp_read_addr(entry);
	u64 kept;

	pmp_write_addr(entry, ~(u64)0);
	kept = pmp_read_addr(entry);
	pmp_write_addr(entry, old);
	caps->pmp_grain = lowest_bit(kept);
	caps->pmp_addr_mask = kept | (BIT(caps->pmp_grain) - 1);
}

/* An entry cannot disturb M-mode while L stays clear. */
static void probe_pmp_cfg(struct hart_caps *caps)
{
	unsigned int entry = caps->pmp_locked;
	unsigned int word = entry / 8 * 2;
	u64 old = pmp_read_cfg(word);

	for (unsigned int v = 0; v < 128; v++) {
		pmp_write_cfg(word, with_cfg(old, entry, 0));
		pmp_write_cfg(word, with_cfg(old, entry, v));
		caps->pmp_cfg_legal[v] = (u8)pmp_cfg(entry);
	}
	pmp_write_cfg(word, old);
}

/* ---- behaviour ---- */

/*
 * Which of two pending interrupts does the hart take? SSI (1) and SEI (9) can be made pending by
 * writing mip; the manual wants SEI first.
 */
static bool takes_lowest_first(void)
{
	u64 both = BIT(IRQ_SSI) | BIT(IRQ_SEI);
	u64 mip = csr_set(CSR_MIP, both) & both;
	u64 mie = csr_swap(CSR_MIE, both);
	u64 mideleg = csr_clear(CSR_MIDELEG, both);
	struct guarded taken = guard_plain(GUARD_TAKE_INTERRUPT, 0, 0);

	csr_write(CSR_MIDELEG, mideleg);
	csr_write(CSR_MIE, mie);
	csr_clear(CSR_MIP, both & ~mip);
	return taken.fault == (CAUSE_INTERRUPT | (IRQ_SSI + 1));
}

/* Leaves for S-mode with MPRV set; the ecall there says what became of it. */
static bool probe_mret(unsigned int entry)
{
	unsigned int word = entry / 8 * 2;
	u64 status = csr_read(CSR_MSTATUS) & ~(MSTATUS_MDT | MSTATUS_MIE | MSTATUS_MPV);
	u64 cfg = pmp_read_cfg(word);
	u64 addr = pmp_read_addr(entry);
	u64 satp = csr_swap(CSR_SATP, 0);
	u64 medeleg = csr_swap(CSR_MEDELEG, 0);
	struct guarded g;

	pmp_write_addr(entry, ~(u64)0);
	pmp_write_cfg(word, with_cfg(cfg, entry, 0x1f)); /* NAPOT, RWX */
	csr_write(CSR_MEPC, (u64)(uintptr_t)guard_ecall);
	status = field_set(status, MSTATUS_MPP, PRIV_S) | MSTATUS_MPRV;
	g = guard_access(GUARD_MRET, 0, 0, status);
	pmp_write_cfg(word, cfg);
	pmp_write_addr(entry, addr);
	csr_write(CSR_SATP, satp);
	csr_write(CSR_MEDELEG, medeleg);
	return (g.value & MSTATUS_MPRV) == 0;
}

static bool probe_mpv(void)
{
	u64 old = csr_set(CSR_MSTATUS, MSTATUS_MPV);
	u64 set = csr_swap(CSR_MSTATUS, old);

	return (set & MSTATUS_MPV) != 0;
}

void hart_probe(struct hart_caps *caps)
{
	*caps = (struct hart_caps){ .misa = csr_read(CSR_MISA) };
	caps->has_s = (caps->misa & MISA_EXT('S')) != 0;
	caps->has_h = (caps->misa & MISA_EXT('H')) != 0;
	caps->mpv_writable = caps->has_h && probe_mpv();
	caps->has_menvcfg = csr_exists(CSR_INDEX_menvcfg);
	caps->has_mcounteren = csr_exists(CSR_INDEX_mcounteren);
	caps->has_stateen = csr_exists(CSR_INDEX_mstateen0);
	caps->has_mtinst = csr_exists(CSR_INDEX_mtinst);
	caps->has_mtval2 = csr_exists(CSR_INDEX_mtval2);
	caps->has_mseccfg = csr_exists(CSR_INDEX_mseccfg);
	caps->has_triggers = csr_exists(CSR_INDEX_tdata1);
	caps->menvcfg_cbo = csr_keeps(CSR_INDEX_menvcfg, ENVCFG_CBO);
	caps->has_zicfiss = csr_keeps(CSR_INDEX_menvcfg, ENVCFG_SSE) != 0;
	caps->has_smepmp = csr_keeps(CSR_INDEX_mseccfg, MSECCFG_RLB) != 0;
	caps->pmp_locked = count_locked();
	caps->pmp_count = count_pmp(caps->pmp_locked);
	if (caps->pmp_count > 0) {
		probe_pmp_addr(caps);
		probe_pmp_cfg(caps);
	}
	if (caps->has_s && caps->pmp_count > 0) {
		caps->mret_clears_mprv = probe_mret(caps->pmp_locked);
		caps->irq_lowest_first = takes_lowest_first();
	}
}
