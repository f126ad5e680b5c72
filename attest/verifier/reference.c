/* SPDX-License-Identifier: Apache-2.0 */
/* Reading signed reference values. */
#include "reference.h"

#include <string.h>

#include "item.h"

bool alternatives_have(const struct alternatives *a, const uint8_t digest[DIGEST_LEN])
{
	for (size_t i = 0; i < a->count; i++) {
		if (memcmp(a->digest[i], digest, DIGEST_LEN) == 0) {
			return true;
		}
	}
	return false;
}

/* [ + [alg, value] ]: of each we want SHA-384, and nothing else is expected. */
static void read_digests(struct cursor *c, struct alternatives *out)
{
	uint64_t count = cursor_array(c);

	cursor_require(c, count >= 1);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		cursor_require(c, out->count < REFERENCE_ALTERNATIVES);
		cursor_require(c, cursor_array(c) == 2);
		cursor_require(c, cursor_uint(c) == CORIM_SHA384);
		if (!c->failed) {
			cursor_fixed(c, out->digest[out->count++], DIGEST_LEN);
		}
	}
}

static void read_registers(struct cursor *c, struct reference *out)
{
	uint64_t count = cursor_map(c);

	cursor_require(c, count >= 1 && count <= REGISTERS);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		uint64_t reg = cursor_uint(c);

		cursor_require(c, reg < REGISTERS);
		if (!c->failed) {
			read_digests(c, &out->reg[reg]);
		}
	}
}

static void read_version(struct cursor *c, struct reference_component *out)
{
	cursor_require(c, cursor_map(c) == 1);
	cursor_require(c, cursor_take_key(c, 0));
	out->version = cursor_text(c);
}

/* An exact svn (552) is a least one, too: newer software has new reference values. */
static void read_svn(struct cursor *c, struct reference_component *out)
{
	uint64_t tag = cursor_tag(c);
	uint64_t svn = cursor_uint(c);

	cursor_require(c, tag == CORIM_TAG_SVN || tag == CORIM_TAG_MIN_SVN);
	out->min_svn = out->has_min_svn && out->min_svn < svn ? out->min_svn : svn;
	out->has_min_svn = true;
}

static void read_flags(struct cursor *c, struct reference_component *out)
{
	cursor_require(c, cursor_map(c) == 1);
	cursor_require(c, cursor_take_key(c, 8));
	out->in_tcb = cursor_bool(c);
	out->has_tcb = true;
}

static void read_component(struct cursor *c, struct reference_component *out)
{
	cursor_require(c, cursor_map(c) == 1);
	cursor_require(c, cursor_take_key(c, 1));
	(void)cursor_map(c);
	if (cursor_take_key(c, 0)) {
		read_version(c, out);
	}
	if (cursor_take_key(c, 1)) {
		read_svn(c, out);
	}
	cursor_require(c, cursor_take_key(c, 2));
	read_digests(c, &out->any_of);
	if (cursor_take_key(c, 3)) {
		read_flags(c, out);
	}
}

static void read_register_measurement(struct cursor *c, struct reference *out)
{
	cursor_require(c, cursor_map(c) == 1);
	cursor_require(c, cursor_take_key(c, 1));
	cursor_require(c, cursor_map(c) == 1);
	cursor_require(c, cursor_take_key(c, 14));
	read_registers(c, out);
}

/* {0: {1: vendor, 2: model}} with our vendor; the model, or empty for an environment without. */
static struct span read_environment(struct cursor *c)
{
	struct span model = {NULL, 0};

	cursor_require(c, cursor_map(c) == 1);
	cursor_require(c, cursor_take_key(c, 0));
	(void)cursor_map(c);
	cursor_require(c, cursor_take_key(c, 1));
	cursor_require(c, span_equal(cursor_text(c), span_text(CORIM_VENDOR)));
	if (cursor_take_key(c, 2)) {
		model = cursor_text(c);
	}
	return model;
}

static void read_reference_triple(struct cursor *c, struct reference *out)
{
	struct span model;
	enum component_type type;
	uint64_t count;

	cursor_require(c, cursor_array(c) == 2);
	model = read_environment(c);
	type = component_of(model);
	count = cursor_array(c);
	cursor_require(c, count >= 1 && (type < COMPONENT_TYPES ||
					 span_equal(model, span_text(CORIM_REGISTERS))));
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		if (type < COMPONENT_TYPES) {
			read_component(c, &out->component[type]);
		} else {
			read_register_measurement(c, out);
		}
	}
}

