/* SPDX-License-Identifier: Apache-2.0 */
/* The payload of a manifest: its fields, their sense, and whether a bundle is the one meant. */
#include "attest/manifest_fields.h"

#include <string.h>

#include "attest/cbor_read.h"

/* ---- fields ---- */

/* Shown on consoles, so printable ASCII alone. */
static struct crypto_bytes take_name(struct cbor_reader *r)
{
	struct crypto_bytes text = cbor_take_text(r);
	const uint8_t *at = text.data;

	for (size_t i = 0; i < text.len; i++) {
		r->failed = r->failed || at[i] < ' ' || at[i] > '~';
	}
	r->failed = r->failed || text.len > MANIFEST_TEXT_MAX;
	return text;
}

static bool take_label(struct cbor_reader *r, uint64_t label)
{
	if (r->failed || cbor_take_unsigned(r) != label) {
		r->failed = true;
	}
	return !r->failed;
}

static void take_policies(struct cbor_reader *r, struct manifest *out)
{
	size_t count = cbor_take_array(r);

	if (count > MANIFEST_POLICIES_MAX) {
		r->failed = true;
		return;
	}
	out->policy_count = (unsigned int)count;
	for (size_t i = 0; i < count; i++) {
		out->policy[i] = take_name(r);
	}
}

static void take_segment(struct cbor_reader *r, struct manifest_segment *s)
{
	r->failed = r->failed || cbor_take_map(r) != 5;
	s->load = take_label(r, 1) ? cbor_take_unsigned(r) : 0;
	s->file_len = take_label(r, 2) ? cbor_take_unsigned(r) : 0;
	s->mem_len = take_label(r, 3) ? cbor_take_unsigned(r) : 0;
	s->flags = take_label(r, 4) ? cbor_take_unsigned(r) : 0;
	s->digest = take_label(r, 5) ? cbor_take_sized(r, CRYPTO_SHA384_LEN) : NULL;
}

static void take_segments(struct cbor_reader *r, struct manifest *out)
{
	size_t count = cbor_take_array(r);

	if (count == 0 || count > MANIFEST_SEGMENTS_MAX) {
		r->failed = true;
		return;
	}
	out->segment_count = (unsigned int)count;
	for (size_t i = 0; i < count; i++) {
		take_segment(r, &out->segment[i]);
	}
}

static void take_payload(struct cbor_reader *r, struct manifest *out)
{
	struct manifest_segment *p = &out->payload;

	r->failed = r->failed || cbor_take_map(r) != 3;
	out->has_payload = true;
	p->load = take_label(r, 1) ? cbor_take_unsigned(r) : 0;
	p->file_len = take_label(r, 2) ? cbor_take_unsigned(r) : 0;
	p->mem_len = p->file_len;
	p->digest = take_label(r, 3) ? cbor_take_sized(r, CRYPTO_SHA384_LEN) : NULL;
}

/* True if the next label is this one: it has been taken then, and is counted. */
static bool has_optional(struct cbor_reader *r, uint64_t label, size_t *count)
{
	struct cbor_reader ahead = *r;

	if (r->failed || r->left == 0 || cbor_take_unsigned(&ahead) != label) {
		return false;
	}
	*r = ahead;
	*count += 1;
	return true;
}

/* Who it is, and for which machine. */
static void take_names(struct cbor_reader *r, struct manifest *out)
{
	out->name = take_label(r, MANIFEST_LABEL_NAME) ? take_name(r) : out->name;
	out->version = take_label(r, MANIFEST_LABEL_VERSION) ? take_name(r) : out->version;
	out->svn = take_label(r, MANIFEST_LABEL_SVN) ? cbor_take_unsigned(r) : 0;
	out->platform = take_label(r, MANIFEST_LABEL_PLATFORM) ? take_name(r) : out->platform;
	out->monitor = take_label(r, MANIFEST_LABEL_MONITOR)
			       ? cbor_take_sized(r, CRYPTO_SHA384_LEN) : NULL;
	if (take_label(r, MANIFEST_LABEL_POLICIES)) {
		take_policies(r, out);
	}
}

