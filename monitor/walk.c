/* SPDX-License-Identifier: Apache-2.0 */
/* Page walk in software: Bare, Sv39, Sv48, Sv57 (Priv. 12.3.2, 12.4 .. 12.6). */
#include "hw/csr.h"
#include "monitor/guestmem.h"

#define PTE_V BIT(0)
#define PTE_R BIT(1)
#define PTE_W BIT(2)
#define PTE_X BIT(3)
#define PTE_U BIT(4)
#define PTE_PPN BITS(53, 10)
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

/* May this leaf be used for the access (Priv. 12.3.2, 5 to 7)? Hardware has seen to A and D. */
static bool leaf_permits(u64 pte, u64 status, bool is_store)
{
	bool user = field_get(status, MSTATUS_MPP) == PRIV_U;
	bool readable = (pte & PTE_R) != 0 || ((status & MSTATUS_MXR) != 0 && (pte & PTE_X) != 0);

	if (user != ((pte & PTE_U) != 0) && (user || (status & MSTATUS_SUM) == 0)) {
		return false;
	}
	return is_store ? (pte & PTE_W) != 0 : readable;
}

static bool walk(struct hart *h, const struct guest_context *c, u64 va, bool is_store, u64 *pa)
{
	u64 table = field_get(c->satp, SATP_PPN) << PAGE_SHIFT;

	for (int level = levels_of(c->satp) - 1; level >= 0; level--) {
		unsigned int shift = (unsigned int)(PAGE_SHIFT + 9 * level);
		u64 offset = va & (BIT(shift) - 1);
		u64 pte;

		if (!read_pte(h, c, table + (va >> shift & 0x1ff) * 8, &pte) ||
		    (pte & PTE_V) == 0 || (pte & (PTE_R | PTE_W)) == PTE_W) {
			return false;
		}
		table = field_get(pte, PTE_PPN) << PAGE_SHIFT;
		if ((pte & (PTE_R | PTE_X)) != 0) {
			*pa = table | offset;
			return (table & (BIT(shift) - 1)) == 0 &&
			       leaf_permits(pte, c->status, is_store);
		}
	}
	return false;
}

bool guestmem_translate(struct hart *h, const struct guest_context *c, u64 va, bool is_store,
			u64 *pa)
{
	int levels = levels_of(c->satp);

	if ((c->status & MSTATUS_MPV) != 0 || levels < 0) {
		return false;
	}
	if (levels == 0) {
		*pa = va;
		return true;
	}
	return is_canonical(va, levels) && walk(h, c, va, is_store, pa);
}
