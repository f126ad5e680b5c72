/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the check of a bundle. A small sound bundle is made with the tool's
 * own code; then it is damaged in every way, or changed and sealed again so that
 * only the rule under test can refuse it. Copies have the exact size, so that
 * the sanitizer sees any byte read beyond the end.
 */
/* Evidence for I-BND-1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attest/image.h"
#include "attest/mkbundle/mkbundle.h"
#include "crypto/crypto.h"

#define LINK_BASE UINT64_C(0x80000000)
#define HASH_LEN  256u
#define LOAD_LEN  328u
#define RELOC_A   136u
#define RELOC_B   248u

static struct blob sound;

/* 256 measured bytes with two address words, 72 bytes of scratch, three firmware segments. */
static int make_sound_bundle(void **state)
{
	static uint8_t bytes[LOAD_LEN];
	static uint32_t relocs[] = {RELOC_A, RELOC_B};
	static const uint8_t code[100] = {0x13};
	struct monitor m = {
		.header = {
			.jump = 0x0800006f,
			.nop = 0x13,
			.magic = IMAGE_MONITOR_MAGIC,
			.version = IMAGE_VERSION,
			.link_base = LINK_BASE,
			.load_len = LOAD_LEN,
			.hash_len = HASH_LEN,
		},
		.bytes = bytes, .relocs = relocs, .reloc_count = 2,
	};
	const struct firmware fw = {
		.entry = 0x80000004,
		.count = 3,
		.segment = {
			{.bytes = code, .len = 33, .load_addr = 0x80000000, .mem_len = 0x1000},
			{.bytes = code + 33, .len = 7, .load_addr = 0x80002000, .mem_len = 7},
			{.bytes = code, .len = 0, .load_addr = 0x80001000, .mem_len = 0x1000},
		},
	};
	const struct names names = {"virt", "sandbox offload", "fw.elf"};

	(void)state;
	for (size_t i = IMAGE_MONITOR_HEADER_LEN; i < HASH_LEN; i++) {
		bytes[i] = (uint8_t)(i | 1u);
	}
	sound = bundle_build(&m, &fw, &names, NULL);
	return 0;
}

static int free_sound_bundle(void **state)
{
	(void)state;
	free(sound.bytes);
	return 0;
}

static uint8_t *copy_of(size_t len)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);

	assert_non_null(copy);
	memcpy(copy, sound.bytes, len < sound.len ? len : sound.len);
	return copy;
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* The two headers of a bundle, taken out to be changed and put back with right digests. */
struct headers {
	struct image_monitor_header m;
	struct image_bundle_header b;
};

static struct headers headers_of(const uint8_t *file)
{
	struct headers h;

	memcpy(&h.m, file, sizeof(h.m));
	memcpy(&h.b, file + h.m.bundle_off, sizeof(h.b));
	return h;
}

/* Puts the headers back where they were, and makes every digest right that can be. */
static void seal(uint8_t *file, struct headers *h, uint64_t bundle_off)
{
	memcpy(file, &h->m, sizeof(h->m));
	for (uint32_t i = 0; i < h->b.part_count && i < IMAGE_PARTS_MAX; i++) {
		struct image_part *p = &h->b.part[i];

		if (p->offset <= sound.len && p->len <= sound.len - p->offset) {
			image_digest_part(file, p, p->digest);
		}
	}
	image_digest_header(&h->b, h->b.header_digest);
	memcpy(file + bundle_off, &h->b, sizeof(h->b));
}

static void test_a_sound_bundle_is_accepted(void **state)
{
	struct image_info info;

	(void)state;
	assert_int_equal(image_check(sound.bytes, sound.len, &info), IMAGE_OK);
	assert_int_equal(info.part, IMAGE_PARTS_MAX);
	assert_int_equal(info.bundle.part_count, 6);
	assert_int_equal(info.bundle.fw_entry, 0x80000004);
	assert_string_equal(info.bundle.policies, "sandbox offload");
	assert_int_equal(info.monitor.bundle_off % 4096, 0);
}

