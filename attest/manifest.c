/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope of a manifest: its form and its signatures (see manifest.h). Nothing of the payload
 * is read before a signature of an authorised key over it was right.
 */
#include "attest/manifest.h"

#include <string.h>

#include "attest/cbor_read.h"
#include "attest/manifest_fields.h"

/* One signature as found, not yet verified. */
struct signature {
	struct crypto_bytes header;
	struct crypto_bytes bytes;
	int64_t alg;
	const uint8_t *kid;
};

struct envelope {
	struct crypto_bytes payload;
	struct signature signature[2];
	unsigned int count;
};

/* A protected header is {1: alg, 4: kid}, and nothing else: that includes what is critical. */
static enum manifest_status read_header(struct signature *s)
{
	struct cbor_reader r = cbor_open(s->header);
	size_t count;
	int64_t label;

	if (!cbor_check(s->header, MANIFEST_DEPTH)) {
		return MANIFEST_NOT_CBOR;
	}
	count = cbor_take_map(&r);
	label = count != 0 ? cbor_take_integer(&r) : 0;
	if (r.failed || label != COSE_ALG) {
		return r.failed ? MANIFEST_BAD_SHAPE : MANIFEST_NO_ALG;
	}
	s->alg = cbor_take_integer(&r);
	if (r.failed) {
		return MANIFEST_BAD_ALG;
	}
	label = count > 1 ? cbor_take_integer(&r) : 0;
	if (r.failed || label != COSE_KID || count != 2) {
		return label == 0 ? MANIFEST_NO_KEY : MANIFEST_BAD_HEADER;
	}
	s->kid = cbor_take_sized(&r, COSE_KID_LEN);
	return cbor_at_end(&r) ? MANIFEST_OK : MANIFEST_NO_KEY;
}

static enum manifest_status read_signature(struct cbor_reader *r, struct signature *s)
{
	size_t count = cbor_take_array(r);
	size_t unprotected;

	s->header = cbor_take_bytes(r);
	unprotected = cbor_take_map(r);
	if (r->failed || count != 3) {
		return MANIFEST_BAD_SHAPE;
	}
	if (unprotected != 0) {
		return MANIFEST_BAD_HEADER;
	}
	s->bytes = cbor_take_bytes(r);
	return r->failed ? MANIFEST_BAD_SHAPE : read_header(s);
}

static enum manifest_status read_signatures(struct cbor_reader *r, struct envelope *e)
{
	size_t count = cbor_take_array(r);
	enum manifest_status status = MANIFEST_OK;

	if (r->failed || count == 0 || count > 2) {
		return MANIFEST_BAD_SHAPE;
	}
	e->count = (unsigned int)count;
	for (unsigned int i = 0; i < e->count && status == MANIFEST_OK; i++) {
		status = read_signature(r, &e->signature[i]);
	}
	if (status != MANIFEST_OK) {
		return status;
	}
	return cbor_at_end(r) ? MANIFEST_OK : MANIFEST_BAD_SHAPE;
}

static enum manifest_status read_envelope(struct crypto_bytes bytes, struct envelope *e)
{
	struct cbor_reader r = cbor_open(bytes);
	struct crypto_bytes body;
	size_t unprotected;

	if (bytes.len == 0) {
		return MANIFEST_MISSING;
	}
	if (bytes.len > MANIFEST_MAX) {
		return MANIFEST_TOO_LONG;
	}
	if (!cbor_check(bytes, MANIFEST_DEPTH)) {
		return MANIFEST_NOT_CBOR;
	}
	if (cbor_take_tag(&r) != COSE_TAG_SIGN) {
		return MANIFEST_BAD_TAG;
	}
	if (cbor_take_array(&r) != 4) {
		return MANIFEST_BAD_SHAPE;
	}
	body = cbor_take_bytes(&r);
	unprotected = cbor_take_map(&r);
	if (!r.failed && (body.len != 0 || unprotected != 0)) {
		return MANIFEST_BAD_HEADER;
	}
	e->payload = cbor_take_bytes(&r);
	if (!r.failed && e->payload.len > MANIFEST_PAYLOAD_MAX) {
		return MANIFEST_TOO_LONG;
	}
	return r.failed ? MANIFEST_BAD_SHAPE : read_signatures(&r, e);
}

/* Its key, if that is authorised and of this kind. */
static enum manifest_status find_key(const struct signature *s, const struct keys *keys,
				     enum key_kind kind, const struct manifest_key **out)
{
	if (s->alg != (kind == KEY_P384 ? COSE_ES384 : COSE_HSS_LMS)) {
		return MANIFEST_BAD_ALG;
	}
	*out = keys_find(keys, s->kid);
	if (*out == NULL) {
		return MANIFEST_NO_KEY;
	}
	return (*out)->kind == (uint32_t)kind ? MANIFEST_OK : MANIFEST_BAD_ALG;
}

