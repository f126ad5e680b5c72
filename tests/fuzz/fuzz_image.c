/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing the check of a bundle. The first byte of the input says which digests
 * to make right before the check sees the rest, because no fuzzer guesses a
 * SHA-384; the rest is the file, in a buffer of exactly its size.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "attest/image.h"
#include "crypto/crypto.h"

#define START_SOUND 1u /* lay the input over a minimal sound bundle */
#define SEAL_PARTS  2u
#define SEAL_HEADER 4u

#define SOUND_LEN (4096u + sizeof(struct image_bundle_header) + 16u + IMAGE_END_LEN)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void start_sound(uint8_t *file)
{
	const struct image_monitor_header m = {
		.magic = IMAGE_MONITOR_MAGIC, .version = IMAGE_VERSION,
		.load_len = 256, .hash_len = 192, .reloc_off = 256, .reloc_count = 2,
		.bundle_off = 4096, .total_len = SOUND_LEN,
	};
	const struct image_bundle_header b = {
		.magic = IMAGE_BUNDLE_MAGIC, .version = IMAGE_VERSION, .header_len = sizeof(b),
		.total_len = SOUND_LEN, .fw_entry = 0x80000000, .part_count = 4,
		.part = {
			{.type = IMAGE_PART_MONITOR, .len = 192},
			{.type = IMAGE_PART_SCRATCH, .offset = 192, .len = 64},
			{.type = IMAGE_PART_RELOCS, .offset = 256, .len = 8},
			{.type = IMAGE_PART_FIRMWARE, .offset = 4096 + sizeof(b), .len = 16,
			 .load_addr = 0x80000000, .mem_len = 32},
		},
	};
	const uint32_t relocs[] = {128, 136};
	const uint64_t end = IMAGE_END_MAGIC;

	memcpy(file, &m, sizeof(m));
	memcpy(file + 256, relocs, sizeof(relocs));
	memcpy(file + 4096, &b, sizeof(b));
	memcpy(file + SOUND_LEN - sizeof(end), &end, sizeof(end));
}

/* Records of (offset, 8 bytes) changed in a sound bundle. */
static void apply_changes(uint8_t *file, const uint8_t *data, size_t size)
{
	for (; size >= 10; data += 10, size -= 10) {
		size_t offset = (size_t)(data[0] | data[1] << 8) * 2;

		if (offset <= SOUND_LEN - 8) {
			memcpy(file + offset, data + 2, 8);
		}
	}
}

static void seal(uint8_t *file, size_t size, uint8_t how)
{
	struct image_bundle_header b;
	uint64_t at;

	if (size < IMAGE_MONITOR_HEADER_LEN) {
		return;
	}
	memcpy(&at, file + IMAGE_OFF_BUNDLE_OFF, sizeof(at));
	if (at > size || size - at < sizeof(b)) {
		return;
	}
	memcpy(&b, file + at, sizeof(b));
	for (uint32_t i = 0; (how & SEAL_PARTS) != 0 && i < IMAGE_PARTS_MAX; i++) {
		struct image_part *p = &b.part[i];

		if (p->offset <= size && p->len <= size - p->offset) {
			image_digest_part(file, p, p->digest);
		}
	}
	if ((how & SEAL_HEADER) != 0) {
		image_digest_header(&b, b.header_digest);
	}
	memcpy(file + at, &b, sizeof(b));
}

/* What is accepted keeps the promises that boot relies upon. */
static void check_promises(const struct image_info *info, size_t size)
{
	const struct image_bundle_header *b = &info->bundle;

	if (info->monitor.total_len > size || b->part_count > IMAGE_PARTS_MAX) {
		abort();
	}
	for (uint32_t i = 0; i < b->part_count; i++) {
		const struct image_part *p = &b->part[i];

		if (p->offset > size || p->len > size - p->offset) {
			abort();
		}
		if (p->type == IMAGE_PART_FIRMWARE &&
		    (p->mem_len < p->len || p->load_addr > IMAGE_ADDR_LIMIT - p->mem_len)) {
			abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct image_running running = {0x1000, true, true};
	struct image_info info;
	enum image_status status;
	uint8_t how;
	uint8_t *file;
	size_t len;

	if (size == 0) {
		return 0;
	}
	how = data[0];
	len = (how & START_SOUND) != 0 ? SOUND_LEN : size - 1;
	file = calloc(1, len == 0 ? 1 : len);
	if (file == NULL) {
		abort();
	}
	if ((how & START_SOUND) != 0) {
		start_sound(file);
		apply_changes(file, data + 1, size - 1);
	} else {
		memcpy(file, data + 1, len);
	}
	seal(file, len, how);
	status = image_check(file, len, &info);
	if (status == IMAGE_OK) {
		check_promises(&info, len);
	}
	if (image_status_text(status)[0] == '\0') {
		abort();
	}
	(void)image_check_running(file, len, &running, &info);
	free(file);
	return 0;
}
