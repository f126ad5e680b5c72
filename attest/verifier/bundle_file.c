/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles and manifests: reading. */
#include "bundle_file.h"

#include <stdlib.h>
#include <string.h>

#include "item.h"

static void need(struct cursor *c, int64_t key)
{
	cursor_require(c, cursor_take_key(c, key));
}

static const char *read_signature(struct cursor *c, struct manifest_signature *out)
{
	struct cursor header;

	cursor_require(c, cursor_array(c) == 3);
	out->protected = cursor_bytes(c);
	cursor_require(c, cursor_map(c) == 0);
	out->signature = cursor_bytes(c);
	if (c->failed || item_fault(out->protected) != NULL) {
		return "a signature is not three parts";
	}
	header = cursor_at(out->protected);
	cursor_require(&header, cursor_map(&header) == 2);
	need(&header, 1);
	out->algorithm = cursor_int(&header);
	need(&header, 4);
	out->kid = cursor_bytes(&header);
	cursor_require(&header, out->kid.len == KEY_ID_LEN);
	if (!cursor_done(&header)) {
		return "a signature's header is not an algorithm and a key identifier";
	}
	if (out->algorithm == COSE_ES384) {
		return out->signature.len == SIGNATURE_LEN
			? NULL : "a signature has a wrong length";
	}
	return out->algorithm == COSE_HSS_LMS ? NULL : "a signature is not ES384 or HSS/LMS";
}

static const char *read_payload(struct manifest *out)
{
	struct cursor c = cursor_at(out->payload);
	const char *fault = item_fault(out->payload);

	if (fault != NULL) {
		return fault;
	}
	(void)cursor_map(&c);
	need(&c, 1);
	cursor_require(&c, cursor_uint(&c) == 1);
	need(&c, 2);
	out->name = cursor_text(&c);
	need(&c, 3);
	out->version = cursor_text(&c);
	need(&c, 4);
	out->svn = cursor_uint(&c);
	need(&c, 5);
	out->platform = cursor_text(&c);
	need(&c, 6);
	cursor_fixed(&c, out->monitor, DIGEST_LEN);
	return c.failed ? "its content is not that of a manifest" : NULL;
}

const char *manifest_parse(struct span bytes, struct manifest *out)
{
	const char *fault = item_fault(bytes);
	struct cursor c = cursor_at(bytes);

	*out = (struct manifest){.count = 0};
	if (fault != NULL) {
		return fault;
	}
	cursor_require(&c, cursor_tag(&c) == COSE_TAG_SIGN);
	cursor_require(&c, cursor_array(&c) == 4);
	cursor_require(&c, cursor_bytes(&c).len == 0);
	cursor_require(&c, cursor_map(&c) == 0);
	out->payload = cursor_bytes(&c);
	out->count = (size_t)cursor_array(&c);
	if (c.failed || out->count < 1 || out->count > MANIFEST_SIGNATURES) {
		return "it is not a COSE_Sign with one signature or two";
	}
	for (size_t i = 0; i < out->count; i++) {
		fault = read_signature(&c, &out->signature[i]);
		if (fault != NULL) {
			return fault;
		}
	}
	return cursor_done(&c) ? read_payload(out) : "bytes follow its signatures";
}

bool bundle_is(struct span file)
{
	uint64_t magic;

	if (file.len < IMAGE_MONITOR_HEADER_LEN) {
		return false;
	}
	memcpy(&magic, file.data + IMAGE_OFF_MAGIC, sizeof(magic));
	return magic == IMAGE_MONITOR_MAGIC;
}

void bundle_digest_header(struct image_bundle_header *header)
{
	uint8_t digest[DIGEST_LEN];

	memset(header->header_digest, 0, sizeof(header->header_digest));
	sha384((struct span){(const uint8_t *)header, sizeof(*header)}, digest);
	memcpy(header->header_digest, digest, sizeof(digest));
}

static void check_header(struct bundle *b, struct span file)
{
	uint8_t digest[DIGEST_LEN];

	memcpy(digest, b->header.header_digest, DIGEST_LEN);
	bundle_digest_header(&b->header);
	if (memcmp(digest, b->header.header_digest, DIGEST_LEN) != 0 ||
	    b->header.magic != IMAGE_BUNDLE_MAGIC || b->header.version != IMAGE_VERSION ||
	    b->header.header_len != sizeof(b->header) || b->header.total_len != file.len ||
	    b->monitor.total_len != file.len || b->header.part_count > IMAGE_PARTS_MAX) {
		die(CORDON_MALFORMED, "the bundle is damaged: its header is not sound; build it "
		    "again");
	}
}

/* Of the monitor with the two numbers as zero that are about the rest of the file. */
static void digest_part(const struct image_part *p, struct span file, uint8_t out[DIGEST_LEN])
{
	struct span bytes = {file.data + p->offset, (size_t)p->len};
	uint8_t *copy;

	if (p->type != IMAGE_PART_MONITOR || bytes.len < IMAGE_MONITOR_HEADER_LEN) {
		sha384(bytes, out);
		return;
	}
	copy = alloc_zeroed(bytes.len);
	memcpy(copy, bytes.data, bytes.len);
	memset(copy + IMAGE_OFF_BUNDLE_OFF, 0, 2 * sizeof(uint64_t));
	sha384((struct span){copy, bytes.len}, out);
	free(copy);
}

static void check_parts(const struct bundle *b, struct span file)
{
	for (uint32_t i = 0; i < b->header.part_count; i++) {
		const struct image_part *p = &b->header.part[i];
		uint8_t digest[DIGEST_LEN];

		if (p->offset > file.len || p->len > file.len - p->offset) {
			die(CORDON_MALFORMED, "the bundle is damaged: part %u reaches outside the "
			    "file; build it again", (unsigned int)i);
		}
		digest_part(p, file, digest);
		if (p->type != IMAGE_PART_SCRATCH && memcmp(digest, p->digest, DIGEST_LEN) != 0) {
			die(CORDON_MALFORMED, "the bundle is damaged: part %u does not match its "
			    "digest; build it again", (unsigned int)i);
		}
	}
}

void bundle_read(struct span file, struct bundle *out)
{
	if (!bundle_is(file)) {
		die(CORDON_MALFORMED, "this is not a bundle: make one with mkbundle");
	}
	memcpy(&out->monitor, file.data, sizeof(out->monitor));
	if (out->monitor.bundle_off > file.len ||
	    file.len - out->monitor.bundle_off < sizeof(out->header)) {
		die(CORDON_MALFORMED, "the bundle is damaged: it ends before its header; build it "
		    "again");
	}
	memcpy(&out->header, file.data + out->monitor.bundle_off, sizeof(out->header));
	check_header(out, file);
	check_parts(out, file);
}

uint32_t bundle_find_manifest(const struct bundle *b)
{
	uint32_t i = 0;

	while (i < b->header.part_count && b->header.part[i].type != BUNDLE_PART_MANIFEST) {
		i++;
	}
	return i;
}

struct span bundle_manifest(struct span file)
{
	struct bundle b;
	uint32_t i;

	bundle_read(file, &b);
	i = bundle_find_manifest(&b);
	if (i == b.header.part_count) {
		die(CORDON_MALFORMED, "the bundle has no manifest: give mkbundle a key to sign "
		    "with");
	}
	return (struct span){file.data + b.header.part[i].offset, (size_t)b.header.part[i].len};
}
