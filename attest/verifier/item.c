/* SPDX-License-Identifier: Apache-2.0 */
/* Strict CBOR: the look at all bytes, and the cursor that reads them afterwards. */
#include "item.h"

#include <string.h>

struct head {
	enum item_type type;
	uint8_t info;   /* the low five bits of the first byte */
	uint64_t value;
};

/* Length of a head by its additional information; 0 if it is reserved or indefinite. */
static size_t head_len(uint8_t info)
{
	if (info < 24) {
		return 1;
	}
	return info <= 27 ? 1 + ((size_t)1 << (info - 24)) : 0;
}

/* Reads a head; NULL, or what is wrong with it. */
static const char *read_head(struct span *s, struct head *h)
{
	size_t len;

	if (s->len == 0) {
		return "it ends in the middle of an item";
	}
	h->type = (enum item_type)(s->data[0] >> 5);
	h->info = s->data[0] & 31;
	h->value = h->info;
	len = head_len(h->info);
	if (len == 0) {
		return h->info == 31 ? "it has an item of indefinite length"
				     : "it has a reserved kind of head";
	}
	if (len > s->len) {
		return "it ends in the middle of an item";
	}
	if (len > 1) {
		h->value = 0;
		for (size_t i = 1; i < len; i++) {
			h->value = h->value << 8 | s->data[i];
		}
	}
	s->data += len;
	s->len -= len;
	return NULL;
}

/* RFC 8949, 4.2.1: no shorter head could hold the value. */
static bool is_shortest(const struct head *h)
{
	if (h->info < 24) {
		return true;
	}
	if (h->info == 24) {
		return h->value >= 24;
	}
	return h->value >> (8u << (h->info - 25)) != 0;
}

