/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a bundle: written, signed, and judged as boot will judge it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "attest/manifest_write.h"
#include "mkbundle.h"

static struct crypto_bytes text(const char *s)
{
	return (struct crypto_bytes){s, strlen(s)};
}

/* Names with spaces between them. */
static void split_policies(struct manifest *m, const char *names)
{
	while (*names != '\0') {
		size_t len = strcspn(names, " ");

		if (len != 0 && m->policy_count == MANIFEST_POLICIES_MAX) {
			die(EXIT_USAGE, "there are more than %u policies; leave some out",
			    MANIFEST_POLICIES_MAX);
		}
		if (len != 0) {
			m->policy[m->policy_count++] = (struct crypto_bytes){names, len};
		}
		names += len + (names[len] == ' ' ? 1 : 0);
	}
}

static void describe_segments(struct manifest *m, const struct firmware *fw)
{
	m->entry = fw->entry;
	m->segment_count = (unsigned int)fw->count;
	for (size_t i = 0; i < fw->count; i++) {
		const struct segment *s = &fw->segment[i];

		m->segment[i] = (struct manifest_segment){
			.load = s->load_addr, .file_len = s->len, .mem_len = s->mem_len,
			.flags = s->flags,
		};
		if ((s->flags & MANIFEST_W) != 0 && (s->flags & MANIFEST_X) != 0) {
			m->flags |= MANIFEST_RWX;
		}
	}
}

static void describe_parts(struct manifest *m, const struct image_bundle_header *b,
			   const uint8_t *none)
{
	unsigned int segment = 0;

	m->relocations = none;
	for (uint32_t i = 0; i < b->part_count; i++) {
		const uint8_t *digest = b->part[i].digest;

		if (b->part[i].type == IMAGE_PART_MONITOR) {
			m->monitor = digest;
		} else if (b->part[i].type == IMAGE_PART_RELOCS) {
			m->relocations = digest;
		} else if (b->part[i].type == IMAGE_PART_FIRMWARE) {
			m->segment[segment++].digest = digest;
		}
	}
}

static void sign_es384(const struct signer *s, struct crypto_bytes payload,
		       struct crypto_p384_signature *out)
{
	uint8_t digest[CRYPTO_SHA384_LEN];
	struct crypto_drbg drbg;

	manifest_digest_es384(payload, s->public[0].kid, digest);
	if (!signer_random(s, &drbg) || !crypto_p384_sign(out, &s->key, digest, &drbg)) {
		die(EXIT_KEY, "the key does not sign; make another one");
	}
	crypto_drbg_end(&drbg);
}

void signer_bind_payload(struct signer *s, const char *path, uint64_t addr)
{
	struct blob file = file_read(path);

	if (file.len >= 4 && memcmp(file.bytes, "\177ELF", 4) == 0) {
		die(EXIT_USAGE, "%s: an ELF is not what lies in memory; give --payload a Linux "
		    "image or raw binary", path);
	}
	if (file.len == 0 || addr > IMAGE_ADDR_LIMIT || file.len > IMAGE_ADDR_LIMIT - addr) {
		die(EXIT_ADDRESS, "%s: %zu bytes at 0x%" PRIx64 " are no payload; see --payload "
		    "and --payload-addr", path, file.len, addr);
	}
	crypto_sha384(file.bytes, file.len, s->payload_digest);
	s->payload.load = addr;
	s->payload.file_len = file.len;
	free(file.bytes);
}

/* Both cannot have the same memory, and boot would say so. */
static void describe_payload(struct manifest *m, const struct signer *s)
{
	m->has_payload = s->payload.file_len != 0;
	m->payload = s->payload;
	m->payload.digest = s->payload_digest;
	for (unsigned int i = 0; i < m->segment_count && m->has_payload; i++) {
		const struct manifest_segment *f = &m->segment[i];

		if (f->load < s->payload.load + s->payload.file_len &&
		    s->payload.load < f->load + f->mem_len) {
			die(EXIT_OVERLAP, "the payload at 0x%" PRIx64 " overlaps the firmware; "
			    "give another --payload-addr", s->payload.load);
		}
	}
}

