/* SPDX-License-Identifier: Apache-2.0 */
/* Page walk in software: Bare, Sv39, Sv48, Sv57, Svnapot (Priv. 12.3.2, 12.4 .. 12.6). */
#include "hw/csr.h"
#include "monitor/guestmem.h"

#define PTE_V BIT(0)
#define PTE_R BIT(1)
#define PTE_W BIT(2)
#define PTE_X BIT(3)
#define PTE_U BIT(4)
#define PTE_PPN BITS(53, 10)
#define PTE_N BIT(63)
#define PAGE_SHIFT 12

/* Number of levels for satp.MODE; 0: Bare; -1: a mode we do not know. */
static int levels_of(u64 satp)
{
	switch (field_get(satp, SATP_MODE)) {
	case 0:
		return 0;
	case 8:
		return 3;
	case 9:
		return 4;
	case 10:
		return 5;
	default:
		return -1;
	}
}

/* Bits above the translated ones must equal the highest translated one. */
static bool is_canonical(u64 va, int levels)
{
	unsigned int bits = (unsigned int)(PAGE_SHIFT + 9 * levels);

	return (u64)((s64)(va << (64 - bits)) >> (64 - bits)) == va;
}

/* One PTE, read physically with S-mode's PMP rights: satp is Bare meanwhile. */
static bool read_pte(struct hart *h, const struct guest_context *c, u64 addr, u64 *pte)
{
	struct guest_context phys = *c;
	struct guarded g;

	phys.satp = 0;
	phys.status = field_set(c->status & ~MSTATUS_MPV, MSTATUS_MPP, PRIV_S);
	g = guestmem_access(h, &phys, GUARD_LD, addr, 0);
	*pte = g.value;
	return g.fault == 0;
}

/*
 * May this leaf be used for what right (R, W or X) is needed for (Priv. 12.3.2, 5 to 7)? Hardware
 * has seen to A and D. S-mode never executes a user's page (Priv. 12.1.1.2).
 */
static bool leaf_permits(u64 pte, u64 status, u64 right)
{
	bool user = field_get(status, MSTATUS_MPP) == PRIV_U;
	bool sum = (status & MSTATUS_SUM) != 0 && right != PTE_X;

	if (right == PTE_R && (status & MSTATUS_MXR) != 0) {
		right |= PTE_X;
	}
	if (user != ((pte & PTE_U) != 0) && (user || !sum)) {
		return false;
	}
	return (pte & right) != 0;
}

/* Where a leaf of that level leads. Svnapot: N and PPN x..x1000 are 64 KiB, all else reserved. */
static bool leaf_address(u64 pte, int level, u64 va, u64 *pa)
{
	unsigned int shift = (unsigned int)(PAGE_SHIFT + 9 * level);
	u64 base = field_get(pte, PTE_PPN) << PAGE_SHIFT;

	if ((pte & PTE_N) != 0) {
		if (level != 0 || (base & BITS(15, 0)) != BIT(15)) {
			return false;
		}
		shift = 16;
		base &= ~BITS(15, 0);
	}
	*pa = base | (va & (BIT(shift) - 1));
	return (base & (BIT(shift) - 1)) == 0;
}

static bool walk(struct hart *h, const struct guest_context *c, u64 va, u64 right, u64 *pa)
{
	u64 table = field_get(c->satp, SATP_PPN) << PAGE_SHIFT;

	for (int level = levels_of(c->satp) - 1; level >= 0; level--) {
		unsigned int shift = (unsigned int)(PAGE_SHIFT + 9 * level);
		u64 pte;

		if (!read_pte(h, c, table + (va >> shift & 0x1ff) * 8, &pte) ||
		    (pte & PTE_V) == 0 || (pte & (PTE_R | PTE_W)) == PTE_W) {
			return false;
		}
		if ((pte & (PTE_R | PTE_X)) != 0) {
			return leaf_permits(pte, c->status, right) &&
			       leaf_address(pte, level, va, pa);
		}
		table = field_get(pte, PTE_PPN) << PAGE_SHIFT;
	}
	return false;
}

static bool translate(struct hart *h, const struct guest_context *c, u64 va, u64 right, u64 *pa)
{
	int levels = levels_of(c->satp);

	if ((c->status & MSTATUS_MPV) != 0 || levels < 0) {
		return false;
	}
	if (levels == 0) {
		*pa = va;
		return true;
	}
	return is_canonical(va, levels) && walk(h, c, va, right, pa);
}

bool guestmem_translate(struct hart *h, const struct guest_context *c, u64 va, bool is_store,
			u64 *pa)
{
	return translate(h, c, va, is_store ? PTE_W : PTE_R, pa);
}

bool guestmem_translate_code(struct hart *h, const struct guest_context *c, u64 va, u64 *pa)
{
	return translate(h, c, va, PTE_X, pa);
}
