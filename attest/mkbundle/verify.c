/* SPDX-License-Identifier: Apache-2.0 */
/* mkbundle --verify: the same check as at boot, and what is inside in words. */
#include <inttypes.h>
#include <stdio.h>

#include "mkbundle.h"

static void print_digest(const uint8_t digest[IMAGE_DIGEST_LEN])
{
	for (size_t i = 0; i < IMAGE_DIGEST_LEN; i++) {
		(void)printf("%02x", digest[i]);
	}
	(void)putchar('\n');
}

static void print_part(uint32_t i, const struct image_part *p)
{
	(void)printf("%4" PRIu32 " %-12s 0x%08" PRIx64 " 0x%08" PRIx64, i,
		     image_part_text(p->type), p->offset, p->len);
	if (p->type == IMAGE_PART_FIRMWARE) {
		(void)printf(" 0x%010" PRIx64 " 0x%08" PRIx64 " ", p->load_addr, p->mem_len);
	} else {
		(void)printf(" %12s %10s ", "-", "-");
	}
	print_digest(p->digest);
}

static void print_manifest(const struct blob *file, const struct image_info *info)
{
	const struct image_traits traits =
		traits_find(file->name, file->bytes, (size_t)info->monitor.hash_len);
	struct manifest_key room[KEYS_MAX];
	struct keys keys = traits_keys(&traits, room);
	struct manifest m;

	if (traits.magic == 0) {
		(void)printf("signature not checked: this monitor names no keys\n");
		return;
	}
	signature_check(file, info, &keys, &m);
	(void)printf("version   %.*s, security version %" PRIu64 "%s\n", (int)m.version.len,
		     (const char *)m.version.data, m.svn,
		     (m.flags & MANIFEST_DEBUG) != 0 ? ", a debug image" : "");
	if (m.has_payload) {
		(void)printf("payload   0x%" PRIx64 ", %" PRIu64 " bytes, SHA-384 ", m.payload.load,
			     m.payload.file_len);
		print_digest(m.payload.digest);
	}
	(void)printf("signature ES384%s by a key of its monitor%s\n",
		     m.has_hss ? " and HSS-LMS" : "",
		     (traits.flags & IMAGE_TRAIT_TEST) != 0 ? ": INSECURE, the TEST key" : "");
	if ((traits.flags & IMAGE_TRAIT_MEASURE) != 0) {
		(void)printf("INSECURE: this monitor also runs what nobody has signed\n");
	}
}

static void print_info(const struct blob *file, const struct image_info *info)
{
	const struct image_bundle_header *b = &info->bundle;

	(void)printf("bundle    %s, %" PRIu64 " bytes, format %" PRIu32 "\n", file->name,
		     b->total_len, b->version);
	(void)printf("board     %s\n", b->board);
	(void)printf("policies  %s\n", b->policies[0] == '\0' ? "(none)" : b->policies);
	(void)printf("firmware  %s, entry 0x%" PRIx64 "\n", b->fw_name, b->fw_entry);
	print_manifest(file, info);
	(void)printf("monitor   linked at 0x%" PRIx64 ", %" PRIu64 " relocations\n",
		     info->monitor.link_base, info->monitor.reloc_count);
	(void)printf("%4s %-12s %-10s %-10s %-12s %-10s %s\n", "part", "type", "offset", "length",
		     "address", "in memory", "SHA-384");
	for (uint32_t i = 0; i < b->part_count; i++) {
		print_part(i, &b->part[i]);
	}
}

void bundle_verify(const struct blob *file)
{
	struct image_info info;
	enum image_status status = image_check(file->bytes, file->len, &info);

	if (status == IMAGE_BAD_DIGEST) {
		die(EXIT_DAMAGED, "%s: part %" PRIu32 " (%s) does not match its digest; "
		    "build the bundle again", file->name, info.part,
		    image_part_text(info.bundle.part[info.part].type));
	}
	if (status != IMAGE_OK) {
		die(EXIT_DAMAGED, "%s: %s", file->name, image_status_text(status));
	}
	if (info.bundle.total_len != file->len) {
		die(EXIT_DAMAGED, "%s: %" PRIu64 " bytes follow the end of the bundle; copy the "
		    "file again", file->name, file->len - info.bundle.total_len);
	}
	print_info(file, &info);
}
