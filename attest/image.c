/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a bundle (see image.h). Lengths are compared by subtraction from
 * a known larger one, never by adding two numbers from the file.
 */
#include "attest/image.h"

#include <string.h>

#include "crypto/crypto.h"

static_assert(sizeof(size_t) == sizeof(uint64_t), "a length from the file fits size_t");
static_assert(IMAGE_DIGEST_LEN == CRYPTO_SHA384_LEN, "parts carry a SHA-384");

/* A check under way. */
struct check {
	const uint8_t *file;
	uint64_t max_len;
	struct image_running running;
	struct image_info *info;
};

static bool is_inside(uint64_t offset, uint64_t len, uint64_t total)
{
	return offset <= total && len <= total - offset;
}

static bool is_zero(const uint8_t *bytes, uint64_t len)
{
	uint8_t any = 0;

	for (uint64_t i = 0; i < len; i++) {
		any |= bytes[i];
	}
	return any == 0;
}

static bool is_zero_between(const struct check *c, uint64_t from, uint64_t to)
{
	return is_zero(c->file + from, to - from);
}

/* Printable, so that it cannot play with the terminal it is shown on; zeros to the end. */
static bool is_clean_text(const char *text, size_t size)
{
	size_t len = 0;

	while (len < size && text[len] >= ' ' && text[len] <= '~') {
		len++;
	}
	return len < size && is_zero((const uint8_t *)text + len, size - len);
}

/* How much of the file is behind `from`, where from <= total_len is known. */
static uint64_t room_behind(const struct image_monitor_header *m, uint64_t from)
{
	return m->total_len - from;
}

static bool monitor_lengths_are_sound(const struct image_monitor_header *m)
{
	return m->hash_len >= IMAGE_MONITOR_HEADER_LEN && m->hash_len <= m->load_len &&
	       m->load_len <= m->reloc_off && m->reloc_off <= m->bundle_off &&
	       m->bundle_off <= m->total_len &&
	       m->reloc_count <= (m->bundle_off - m->reloc_off) / sizeof(uint32_t) &&
	       room_behind(m, m->bundle_off) >= sizeof(struct image_bundle_header) + IMAGE_END_LEN;
}

static enum image_status check_monitor_header(struct check *c)
{
	struct image_monitor_header *m = &c->info->monitor;

	if (c->max_len < sizeof(*m)) {
		return IMAGE_TRUNCATED;
	}
	memcpy(m, c->file, sizeof(*m));
	if (m->magic != IMAGE_MONITOR_MAGIC) {
		return IMAGE_NOT_A_MONITOR;
	}
	if (m->version != IMAGE_VERSION) {
		return IMAGE_BAD_VERSION;
	}
	if (m->flags != 0 || !is_zero((const uint8_t *)m->reserved, sizeof(m->reserved))) {
		return IMAGE_RESERVED;
	}
	if (m->bundle_off == 0) {
		return IMAGE_NO_BUNDLE;
	}
	if (!monitor_lengths_are_sound(m)) {
		return IMAGE_BAD_MONITOR;
	}
	return m->total_len <= c->max_len ? IMAGE_OK : IMAGE_TRUNCATED;
}

void image_digest_header(const struct image_bundle_header *header,
			 uint8_t digest[IMAGE_DIGEST_LEN])
{
	static const uint8_t no_digest[IMAGE_DIGEST_LEN];
	struct crypto_sha384 ctx;

	crypto_sha384_init(&ctx);
	crypto_sha384_update(&ctx, header, offsetof(struct image_bundle_header, header_digest));
	crypto_sha384_update(&ctx, no_digest, sizeof(no_digest));
	crypto_sha384_finish(&ctx, digest);
}

static enum image_status check_bundle_header(struct check *c)
{
	struct image_bundle_header *b = &c->info->bundle;
	uint8_t digest[IMAGE_DIGEST_LEN];
	uint64_t end;

	memcpy(b, c->file + c->info->monitor.bundle_off, sizeof(*b));
	memcpy(&end, c->file + (c->info->monitor.total_len - IMAGE_END_LEN), sizeof(end));
	if (b->magic != IMAGE_BUNDLE_MAGIC) {
		return IMAGE_NOT_A_BUNDLE;
	}
	if (b->version != IMAGE_VERSION || b->header_len != sizeof(*b)) {
		return IMAGE_BAD_VERSION;
	}
	image_digest_header(b, digest);
	if (!ct_equal(digest, b->header_digest, sizeof(digest))) {
		return IMAGE_BAD_HEADER_DIGEST;
	}
	if (end != IMAGE_END_MAGIC) {
		return IMAGE_TRUNCATED;
	}
	return b->total_len == c->info->monitor.total_len ? IMAGE_OK : IMAGE_BAD_MONITOR;
}