static void test_alignment_and_what_follows_do_not_matter(void **state)
{
	struct image_info info;

	(void)state;
	for (size_t shift = 0; shift < 8; shift++) {
		uint8_t *copy = malloc(sound.len + 64);

		assert_non_null(copy);
		memset(copy, 0xa5, sound.len + 64);
		memcpy(copy + shift, sound.bytes, sound.len);
		assert_int_equal(image_check(copy + shift, sound.len + 64 - shift, &info),
				 IMAGE_OK);
		free(copy);
	}
}

/* Every byte of the file, three kinds of damage. */
static void test_any_flipped_byte_is_refused(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	struct image_info info;
	uint8_t *copy = copy_of(sound.len);

	(void)state;
	for (size_t i = 0; i < sound.len; i++) {
		for (size_t k = 0; k < sizeof(masks); k++) {
			copy[i] ^= masks[k];
			/* Bytes 0 to 7 are instructions: only the digest knows them. */
			assert_int_not_equal(image_check(copy, sound.len, &info), IMAGE_OK);
			copy[i] ^= masks[k];
		}
	}
	assert_int_equal(image_check(copy, sound.len, &info), IMAGE_OK);
	free(copy);
}

/* A file that ends early, for the tool that knows its length. */
static void test_every_truncation_is_refused(void **state)
{
	struct image_info info;

	(void)state;
	for (size_t len = 0; len < sound.len; len++) {
		uint8_t *copy = copy_of(len);

		assert_int_equal(image_check(copy, len, &info), IMAGE_TRUNCATED);
		free(copy);
	}
}

/* The same in memory, where something always follows: zeros or ones. */
static void test_every_truncation_in_memory_is_refused(void **state)
{
	uint8_t *copy = copy_of(sound.len);
	struct image_info info;

	(void)state;
	for (size_t len = 0; len < sound.len; len++) {
		memset(copy + len, 0, sound.len - len);
		assert_int_not_equal(image_check(copy, sound.len, &info), IMAGE_OK);
		memset(copy + len, 0xff, sound.len - len);
		assert_int_not_equal(image_check(copy, sound.len, &info), IMAGE_OK);
		memcpy(copy + len, sound.bytes + len, sound.len - len);
	}
	free(copy);
}