size_t signer_write_manifest(const struct signer *s, const struct manifest_input *in, uint8_t *out)
{
	static const uint8_t to_come[CRYPTO_HSS_SIGNATURE_LEN];
	struct manifest m = {
		.name = text(in->bundle->fw_name), .version = text(s->version), .svn = s->svn,
		.platform = text(in->bundle->board),
	};
	uint8_t none[CRYPTO_SHA384_LEN];
	uint8_t payload[MANIFEST_PAYLOAD_MAX];
	struct sink p = {.out = payload, .room = sizeof(payload)};
	struct sink all = {.out = out, .room = MANIFEST_MAX};
	struct crypto_p384_signature es384;
	const struct manifest_signature signatures[] = {
		{COSE_ES384, s->public[0].kid, {&es384, sizeof(es384)}},
		{COSE_HSS_LMS, s->public[1].kid,
		 {s->hss.len != 0 ? s->hss.bytes : to_come, sizeof(to_come)}},
	};

	crypto_sha384(NULL, 0, none);
	split_policies(&m, in->bundle->policies);
	describe_segments(&m, in->firmware);
	describe_parts(&m, in->bundle, none);
	describe_payload(&m, s);
	m.flags |= s->count == 2 ? MANIFEST_HYBRID : 0;
	m.flags |= (in->traits->flags & IMAGE_TRAIT_DEBUG) != 0 ? MANIFEST_DEBUG : 0;
	manifest_write_payload(&p, &m);
	sign_es384(s, (struct crypto_bytes){payload, p.kept}, &es384);
	manifest_write(&all, (struct crypto_bytes){payload, p.kept}, signatures, s->count);
	if (p.kept != p.total || all.kept != all.total) {
		die(EXIT_USAGE, "the manifest has no room for all this; shorten the version");
	}
	return all.kept;
}

/* The payload of the manifest of a bundle that was just built. */
struct blob signer_hss_message(const struct signer *s, const struct blob *bundle)
{
	struct blob message = {.name = "message", .bytes = alloc_zeroed(MANIFEST_MAX)};
	struct sink sink = {.out = message.bytes, .room = MANIFEST_MAX};
	struct crypto_bytes manifest;
	struct crypto_bytes payload;
	struct image_info info;

	(void)image_check(bundle->bytes, bundle->len, &info);
	manifest = manifest_find(bundle->bytes, &info);
	if (!manifest_payload(manifest, &payload)) {
		die(EXIT_DAMAGED, "the manifest cannot be read again; report this");
	}
	manifest_write_hss_message(&sink, payload, s->public[1].kid);
	message.len = sink.kept;
	return message;
}

void signature_check(const struct blob *file, const struct image_info *info,
		     const struct keys *keys, struct manifest *out)
{
	const struct image_traits traits =
		traits_find(file->name, file->bytes, (size_t)info->monitor.hash_len);
	const struct manifest_machine machine = {
		.platform = traits.magic != 0 ? traits.board : info->bundle.board,
		.policies = traits.magic != 0 ? traits.policies : info->bundle.policies,
		.takes_debug_images = (traits.flags & IMAGE_TRAIT_TEST) != 0,
	};
	struct manifest_work *work = alloc_zeroed(sizeof(*work));
	struct crypto_bytes manifest = manifest_find(file->bytes, info);
	enum manifest_status status = manifest_verify(manifest, keys, work, out);

	if (status == MANIFEST_OK) {
		status = manifest_match(out, info, &machine);
	}
	free(work);
	if (status != MANIFEST_OK) {
		die(EXIT_DAMAGED, "%s: %s", file->name, manifest_status_text(status));
	}
}