static void read_key_triple(struct cursor *c, struct reference *out)
{
	uint64_t count;

	cursor_require(c, cursor_array(c) == 2);
	(void)read_environment(c);
	count = cursor_array(c);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		cursor_require(c, cursor_tag(c) == CORIM_TAG_PEM_KEY);
		cursor_require(c, out->root_count < REFERENCE_ROOTS);
		if (!c->failed) {
			out->root_pem[out->root_count++] = cursor_text(c);
		}
	}
}

/* The kinds of triples that profiles of ours have: reference values, and keys. */
static void read_triples(struct cursor *c, struct reference *out)
{
	uint64_t count;

	(void)cursor_map(c);
	cursor_require(c, cursor_take_key(c, 0));
	count = cursor_array(c);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		read_reference_triple(c, out);
	}
	if (cursor_take_key(c, 3)) {
		count = cursor_array(c);
		for (uint64_t i = 0; !c->failed && i < count; i++) {
			read_key_triple(c, out);
		}
	}
}

static void read_comid(struct cursor *outer, struct reference *out)
{
	struct span bytes;
	struct cursor c;

	cursor_require(outer, cursor_tag(outer) == CORIM_TAG_COMID);
	bytes = cursor_bytes(outer);
	cursor_require(outer, item_fault(bytes) == NULL);
	if (outer->failed) {
		return;
	}
	c = cursor_at(bytes);
	cursor_require(&c, cursor_map(&c) == 2);
	cursor_require(&c, cursor_take_key(&c, 1));
	(void)cursor_skip(&c);
	cursor_require(&c, cursor_take_key(&c, 4));
	read_triples(&c, out);
	cursor_require(outer, cursor_done(&c));
}

/* {0: {0: name}}: corim-meta-map. */
static void read_meta(struct span meta, struct reference *out)
{
	struct cursor c = cursor_at(meta);

	if (item_fault(meta) == NULL) {
		cursor_require(&c, cursor_map(&c) == 1);
		cursor_require(&c, cursor_take_key(&c, 0));
		cursor_require(&c, cursor_map(&c) == 1);
		cursor_require(&c, cursor_take_key(&c, 0));
		out->signer = cursor_text(&c);
	}
}

static void read_corim(struct cursor *c, struct reference *out)
{
	uint64_t count;

	cursor_require(c, cursor_tag(c) == CORIM_TAG);
	(void)cursor_map(c);
	cursor_require(c, cursor_take_key(c, 0));
	out->id = cursor_text(c);
	cursor_require(c, cursor_take_key(c, 1));
	count = cursor_array(c);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		read_comid(c, out);
	}
	cursor_require(c, cursor_take_key(c, 3));
	cursor_require(c, cursor_tag(c) == CORIM_TAG_URI);
	cursor_require(c, span_equal(cursor_text(c), span_text(CORIM_PROFILE)));
}

struct fault reference_parse(const struct sign1 *message, struct reference *out)
{
	struct cursor c = cursor_at(message->payload);
	struct cursor content = cursor_at(message->content);

	*out = (struct reference){.root_count = 0};
	if (item_fault(message->payload) != NULL ||
	    !span_equal(cursor_text(&content), span_text(CORIM_CONTENT))) {
		return (struct fault){CORDON_MALFORMED, "the reference values are not a CoRIM"};
	}
	read_meta(message->meta, out);
	read_corim(&c, out);
	if (!cursor_done(&c)) {
		return (struct fault){CORDON_MALFORMED,
			"the reference values are not those of the profile; make them with "
			"cordon refval"};
	}
	return (struct fault){CORDON_OK, NULL};
}

struct fault reference_read(struct span corim, EVP_PKEY *key, struct reference *out)
{
	struct sign1 message;

	*out = (struct reference){.root_count = 0};
	if (sign1_parse(corim, &message) != NULL) {
		return (struct fault){CORDON_MALFORMED,
			"the reference values are not a signed CoRIM"};
	}
	if (sign1_verify(&message, key) != NULL) {
		return (struct fault){CORDON_CRYPTO,
			"the reference values were not signed by the key that you named"};
	}
	return reference_parse(&message, out);
}