/* Labels ascend (cbor_check), so there is one order in which they can come. */
static bool take_fields(struct cbor_reader *r, struct manifest *out)
{
	size_t pairs = cbor_take_map(r);
	size_t count = MANIFEST_LABEL_RELOCATIONS - 2;

	if (!take_label(r, MANIFEST_LABEL_FORMAT) || cbor_take_unsigned(r) != MANIFEST_FORMAT) {
		return false;
	}
	take_names(r, out);
	if (take_label(r, MANIFEST_LABEL_SEGMENTS)) {
		take_segments(r, out);
	}
	out->entry = take_label(r, MANIFEST_LABEL_ENTRY) ? cbor_take_unsigned(r) : 0;
	out->flags = take_label(r, MANIFEST_LABEL_FLAGS) ? cbor_take_unsigned(r) : 0;
	if (has_optional(r, MANIFEST_LABEL_PAYLOAD, &count)) {
		take_payload(r, out);
	}
	out->has_min_seal = has_optional(r, MANIFEST_LABEL_MIN_SEAL, &count);
	out->min_seal = out->has_min_seal ? cbor_take_unsigned(r) : 0;
	out->relocations = take_label(r, MANIFEST_LABEL_RELOCATIONS)
				   ? cbor_take_sized(r, CRYPTO_SHA384_LEN) : NULL;
	return cbor_at_end(r) && pairs == count && out->flags <= MANIFEST_FLAGS;
}

/* Whatever follows: is it of another format? */
static bool is_other_format(struct crypto_bytes payload)
{
	struct cbor_reader r = cbor_open(payload);
	uint64_t format;

	(void)cbor_take_map(&r);
	if (!take_label(&r, MANIFEST_LABEL_FORMAT)) {
		return false;
	}
	format = cbor_take_unsigned(&r);
	return !r.failed && format != MANIFEST_FORMAT;
}

/* ---- what they mean together ---- */

static bool is_inside(uint64_t base, uint64_t len)
{
	return base <= IMAGE_ADDR_LIMIT && len <= IMAGE_ADDR_LIMIT - base;
}

static enum manifest_status check_segment(const struct manifest *m,
					  const struct manifest_segment *s)
{
	const uint64_t both = MANIFEST_W | MANIFEST_X;

	if (s->mem_len == 0 || s->file_len > s->mem_len || !is_inside(s->load, s->mem_len) ||
	    s->flags > (MANIFEST_R | both)) {
		return MANIFEST_BAD_SEGMENT;
	}
	if ((s->flags & both) == both && (m->flags & MANIFEST_RWX) == 0) {
		return MANIFEST_WRITABLE_CODE;
	}
	return MANIFEST_OK;
}

static bool share_memory(const struct manifest_segment *a, const struct manifest_segment *b)
{
	if (a->load < b->load) {
		return b->load - a->load < a->mem_len;
	}
	return a->load - b->load < b->mem_len;
}

static enum manifest_status check_segments(const struct manifest *m)
{
	for (unsigned int i = 0; i < m->segment_count; i++) {
		enum manifest_status status = check_segment(m, &m->segment[i]);

		if (status != MANIFEST_OK) {
			return status;
		}
		for (unsigned int j = 0; j < i; j++) {
			if (share_memory(&m->segment[i], &m->segment[j])) {
				return MANIFEST_OVERLAP;
			}
		}
		if (m->has_payload && share_memory(&m->segment[i], &m->payload)) {
			return MANIFEST_OVERLAP;
		}
	}
	return MANIFEST_OK;
}

/* Instructions are at even addresses, compressed or not. */
static bool entry_is_code(const struct manifest *m)
{
	for (unsigned int i = 0; i < m->segment_count && m->entry % 2 == 0; i++) {
		const struct manifest_segment *s = &m->segment[i];

		if ((s->flags & MANIFEST_X) != 0 && m->entry >= s->load &&
		    m->entry - s->load < s->file_len) {
			return true;
		}
	}
	return false;
}

enum manifest_status manifest_fields(struct crypto_bytes payload, struct manifest *out)
{
	struct cbor_reader r = cbor_open(payload);
	enum manifest_status status;