static enum image_status check_bundle_fields(const struct image_bundle_header *b)
{
	if (b->flags != 0) {
		return IMAGE_RESERVED;
	}
	if (b->part_count > IMAGE_PARTS_MAX) {
		return IMAGE_PART_COUNT;
	}
	if (!is_clean_text(b->board, sizeof(b->board)) ||
	    !is_clean_text(b->policies, sizeof(b->policies)) ||
	    !is_clean_text(b->fw_name, sizeof(b->fw_name))) {
		return IMAGE_BAD_TEXT;
	}
	return IMAGE_OK;
}

/*
 * The parts of the monitor itself must be what the monitor header says. Takes
 * the next part of the table if `len` bytes are due there; none if len is 0.
 */
static bool take_own_part(struct check *c, uint32_t *next, struct image_part due)
{
	const struct image_bundle_header *b = &c->info->bundle;
	const struct image_part *p;

	if (due.len == 0) {
		return true;
	}
	if (*next >= b->part_count) {
		return false;
	}
	p = &b->part[*next];
	c->info->part = *next;
	*next += 1;
	return p->type == due.type && p->flags == 0 && p->offset == due.offset &&
	       p->len == due.len && p->load_addr == 0 && p->mem_len == 0;
}

static bool take_own_parts(struct check *c, uint32_t *next)
{
	const struct image_monitor_header *m = &c->info->monitor;
	const struct image_part monitor = {
		.type = IMAGE_PART_MONITOR, .len = m->hash_len,
	};
	const struct image_part scratch = {
		.type = IMAGE_PART_SCRATCH, .offset = m->hash_len,
		.len = m->load_len - m->hash_len,
	};
	const struct image_part relocs = {
		.type = IMAGE_PART_RELOCS, .offset = m->reloc_off,
		.len = m->reloc_count * sizeof(uint32_t),
	};

	return take_own_part(c, next, monitor) && take_own_part(c, next, scratch) &&
	       take_own_part(c, next, relocs);
}

/* The table without the manifest, which may be the last part of it. */
static uint32_t count_before_manifest(const struct image_bundle_header *b)
{
	bool has = b->part_count != 0 && b->part[b->part_count - 1].type == IMAGE_PART_MANIFEST;

	return b->part_count - (has ? 1 : 0);
}

/*
 * A part of firmware, or the manifest, lies in the file behind `*cursor`, which it moves to its own
 * end.
 */
static enum image_status check_segment(const struct check *c, const struct image_part *p,
				       uint64_t *cursor)
{
	bool is_manifest = p == &c->info->bundle.part[count_before_manifest(&c->info->bundle)];

	if (p->type != (is_manifest ? IMAGE_PART_MANIFEST : IMAGE_PART_FIRMWARE) ||
	    p->flags != 0 ||
	    (is_manifest && (p->len == 0 || p->load_addr != 0 || p->mem_len != 0))) {
		return IMAGE_BAD_PART;
	}
	if (!is_inside(p->offset, p->len, c->info->monitor.total_len - IMAGE_END_LEN)) {
		return IMAGE_PART_OUTSIDE;
	}
	if (p->offset < *cursor) {
		return IMAGE_PARTS_OVERLAP;
	}
	if (!is_manifest && (p->mem_len == 0 || p->mem_len < p->len ||
			     !is_inside(p->load_addr, p->mem_len, IMAGE_ADDR_LIMIT))) {
		return IMAGE_BAD_SEGMENT;
	}
	*cursor = p->offset + p->len;
	return IMAGE_OK;
}

static bool share_memory(const struct image_part *a, const struct image_part *b)
{
	if (a->load_addr < b->load_addr) {
		return b->load_addr - a->load_addr < a->mem_len;
	}
	return a->load_addr - b->load_addr < b->mem_len;
}

static enum image_status check_segments_disjoint(struct check *c, uint32_t first, uint32_t end)
{
	const struct image_bundle_header *b = &c->info->bundle;

	for (uint32_t i = first; i < end; i++) {
		for (uint32_t j = first; j < i; j++) {
			if (share_memory(&b->part[i], &b->part[j])) {
				c->info->part = i;
				return IMAGE_SEGMENTS_OVERLAP;
			}
		}
	}
	return IMAGE_OK;
}

