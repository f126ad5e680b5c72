/* SPDX-License-Identifier: Apache-2.0 */
/* Page tables of three, four or five levels, first or second stage. */
#include "guest.h"

#define POOL_PAGES 64

static uint8_t pool[POOL_PAGES][PAGE_SIZE] __attribute__((aligned(16384)));
static unsigned pool_used;

void *page_alloc(void)
{
	if (pool_used == POOL_PAGES) {
		fail("the page pool is empty");
		finish();
	}
	return pool[pool_used++];
}

/* The root of a second-stage tree is four pages, naturally aligned. */
static uint64_t *root_alloc(bool wide)
{
	if (!wide)
		return page_alloc();
	pool_used = (pool_used + 3) & ~3u;
	for (unsigned i = 0; i < 3; i++)
		page_alloc();
	return (uint64_t *)page_alloc() - 3 * PAGE_SIZE / sizeof(uint64_t);
}

void space_init(struct space *s, unsigned levels, bool wide_root)
{
	s->root = root_alloc(wide_root);
	s->levels = levels;
	s->wide_root = wide_root;
}

static uint64_t pte_of(const void *page, uint64_t flags)
{
	return ((uint64_t)page >> 12) << 10 | flags;
}

uint64_t *space_entry(struct space *s, uint64_t va, unsigned level)
{
	uint64_t *table = s->root;
	uint64_t mask = s->wide_root ? 2047 : 511;

	for (unsigned l = s->levels - 1;; l--, mask = 511) {
		uint64_t *pte = &table[(va >> (12 + 9 * l)) & mask];

		if (l == level)
			return pte;
		if (!(*pte & PTE_V))
			*pte = pte_of(page_alloc(), PTE_V);
		table = (uint64_t *)((*pte >> 10) << 12);
	}
}

void space_raw(struct space *s, uint64_t va, unsigned level, uint64_t pte)
{
	*space_entry(s, va, level) = pte;
}

void space_map(struct space *s, uint64_t va, uint64_t pa, unsigned level, uint64_t flags)
{
	space_raw(s, va, level, (pa >> 12) << 10 | flags);
}

uint64_t space_atp(const struct space *s)
{
	/* Priv. spec 11.1.11: mode 8 is Sv39, 9 is Sv48, 10 is Sv57. */
	return (uint64_t)(s->levels + 5) << 60 | (uint64_t)s->root >> 12;
}
