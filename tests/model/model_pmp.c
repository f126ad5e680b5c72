/* SPDX-License-Identifier: Apache-2.0 */
/* Physical memory protection (3.7). */
#include "model.h"

/* ---- registers ---- */

/* 3.7.1: RV64 has the even pmpcfg registers, eight entries in each. */
static bool cfg_here(const struct model_hart *h, uint32_t number)
{
	uint32_t index = number - MODEL_CSR_PMPCFG0;

	return number >= MODEL_CSR_PMPCFG0 && index < 16 && !(index & 1) &&
		index * 4 < h->can.pmp_count;
}

static bool addr_here(const struct model_hart *h, uint32_t number)
{
	return number >= MODEL_CSR_PMPADDR0 && number - MODEL_CSR_PMPADDR0 < h->can.pmp_count;
}

/* 3.7.1.1: how bits below the grain are read depends on the mode of the entry. */
static uint64_t read_address(const struct model_hart *h, unsigned int entry)
{
	uint64_t grain = h->can.pmp_grain, value = h->pmpaddr[entry];

	if (grain >= 2 && (h->pmpcfg[entry] & MODEL_PMP_A) == MODEL_PMP_NAPOT)
		return value | (MB(grain - 1) - 1);
	if (grain >= 1 && (h->pmpcfg[entry] & MODEL_PMP_A) <= MODEL_PMP_TOR)
		return value & ~(MB(grain) - 1);
	return value;
}

bool model_pmp_read_csr(const struct model_hart *h, uint32_t number, uint64_t *value)
{
	unsigned int entry;

	if (cfg_here(h, number)) {
		*value = 0;
		entry = (number - MODEL_CSR_PMPCFG0) * 4;
		for (unsigned int i = 0; i < 8; i++)
			*value |= (uint64_t)h->pmpcfg[(entry + i) % MODEL_PMP_MAX] << (8 * i);
		return true;
	}
	if (!addr_here(h, number))
		return false;
	*value = read_address(h, (number - MODEL_CSR_PMPADDR0) % MODEL_PMP_MAX);
	return true;
}

static bool is_locked(const struct model_hart *h, unsigned int entry)
{
	return entry < MODEL_PMP_MAX && (h->pmpcfg[entry] & MODEL_PMP_L);
}

static void write_cfg(struct model_hart *h, unsigned int entry, uint8_t value)
{
	if (entry >= h->can.pmp_writable || is_locked(h, entry))
		return;
	value &= MODEL_PMP_R | MODEL_PMP_W | MODEL_PMP_X | MODEL_PMP_A | MODEL_PMP_L;
	/* 3.7.1: R=0 with W=1 is reserved; 3.7.1.1: no NA4 if the grain is more than 4 bytes. */
	if ((value & (MODEL_PMP_R | MODEL_PMP_W)) == MODEL_PMP_W && !h->can.pmp_keeps_reserved)
		value = (uint8_t)(value & ~MODEL_PMP_W);
	if ((value & MODEL_PMP_A) == MODEL_PMP_NA4 && h->can.pmp_grain)
		value = (uint8_t)((value & ~MODEL_PMP_A) | (h->pmpcfg[entry] & MODEL_PMP_A));
	h->pmpcfg[entry] = value;
}

static void write_address(struct model_hart *h, unsigned int entry, uint64_t value)
{
	/* 3.7.1.2: a locked entry, and the address below a locked TOR entry, stay. */
	if (entry >= h->can.pmp_writable || is_locked(h, entry))
		return;
	if (is_locked(h, entry + 1) && (h->pmpcfg[entry + 1] & MODEL_PMP_A) == MODEL_PMP_TOR)
		return;
	h->pmpaddr[entry] = h->can.pmp_keeps_high ? value : value & MODEL_PMP_ADDRESS;
}

bool model_pmp_write_csr(struct model_hart *h, uint32_t number, uint64_t value)
{
	unsigned int entry;

	if (cfg_here(h, number)) {
		entry = (number - MODEL_CSR_PMPCFG0) * 4;
		for (unsigned int i = 0; i < 8; i++)
			write_cfg(h, (entry + i) % MODEL_PMP_MAX, (uint8_t)(value >> (8 * i)));
		return true;
	}
	if (!addr_here(h, number))
		return false;
	write_address(h, (number - MODEL_CSR_PMPADDR0) % MODEL_PMP_MAX, value);
	return true;
}