	if (!cbor_check(payload, MANIFEST_DEPTH)) {
		return MANIFEST_NOT_CBOR;
	}
	if (!take_fields(&r, out)) {
		return is_other_format(payload) ? MANIFEST_BAD_FORMAT : MANIFEST_BAD_FIELD;
	}
	if (out->svn > MANIFEST_SVN_MAX || out->min_seal > out->svn) {
		return MANIFEST_BAD_SVN;
	}
	if (out->has_payload && (out->payload.file_len == 0 ||
				 !is_inside(out->payload.load, out->payload.file_len))) {
		return MANIFEST_BAD_SEGMENT;
	}
	status = check_segments(out);
	if (status == MANIFEST_OK && !entry_is_code(out)) {
		status = MANIFEST_BAD_ENTRY;
	}
	return status;
}

/* ---- is it this bundle, on this machine? ---- */

static bool text_is(struct crypto_bytes text, const char *expected)
{
	return text.len == strlen(expected) && memcmp(text.data, expected, text.len) == 0;
}

/* Names with one space between them, in the same order, and none left over. */
static bool policies_are(const struct manifest *m, const char *names)
{
	for (unsigned int i = 0; i < m->policy_count; i++) {
		const struct crypto_bytes *p = &m->policy[i];

		if (i != 0 && *names++ != ' ') {
			return false;
		}
		if (strlen(names) < p->len || memcmp(names, p->data, p->len) != 0) {
			return false;
		}
		names += p->len;
	}
	return *names == '\0';
}

static bool digest_is(const uint8_t *digest, const struct image_part *part)
{
	return ct_equal(digest, part->digest, CRYPTO_SHA384_LEN);
}

/* Parts of a checked bundle: the monitor is the first one; there may be no relocations. */
static bool monitor_is(const struct manifest *m, const struct image_bundle_header *b)
{
	uint8_t none[CRYPTO_SHA384_LEN];

	if (!digest_is(m->monitor, &b->part[0])) {
		return false;
	}
	for (uint32_t i = 0; i < b->part_count; i++) {
		if (b->part[i].type == IMAGE_PART_RELOCS) {
			return digest_is(m->relocations, &b->part[i]);
		}
	}
	crypto_sha384(NULL, 0, none);
	return ct_equal(m->relocations, none, sizeof(none));
}

static bool segment_is(const struct manifest_segment *s, const struct image_part *p)
{
	return p->load_addr == s->load && p->len == s->file_len && p->mem_len == s->mem_len &&
	       digest_is(s->digest, p);
}

static bool firmware_is(const struct manifest *m, const struct image_bundle_header *b)
{
	unsigned int next = 0;

	for (uint32_t i = 0; i < b->part_count; i++) {
		if (b->part[i].type != IMAGE_PART_FIRMWARE) {
			continue;
		}
		if (next == m->segment_count || !segment_is(&m->segment[next], &b->part[i])) {
			return false;
		}
		next++;
	}
	return next == m->segment_count && m->entry == b->fw_entry;
}

/* Texts of the header, which is digested and not signed: what they say, the signer has said. */
static enum manifest_status match_header(const struct manifest *m,
					 const struct image_bundle_header *b)
{
	if (!text_is(m->platform, b->board)) {
		return MANIFEST_PLATFORM;
	}
	if (!policies_are(m, b->policies)) {
		return MANIFEST_POLICIES;
	}
	return text_is(m->name, b->fw_name) ? MANIFEST_OK : MANIFEST_FIRMWARE;
}

enum manifest_status manifest_match(const struct manifest *m, const struct image_info *bundle,
				    const struct manifest_machine *machine)
{
	if (!text_is(m->platform, machine->platform)) {
		return MANIFEST_PLATFORM;
	}
	if (!policies_are(m, machine->policies)) {
		return MANIFEST_POLICIES;
	}
	if (!monitor_is(m, &bundle->bundle)) {
		return MANIFEST_MONITOR;
	}
	if (!firmware_is(m, &bundle->bundle)) {
		return MANIFEST_FIRMWARE;
	}
	if ((m->flags & MANIFEST_DEBUG) != 0 && !machine->takes_debug_images) {
		return MANIFEST_DEBUG_IMAGE;
	}
	return m->svn < machine->least_svn ? MANIFEST_OLD : match_header(m, &bundle->bundle);
}