/* Instructions are at even addresses, compressed or not. */
static enum image_status check_entry(const struct image_bundle_header *b, uint32_t first,
				     uint32_t end)
{
	for (uint32_t i = first; i < end && b->fw_entry % 2 == 0; i++) {
		if (b->fw_entry >= b->part[i].load_addr &&
		    b->fw_entry - b->part[i].load_addr < b->part[i].len) {
			return IMAGE_OK;
		}
	}
	return IMAGE_BAD_ENTRY;
}

/* Of the table; nobody reads it, so nothing may be said there. */
static bool rest_is_zero(const struct image_bundle_header *b)
{
	return is_zero((const uint8_t *)(b->part + b->part_count),
		       (IMAGE_PARTS_MAX - b->part_count) * sizeof(b->part[0]));
}

/* The table of parts, without looking at any part's content. */
static enum image_status check_parts(struct check *c)
{
	const struct image_bundle_header *b = &c->info->bundle;
	uint64_t cursor = c->info->monitor.bundle_off + sizeof(*b);
	uint32_t end = count_before_manifest(b);
	enum image_status status = IMAGE_OK;
	uint32_t first = 0;

	if (!take_own_parts(c, &first)) {
		return IMAGE_BAD_PART;
	}
	for (uint32_t i = first; i < b->part_count && status == IMAGE_OK; i++) {
		c->info->part = i;
		status = check_segment(c, &b->part[i], &cursor);
	}
	if (status != IMAGE_OK) {
		return status;
	}
	c->info->part = IMAGE_PARTS_MAX;
	if (first == end) {
		return IMAGE_NO_FIRMWARE;
	}
	status = check_segments_disjoint(c, first, end);
	if (status == IMAGE_OK) {
		status = check_entry(b, first, end);
	}
	return status == IMAGE_OK && !rest_is_zero(b) ? IMAGE_RESERVED : status;
}

/* What lies between the parts, which check_parts() found to be in order. */
static enum image_status check_padding(const struct check *c)
{
	const struct image_monitor_header *m = &c->info->monitor;
	const struct image_bundle_header *b = &c->info->bundle;
	uint64_t relocs_end = m->reloc_off + m->reloc_count * sizeof(uint32_t);
	uint64_t cursor = m->bundle_off + sizeof(*b);
	bool zero = is_zero_between(c, m->load_len, m->reloc_off) &&
		    is_zero_between(c, relocs_end, m->bundle_off);

	for (uint32_t i = 0; i < b->part_count; i++) {
		const struct image_part *p = &b->part[i];

		if (p->type == IMAGE_PART_FIRMWARE || p->type == IMAGE_PART_MANIFEST) {
			zero = zero && is_zero_between(c, cursor, p->offset);
			cursor = p->offset + p->len;
		}
	}
	zero = zero && is_zero_between(c, cursor, m->total_len - IMAGE_END_LEN);
	return zero ? IMAGE_OK : IMAGE_PADDING;
}

static uint64_t reloc_at(const struct check *c, uint64_t index)
{
	uint32_t offset;

	memcpy(&offset, c->file + c->info->monitor.reloc_off + index * sizeof(offset),
	       sizeof(offset));
	return offset;
}

/* Each word is whole, aligned, behind the header and the word before it, and measured. */
static enum image_status check_relocs(const struct check *c)
{
	const struct image_monitor_header *m = &c->info->monitor;
	uint64_t lowest = IMAGE_MONITOR_HEADER_LEN;

	for (uint64_t i = 0; i < m->reloc_count; i++) {
		uint64_t offset = reloc_at(c, i);

		if (offset < lowest || offset % sizeof(uint64_t) != 0 ||
		    !is_inside(offset, sizeof(uint64_t), m->hash_len)) {
			return IMAGE_BAD_RELOCS;
		}
		lowest = offset + sizeof(uint64_t);
	}
	return IMAGE_OK;
}

/* The header of the monitor as it is digested. */
static void digest_monitor_header(struct crypto_sha384 *ctx, const uint8_t *file)
{
	struct image_monitor_header m;

	memcpy(&m, file, sizeof(m));
	m.bundle_off = 0;
	m.total_len = 0;
	crypto_sha384_update(ctx, &m, sizeof(m));
}