/* How many bytes a UTF-8 sequence has that begins with c; 0 if none does. */
static size_t sequence_len(uint8_t c)
{
	if (c < 0x80) {
		return 1;
	}
	if (c >= 0xc2 && c < 0xe0) {
		return 2;
	}
	if ((c & 0xf0) == 0xe0) {
		return 3;
	}
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

/* RFC 3629, 4: what the second byte may be after these first ones. */
static bool second_fits(uint8_t first, uint8_t second)
{
	switch (first) {
	case 0xe0: return second >= 0xa0;
	case 0xed: return second < 0xa0;
	case 0xf0: return second >= 0x90;
	case 0xf4: return second < 0x90;
	default: return true;
	}
}

static bool is_utf8(struct span s)
{
	for (size_t i = 0; i < s.len;) {
		size_t len = sequence_len(s.data[i]);

		if (len == 0 || len > s.len - i) {
			return false;
		}
		for (size_t k = 1; k < len; k++) {
			if ((s.data[i + k] & 0xc0) != 0x80) {
				return false;
			}
		}
		if (len > 1 && !second_fits(s.data[i], s.data[i + 1])) {
			return false;
		}
		i += len;
	}
	return true;
}

static const char *check_item(struct span *s, unsigned int depth);

static const char *check_string(struct span *s, const struct head *h)
{
	if (h->value > s->len) {
		return "a string is longer than what is left";
	}
	if (h->type == ITEM_TEXT && !is_utf8((struct span){s->data, (size_t)h->value})) {
		return "a text is not UTF-8";
	}
	s->data += h->value;
	s->len -= (size_t)h->value;
	return NULL;
}

static const char *check_array(struct span *s, uint64_t count, unsigned int depth)
{
	const char *fault = NULL;

	if (count > s->len) {
		return "an array has more entries than bytes are left";
	}
	for (uint64_t i = 0; fault == NULL && i < count; i++) {
		fault = check_item(s, depth);
	}
	return fault;
}

/* Bytewise order of encodings, a prefix first; no prefix is a whole item, though. */
static int compare_keys(struct span a, struct span b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.data, b.data, shorter);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static const char *check_map(struct span *s, uint64_t count, unsigned int depth)
{
	struct span last = {NULL, 0};

	if (count > s->len / 2) {
		return "a map has more entries than bytes are left";
	}
	for (uint64_t i = 0; i < count; i++) {
		struct span key = *s;
		const char *fault = check_item(s, depth);
		int order;

		if (fault != NULL) {
			return fault;
		}
		key.len = (size_t)(s->data - key.data);
		order = i == 0 ? -1 : compare_keys(last, key);
		if (order >= 0) {
			return order == 0 ? "a map has a key twice"
					  : "the keys of a map are not in order";
		}
		last = key;
		fault = check_item(s, depth);
		if (fault != NULL) {
			return fault;
		}
	}
	return NULL;
}

static const char *check_item(struct span *s, unsigned int depth)
{
	struct head h;
	const char *fault = read_head(s, &h);

	if (fault != NULL) {
		return fault;
	}
	if (h.type == ITEM_SIMPLE) {
		return h.info >= 20 && h.info <= 22 ? NULL
			: "it has a simple value other than false, true and null";
	}
	if (!is_shortest(&h)) {
		return "a number is not in its shortest form";
	}
	if (h.type >= ITEM_ARRAY && depth == 0) {
		return "it is nested too deeply";
	}
	switch (h.type) {
	case ITEM_BYTES:
	case ITEM_TEXT: return check_string(s, &h);
	case ITEM_ARRAY: return check_array(s, h.value, depth - 1);
	case ITEM_MAP: return check_map(s, h.value, depth - 1);
	case ITEM_TAG: return check_item(s, depth - 1);
	case ITEM_UINT:
	case ITEM_NEGATIVE:
	case ITEM_SIMPLE:
	case ITEM_END: break;
	}
	return NULL;
}

const char *item_fault(struct span bytes)
{
	const char *fault = check_item(&bytes, ITEM_DEPTH_MAX);

	if (fault == NULL && bytes.len != 0) {
		fault = "bytes follow the end of the item";
	}
	return fault;
}

const char *item_sequence_fault(struct span bytes)
{
	const char *fault = NULL;

	while (fault == NULL && bytes.len != 0) {
		fault = check_item(&bytes, ITEM_DEPTH_MAX);
	}
	return fault;
}

struct cursor cursor_at(struct span bytes)
{
	const uint8_t *end = bytes.len == 0 ? bytes.data : bytes.data + bytes.len;

	return (struct cursor){bytes.data, end, false};
}

enum item_type cursor_peek(const struct cursor *c)
{
	return c->failed || c->at == c->end ? ITEM_END : (enum item_type)(*c->at >> 5);
}

bool cursor_done(const struct cursor *c)
{
	return !c->failed && c->at == c->end;
}

void cursor_require(struct cursor *c, bool so)
{
	c->failed = c->failed || !so;
}

/* The head of an item of this type; failed, and 0, if it is another. */
static uint64_t take_head(struct cursor *c, enum item_type type)
{
	struct span s = {c->at, (size_t)(c->end - c->at)};
	struct head h;

	cursor_require(c, cursor_peek(c) == type);
	cursor_require(c, c->failed || read_head(&s, &h) == NULL);
	if (c->failed) {
		return 0;
	}
	c->at = s.data;
	return h.value;
}

uint64_t cursor_uint(struct cursor *c)
{
	return take_head(c, ITEM_UINT);
}

int64_t cursor_int(struct cursor *c)
{
	bool negative = cursor_peek(c) == ITEM_NEGATIVE;
	uint64_t value = take_head(c, negative ? ITEM_NEGATIVE : ITEM_UINT);

	cursor_require(c, value <= INT64_MAX);
	if (c->failed) {
		return 0;
	}
	return negative ? -1 - (int64_t)value : (int64_t)value;
}

bool cursor_bool(struct cursor *c)
{
	uint64_t value = take_head(c, ITEM_SIMPLE);

	cursor_require(c, value == 20 || value == 21);
	return !c->failed && value == 21;
}

static struct span take_string(struct cursor *c, enum item_type type)
{
	uint64_t len = take_head(c, type);
	struct span s = {c->at, (size_t)len};

	cursor_require(c, len <= (uint64_t)(c->end - c->at));
	if (c->failed) {
		return (struct span){NULL, 0};
	}
	c->at += len;
	return s;
}

struct span cursor_bytes(struct cursor *c)
{
	return take_string(c, ITEM_BYTES);
}

struct span cursor_text(struct cursor *c)
{
	return take_string(c, ITEM_TEXT);
}

uint64_t cursor_array(struct cursor *c)
{
	return take_head(c, ITEM_ARRAY);
}

uint64_t cursor_map(struct cursor *c)
{
	return take_head(c, ITEM_MAP);
}

uint64_t cursor_tag(struct cursor *c)
{
	return take_head(c, ITEM_TAG);
}

void cursor_fixed(struct cursor *c, uint8_t *out, size_t len)
{
	struct span s = cursor_bytes(c);

	cursor_require(c, s.len == len);
	memset(out, 0, len);
	if (!c->failed) {
		memcpy(out, s.data, len);
	}
}

bool cursor_take_key(struct cursor *c, int64_t key)
{
	struct cursor ahead = *c;

	if (cursor_peek(c) > ITEM_NEGATIVE || cursor_int(&ahead) != key || ahead.failed) {
		return false;
	}
	*c = ahead;
	return true;
}

struct span cursor_skip(struct cursor *c)
{
	struct span s = {c->at, (size_t)(c->end - c->at)};
	struct span rest = s;

	cursor_require(c, c->failed || check_item(&rest, ITEM_DEPTH_MAX) == NULL);
	if (c->failed) {
		return (struct span){NULL, 0};
	}
	c->at = rest.data;
	return (struct span){s.data, s.len - rest.len};
}
