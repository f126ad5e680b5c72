/* SPDX-License-Identifier: Apache-2.0 */
/* The DICE extension of the monitor's certificate: DER, and in it a descriptor in CBOR. */
#include <string.h>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "chain.h"
#include "item.h"

#define OID_DICE "1.3.6.1.4.1.11129.2.1.24"

#define TAG_INTEGER 0x02u
#define TAG_OCTETS 0x04u
#define TAG_SEQUENCE 0x30u
#define TAG_FIELD(n) (0xa0u + (n)) /* EXPLICIT, context specific */

/* Fields of OpenDiceInput that we use (Open Profile for DICE, Custom Extension Format). */
enum {
	FIELD_CODE = 0,
	FIELD_CONFIG = 2,
	FIELD_DESCRIPTOR = 3,
	FIELD_AUTHORITY = 4,
	FIELD_MODE = 6,
	FIELDS = 8,
};

/* Takes an element with this tag off the front of s; DER lengths only (X.690, 10.1). */
static bool der_take(struct span *s, unsigned int tag, struct span *content)
{
	size_t head = 2;
	size_t len;

	if (s->len < 2 || s->data[0] != tag) {
		return false;
	}
	len = s->data[1];
	if (len == 0x81 && s->len >= 3 && s->data[2] >= 0x80) {
		len = s->data[2];
		head = 3;
	} else if (len == 0x82 && s->len >= 4 && s->data[2] != 0) {
		len = (size_t)s->data[2] << 8 | s->data[3];
		head = 4;
	} else if (len >= 0x80) {
		return false;
	}
	if (len > s->len - head) {
		return false;
	}
	*content = (struct span){s->data + head, len};
	s->data += head + len;
	s->len -= head + len;
	return true;
}

static bool take_octets(struct span field, struct span *out)
{
	return der_take(&field, TAG_OCTETS, out) && field.len == 0;
}

static bool take_digest(struct span field, uint8_t out[DIGEST_LEN])
{
	struct span s;

	if (!take_octets(field, &s) || s.len != DIGEST_LEN) {
		return false;
	}
	memcpy(out, s.data, DIGEST_LEN);
	return true;
}

static bool take_mode(struct span field, uint64_t *mode)
{
	struct span s;

	if (!der_take(&field, TAG_INTEGER, &s) || field.len != 0 || s.len != 1 || s.data[0] > 3) {
		return false;
	}
	*mode = s.data[0];
	return true;
}

static void read_policies(struct cursor *c, struct dice_input *out)
{
	uint64_t count = cursor_array(c);

	cursor_require(c, count <= POLICIES_MAX);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		out->policy[i] = cursor_text(c);
		out->policy_count = (size_t)i + 1;
	}
}

static bool read_descriptor(struct span bytes, struct dice_input *out)
{
	struct cursor c = cursor_at(bytes);

	if (item_fault(bytes) != NULL) {
		return false;
	}
	cursor_require(&c, cursor_map(&c) == 6);
	cursor_require(&c, cursor_take_key(&c, 1));
	cursor_require(&c, span_equal(cursor_text(&c), span_text("cordon-monitor")));
	cursor_require(&c, cursor_take_key(&c, 2));
	out->version = cursor_text(&c);
	cursor_require(&c, cursor_take_key(&c, 3));
	out->svn = cursor_uint(&c);
	cursor_require(&c, cursor_take_key(&c, 4));
	out->identity_class = cursor_uint(&c);
	cursor_require(&c, cursor_take_key(&c, 5));
	read_policies(&c, out);
	cursor_require(&c, cursor_take_key(&c, 6));
	out->switched_off = cursor_uint(&c);
	return cursor_done(&c);
}

/* Splits the sequence into its fields, which stand in ascending order. */
static bool split_fields(struct span bytes, struct span field[FIELDS])
{
	struct span s;

	if (!der_take(&bytes, TAG_SEQUENCE, &s) || bytes.len != 0) {
		return false;
	}
	for (unsigned int i = 0; i < FIELDS; i++) {
		field[i] = (struct span){NULL, 0};
		(void)der_take(&s, TAG_FIELD(i), &field[i]);
	}
	return s.len == 0;
}

static const char *parse_input(struct span bytes, struct dice_input *out)
{
	struct span field[FIELDS];
	struct span descriptor;
	uint8_t digest[DIGEST_LEN];

	if (!split_fields(bytes, field)) {
		return "the DICE extension of the monitor's certificate is not an OpenDiceInput";
	}
	if (!take_digest(field[FIELD_CODE], out->code) ||
	    !take_digest(field[FIELD_CONFIG], out->config) ||
	    !take_digest(field[FIELD_AUTHORITY], out->authority) ||
	    !take_mode(field[FIELD_MODE], &out->mode) ||
	    !take_octets(field[FIELD_DESCRIPTOR], &descriptor)) {
		return "the DICE extension of the monitor's certificate lacks a field";
	}
	if (!read_descriptor(descriptor, out)) {
		return "the configuration in the monitor's certificate is not as in the profile";
	}
	sha384(descriptor, digest);
	return memcmp(digest, out->config, DIGEST_LEN) == 0 ? NULL
		: "the configuration in the monitor's certificate has another digest";
}

const char *dice_parse(X509 *cert, struct dice_input *out)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(OID_DICE, 1);
	int at = oid == NULL ? -1 : X509_get_ext_by_OBJ(cert, oid, -1);
	int again = at < 0 ? -1 : X509_get_ext_by_OBJ(cert, oid, at);
	const ASN1_OCTET_STRING *value;

	*out = (struct dice_input){.mode = 0};
	ASN1_OBJECT_free(oid);
	if (at < 0 || again >= 0) {
		return "the monitor's certificate does not have one DICE extension";
	}
	value = X509_EXTENSION_get_data(X509_get_ext(cert, at));
	return parse_input((struct span){ASN1_STRING_get0_data(value),
					 (size_t)ASN1_STRING_length(value)}, out);
}