/* Changes for the table below. Parts: 0 monitor, 1 scratch, 2 relocations, 3 to 5 firmware. */
static void none(struct headers *h) { (void)h; }
static void m_magic(struct headers *h) { h->m.magic ^= 1; }
static void m_version(struct headers *h) { h->m.version = IMAGE_VERSION + 1; }
static void m_flags(struct headers *h) { h->m.flags = 1; }
static void m_reserved(struct headers *h) { h->m.reserved[5] = 1; }
static void m_no_bundle(struct headers *h) { h->m.bundle_off = 0; }
static void m_hash_tiny(struct headers *h) { h->m.hash_len = 127; }
static void m_hash_long(struct headers *h) { h->m.hash_len = LOAD_LEN + 1; }
static void m_load_long(struct headers *h) { h->m.load_len = h->m.reloc_off + 1; }
static void m_load_huge(struct headers *h) { h->m.load_len = UINT64_MAX; }
static void m_reloc_far(struct headers *h) { h->m.reloc_off = h->m.bundle_off + 1; }
static void m_reloc_many(struct headers *h) { h->m.reloc_count = UINT64_MAX / 4 + 2; }
static void m_bundle_far(struct headers *h) { h->m.bundle_off = h->m.total_len - 1700; }
static void m_bundle_huge(struct headers *h) { h->m.bundle_off = UINT64_MAX; }
static void m_bundle_elsewhere(struct headers *h) { h->m.bundle_off -= 8; }
static void m_total_more(struct headers *h) { h->m.total_len += 1; }
static void m_total_less(struct headers *h) { h->m.total_len -= 8; }
static void b_magic(struct headers *h) { h->b.magic ^= 1; }
static void b_version(struct headers *h) { h->b.version = IMAGE_VERSION + 1; }
static void b_len(struct headers *h) { h->b.header_len += 8; }
static void b_total(struct headers *h) { h->b.total_len += 8; }
static void b_flags(struct headers *h) { h->b.flags = 1; }
static void b_too_many(struct headers *h) { h->b.part_count = 17; }
static void b_max_count(struct headers *h) { h->b.part_count = UINT32_MAX; }
static void b_no_parts(struct headers *h) { h->b.part_count = 0; }
static void b_no_firmware(struct headers *h) { h->b.part_count = 3; }
static void b_full_board(struct headers *h) { memset(h->b.board, 'x', sizeof(h->b.board)); }
static void b_escape(struct headers *h) { h->b.policies[0] = 0x1b; }
static void b_high_bit(struct headers *h) { h->b.policies[0] = (char)0x80; }
static void b_hidden_text(struct headers *h) { h->b.fw_name[63] = 'x'; }
static void p_monitor_type(struct headers *h) { h->b.part[0].type = IMAGE_PART_FIRMWARE; }
static void p_monitor_len(struct headers *h) { h->b.part[0].len -= 1; }
static void p_monitor_off(struct headers *h) { h->b.part[0].offset = 1; }
static void p_monitor_addr(struct headers *h) { h->b.part[0].load_addr = 1; }
static void p_monitor_mem(struct headers *h) { h->b.part[0].mem_len = 1; }
static void p_scratch_len(struct headers *h) { h->b.part[1].len += 1; }
static void p_relocs_len(struct headers *h) { h->b.part[2].len -= 4; }
static void p_no_relocs(struct headers *h) { h->m.reloc_count = 0; }
static void p_type(struct headers *h) { h->b.part[4].type = 5; }
static void p_flags(struct headers *h) { h->b.part[4].flags = 1; }
static void p_own_flags(struct headers *h) { h->b.part[2].flags = 1; }
static void p_second_monitor(struct headers *h) { h->b.part[4].type = IMAGE_PART_MONITOR; }
static void p_far(struct headers *h) { h->b.part[5].offset = h->b.total_len; }
static void p_far_wrap(struct headers *h) { h->b.part[4].offset = UINT64_MAX - 2; }
static void p_long(struct headers *h) { h->b.part[4].len = h->b.total_len; }
static void p_long_wrap(struct headers *h) { h->b.part[4].len = UINT64_MAX; }
static void p_over_end_mark(struct headers *h)
{
	h->b.part[4].len = h->b.total_len - IMAGE_END_LEN - h->b.part[4].offset + 1;
}
static void p_over_header(struct headers *h) { h->b.part[3].offset -= 16; }
static void p_over_other(struct headers *h) { h->b.part[4].offset = h->b.part[3].offset + 32; }
static void p_mem_short(struct headers *h) { h->b.part[3].mem_len = 32; }
static void p_mem_none(struct headers *h) { h->b.part[5].mem_len = 0; }
static void p_addr_wrap(struct headers *h) { h->b.part[5].load_addr = UINT64_MAX - 0xfff; }
static void p_addr_high(struct headers *h) { h->b.part[5].load_addr = IMAGE_ADDR_LIMIT - 0xfff; }
static void p_mem_wrap(struct headers *h) { h->b.part[5].mem_len = UINT64_MAX; }
static void p_share_low(struct headers *h) { h->b.part[5].load_addr = 0x80000fff; }
static void p_share_high(struct headers *h) { h->b.part[5].mem_len = 0x1001; }
static void p_unused(struct headers *h) { h->b.part[IMAGE_PARTS_MAX - 1].digest[47] = 1; }
static void e_before(struct headers *h) { h->b.fw_entry = 0x7ffffffe; }
static void e_behind(struct headers *h) { h->b.fw_entry = 0x80000022; }
static void e_in_bss(struct headers *h) { h->b.fw_entry = 0x80001000; }
static void e_odd(struct headers *h) { h->b.fw_entry = 0x80000001; }
static void e_last(struct headers *h) { h->b.fw_entry = 0x80000020; }
static void e_second(struct headers *h) { h->b.fw_entry = 0x80002006; }
static void a_highest(struct headers *h) { h->b.part[5].load_addr = IMAGE_ADDR_LIMIT - 0x1000; }

