/* SPDX-License-Identifier: Apache-2.0 */
/* Laying out a bundle in memory, in the order of attest/image_format.h. */
#include <string.h>

#include "crypto/crypto.h"
#include "mkbundle.h"

#define RELOCS_ALIGN 16u
#define BUNDLE_ALIGN 4096u
#define PART_ALIGN   16u

/* A bundle that grows at its end; gaps stay zero. */
struct layout {
	struct image_monitor_header monitor;
	struct image_bundle_header bundle;
	struct manifest_input input;
	uint64_t end;
};

static uint64_t align_up(uint64_t x, uint64_t to)
{
	return (x + to - 1) / to * to;
}

static void add_part(struct layout *l, enum image_part_type type, uint64_t offset, uint64_t len)
{
	l->bundle.part[l->bundle.part_count++] = (struct image_part){
		.type = (uint32_t)type,
		.offset = offset,
		.len = len,
	};
	l->end = offset + len;
}

static void plan_monitor(struct layout *l, const struct monitor *m)
{
	struct image_monitor_header *h = &l->monitor;

	*h = m->header;
	h->reloc_off = align_up(h->load_len, RELOCS_ALIGN);
	h->reloc_count = m->reloc_count;
	h->bundle_off = align_up(h->reloc_off + h->reloc_count * sizeof(uint32_t), BUNDLE_ALIGN);
	add_part(l, IMAGE_PART_MONITOR, 0, h->hash_len);
	if (h->load_len != h->hash_len) {
		add_part(l, IMAGE_PART_SCRATCH, h->hash_len, h->load_len - h->hash_len);
	}
	if (h->reloc_count != 0) {
		add_part(l, IMAGE_PART_RELOCS, h->reloc_off, h->reloc_count * sizeof(uint32_t));
	}
	l->end = h->bundle_off + sizeof(l->bundle);
}

static void plan_firmware(struct layout *l, const struct firmware *fw)
{
	for (size_t i = 0; i < fw->count; i++) {
		const struct segment *s = &fw->segment[i];
		struct image_part *p = &l->bundle.part[l->bundle.part_count];

		add_part(l, IMAGE_PART_FIRMWARE, align_up(l->end, PART_ALIGN), s->len);
		p->load_addr = s->load_addr;
		p->mem_len = s->mem_len;
	}
	l->bundle.fw_entry = fw->entry;
}

/* How long the manifest is does not depend on the digests, which are not there yet. */
static void plan_manifest(struct layout *l, const struct signer *signer)
{
	uint8_t manifest[MANIFEST_MAX];

	if (signer != NULL) {
		add_part(l, IMAGE_PART_MANIFEST, align_up(l->end, PART_ALIGN),
			 signer_write_manifest(signer, &l->input, manifest));
	}
}

static void plan_end(struct layout *l)
{
	l->end = align_up(l->end, IMAGE_END_LEN) + IMAGE_END_LEN;
	l->monitor.total_len = l->end;
	l->bundle.total_len = l->end;
}

/* Copies a text into a field of the header, whose last byte stays zero. */
static void set_text(char *field, size_t size, const char *what, const char *text)
{
	size_t len = strlen(text);

	if (len >= size) {
		die(EXIT_USAGE, "the %s \"%s\" is longer than %zu characters; shorten it", what,
		    text, size - 1);
	}
	for (size_t i = 0; i < len; i++) {
		if (text[i] < ' ' || text[i] > '~') {
			die(EXIT_USAGE, "the %s has a character that is not printable ASCII; "
			    "rename it", what);
		}
	}
	memcpy(field, text, len);
}

static void fill_contents(const struct layout *l, const struct monitor *m,
			  const struct firmware *fw, uint8_t *out)
{
	const struct image_part *p = l->bundle.part;
	const uint64_t end_mark = IMAGE_END_MAGIC;

	memcpy(out, m->bytes, (size_t)m->header.load_len);
	memcpy(out, &l->monitor, sizeof(l->monitor));
	if (m->reloc_count != 0) {
		memcpy(out + l->monitor.reloc_off, m->relocs,
		       m->reloc_count * sizeof(uint32_t));
	}
	while (p->type != IMAGE_PART_FIRMWARE) {
		p++;
	}
	for (size_t i = 0; i < fw->count; i++) {
		memcpy(out + p[i].offset, fw->segment[i].bytes, (size_t)p[i].len);
	}
	memcpy(out + l->end - sizeof(end_mark), &end_mark, sizeof(end_mark));
}

/* The manifest is the last part, so that the digests it wants are there when its turn comes. */
static void fill_header(struct layout *l, const struct signer *signer, uint8_t *out)
{
	struct image_bundle_header *b = &l->bundle;

	for (uint32_t i = 0; i < b->part_count; i++) {
		struct image_part *p = &b->part[i];

		if (p->type == IMAGE_PART_MANIFEST) {
			(void)signer_write_manifest(signer, &l->input, out + p->offset);
		}
		image_digest_part(out, p, p->digest);
	}
	image_digest_header(b, b->header_digest);
	memcpy(out + l->monitor.bundle_off, b, sizeof(*b));
}

/* The judge at boot is asked here already: no bundle leaves that it would refuse. */
static void check_own_work(const struct blob *b, const struct signer *signer)
{
	struct image_info info;
	enum image_status status = image_check(b->bytes, b->len, &info);
	struct manifest manifest;

	if (status != IMAGE_OK) {
		die(EXIT_DAMAGED, "these inputs make a bundle that would not start: %s",
		    image_status_text(status));
	}
	if (signer != NULL && (signer->count == 1 || signer->hss.len != 0)) {
		signature_check(b, &info, &(struct keys){signer->public, signer->count}, &manifest);
	}
}

struct blob bundle_build(const struct monitor *m, const struct firmware *fw,
			 const struct names *names, const struct signer *signer)
{
	struct layout l = {
		.bundle = {
			.magic = IMAGE_BUNDLE_MAGIC,
			.version = IMAGE_VERSION,
			.header_len = sizeof(l.bundle),
		},
	};
	struct blob b = {.name = "bundle"};

	l.input = (struct manifest_input){&l.bundle, fw, &m->traits};
	set_text(l.bundle.board, sizeof(l.bundle.board), "board name", names->board);
	set_text(l.bundle.policies, sizeof(l.bundle.policies), "policy list", names->policies);
	set_text(l.bundle.fw_name, sizeof(l.bundle.fw_name), "firmware name", names->firmware);
	plan_monitor(&l, m);
	plan_firmware(&l, fw);
	plan_manifest(&l, signer);
	plan_end(&l);
	b.len = (size_t)l.end;
	b.bytes = alloc_zeroed(b.len + MANIFEST_MAX);
	fill_contents(&l, m, fw, b.bytes);
	fill_header(&l, signer, b.bytes);
	check_own_work(&b, signer);
	return b;
}
