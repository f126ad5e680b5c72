/* SPDX-License-Identifier: Apache-2.0 */
/* Loads, stores and fetches: translated by the model, page by page. */
#include "machine.h"

#define PAGE 4096

/*
 * The model is not asked about most of what the tests' resident code does, which is most of what
 * is executed: in M-mode with no PMP entry locked only an access that an entry matches in part
 * can fail (3.7.1.3), and none that is of 4 aligned bytes or fewer is.
 */
static bool is_free(const struct model_hart *h, uint64_t address, unsigned int size)
{
	if (size > 4 || address % size)
		return false;
	if (h->mode != MODEL_M || (h->mstatus & MODEL_MPRV) || h->pc >= machine.resident_end ||
	    h->pc < RAM_BASE)
		return false;
	for (unsigned int i = 0; i < h->can.pmp_count; i++)
		if (h->pmpcfg[i] & MODEL_PMP_L)
			return false;
	return true;
}

static uint64_t access_fault(enum model_access access)
{
	static const uint64_t cause[] = {
		MODEL_FETCH_ACCESS, MODEL_LOAD_ACCESS, MODEL_STORE_ACCESS,
	};

	return cause[access];
}

/* An access in one or two parts, each within a page. */
struct parts {
	unsigned int count, size[2];
	uint64_t address[2], physical[2];
	unsigned int more;           /* added to the cause: 2 makes of a load's one a store's */
};

#define AS_STORE (MODEL_STORE_ACCESS - MODEL_LOAD_ACCESS)

/* Where bytes within a page lie; false: it has trapped. */
static bool translate(struct model_hart *h, enum model_access access, struct parts *p,
		      unsigned int part)
{
	struct model_place place = model_translate(h, access, p->address[part], p->size[part]);

	if (place.set_pte)
		machine_write(place.pte_address, 8, place.pte);
	if (!place.ok) {
		insn_trap(h, place.cause + p->more, p->address[part]);
		return false;
	}
	p->physical[part] = place.physical;
	return true;
}

static bool find(struct model_hart *h, enum model_access access, struct parts *p)
{
	unsigned int size = p->size[0], left = PAGE - (unsigned int)(p->address[0] % PAGE);

	p->count = size > left ? 2 : 1;
	if (is_free(h, p->address[0], size)) {
		p->physical[0] = p->address[0];
		return true;
	}
	if (p->count == 2) {
		p->size[0] = left;
		p->size[1] = size - left;
		p->address[1] = p->address[0] + left;
	}
	for (unsigned int i = 0; i < p->count; i++)
		if (!translate(h, access, p, i))
			return false;
	return true;
}

/* Bytes where it takes two parts, else one access: devices want those whole. */
static bool read_parts(const struct parts *p, uint64_t *value, unsigned int *bad)
{
	uint64_t byte;
	unsigned int at = 0;

	*bad = 0;
	if (p->count == 1)
		return machine_read(p->physical[0], p->size[0], value);
	*value = 0;
	for (unsigned int part = 0; part < 2; part++)
		for (unsigned int i = 0; i < p->size[part]; i++, at++) {
			*bad = part;
			if (!machine_read(p->physical[part] + i, 1, &byte))
				return false;
			*value |= byte << (8 * at);
		}
	return true;
}

static bool write_parts(const struct parts *p, uint64_t value, unsigned int *bad)
{
	unsigned int at = 0;

	*bad = 0;
	if (p->count == 1)
		return machine_write(p->physical[0], p->size[0], value);
	for (unsigned int part = 0; part < 2; part++)
		for (unsigned int i = 0; i < p->size[part]; i++, at++) {
			*bad = part;
			if (!machine_write(p->physical[part] + i, 1, value >> (8 * at)))
				return false;
		}
	return true;
}

static bool load_as(struct model_hart *h, enum model_access access, struct parts *p,
		    uint64_t *value)
{
	unsigned int bad;

	if (!find(h, access, p))
		return false;
	if (read_parts(p, value, &bad))
		return true;
	insn_trap(h, access_fault(access) + p->more, p->address[bad]);
	return false;
}

bool access_load(struct model_hart *h, uint64_t address, unsigned int size, uint64_t *value)
{
	struct parts p = { .size = { size }, .address = { address } };

	return load_as(h, MODEL_LOAD, &p, value);
}

bool access_load_atomic(struct model_hart *h, uint64_t address, unsigned int size,
			uint64_t *value)
{
	struct parts p = { .size = { size }, .address = { address } };

	p.more = machine.choices.amo_loads ? 0 : AS_STORE;
	return load_as(h, MODEL_LOAD, &p, value);
}

bool access_store(struct model_hart *h, uint64_t address, unsigned int size, uint64_t value)
{
	struct parts p = { .size = { size }, .address = { address } };
	unsigned int bad;

	if (!find(h, MODEL_STORE, &p))
		return false;
	if (write_parts(&p, value, &bad))
		return true;
	insn_trap(h, access_fault(MODEL_STORE), p.address[bad]);
	return false;
}

bool access_fetch(struct model_hart *h, uint32_t *word)
{
	struct parts low = { .size = { 2 }, .address = { h->pc } };
	struct parts high = { .size = { 2 }, .address = { h->pc + 2 } };
	uint64_t first, second;

	if (!load_as(h, MODEL_FETCH, &low, &first))
		return false;
	*word = (uint32_t)first;
	if ((first & 3) != 3)
		return true;
	if (!load_as(h, MODEL_FETCH, &high, &second))
		return false;
	*word |= (uint32_t)second << 16;
	return true;
}
