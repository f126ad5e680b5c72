/* SPDX-License-Identifier: Apache-2.0 */
/* COSE_Sign1: taking apart, verifying, making. */
#include "cose.h"

#include <stdlib.h>

#include "item.h"

static const char *parse_protected(struct span header, struct sign1 *out)
{
	const char *fault = item_fault(header);
	struct cursor c = cursor_at(header);
	bool has_algorithm;

	if (fault != NULL) {
		return fault;
	}
	(void)cursor_map(&c);
	has_algorithm = cursor_take_key(&c, 1);
	if (has_algorithm) {
		out->algorithm = cursor_int(&c);
	}
	if (cursor_take_key(&c, 3)) {
		out->content = cursor_skip(&c);
	}
	if (cursor_take_key(&c, 4)) {
		out->kid = cursor_bytes(&c);
	}
	if (cursor_take_key(&c, 8)) {
		out->meta = cursor_bytes(&c);
	}
	if (!cursor_done(&c)) {
		return "its protected header has a parameter that we do not know";
	}
	if (!has_algorithm) {
		return "its protected header names no algorithm";
	}
	return NULL;
}

/* RFC 9360: a chain of more than one is an array. */
static const char *parse_unprotected(struct cursor *c, struct sign1 *out)
{
	uint64_t count = cursor_map(c);

	if (!c->failed && count == 0) {
		return NULL;
	}
	if (count != 1 || !cursor_take_key(c, 33)) {
		return "its unprotected header has a parameter that we do not know";
	}
	if (cursor_array(c) != CHAIN_LEN) {
		return "its certificate chain does not have three certificates";
	}
	for (int i = 0; i < CHAIN_LEN; i++) {
		out->chain[i] = cursor_bytes(c);
	}
	out->has_chain = true;
	return NULL;
}

const char *sign1_parse(struct span message, struct sign1 *out)
{
	const char *fault = item_fault(message);
	struct cursor c = cursor_at(message);

	*out = (struct sign1){.has_chain = false};
	if (fault != NULL) {
		return fault;
	}
	if (cursor_tag(&c) != COSE_TAG_SIGN1 || c.failed) {
		return "it does not begin with tag 18, that of COSE_Sign1";
	}
	if (cursor_array(&c) != 4) {
		return "it is not an array of four, as COSE_Sign1 is";
	}
	out->protected = cursor_bytes(&c);
	fault = c.failed ? "it has no protected header" : parse_protected(out->protected, out);
	if (fault == NULL) {
		fault = parse_unprotected(&c, out);
	}
	if (fault != NULL) {
		return fault;
	}
	out->payload = cursor_bytes(&c);
	cursor_fixed(&c, out->signature, SIGNATURE_LEN);
	return cursor_done(&c) ? NULL : "its payload or its signature of 96 bytes is missing";
}

void sig_structure(struct buffer *out, struct span body, const struct span *signer,
		   struct span payload)
{
	put_array(out, signer == NULL ? 4 : 5);
	put_text(out, span_text(signer == NULL ? "Signature1" : "Signature"));
	put_bytes(out, body);
	if (signer != NULL) {
		put_bytes(out, *signer);
	}
	put_bytes(out, (struct span){NULL, 0});
	put_bytes(out, payload);
}

const char *sign1_verify(const struct sign1 *m, EVP_PKEY *key)
{
	struct buffer b = {NULL, 0, 0};
	const char *fault;

	if (m->algorithm != COSE_ES384) {
		return "its algorithm is not ES384";
	}
	sig_structure(&b, m->protected, NULL, m->payload);
	fault = key_verify(key, buffer_span(&b), m->signature);
	free(b.data);
	return fault;
}

void sign1_write(struct buffer *out, EVP_PKEY *key, struct span protected, struct span payload)
{
	struct buffer b = {NULL, 0, 0};
	uint8_t signature[SIGNATURE_LEN];

	sig_structure(&b, protected, NULL, payload);
	key_sign(key, buffer_span(&b), signature);
	free(b.data);
	put_tag(out, COSE_TAG_SIGN1);
	put_array(out, 4);
	put_bytes(out, protected);
	put_map(out, 0);
	put_bytes(out, payload);
	put_bytes(out, (struct span){signature, sizeof(signature)});
}