static const struct {
	void (*change)(struct headers *h);
	enum image_status expected;
} changes[] = {
	{none, IMAGE_OK}, {e_last, IMAGE_OK}, {e_second, IMAGE_OK}, {a_highest, IMAGE_OK},
	{m_magic, IMAGE_NOT_A_MONITOR},
	{m_version, IMAGE_BAD_VERSION},
	{m_flags, IMAGE_RESERVED}, {m_reserved, IMAGE_RESERVED},
	{m_no_bundle, IMAGE_NO_BUNDLE},
	{m_hash_tiny, IMAGE_BAD_MONITOR},
	{m_hash_long, IMAGE_BAD_MONITOR},
	{m_load_long, IMAGE_BAD_MONITOR},
	{m_load_huge, IMAGE_BAD_MONITOR},
	{m_reloc_far, IMAGE_BAD_MONITOR},
	{m_reloc_many, IMAGE_BAD_MONITOR},
	{m_bundle_far, IMAGE_BAD_MONITOR},
	{m_bundle_huge, IMAGE_BAD_MONITOR},
	{m_bundle_elsewhere, IMAGE_NOT_A_BUNDLE},
	{m_total_more, IMAGE_TRUNCATED},
	{m_total_less, IMAGE_TRUNCATED},
	{b_magic, IMAGE_NOT_A_BUNDLE},
	{b_version, IMAGE_BAD_VERSION},
	{b_len, IMAGE_BAD_VERSION},
	{b_total, IMAGE_BAD_MONITOR},
	{b_flags, IMAGE_RESERVED},
	{b_too_many, IMAGE_PART_COUNT}, {b_max_count, IMAGE_PART_COUNT},
	{b_no_parts, IMAGE_BAD_PART},
	{b_no_firmware, IMAGE_NO_FIRMWARE},
	{b_full_board, IMAGE_BAD_TEXT},
	{b_escape, IMAGE_BAD_TEXT},
	{b_high_bit, IMAGE_BAD_TEXT},
	{b_hidden_text, IMAGE_BAD_TEXT},
	{p_monitor_type, IMAGE_BAD_PART},
	{p_monitor_len, IMAGE_BAD_PART},
	{p_monitor_off, IMAGE_BAD_PART},
	{p_monitor_addr, IMAGE_BAD_PART},
	{p_monitor_mem, IMAGE_BAD_PART},
	{p_scratch_len, IMAGE_BAD_PART},
	{p_relocs_len, IMAGE_BAD_PART},
	{p_no_relocs, IMAGE_BAD_PART},
	{p_type, IMAGE_BAD_PART},
	{p_flags, IMAGE_BAD_PART},
	{p_own_flags, IMAGE_BAD_PART},
	{p_second_monitor, IMAGE_BAD_PART},
	{p_far, IMAGE_PART_OUTSIDE},
	{p_far_wrap, IMAGE_PART_OUTSIDE},
	{p_long, IMAGE_PART_OUTSIDE},
	{p_long_wrap, IMAGE_PART_OUTSIDE},
	{p_over_end_mark, IMAGE_PART_OUTSIDE},
	{p_over_header, IMAGE_PARTS_OVERLAP},
	{p_over_other, IMAGE_PARTS_OVERLAP},
	{p_mem_short, IMAGE_BAD_SEGMENT},
	{p_mem_none, IMAGE_BAD_SEGMENT},
	{p_addr_wrap, IMAGE_BAD_SEGMENT},
	{p_addr_high, IMAGE_BAD_SEGMENT},
	{p_mem_wrap, IMAGE_BAD_SEGMENT},
	{p_share_low, IMAGE_SEGMENTS_OVERLAP},
	{p_share_high, IMAGE_SEGMENTS_OVERLAP},
	{p_unused, IMAGE_RESERVED}, {e_before, IMAGE_BAD_ENTRY},
	{e_behind, IMAGE_BAD_ENTRY},
	{e_in_bss, IMAGE_BAD_ENTRY},
	{e_odd, IMAGE_BAD_ENTRY},
};

