/* SPDX-License-Identifier: Apache-2.0 */
/* Address translation: Bare, Sv39, Sv48, Sv57 (12.3.2, 12.4 .. 12.6). */
#include "model.h"

#define PAGE_SHIFT 12
#define INDEX_BITS 9
#define MAX_LEVELS 5

uint8_t model_data_mode(const struct model_hart *h)
{
	if (h->mode == MODEL_M && (h->mstatus & MODEL_MPRV))
		return (uint8_t)((h->mstatus & MODEL_MPP) >> MODEL_MPP_SHIFT);
	return h->mode;
}

static struct model_place fault(uint64_t fetch_cause, enum model_access access)
{
	/* Causes of fetch, load and store: 1, 5, 7 and 12, 13, 15. */
	static const uint8_t access_cause[] = {
		MODEL_FETCH_ACCESS, MODEL_LOAD_ACCESS, MODEL_STORE_ACCESS,
	};
	static const uint8_t page_cause[] = {
		MODEL_FETCH_PAGE, MODEL_LOAD_PAGE, MODEL_STORE_PAGE,
	};
	struct model_place place = { .ok = false };

	place.cause = fetch_cause == MODEL_FETCH_ACCESS ? access_cause[access] : page_cause[access];
	return place;
}

static struct model_place page_fault(enum model_access access)
{
	return fault(MODEL_FETCH_PAGE, access);
}

static struct model_place access_fault(enum model_access access)
{
	return fault(MODEL_FETCH_ACCESS, access);
}

/* 12.3.2, step 6 and 8: U, SUM and MXR, then R, W and X. */
static bool leaf_allows(const struct model_hart *h, uint64_t pte, uint8_t mode,
			enum model_access access)
{
	bool user = pte & MODEL_PTE_U;

	if (mode == MODEL_U && !user)
		return false;
	/* 3.1.6.4: SUM lets S-mode load and store, never fetch, where U-mode may. */
	if (mode == MODEL_S && user && (access == MODEL_FETCH || !(h->mstatus & MODEL_SUM)))
		return false;
	if (access == MODEL_FETCH)
		return pte & MODEL_PTE_X;
	if (access == MODEL_STORE)
		return pte & MODEL_PTE_W;
	return (pte & MODEL_PTE_R) || ((h->mstatus & MODEL_MXR) && (pte & MODEL_PTE_X));
}

/* Step 9: A and D. */
static struct model_place mark(const struct model_hart *h, uint64_t pte, uint64_t pte_address,
			       enum model_access access)
{
	uint64_t want = MODEL_PTE_A | (access == MODEL_STORE ? MODEL_PTE_D : 0);
	struct model_place place = { .ok = true };

	if ((pte & want) == want)
		return place;
	if (!(h->can.has_svadu ? (h->menvcfg & MODEL_ADUE) != 0 : h->can.hardware_ad))
		return page_fault(access);
	if (!h->can.ad_ignores_pmp && !model_pmp_check(h, MODEL_S, MODEL_STORE, pte_address, 8))
		return access_fault(access);
	place.set_pte = true;
	place.pte_address = pte_address;
	place.pte = pte | want;
	return place;
}

/* Steps 5 to 10 for a leaf at a level. */
static struct model_place leaf(const struct model_hart *h, uint64_t pte, uint64_t pte_address,
			       unsigned int level, const uint64_t request[3])
{
	enum model_access access = (enum model_access)request[1];
	uint64_t ppn = (pte >> MODEL_PTE_PPN_SHIFT) & MODEL_SATP_PPN;
	uint64_t low = MB(INDEX_BITS * level) - 1;
	uint64_t offset = MB(PAGE_SHIFT + INDEX_BITS * level) - 1;
	struct model_place place;

	if (ppn & low)
		return page_fault(access);
	if (!leaf_allows(h, pte, (uint8_t)request[2], access))
		return page_fault(access);
	place = mark(h, pte, pte_address, access);
	if (place.ok)
		place.physical = ((ppn << PAGE_SHIFT) & ~offset) | (request[0] & offset);
	return place;
}

/* Steps 1 to 4; request is the address, the access and the mode. */
static struct model_place walk(const struct model_hart *h, unsigned int levels,
			       const uint64_t request[3])
{
	enum model_access access = (enum model_access)request[1];
	uint64_t table = (h->satp & MODEL_SATP_PPN) << PAGE_SHIFT;

	for (unsigned int step = 0; step < MAX_LEVELS && step < levels; step++) {
		unsigned int level = levels - 1 - step;
		uint64_t index = (request[0] >> (PAGE_SHIFT + INDEX_BITS * level)) &
			(MB(INDEX_BITS) - 1);
		uint64_t pte_address = table + index * 8;
		uint64_t pte;

		/* 3.7.2: PMP sees the walk as S-mode's loads. */
		if (!model_pmp_check(h, MODEL_S, MODEL_LOAD, pte_address, 8))
			return access_fault(access);
		if (!model_memory_read64(pte_address, &pte))
			return access_fault(access);
		if (!(pte & MODEL_PTE_V) || (pte & MODEL_PTE_RESERVED) ||
		    (pte & (MODEL_PTE_R | MODEL_PTE_W)) == MODEL_PTE_W)
			return page_fault(access);
		if (pte & (MODEL_PTE_R | MODEL_PTE_X))
			return leaf(h, pte, pte_address, level, request);
		/* 12.4.1, 12.3.1: D, A and U are reserved in a pointer. */
		if (pte & (MODEL_PTE_D | MODEL_PTE_A | MODEL_PTE_U))
			return page_fault(access);
		table = ((pte >> MODEL_PTE_PPN_SHIFT) & MODEL_SATP_PPN) << PAGE_SHIFT;
	}
	return page_fault(access);
}

/* 12.4.1: the bits above the top index are copies of the highest one translated. */
static bool is_canonical(uint64_t address, unsigned int levels)
{
	unsigned int top = PAGE_SHIFT + INDEX_BITS * levels - 1;
	uint64_t high = address >> top;

	return high == 0 || high == UINT64_MAX >> top;
}

struct model_place model_translate(const struct model_hart *h, enum model_access access,
				   uint64_t address, uint64_t size)
{
	uint8_t mode = access == MODEL_FETCH ? h->mode : model_data_mode(h);
	uint64_t request[3] = { address, access, mode };
	uint64_t satp_mode = h->satp >> MODEL_SATP_MODE_SHIFT;
	struct model_place place = { .ok = true, .physical = address };

	if (mode != MODEL_M && satp_mode != 0) {
		unsigned int levels = (unsigned int)satp_mode - 5;

		/* Sv39 is mode 8 and has 3 levels. */
		if (!is_canonical(address, levels))
			return page_fault(access);
		place = walk(h, levels, request);
	}
	if (place.ok && !model_pmp_check(h, mode, access, place.physical, size)) {
		place.ok = false;
		place.cause = access_fault(access).cause;
		place.set_pte = place.set_pte && h->can.ad_before_pmp;
	}
	return place;
}
