/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules say, in software: for what the monitor does on a guest's behalf. */
#include "monitor/vpmp.h"

#include "monitor/vpmp_parts.h"

/* ---- meaning of one virtual entry ---- */

/* Smepmp table 1, mseccfg.MML = 1: permissions of M-mode for L, R, W, X. */
unsigned int vpmp_mml_m_mode(unsigned int cfg)
{
	unsigned int rwx = cfg & PMP_RWX;

	if ((rwx & (PMP_R | PMP_W)) == PMP_W) { /* shared regions */
		if ((cfg & PMP_L) == 0) {
			return PMP_R | PMP_W;
		}
		return (cfg & PMP_X) != 0 ? PMP_R | PMP_X : PMP_X;
	}
	if ((cfg & PMP_L) == 0) {
		return 0;
	}
	return rwx == PMP_RWX ? PMP_R : rwx;
}

/* The same for S- and U-mode. */
static unsigned int mml_s_mode(unsigned int cfg)
{
	unsigned int rwx = cfg & PMP_RWX;

	if ((rwx & (PMP_R | PMP_W)) == PMP_W) {
		if ((cfg & PMP_L) != 0) {
			return PMP_X;
		}
		return (cfg & PMP_X) != 0 ? PMP_R | PMP_W : PMP_R;
	}
	if ((cfg & PMP_L) == 0) {
		return rwx;
	}
	return rwx == PMP_RWX ? PMP_R : 0;
}

unsigned int vpmp_m_mode_may(const struct hart *h, unsigned int cfg)
{
	if ((h->vm.mseccfg & MSECCFG_MML) != 0) {
		return vpmp_mml_m_mode(cfg);
	}
	return (cfg & PMP_L) != 0 ? cfg & PMP_RWX : PMP_RWX;
}

unsigned int vpmp_s_mode_may(const struct hart *h, unsigned int cfg)
{
	return (h->vm.mseccfg & MSECCFG_MML) != 0 ? mml_s_mode(cfg) : cfg & PMP_RWX;
}

/* What vM-mode may do where no entry matches (Smepmp 2.1, 2.2). */
unsigned int vpmp_m_mode_default(const struct hart *h)
{
	if ((h->vm.mseccfg & MSECCFG_MMWP) != 0) {
		return 0;
	}
	return (h->vm.mseccfg & MSECCFG_MML) != 0 ? PMP_R | PMP_W : PMP_RWX;
}

/* ---- what an entry matches ---- */

/* pmpaddr as matching sees it: bits below the grain do not take part (Priv. 3.7.1). */
static u64 tor_border(const struct hart *h, u64 addr)
{
	return (addr & ~(BIT(h->caps.pmp_grain) - 1)) << 2;
}

/* Priv. 3.7.1, table 18: n ones at the low end are a range of 2^(n + 3) bytes. */
static struct range napot_range(const struct hart *h, u64 addr)
{
	unsigned int g = h->caps.pmp_grain;
	u64 ones;

	addr |= g == 0 ? 0 : BIT(g - 1) - 1;
	ones = addr ^ (addr + 1); /* and the zero above them */
	if (ones >> 60 != 0) { /* everything; addresses end at 2^56 */
		return range_make(0, ~(u64)0);
	}
	return range_make((addr & ~ones) << 2, (ones + 1) << 2);
}

/* What an entry matches that holds cfg and addr, with below in the entry before it. */
struct range vpmp_match_range(const struct hart *h, unsigned int cfg, u64 below, u64 addr)
{
	u64 base = tor_border(h, below);
	u64 end = tor_border(h, addr);

	switch (cfg & PMP_A) {
	case PMP_A_TOR:
		return range_make(base, base < end ? end - base : 0);
	case PMP_A_NA4:
		return range_make(addr << 2, 4);
	case PMP_A_NAPOT:
		return napot_range(h, addr);
	default:
		return range_make(0, 0);
	}
}

/* ---- the same rules in software, for what the monitor does on a guest's behalf ---- */