/* Sealed changes: no digest objects, so the rule itself must. */
static void test_each_rule_has_its_own_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		uint8_t *copy = copy_of(sound.len);
		struct headers h = headers_of(copy);
		uint64_t bundle_off = h.m.bundle_off;
		struct image_info info;
		enum image_status status;

		changes[i].change(&h);
		seal(copy, &h, bundle_off);
		status = image_check(copy, sound.len, &info);
		if (status != changes[i].expected) {
			fail_msg("change %zu: expected \"%s\", got \"%s\"", i,
				 image_status_text(changes[i].expected),
				 image_status_text(status));
		}
		free(copy);
	}
}

static enum image_status status_after_byte(uint64_t offset, uint8_t mask, uint32_t *part)
{
	uint8_t *copy = copy_of(sound.len);
	struct image_info info;
	enum image_status status;

	copy[offset] ^= mask;
	status = image_check(copy, sound.len, &info);
	*part = info.part;
	free(copy);
	return status;
}

static void test_damaged_contents_name_their_part(void **state)
{
	struct headers h = headers_of(sound.bytes);
	uint32_t part;

	(void)state;
	for (uint32_t i = 0; i < h.b.part_count; i++) {
		const struct image_part *p = &h.b.part[i];

		if (p->type == IMAGE_PART_SCRATCH || p->type == IMAGE_PART_RELOCS || p->len == 0) {
			continue;
		}
		assert_int_equal(status_after_byte(p->offset + p->len - 1, 0x10, &part),
				 IMAGE_BAD_DIGEST);
		assert_int_equal(part, i);
	}
	assert_int_equal(status_after_byte(0, 1, &part), IMAGE_BAD_DIGEST);
	assert_int_equal(part, 0);
	assert_int_equal(status_after_byte(HASH_LEN, 1, &part), IMAGE_SCRATCH);
	assert_int_equal(status_after_byte(LOAD_LEN - 1, 1, &part), IMAGE_SCRATCH);
	/* Offset 136 becomes odd, then one in the header, then just another word's. */
	assert_int_equal(status_after_byte(h.m.reloc_off, 1, &part), IMAGE_BAD_RELOCS);
	assert_int_equal(status_after_byte(h.m.reloc_off, 0x80, &part), IMAGE_BAD_RELOCS);
	assert_int_equal(status_after_byte(h.m.reloc_off, 8, &part), IMAGE_BAD_DIGEST);
	assert_int_equal(part, 2);
	assert_int_equal(status_after_byte(h.m.bundle_off + 100, 1, &part),
			 IMAGE_BAD_HEADER_DIGEST);
}

static void test_padding_is_checked_everywhere(void **state)
{
	struct headers h = headers_of(sound.bytes);
	uint64_t first_segment_end = h.b.part[3].offset + h.b.part[3].len;
	uint32_t part;

	(void)state;
	assert_int_equal(status_after_byte(LOAD_LEN, 1, &part), IMAGE_PADDING);
	assert_int_equal(status_after_byte(h.m.reloc_off + 8, 1, &part), IMAGE_PADDING);
	assert_int_equal(status_after_byte(h.m.bundle_off - 1, 1, &part), IMAGE_PADDING);
	assert_int_equal(status_after_byte(h.m.bundle_off + sizeof(h.b), 1, &part),
			 IMAGE_PADDING);
	assert_int_equal(status_after_byte(first_segment_end, 1, &part), IMAGE_PADDING);
	assert_int_equal(status_after_byte(h.b.part[4].offset - 1, 1, &part), IMAGE_PADDING);
	assert_int_equal(status_after_byte(h.b.part[4].offset + 7, 1, &part), IMAGE_PADDING);
	assert_int_equal(status_after_byte(sound.len - 9, 1, &part), IMAGE_PADDING);
	assert_int_equal(status_after_byte(sound.len - 1, 1, &part), IMAGE_TRUNCATED);
}