/* ---- the check ---- */

/* A range in units of 4 bytes, first and one behind the last: 3.7.1.1. */
struct range { uint64_t first, end; };

/* Bits above the lowest clear one: NAPOT's address, the others its size. */
static struct range napot_range(uint64_t address)
{
	uint64_t low = address ^ (address + 1); /* the trailing ones and the zero above them */
	struct range r = { address & ~low, (address | low) + 1 };

	return r;
}

/* An entry's address in units of 4 bytes. */
static uint64_t used_address(const struct model_hart *h, unsigned int entry)
{
	uint64_t used = h->can.pmp_keeps_high ? MB(62) - 1 : MODEL_PMP_ADDRESS;

	return read_address(h, entry) & used;
}

/* From the address of the entry below, or 0, to the entry's own. */
static struct range tor_range(const struct model_hart *h, unsigned int entry)
{
	uint64_t grain = ~(MB(h->can.pmp_grain) - 1);
	uint64_t address = used_address(h, entry);
	uint64_t below = entry ? used_address(h, entry - 1) : 0;
	uint64_t all_below = entry ? read_address(h, entry - 1) : 0;
	struct range r = { below & grain, address & grain };
	bool to_top = h->can.pmp_zero_is_all;

	if (h->can.pmp_orders_high) {
		to_top = all_below < read_address(h, entry);
		if (!to_top)
			r.end = r.first;
	}
	if (to_top && address == 0)
		r.end = UINT64_MAX;
	return r;
}

static struct range entry_range(const struct model_hart *h, unsigned int entry)
{
	uint64_t address = used_address(h, entry);
	struct range r = { 0, 0 };

	switch (h->pmpcfg[entry] & MODEL_PMP_A) {
	case MODEL_PMP_TOR:
		r = tor_range(h, entry);
		break;
	case MODEL_PMP_NA4:
		r.first = address;
		r.end = address + 1;
		break;
	case MODEL_PMP_NAPOT:
		r = napot_range(address);
		break;
	default:
		break;
	}
	return r;
}

static bool entry_grants(uint8_t cfg, uint8_t mode, enum model_access access)
{
	static const uint8_t right[] = { MODEL_PMP_X, MODEL_PMP_R, MODEL_PMP_W };

	/* 3.7.1.3: without L, M-mode may do anything. */
	return (mode == MODEL_M && !(cfg & MODEL_PMP_L)) || (cfg & right[access]);
}

/* An access: by whom, how, and its first and last byte. */
struct request { uint8_t mode; enum model_access access; uint64_t first, last; };

/* Whether an entry decides it, and how. */
enum decision { UNDECIDED, GRANTED, DENIED };

static enum decision decide(const struct model_hart *h, unsigned int entry,
			    const struct request *q)
{
	struct range r = entry_range(h, entry);

	if (h->can.pmp_ends_only && q->first >> 2 < r.first && q->last >> 2 >= r.end)
		return UNDECIDED;
	/* 3.7.1.3: the first entry that matches any byte decides, and must match all. */
	if (r.first >= r.end || q->last >> 2 < r.first || q->first >> 2 >= r.end)
		return UNDECIDED;
	if (q->first >> 2 < r.first || q->last >> 2 >= r.end)
		return DENIED;
	return entry_grants(h->pmpcfg[entry], q->mode, q->access) ? GRANTED : DENIED;
}

bool model_pmp_check(const struct model_hart *h, uint8_t mode, enum model_access access,
		     uint64_t address, uint64_t size)
{
	struct request q = { mode, access, address, address + size - 1 };

	for (unsigned int i = 0; i < h->can.pmp_count && i < MODEL_PMP_MAX; i++) {
		enum decision d = decide(h, i, &q);

		if (d != UNDECIDED)
			return d == GRANTED;
	}
	return mode == MODEL_M || h->can.pmp_count == 0;
}