/* The entry that decides an access: the lowest that matches any byte; count if none does. */
static unsigned int deciding_entry(const struct vpmp *v, u64 addr, u64 size, bool *whole)
{
	for (unsigned int i = 0; i < v->count; i++) {
		struct range r = v->range[i];

		if (range_touches(r, addr, size)) {
			*whole = range_has(r, addr, size);
			return i;
		}
	}
	*whole = true;
	return v->count;
}

bool vpmp_firmware_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	const struct vpmp *v = &h->vpmp;
	bool whole;
	unsigned int i = deciding_entry(v, addr, size, &whole);
	unsigned int may = i < v->count ? vpmp_m_mode_may(h, v->cfg[i]) : vpmp_m_mode_default(h);

	return whole && (may & need) == need;
}

void vpmp_find_shield(struct hart *h)
{
	struct range s = machine.clint.shield;
	unsigned int may = 0;

	may |= vpmp_firmware_may(h, s.base, s.size, PMP_R) ? PMP_R : 0;
	may |= vpmp_firmware_may(h, s.base, s.size, PMP_W) ? PMP_W : 0;
	h->shield_may = (u8)(SHIELD_KNOWN | may);
}

bool vpmp_payload_may(const struct hart *h, u64 addr, u64 size, unsigned int need)
{
	const struct vpmp *v = &h->vpmp;
	bool whole;
	unsigned int i = deciding_entry(v, addr, size, &whole);
	unsigned int none = v->count == 0 ? PMP_RWX : 0;
	unsigned int may = i < v->count ? vpmp_s_mode_may(h, v->cfg[i]) : none;

	return whole && (may & need) == need;
}

bool vpmp_payload_may_touch(const struct hart *h, struct range r)
{
	const struct vpmp *v = &h->vpmp;

	for (unsigned int i = 0; i < v->count; i++) {
		struct range e = v->range[i];

		if (vpmp_s_mode_may(h, v->cfg[i]) != 0 && range_overlaps(e, r)) {
			return true;
		}
		if (range_has(e, r.base, r.size)) {
			return false; /* denied as a whole before anything grants it */
		}
	}
	return v->count == 0;
}

/*
 * What the view grants at addr: the lowest entry that matches decides, and none is no right at all,
 * for the last one matches everything. *size is cut to the bytes of which that is true.
 */
static unsigned int view_grants(const struct hart *h, const struct pmp_view *view, u64 addr,
				u64 *size)
{
	for (unsigned int i = 0; i < h->vpmp.entries; i++) {
		unsigned int cfg = (unsigned int)(view->cfg[i / 8] >> i % 8 * 8 & 0xff);
		u64 below = i == 0 ? 0 : view->addr[i - 1];
		struct range r = vpmp_match_range(h, cfg, below, view->addr[i]);
		u64 left = r.size - (addr - r.base);

		if (range_has(r, addr, 1)) {
			*size = *size < left ? *size : left;
			return cfg & PMP_RWX;
		}
		if (range_touches(r, addr, *size)) {
			*size = r.base - addr;
		}
	}
	return 0;
}

bool vpmp_view_may(const struct hart *h, enum pmp_view_id view, u64 addr, u64 size,
		   unsigned int need)
{
	u64 done = 0;

	if (size == 0 || size - 1 > ~addr) {
		return false;
	}
	/* Each round ends at a border of an entry: no more than two of each. */
	while (done < size) {
		u64 part = size - done;

		if ((view_grants(h, &h->vpmp.view[view], addr + done, &part) & need) != need) {
			return false;
		}
		done += part;
	}
	return true;
}

bool vpmp_view_around(const struct hart *h, enum pmp_view_id view, u64 addr, unsigned int need,
		      struct range *r)
{
	while (range_has(*r, addr, 1)) {
		u64 part = r->size;
		unsigned int may = view_grants(h, &h->vpmp.view[view], r->base, &part);

		if (addr - r->base < part) {
			r->size = part;
			return (may & need) == need;
		}
		*r = range_make(r->base + part, r->size - part);
	}
	return false;
}
