/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware: checked where it waits, then put where it wants to be. */
#include "boot/load.h"

#include "crypto/crypto.h"
#include "hw/csr.h"
#include "lib/log.h"
#include "lib/string.h"

bool load_check(const struct handoff *ho, struct image_info *info)
{
	const u8 *file = (const u8 *)(uintptr_t)ho->staged.base;
	/* The copy was taken after the image had relocated itself where it was loaded. */
	struct image_running running = { .slide = ho->bundle.base - LINK_BASE,
					 .scratch_in_use = true,
					 .scratch_was_zero = true };
	enum image_status status = image_check_running(file, ho->staged.size, &running, info);

	if (status == IMAGE_OK) {
		return true;
	}
	if (info->part < IMAGE_PARTS_MAX) {
		log_line("refused: part %u of the bundle: %s", info->part,
			 image_status_text(status));
	} else {
		log_line("refused: %s", image_status_text(status));
	}
	return false;
}

/* Does the payload that the previous stage loaded, or anything else that is taken, lie there? */
static bool is_free(const struct handoff *ho, const struct image_part *part, struct range self)
{
	const struct platform *p = &ho->platform;
	struct range r = range_make(part->load_addr, part->mem_len);

	if (!range_list_holds(&p->memory, r)) {
		log_line("refused: firmware segment %lx +%lx is not in memory", r.base, r.size);
		return false;
	}
	if (ho->payload.is_assumed ? ho->payload.r.size != 0 && range_has(r, ho->payload.entry, 1)
				   : range_overlaps(r, ho->payload.r)) {
		log_line("refused: firmware segment %lx +%lx overlaps the payload at %lx", r.base,
			 r.size, ho->payload.entry);
		return false;
	}
	if (range_overlaps(r, self) || range_overlaps(r, ho->staged) ||
	    range_overlaps(r, range_make(p->fdt, p->fdt_size + PLATFORM_FDT_GROWTH)) ||
	    range_overlaps(r, p->initrd)) {
		log_line("refused: firmware segment %lx +%lx overlaps "
			 "monitor, device tree or initrd", r.base, r.size);
		return false;
	}
	return true;
}

static void load_segment(const u8 *file, const struct image_part *part)
{
	u8 *to = (u8 *)(uintptr_t)part->load_addr;

	memcpy(to, file + part->offset, part->len);
	memset(to + part->len, 0, part->mem_len - part->len);
}

/* What was checked is not what runs before it has been looked at in its place. */
static bool arrived_whole(const struct image_bundle_header *b)
{
	u8 digest[IMAGE_DIGEST_LEN];

	for (unsigned int i = 0; i < b->part_count; i++) {
		const struct image_part *part = &b->part[i];

		if (part->type != IMAGE_PART_FIRMWARE) {
			continue;
		}
		crypto_sha384((const void *)(uintptr_t)part->load_addr, part->len, digest);
		if (!ct_equal(digest, part->digest, sizeof(digest))) {
			log_line("refused: firmware segment %lx +%lx has changed while it was "
				 "loaded", part->load_addr, part->len);
			return false;
		}
	}
	return true;
}

struct range load_extent(const struct image_bundle_header *b)
{
	u64 first = ~(u64)0;
	u64 last = 0;

	for (unsigned int i = 0; i < b->part_count; i++) {
		const struct image_part *part = &b->part[i];
		u64 end = part->load_addr + part->mem_len;

		if (part->type == IMAGE_PART_FIRMWARE) {
			first = part->load_addr < first ? part->load_addr : first;
			last = end > last ? end : last;
		}
	}
	return range_make(first, last > first ? last - first : 0);
}

bool load_firmware(const struct handoff *ho, const struct image_info *info, struct range self)
{
	const u8 *file = (const u8 *)(uintptr_t)ho->staged.base;
	const struct image_bundle_header *b = &info->bundle;

	for (unsigned int i = 0; i < b->part_count; i++) {
		if (b->part[i].type == IMAGE_PART_FIRMWARE && !is_free(ho, &b->part[i], self)) {
			return false;
		}
	}
	memset((void *)(uintptr_t)ho->bundle.base, 0, ho->bundle.size);
	for (unsigned int i = 0; i < b->part_count; i++) {
		if (b->part[i].type == IMAGE_PART_FIRMWARE) {
			load_segment(file, &b->part[i]);
		}
	}
	memset((void *)(uintptr_t)ho->staged.base, 0, ho->staged.size);
	hw_fence_i();
	return arrived_whole(b);
}