static enum image_status status_with_relocs(uint32_t a, uint32_t b)
{
	uint8_t *copy = copy_of(sound.len);
	struct headers h = headers_of(copy);
	const uint32_t relocs[] = {a, b};
	struct image_info info;
	enum image_status status;

	memcpy(copy + h.m.reloc_off, relocs, sizeof(relocs));
	seal(copy, &h, h.m.bundle_off);
	status = image_check(copy, sound.len, &info);
	free(copy);
	return status;
}

static void test_relocations_are_ordered_aligned_and_inside(void **state)
{
	(void)state;
	assert_int_equal(status_with_relocs(128, 136), IMAGE_OK);
	assert_int_equal(status_with_relocs(128, 248), IMAGE_OK);
	assert_int_equal(status_with_relocs(120, 248), IMAGE_BAD_RELOCS);
	assert_int_equal(status_with_relocs(136, 136), IMAGE_BAD_RELOCS);
	assert_int_equal(status_with_relocs(144, 136), IMAGE_BAD_RELOCS);
	assert_int_equal(status_with_relocs(132, 248), IMAGE_BAD_RELOCS);
	assert_int_equal(status_with_relocs(136, 256), IMAGE_BAD_RELOCS);
	assert_int_equal(status_with_relocs(136, UINT32_MAX), IMAGE_BAD_RELOCS);
}

/* What a monitor does to itself: its address words move, its scratch space fills. */
static void slide_words(uint8_t *file, uint64_t slide)
{
	static const uint32_t relocs[] = {RELOC_A, RELOC_B};

	for (size_t i = 0; i < 2; i++) {
		uint64_t word;

		memcpy(&word, file + relocs[i], sizeof(word));
		word += slide;
		memcpy(file + relocs[i], &word, sizeof(word));
	}
}

static enum image_status status_running(const uint8_t *file, struct image_running running)
{
	struct image_info info;

	return image_check_running(file, sound.len, &running, &info);
}

static void test_a_running_monitor_can_check_itself(void **state)
{
	const uint64_t slide = UINT64_C(0xfffffffff0001000);
	const struct image_running right = {slide, true, true};
	const struct image_running dirty = {slide, true, false};
	const struct image_running wrong = {slide + 1, true, true};
	const struct image_running fresh = {slide, false, false};
	uint8_t *copy = copy_of(sound.len);

	(void)state;
	slide_words(copy, slide);
	assert_int_equal(status_running(copy, fresh), IMAGE_OK);
	memset(copy + HASH_LEN, 0x77, LOAD_LEN - HASH_LEN);
	assert_int_equal(status_running(copy, right), IMAGE_OK);
	assert_int_equal(status_running(copy, dirty), IMAGE_SCRATCH);
	assert_int_equal(status_running(copy, wrong), IMAGE_BAD_DIGEST);
	assert_int_equal(status_running(copy, fresh), IMAGE_SCRATCH);
	copy[RELOC_A] ^= 1;
	assert_int_equal(status_running(copy, right), IMAGE_BAD_DIGEST);
	copy[RELOC_A] ^= 1;
	copy[RELOC_A + 8] ^= 1;
	assert_int_equal(status_running(copy, right), IMAGE_BAD_DIGEST);
	free(copy);
}

