/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a whole bundle reads nothing outside of the file, whatever the file says.
 *
 * In steps, each of which begins with what those before it have found, for a file of any length up
 * to 1 TiB and any content. Proved, by PROOF_PART: 0, both headers: they are read in the file, and
 * if they are accepted the lengths in them are in order and the table is no longer than it can be.
 * 1, the table: it alone is read, and if it is accepted the parts of the monitor itself are what
 * its header says, and the others lie in the file behind each other. 2, what lies between the
 * parts, and the scratch space: only that is read. 3, relocations and digests: only bytes of the
 * file and of the check's own are read, written or handed to a digest, and what is digested of a
 * part is no byte outside of it. In all of them only the result is written.
 * Assumed: is_zero(), is_clean_text() and take_own_parts() do what image proves: the first two read
 * what they are given and find anything, the third finds PROOF_FIRST parts, or fault. Nothing of
 * what digests say, and of whether segments share memory and where the entry is: the two functions
 * that ask so look at entries of the table alone, which is seen by reading them. A look at the file
 * finds anything, so nothing depends on two looks being equal, but for relocations, which do not
 * change.
 * Bounds: in part 3 two relocations and scratch space of 512 bytes; else none.
 */
#include <stdlib.h>

#include "attest/image.c"

#define FILE_MAX    (UINT64_C(1) << 40)
#define RELOCS_MAX  2u
#define SCRATCH_MAX 512u

#ifndef PROOF_FIRST
#define PROOF_FIRST 3u
#endif

uint64_t nondet_u64(void);
_Bool nondet_bool(void);
struct image_info nondet_info(void);
struct image_monitor_header nondet_monitor(void);
struct image_bundle_header nondet_bundle(void);

static const uint8_t *file;
static struct image_info info;
static uint32_t reloc[RELOCS_MAX];
static uint64_t digested;

/* ---- looks at the file ---- */

static void look(const void *data, size_t len)
{
	__CPROVER_assert(len == 0 || __CPROVER_r_ok(data, len), "only what is there is read");
}

/* In place of is_zero(): it may find anything. */
bool look_for_zero(const uint8_t *bytes, uint64_t len)
{
	look(bytes, len);
	return nondet_bool();
}

/* In place of is_clean_text(). */
bool look_for_text(const char *text, size_t size)
{
	look(text, size);
	return nondet_bool();
}

/* Relocations are looked at twice and must be the same then. */
static uint32_t reloc_at_byte(const uint8_t *at)
{
	uint64_t offset = (uint64_t)(at - file) - info.monitor.reloc_off;

	__CPROVER_assert(offset == 0 || offset == 4, "only relocations are looked at");
	return reloc[offset == 4];
}

/* A look at the file: each size is that of another thing. */
void *memcpy(void *to, const void *from, size_t len)
{
	look(from, len);
	__CPROVER_assert(__CPROVER_w_ok(to, len), "only what is given is written");
	switch (len) {
	case sizeof(uint32_t): *(uint32_t *)to = reloc_at_byte(from); break;
	case sizeof(uint64_t): *(uint64_t *)to = nondet_u64(); break;
	case sizeof(struct image_monitor_header):
		*(struct image_monitor_header *)to = nondet_monitor();
		break;
	case sizeof(struct image_bundle_header):
		*(struct image_bundle_header *)to = nondet_bundle();
		break;
	default: __CPROVER_assert(0, "every look is at one of these"); break;
	}
	return to;
}

/* ---- digests ---- */

void crypto_sha384_init(struct crypto_sha384 *ctx)
{
	(void)ctx;
	digested = 0;
}

void crypto_sha384_update(struct crypto_sha384 *ctx, const void *data, size_t len)
{
	(void)ctx;
	look(data, len);
	digested += len;
}

void crypto_sha384_finish(struct crypto_sha384 *ctx, uint8_t digest[CRYPTO_SHA384_LEN])
{
	(void)ctx;
	__CPROVER_assert(__CPROVER_w_ok(digest, CRYPTO_SHA384_LEN), "room for a digest");
}

bool ct_equal(const void *a, const void *b, size_t len)
{
	look(a, len);
	look(b, len);
	return nondet_bool();
}

/* ---- what one step leaves to the next ---- */

/* Each of these ends behind the one before it. */
static bool headers_are_sound(size_t max_len)
{
	const struct image_monitor_header *m = &info.monitor;

	return m->hash_len >= sizeof(*m) && m->load_len >= m->hash_len &&
	       m->reloc_off >= m->load_len && m->bundle_off >= m->reloc_off &&
	       m->total_len >= m->bundle_off && m->total_len <= max_len &&
	       m->reloc_count <= (m->bundle_off - m->reloc_off) / sizeof(uint32_t) &&
	       m->total_len - m->bundle_off >= sizeof(info.bundle) + IMAGE_END_LEN &&
	       info.bundle.part_count <= IMAGE_PARTS_MAX;
}

static bool lies(const struct image_part *p, uint64_t offset, uint64_t len)
{
	return p->offset == offset && p->len == len;
}