static enum manifest_status verify_es384(const struct signature *s, struct crypto_bytes payload,
					 const struct keys *keys)
{
	const struct manifest_key *key;
	enum manifest_status status = find_key(s, keys, KEY_P384, &key);
	uint8_t digest[CRYPTO_SHA384_LEN];
	struct crypto_p384_public point;
	struct crypto_p384_signature rs;
	struct crypto_sha384 ctx;

	if (status != MANIFEST_OK) {
		return status;
	}
	if (s->bytes.len != sizeof(rs)) {
		return MANIFEST_BAD_SIGNATURE;
	}
	memcpy(&point, key->bytes + 1, sizeof(point));
	memcpy(&rs, s->bytes.data, sizeof(rs));
	cose_begin_sign(&ctx, s->header, payload.len);
	crypto_sha384_update(&ctx, payload.data, payload.len);
	crypto_sha384_finish(&ctx, digest);
	return crypto_p384_verify(&point, digest, &rs) ? MANIFEST_OK : MANIFEST_BAD_SIGNATURE;
}

static enum manifest_status verify_hss(const struct signature *s, struct crypto_bytes payload,
				       const struct keys *keys, struct manifest_work *work)
{
	const struct manifest_key *key;
	enum manifest_status status = find_key(s, keys, KEY_HSS, &key);
	struct sink tbs = {.out = work->tbs, .room = sizeof(work->tbs)};

	if (status != MANIFEST_OK) {
		return status;
	}
	cose_write_sign(&tbs, s->header, payload);
	if (tbs.kept != tbs.total ||
	    !crypto_hss_verify((struct crypto_bytes){key->bytes, CRYPTO_HSS_PUBLIC_LEN},
			       (struct crypto_bytes){work->tbs, tbs.kept}, s->bytes)) {
		return MANIFEST_BAD_HSS;
	}
	return MANIFEST_OK;
}

/* The second signature may be left out where nobody asks for it; a wrong one is never passed. */
static enum manifest_status verify_signatures(const struct envelope *e, const struct keys *keys,
					      struct manifest_work *work)
{
	enum manifest_status status = verify_es384(&e->signature[0], e->payload, keys);

	if (status == MANIFEST_OK && e->count == 2) {
		status = verify_hss(&e->signature[1], e->payload, keys, work);
	}
	if (status == MANIFEST_OK && e->count == 1 && keys_have(keys, KEY_HSS)) {
		status = MANIFEST_NO_HSS;
	}
	return status;
}

static enum manifest_status read_payload(const struct envelope *e, struct manifest *out)
{
	enum manifest_status status;

	memset(out, 0, sizeof(*out));
	crypto_sha384(e->payload.data, e->payload.len, out->digest);
	out->has_hss = e->count == 2;
	status = manifest_fields(e->payload, out);
	if (status == MANIFEST_OK && (out->flags & MANIFEST_HYBRID) != 0 && !out->has_hss) {
		status = MANIFEST_NO_HSS;
	}
	return status;
}

enum manifest_status manifest_verify(struct crypto_bytes bytes, const struct keys *keys,
				     struct manifest_work *work, struct manifest *out)
{
	struct envelope e = {.count = 0};
	enum manifest_status status = read_envelope(bytes, &e);

	if (status == MANIFEST_OK) {
		status = verify_signatures(&e, keys, work);
	}
	return status == MANIFEST_OK ? read_payload(&e, out) : status;
}

enum manifest_status manifest_parse(struct crypto_bytes bytes, struct manifest *out)
{
	struct envelope e = {.count = 0};
	enum manifest_status status = read_envelope(bytes, &e);

	return status == MANIFEST_OK ? read_payload(&e, out) : status;
}

bool manifest_payload(struct crypto_bytes bytes, struct crypto_bytes *payload)
{
	struct envelope e = {.count = 0};
	bool good = read_envelope(bytes, &e) == MANIFEST_OK;

	*payload = e.payload;
	return good;
}

struct crypto_bytes manifest_find(const uint8_t *file, const struct image_info *bundle)
{
	const struct image_bundle_header *b = &bundle->bundle;
	const struct image_part *last = b->part_count == 0 ? NULL : &b->part[b->part_count - 1];

	if (last == NULL || last->type != IMAGE_PART_MANIFEST) {
		return (struct crypto_bytes){NULL, 0};
	}
	return (struct crypto_bytes){file + last->offset, last->len};
}
