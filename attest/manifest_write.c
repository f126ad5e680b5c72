/* SPDX-License-Identifier: Apache-2.0 */
/* The other direction of manifest.c and manifest_fields.c. */
#include "attest/manifest_write.h"

#include "attest/cbor.h"

static void write_text(struct sink *s, unsigned int label, struct crypto_bytes text)
{
	char copy[MANIFEST_TEXT_MAX + 1];
	const char *from = text.data;
	size_t len = 0;

	for (; len < text.len && len < MANIFEST_TEXT_MAX; len++) {
		copy[len] = from[len];
	}
	copy[len] = '\0';
	if (label != 0) {
		cbor_unsigned(s, label);
	}
	cbor_text(s, copy);
}

static void write_number(struct sink *s, unsigned int label, uint64_t value)
{
	cbor_unsigned(s, label);
	cbor_unsigned(s, value);
}

static void write_digest(struct sink *s, unsigned int label, const uint8_t *digest)
{
	cbor_unsigned(s, label);
	cbor_bytes(s, digest, CRYPTO_SHA384_LEN);
}

static void write_segments(struct sink *s, const struct manifest *m)
{
	cbor_unsigned(s, MANIFEST_LABEL_SEGMENTS);
	cbor_array(s, m->segment_count);
	for (unsigned int i = 0; i < m->segment_count; i++) {
		cbor_map(s, 5);
		write_number(s, 1, m->segment[i].load);
		write_number(s, 2, m->segment[i].file_len);
		write_number(s, 3, m->segment[i].mem_len);
		write_number(s, 4, m->segment[i].flags);
		write_digest(s, 5, m->segment[i].digest);
	}
}

static void write_optional(struct sink *s, const struct manifest *m)
{
	if (m->has_payload) {
		cbor_unsigned(s, MANIFEST_LABEL_PAYLOAD);
		cbor_map(s, 3);
		write_number(s, 1, m->payload.load);
		write_number(s, 2, m->payload.file_len);
		write_digest(s, 3, m->payload.digest);
	}
	if (m->has_min_seal) {
		write_number(s, MANIFEST_LABEL_MIN_SEAL, m->min_seal);
	}
}

void manifest_write_payload(struct sink *s, const struct manifest *m)
{
	cbor_map(s, MANIFEST_LABEL_RELOCATIONS - 2u + m->has_payload + m->has_min_seal);
	write_number(s, MANIFEST_LABEL_FORMAT, MANIFEST_FORMAT);
	write_text(s, MANIFEST_LABEL_NAME, m->name);
	write_text(s, MANIFEST_LABEL_VERSION, m->version);
	write_number(s, MANIFEST_LABEL_SVN, m->svn);
	write_text(s, MANIFEST_LABEL_PLATFORM, m->platform);
	write_digest(s, MANIFEST_LABEL_MONITOR, m->monitor);
	cbor_unsigned(s, MANIFEST_LABEL_POLICIES);
	cbor_array(s, m->policy_count);
	for (unsigned int i = 0; i < m->policy_count; i++) {
		write_text(s, 0, m->policy[i]);
	}
	write_segments(s, m);
	write_number(s, MANIFEST_LABEL_ENTRY, m->entry);
	write_number(s, MANIFEST_LABEL_FLAGS, m->flags);
	write_optional(s, m);
	write_digest(s, MANIFEST_LABEL_RELOCATIONS, m->relocations);
}

void manifest_write(struct sink *s, struct crypto_bytes payload,
		    const struct manifest_signature *signatures, unsigned int count)
{
	uint8_t header[COSE_PROTECTED_MAX];

	cbor_tag(s, COSE_TAG_SIGN);
	cbor_array(s, 4);
	cbor_bytes(s, NULL, 0);
	cbor_map(s, 0);
	cbor_bytes(s, payload.data, payload.len);
	cbor_array(s, count);
	for (unsigned int i = 0; i < count; i++) {
		size_t len = cose_protected(header, signatures[i].alg, COSE_NO_CONTENT,
					    signatures[i].kid);

		cbor_array(s, 3);
		cbor_bytes(s, header, len);
		cbor_map(s, 0);
		cbor_bytes(s, signatures[i].bytes.data, signatures[i].bytes.len);
	}
}

void manifest_digest_es384(struct crypto_bytes payload, const uint8_t kid[COSE_KID_LEN],
			   uint8_t out[CRYPTO_SHA384_LEN])
{
	uint8_t header[COSE_PROTECTED_MAX];
	size_t len = cose_protected(header, COSE_ES384, COSE_NO_CONTENT, kid);
	struct crypto_sha384 ctx;

	cose_begin_sign(&ctx, (struct crypto_bytes){header, len}, payload.len);
	crypto_sha384_update(&ctx, payload.data, payload.len);
	crypto_sha384_finish(&ctx, out);
}

void manifest_write_hss_message(struct sink *s, struct crypto_bytes payload,
				const uint8_t kid[COSE_KID_LEN])
{
	uint8_t header[COSE_PROTECTED_MAX];
	size_t len = cose_protected(header, COSE_HSS_LMS, COSE_NO_CONTENT, kid);

	cose_write_sign(s, (struct crypto_bytes){header, len}, payload);
}
