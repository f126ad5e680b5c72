/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three steps of a bundle's check read only what they are given.
 *
 * Proved: is_zero() and is_clean_text() read only the bytes that they are given, and say what they
 * should of them; take_own_parts() reads only the table, finds at most three parts, and if it
 * finds no fault each of them is the monitor's, where its header says, and the first is the
 * monitor. Assumed: lengths that monitor_lengths_are_sound() has found to be so.
 * Bounds: 12 bytes with any content; any table.
 */
#include <stdlib.h>

#include "attest/image.c"

#define BYTES 12u

uint64_t nondet_u64(void);
struct image_info nondet_info(void);

static bool lies(const struct image_part *p, uint64_t offset, uint64_t len)
{
	return p->offset == offset && p->len == len && p->load_addr == 0 && p->mem_len == 0;
}

/* Where the monitor's header says, and as long. */
static bool is_own(const struct image_part *p, const struct image_monitor_header *m)
{
	switch (p->type) {
	case IMAGE_PART_MONITOR: return lies(p, 0, m->hash_len);
	case IMAGE_PART_SCRATCH: return lies(p, m->hash_len, m->load_len - m->hash_len);
	case IMAGE_PART_RELOCS: return lies(p, m->reloc_off, m->reloc_count * sizeof(uint32_t));
	default: return false;
	}
}

/* Without the end of a text; the bytes are as many as the object has, so none behind is read. */
static void check_bytes(void)
{
	size_t len = nondet_u64() % (BYTES + 1);
	uint8_t *bytes = malloc(len);
	bool zero = true, clean = false, ended = false;

	__CPROVER_assume(bytes != NULL);
	for (size_t i = 0; i < BYTES && i < len; i++) {
		bytes[i] = (uint8_t)nondet_u64();
		zero = zero && bytes[i] == 0;
		clean = (i == 0 || clean) && (bytes[i] == 0 || (!ended && bytes[i] >= 0x20 &&
								bytes[i] <= 0x7e));
		ended = ended || bytes[i] == 0;
	}
	__CPROVER_assert(is_zero(bytes, len) == zero, "zero bytes");
	__CPROVER_assert(is_clean_text((const char *)bytes, len) == (clean && ended), "a text");
	__CPROVER_assert(!zero || len < BYTES, "witness: as many zeros as there can be");
}

static void check_table(void)
{
	struct image_info info = nondet_info();
	struct check c = { .info = &info };
	uint32_t next = 0;

	__CPROVER_assume(info.bundle.part_count <= IMAGE_PARTS_MAX);
	__CPROVER_assume(monitor_lengths_are_sound(&info.monitor));
	if (!take_own_parts(&c, &next)) {
		return;
	}
	__CPROVER_assert(next >= 1 && next <= 3 && next <= info.bundle.part_count, "how many");
	__CPROVER_assert(info.bundle.part[0].type == IMAGE_PART_MONITOR, "the monitor is first");
	for (uint32_t i = 0; i < 3; i++) {
		__CPROVER_assert(i >= next || is_own(&info.bundle.part[i], &info.monitor),
				 "what the header says");
	}
	__CPROVER_assert(next < 3, "witness: all three are there");
}

int main(void)
{
	check_bytes();
	check_table();
	__CPROVER_assert(0, "witness: the end is reached");
	return 0;
}