/* A part of the monitor itself: where its header says, and as long. */
static bool is_own(const struct image_part *p, const struct image_monitor_header *m)
{
	switch (p->type) {
	case IMAGE_PART_MONITOR: return lies(p, 0, m->hash_len);
	case IMAGE_PART_SCRATCH: return lies(p, m->hash_len, m->load_len - m->hash_len);
	case IMAGE_PART_RELOCS: return lies(p, m->reloc_off, m->reloc_count * sizeof(uint32_t));
	default: return false;
	}
}

static bool is_behind(const struct image_part *p, uint64_t *cursor)
{
	uint64_t end = info.monitor.total_len - IMAGE_END_LEN, from = *cursor;

	*cursor = p->offset + p->len;
	return p->offset >= from && p->offset <= end && p->len <= end - p->offset;
}

/* The monitor's own parts first, then those of firmware and the manifest behind each other. */
static bool table_is_sound(void)
{
	uint64_t cursor = info.monitor.bundle_off + sizeof(info.bundle);
	bool good = info.bundle.part_count != 0;

	for (uint32_t i = 0; i < IMAGE_PARTS_MAX; i++) {
		const struct image_part *p = &info.bundle.part[i];
		bool other = p->type == IMAGE_PART_FIRMWARE || p->type == IMAGE_PART_MANIFEST;

		if (i < info.bundle.part_count) {
			good = good && (other ? is_behind(p, &cursor) : is_own(p, &info.monitor));
		}
	}
	return good;
}

/* In place of take_own_parts(): so many parts are the monitor's own, or it finds fault. */
bool take_some_parts(struct check *c, uint32_t *next)
{
	bool good = nondet_bool() && info.bundle.part_count >= PROOF_FIRST;

	(void)c;
	*next = PROOF_FIRST;
	for (unsigned int i = 0; good && i < PROOF_FIRST; i++) {
		__CPROVER_assume(is_own(&info.bundle.part[i], &info.monitor));
	}
	return good;
}

/* In place of check_segments_disjoint() and check_entry(), which only look at the table. */
enum image_status look_at_segments(struct check *c, uint32_t first, uint32_t end)
{
	__CPROVER_assert(first <= end && end <= c->info->bundle.part_count, "parts that there are");
	return nondet_bool() ? IMAGE_OK : IMAGE_SEGMENTS_OVERLAP;
}

enum image_status look_at_entry(const struct image_bundle_header *b, uint32_t first, uint32_t end)
{
	__CPROVER_assert(first <= end && end <= b->part_count, "parts that there are");
	return nondet_bool() ? IMAGE_OK : IMAGE_BAD_ENTRY;
}

/* ---- the steps ---- */

static struct check any_check(void)
{
	struct check c = { .info = &info, .max_len = nondet_u64() % (FILE_MAX + 1) };

	info = nondet_info();
	c.running.slide = nondet_u64();
	c.running.scratch_in_use = nondet_bool();
	c.running.scratch_was_zero = nondet_bool();
	file = malloc(c.max_len);
	__CPROVER_assume(file != NULL);
	c.file = file;
	return c;
}

#if PROOF_PART == 0
static void check_step(struct check *c)
{
	if (check_monitor_header(c) == IMAGE_OK && check_bundle_header(c) == IMAGE_OK &&
	    check_bundle_fields(&info.bundle) == IMAGE_OK) {
		__CPROVER_assert(headers_are_sound(c->max_len), "the lengths are in order");
		__CPROVER_assert(0, "witness: headers are accepted");
	}
}
#elif PROOF_PART == 1
static void check_step(struct check *c)
{
	__CPROVER_assume(headers_are_sound(c->max_len));
	if (check_parts(c) == IMAGE_OK) {
		__CPROVER_assert(table_is_sound(), "the parts are in order");
		__CPROVER_assert(info.bundle.part_count < IMAGE_PARTS_MAX,
				 "witness: a full table is accepted");
	}
}
#elif PROOF_PART == 2
static void check_step(struct check *c)
{
	__CPROVER_assume(headers_are_sound(c->max_len) && table_is_sound());
	if (check_padding(c) == IMAGE_OK && check_scratch(c) == IMAGE_OK) {
		__CPROVER_assert(info.bundle.part_count < IMAGE_PARTS_MAX,
				 "witness: a full table is accepted");
	}
}
#else
static void check_part_digest(struct check *c)
{
	uint32_t i = (uint32_t)nondet_u64();
	uint8_t digest[IMAGE_DIGEST_LEN];

	__CPROVER_assume(i < info.bundle.part_count);
	digest_part(c, &info.bundle.part[i], digest);
	__CPROVER_assert(digested == info.bundle.part[i].len, "the whole part is digested");
	__CPROVER_assert(i != IMAGE_PARTS_MAX - 1, "witness: the last part is digested");
}

static void check_step(struct check *c)
{
	const struct image_monitor_header *m = &info.monitor;

	__CPROVER_assume(headers_are_sound(c->max_len) && table_is_sound());
	__CPROVER_assume(m->reloc_count <= RELOCS_MAX && m->load_len - m->hash_len <= SCRATCH_MAX);
	reloc[0] = (uint32_t)nondet_u64();
	reloc[1] = (uint32_t)nondet_u64();
	if (check_relocs(c) == IMAGE_OK) {
		check_part_digest(c);
	}
}
#endif

int main(void)
{
	struct check c = any_check();

	check_step(&c);
	__CPROVER_assert(0, "witness: the end is reached");
	return 0;
}