/* What is accepted keeps every promise that boot relies upon. */
static void assert_promises(const struct image_info *info, size_t max_len)
{
	const struct image_bundle_header *b = &info->bundle;
	bool entry_found = false;

	assert_true(info->monitor.total_len <= max_len);
	assert_true(b->part_count >= 2 && b->part_count <= IMAGE_PARTS_MAX);
	for (uint32_t i = 0; i < b->part_count; i++) {
		const struct image_part *p = &b->part[i];

		assert_true(p->offset <= max_len && p->len <= max_len - p->offset);
		if (p->type == IMAGE_PART_FIRMWARE) {
			assert_true(p->mem_len >= p->len && p->mem_len > 0);
			assert_true(p->load_addr <= IMAGE_ADDR_LIMIT - p->mem_len);
			entry_found = entry_found || b->fw_entry - p->load_addr < p->len;
		}
	}
	assert_true(entry_found);
}

/* Random fields in sealed headers: each is refused or keeps the promises; never a stray read. */
static void test_random_headers(void **state)
{
	static const uint64_t edges[] = {0, 1, 7, 8, 4096, 0x80000000, UINT64_MAX, UINT64_MAX - 7};
	uint64_t seed = 7;
	uint32_t accepted = 0;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		uint8_t *copy = copy_of(sound.len);
		struct headers h = headers_of(copy);
		uint64_t bundle_off = h.m.bundle_off;
		uint32_t word = next_random(&seed) % (sizeof(h) / 8);
		uint64_t value = edges[next_random(&seed) % 8];
		struct image_info info;

		if (next_random(&seed) % 2 != 0) {
			memcpy(&value, (uint8_t *)&h + 8 * word, sizeof(value));
			value += next_random(&seed) % 33 - 16;
		}
		memcpy((uint8_t *)&h + 8 * word, &value, sizeof(value));
		seal(copy, &h, bundle_off);
		if (image_check(copy, sound.len, &info) == IMAGE_OK) {
			assert_promises(&info, sound.len);
			accepted++;
		}
		free(copy);
	}
	/* Neither everything nor nothing: both branches above have run. */
	assert_in_range(accepted, 1, 3999);
}

static void test_random_bytes_are_refused(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (size_t len = 0; len < 4096; len += 37) {
		uint8_t *copy = copy_of(len);
		struct image_info info;

		for (size_t i = 0; i < len; i++) {
			copy[i] = (uint8_t)next_random(&seed);
		}
		assert_int_not_equal(image_check(copy, len, &info), IMAGE_OK);
		free(copy);
	}
}

static void test_each_status_has_its_own_sentence(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= IMAGE_BAD_DIGEST; i++) {
		const char *text = image_status_text((enum image_status)i);

		/* 103 characters fit the table; a longer one would have lost its end. */
		assert_in_range(strlen(text), 1, 103);
		for (uint32_t j = 0; j < i; j++) {
			assert_string_not_equal(text, image_status_text((enum image_status)j));
		}
	}
	assert_non_null(image_status_text((enum image_status)(IMAGE_BAD_DIGEST + 1)));
	assert_string_equal(image_part_text(IMAGE_PART_FIRMWARE), "firmware");
	assert_string_equal(image_part_text(0), "unknown");
	assert_string_equal(image_part_text(UINT32_MAX), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sound_bundle_is_accepted),
		cmocka_unit_test(test_alignment_and_what_follows_do_not_matter),
		cmocka_unit_test(test_any_flipped_byte_is_refused),
		cmocka_unit_test(test_every_truncation_is_refused),
		cmocka_unit_test(test_every_truncation_in_memory_is_refused),
		cmocka_unit_test(test_each_rule_has_its_own_answer),
		cmocka_unit_test(test_damaged_contents_name_their_part),
		cmocka_unit_test(test_padding_is_checked_everywhere),
		cmocka_unit_test(test_relocations_are_ordered_aligned_and_inside),
		cmocka_unit_test(test_a_running_monitor_can_check_itself),
		cmocka_unit_test(test_random_headers),
		cmocka_unit_test(test_random_bytes_are_refused),
		cmocka_unit_test(test_each_status_has_its_own_sentence),
	};

	return cmocka_run_group_tests_name("image", tests, make_sound_bundle, free_sound_bundle);
}