void image_digest_part(const uint8_t *file, const struct image_part *part,
		       uint8_t digest[IMAGE_DIGEST_LEN])
{
	struct crypto_sha384 ctx;
	uint64_t done = 0;

	crypto_sha384_init(&ctx);
	if (part->type == IMAGE_PART_MONITOR && part->len >= IMAGE_MONITOR_HEADER_LEN) {
		digest_monitor_header(&ctx, file + part->offset);
		done = IMAGE_MONITOR_HEADER_LEN;
	}
	crypto_sha384_update(&ctx, file + part->offset + done, part->len - done);
	crypto_sha384_finish(&ctx, digest);
}

/* The monitor's bytes with every relocated word taken back to its linked value. */
static void digest_monitor(const struct check *c, uint8_t digest[IMAGE_DIGEST_LEN])
{
	const struct image_monitor_header *m = &c->info->monitor;
	struct crypto_sha384 ctx;
	uint64_t done = IMAGE_MONITOR_HEADER_LEN;

	crypto_sha384_init(&ctx);
	digest_monitor_header(&ctx, c->file);
	for (uint64_t i = 0; i < m->reloc_count; i++) {
		uint64_t offset = reloc_at(c, i);
		uint64_t word;

		memcpy(&word, c->file + offset, sizeof(word));
		word -= c->running.slide;
		crypto_sha384_update(&ctx, c->file + done, offset - done);
		crypto_sha384_update(&ctx, &word, sizeof(word));
		done = offset + sizeof(word);
	}
	crypto_sha384_update(&ctx, c->file + done, m->hash_len - done);
	crypto_sha384_finish(&ctx, digest);
}

/* As many zero bytes as the scratch space has, wherever its real bytes are by now. */
static void digest_zeros(uint64_t len, uint8_t digest[IMAGE_DIGEST_LEN])
{
	static const uint8_t zeros[256];
	struct crypto_sha384 ctx;

	crypto_sha384_init(&ctx);
	while (len > sizeof(zeros)) {
		crypto_sha384_update(&ctx, zeros, sizeof(zeros));
		len -= sizeof(zeros);
	}
	crypto_sha384_update(&ctx, zeros, len);
	crypto_sha384_finish(&ctx, digest);
}

static enum image_status check_scratch(const struct check *c)
{
	const struct image_monitor_header *m = &c->info->monitor;
	bool zero;

	if (c->running.scratch_in_use) {
		zero = c->running.scratch_was_zero;
	} else {
		zero = is_zero_between(c, m->hash_len, m->load_len);
	}
	return zero ? IMAGE_OK : IMAGE_SCRATCH;
}

static void digest_part(const struct check *c, const struct image_part *p,
			uint8_t digest[IMAGE_DIGEST_LEN])
{
	if (p->type == IMAGE_PART_MONITOR) {
		digest_monitor(c, digest);
	} else if (p->type == IMAGE_PART_SCRATCH) {
		digest_zeros(p->len, digest);
	} else {
		image_digest_part(c->file, p, digest);
	}
}

static enum image_status check_digests(struct check *c)
{
	const struct image_bundle_header *b = &c->info->bundle;
	uint8_t digest[IMAGE_DIGEST_LEN];

	for (uint32_t i = 0; i < b->part_count; i++) {
		digest_part(c, &b->part[i], digest);
		if (!ct_equal(digest, b->part[i].digest, sizeof(digest))) {
			c->info->part = i;
			return IMAGE_BAD_DIGEST;
		}
	}
	return IMAGE_OK;
}

/* Structure first, content after: no step reads by a number that an earlier one has not checked. */
static enum image_status check_all(struct check *c)
{
	enum image_status status = check_monitor_header(c);

	if (status == IMAGE_OK) {
		status = check_bundle_header(c);
	}
	if (status == IMAGE_OK) {
		status = check_bundle_fields(&c->info->bundle);
	}
	if (status == IMAGE_OK) {
		status = check_parts(c);
	}
	if (status == IMAGE_OK) {
		status = check_padding(c);
	}
	if (status == IMAGE_OK) {
		status = check_scratch(c);
	}
	if (status == IMAGE_OK) {
		status = check_relocs(c);
	}
	return status == IMAGE_OK ? check_digests(c) : status;
}

enum image_status image_check_running(const uint8_t *file, size_t max_len,
				      const struct image_running *running,
				      struct image_info *out)
{
	struct check c = {
		.file = file,
		.max_len = max_len,
		.running = *running,
		.info = out,
	};

	out->part = IMAGE_PARTS_MAX;
	return check_all(&c);
}

enum image_status image_check(const uint8_t *file, size_t max_len, struct image_info *out)
{
	const struct image_running untouched = {0};

	return image_check_running(file, max_len, &untouched, out);
}
