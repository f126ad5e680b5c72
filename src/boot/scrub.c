/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory is cleared before the firmware begins, so that it cannot restart the machine to read what
 * the last payload had there. What is kept is a list of ranges; the rest is arithmetic.
 */
#include "boot/scrub.h"

#include "boot/payload.h"
#include "lib/log.h"

#define MIB (KIB * KIB)
/* Words that are looked at together, and their bytes. */
#define CHUNK 8u
#define CHUNK_BYTES (8 * CHUNK)

/* As many as can be: those of the tree, segments, and monitor, tree, a2, both payloads. */
#define KEPT_MAX (PLATFORM_RANGES + IMAGE_PARTS_MAX + 5)

struct kept {
	struct range r[KEPT_MAX];
	unsigned int count;
};

/* ---- where ---- */

/* Goes from addr to the first address that no kept range holds; false: there is none in memory. */
static bool skip_kept(struct range memory, const struct range *kept, unsigned int count, u64 *addr)
{
	for (unsigned int i = 0; i < count && range_has(memory, *addr, 1);) {
		u64 left = range_has(kept[i], *addr, 1) ? kept[i].size - (*addr - kept[i].base) : 0;

		if (left >= memory.size - (*addr - memory.base)) {
			return false;
		}
		*addr += left;
		i = left != 0 ? 0 : i + 1; /* one that was passed before may begin here */
	}
	return range_has(memory, *addr, 1);
}

struct range scrub_gap(struct range memory, const struct range *kept, unsigned int count, u64 from)
{
	u64 at = from > memory.base ? from : memory.base;
	struct range gap;

	if (!skip_kept(memory, kept, count, &at)) {
		return range_make(0, 0);
	}
	gap = range_make(at, memory.size - (at - memory.base));
	for (unsigned int i = 0; i < count; i++) {
		if (kept[i].size != 0 && range_has(gap, kept[i].base, 1)) {
			gap.size = kept[i].base - at;
		}
	}
	return gap;
}

/* ---- clearing ---- */

static unsigned int nonzero_bytes(u64 word)
{
	const u64 low = 0x7f7f7f7f7f7f7f7full;
	u64 ones = ((((word & low) + low) | word) & ~low) >> 7; /* bit 0 of each byte: not zero */

	return (unsigned int)(ones * 0x0101010101010101ull >> 56);
}

static u64 clear_bytes(u8 *to, u64 size)
{
	u64 found = 0;

	for (u64 i = 0; i < size; i++) {
		found += to[i] != 0 ? 1 : 0;
		to[i] = 0;
	}
	return found;
}

static u64 clear_chunk(u64 *to)
{
	u64 found = 0;

	if ((to[0] | to[1] | to[2] | to[3] | to[4] | to[5] | to[6] | to[7]) == 0) {
		return 0;
	}
	for (unsigned int i = 0; i < CHUNK; i++) {
		found += nonzero_bytes(to[i]);
		to[i] = 0;
	}
	return found;
}

u64 scrub_clear(struct range r)
{
	u8 *to = (u8 *)(uintptr_t)r.base;
	u64 before = -r.base & 7;
	u64 found;

	before = before < r.size ? before : r.size;
	found = clear_bytes(to, before);
	to += before;
	r.size -= before;
	for (; r.size >= CHUNK_BYTES; r.size -= CHUNK_BYTES, to += CHUNK_BYTES) {
		found += clear_chunk((u64 *)(void *)to);
	}
	return found + clear_bytes(to, r.size);
}

/* ---- what is kept ---- */

static void keep(struct kept *k, struct range r)
{
	k->r[k->count++] = r;
}

/*
 * Where nobody says whether there is a payload: some firmware starts what it finds at the next
 * border of 2 MiB behind itself. No program begins with a zero (Unpriv. 1.5: that is illegal).
 */
static struct payload look_behind(const struct range_list *memory, u64 firmware_end)
{
	u64 at = (firmware_end + (2 * MIB - 1)) & ~(2 * MIB - 1);
	struct payload none = { 0, { 0, 0 }, false };

	if (!range_list_holds(memory, range_make(at, 8)) || *(const u64 *)(uintptr_t)at == 0) {
		return none;
	}
	return payload_find(memory, at);
}

/* Keeps the firmware's segments; returns the end of the highest. */
static u64 keep_firmware(struct kept *k, const struct image_bundle_header *bundle)
{
	u64 end = 0;

	for (unsigned int i = 0; i < bundle->part_count && i < IMAGE_PARTS_MAX; i++) {
		const struct image_part *part = &bundle->part[i];

		if (part->type == IMAGE_PART_FIRMWARE) {
			keep(k, range_make(part->load_addr, part->mem_len));
			end = part->load_addr + part->mem_len > end
				      ? part->load_addr + part->mem_len
				      : end;
		}
	}
	return end;
}

/*
 * The tree's reservations may be another agent's (a processor beside this one, a display that is
 * on), so they are not ours to clear.
 */
static void keep_named(struct kept *k, const struct handoff *ho)
{
	for (unsigned int i = 0; i < ho->named; i++) {
		keep(k, ho->platform.reserved.r[i]);
	}
	keep(k, range_make(ho->platform.fdt, ho->platform.fdt_size + PLATFORM_FDT_GROWTH));
	keep(k, ho->info);
}

void scrub_memory(const struct handoff *ho, const struct image_bundle_header *bundle,
		  struct range self)
{
	const struct range_list *memory = &ho->platform.memory;
	struct payload payload = ho->payload;
	struct kept k = { .count = 0 };
	u64 firmware_end = keep_firmware(&k, bundle);
	u64 found = 0;
	u64 size = 0;

	if (payload.r.size == 0) {
		payload = look_behind(memory, firmware_end);
	}
	keep(&k, self);
	keep_named(&k, ho);
	keep(&k, payload.r);
	keep(&k, machine.manifest.payload);
	for (unsigned int i = 0; i < memory->count; i++) {
		struct range gap = scrub_gap(memory->r[i], k.r, k.count, 0);

		while (gap.size != 0) {
			found += scrub_clear(gap);
			size += gap.size;
			gap = gap.base + gap.size == 0
				      ? range_make(0, 0)
				      : scrub_gap(memory->r[i], k.r, k.count, gap.base + gap.size);
		}
	}
	if (payload.r.size != 0 && payload.is_assumed) {
		log_line("payload of unknown size at %lx: %lu MiB behind it kept", payload.entry,
			 PAYLOAD_ROOM / MIB);
	}
	log_at(BOOT, LOG_INFO, "memory scrubbed: %lu MiB, %lu bytes were not zero", size / MIB,
	       found);
}
