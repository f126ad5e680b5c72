/* SPDX-License-Identifier: Apache-2.0 */
/* The strict reader (see cbor_read.h). No recursion: who nests deeply is refused, not followed. */
#include "attest/cbor_read.h"

#include <string.h>

struct head {
	enum cbor_major major;
	uint64_t value;
};

/* What fits a shorter head must have it (RFC 8949, 4.2.1). */
static bool is_shortest(unsigned int info, uint64_t value)
{
	switch (info) {
	case 24: return value >= 24;
	case 25: return value > UINT8_MAX;
	case 26: return value > UINT16_MAX;
	case 27: return value > UINT32_MAX;
	default: return info < 24;
	}
}

static bool give_up(struct cbor_reader *r)
{
	r->failed = true;
	r->left = 0;
	return false;
}

/* The head of the next item. Arguments of 28 to 31 have no meaning, or an indefinite length. */
static bool take_head(struct cbor_reader *r, struct head *h)
{
	unsigned int info;
	size_t more;

	if (r->left == 0) {
		return give_up(r);
	}
	info = r->next[0] & 31u;
	h->major = (enum cbor_major)(r->next[0] >> 5);
	more = info < 24 ? 0 : (size_t)1 << (info & 3u);
	if (info > 27 || r->left - 1 < more) {
		return give_up(r);
	}
	h->value = more == 0 ? info : 0;
	for (size_t i = 1; i <= more; i++) {
		h->value = h->value << 8 | r->next[i];
	}
	r->next += 1 + more;
	r->left -= 1 + more;
	return is_shortest(info, h->value) ? true : give_up(r);
}

struct cbor_reader cbor_open(struct crypto_bytes bytes)
{
	return (struct cbor_reader){.next = bytes.data, .left = bytes.len};
}

bool cbor_at_end(const struct cbor_reader *r)
{
	return !r->failed && r->left == 0;
}

enum cbor_major cbor_next(const struct cbor_reader *r)
{
	return r->left == 0 ? CBOR_SIMPLE : (enum cbor_major)(r->next[0] >> 5);
}

/* The content of a string whose head has been taken. */
static struct crypto_bytes take_content(struct cbor_reader *r, uint64_t len)
{
	struct crypto_bytes content = {r->next, (size_t)len};

	if (r->failed || len > r->left) {
		(void)give_up(r);
		return (struct crypto_bytes){NULL, 0};
	}
	r->next += len;
	r->left -= (size_t)len;
	return content;
}

static uint64_t take(struct cbor_reader *r, enum cbor_major major)
{
	struct head h = {CBOR_SIMPLE, 0};

	if (cbor_next(r) != major || !take_head(r, &h)) {
		(void)give_up(r);
		return 0;
	}
	return h.value;
}

/* Whatever follows has at least one byte for each item: a count above that lies. */
static size_t take_count(struct cbor_reader *r, enum cbor_major major)
{
	uint64_t count = take(r, major);

	if (count > r->left / (major == CBOR_MAP ? 2u : 1u)) {
		(void)give_up(r);
		return 0;
	}
	return (size_t)count;
}

uint64_t cbor_take_unsigned(struct cbor_reader *r)
{
	return take(r, CBOR_UNSIGNED);
}

int64_t cbor_take_integer(struct cbor_reader *r)
{
	bool negative = cbor_next(r) == CBOR_NEGATIVE;
	uint64_t value = take(r, negative ? CBOR_NEGATIVE : CBOR_UNSIGNED);

	if (value > INT64_MAX) {
		(void)give_up(r);
		return 0;
	}
	return negative ? -1 - (int64_t)value : (int64_t)value;
}

struct crypto_bytes cbor_take_bytes(struct cbor_reader *r)
{
	return take_content(r, take(r, CBOR_BYTES));
}

struct crypto_bytes cbor_take_text(struct cbor_reader *r)
{
	return take_content(r, take(r, CBOR_TEXT));
}

size_t cbor_take_array(struct cbor_reader *r)
{
	return take_count(r, CBOR_ARRAY);
}

size_t cbor_take_map(struct cbor_reader *r)
{
	return take_count(r, CBOR_MAP);
}

uint64_t cbor_take_tag(struct cbor_reader *r)
{
	return take(r, CBOR_TAG);
}

#define SIMPLE_FALSE 20u /* RFC 8949, 3.3 */
#define SIMPLE_TRUE  21u
#define SIMPLE_NULL  22u

bool cbor_take_bool(struct cbor_reader *r)
{
	uint64_t value = take(r, CBOR_SIMPLE);

	if (value != SIMPLE_FALSE && value != SIMPLE_TRUE) {
		(void)give_up(r);
	}
	return value == SIMPLE_TRUE;
}

const uint8_t *cbor_take_sized(struct cbor_reader *r, size_t len)
{
	struct crypto_bytes b = cbor_take_bytes(r);

	if (b.len != len) {
		(void)give_up(r);
	}
	return r->failed ? NULL : b.data;
}

/* ---- UTF-8 (RFC 3629, 4) ---- */

/* Bytes of the character that begins with this byte, and the lowest code that needs so many. */
static unsigned int utf8_len(uint8_t first, uint32_t *lowest)
{
	static const uint32_t need[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned int len = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 :
			   first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;

	*lowest = need[len];
	return len;
}

static bool is_utf8(const uint8_t *at, size_t left)
{
	while (left != 0) {
		uint32_t lowest;
		unsigned int len = utf8_len(at[0], &lowest);
		uint32_t code = len < 2 ? at[0] : at[0] & (0x7fu >> len);

		if (len == 0 || len > left) {
			return false;
		}
		for (unsigned int i = 1; i < len; i++) {
			if ((at[i] & 0xc0u) != 0x80) {
				return false;
			}
			code = code << 6 | (at[i] & 0x3fu);
		}
		if (code < lowest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
			return false;
		}
		at += len;
		left -= len;
	}
	return true;
}

/* ---- whole items ---- */

/* An array, map or tag that is being walked through. */
struct frame {
	uint64_t left; /* items that are still to come; of a map, keys and values */
	bool is_map;
	struct crypto_bytes key; /* the last one of a map, encoded */
};

struct walk {
	struct cbor_reader r;
	struct frame frame[CBOR_DEPTH_MAX];
	unsigned int depth;
	unsigned int limit;
};

static bool is_container(enum cbor_major major)
{
	return major == CBOR_ARRAY || major == CBOR_MAP || major == CBOR_TAG;
}

static bool enter(struct walk *w, const struct head *h)
{
	uint64_t count = h->major == CBOR_TAG ? 1 : h->value;
	unsigned int each = h->major == CBOR_MAP ? 2 : 1;

	if (w->depth == w->limit || count > w->r.left / each) {
		return give_up(&w->r);
	}
	w->frame[w->depth++] = (struct frame){
		.left = count * each,
		.is_map = h->major == CBOR_MAP,
	};
	return true;
}

/* What is behind the head of an item that contains no others. */
static bool pass_leaf(struct walk *w, const struct head *h)
{
	struct crypto_bytes content;

	if (h->major == CBOR_SIMPLE) {
		return h->value >= SIMPLE_FALSE && h->value <= SIMPLE_NULL;
	}
	if (h->major == CBOR_BYTES || h->major == CBOR_TEXT) {
		content = take_content(&w->r, h->value);
		return !w->r.failed &&
		       (h->major == CBOR_BYTES || is_utf8(content.data, content.len));
	}
	return true;
}

/* Bytewise order of the encodings; no encoding of a key begins with another one. */
static bool is_in_order(struct crypto_bytes before, struct crypto_bytes key)
{
	size_t shared = before.len < key.len ? before.len : key.len;

	return before.len == 0 || memcmp(before.data, key.data, shared) < 0;
}

static bool pass_key(struct walk *w, struct frame *map, const struct head *h, const uint8_t *start)
{
	struct crypto_bytes key = {start, 0};

	if (is_container(h->major) || !pass_leaf(w, h)) {
		return false;
	}
	key.len = (size_t)(w->r.next - start);
	if (!is_in_order(map->key, key)) {
		return false;
	}
	map->key = key;
	return true;
}

static bool step(struct walk *w)
{
	struct frame *inside = w->depth == 0 ? NULL : &w->frame[w->depth - 1];
	bool is_key = inside != NULL && inside->is_map && inside->left % 2 == 0;
	const uint8_t *start = w->r.next;
	struct head h;
	bool good;

	if (!take_head(&w->r, &h)) {
		return false;
	}
	if (inside != NULL) {
		inside->left--;
	}
	if (is_key) {
		good = pass_key(w, inside, &h, start);
	} else {
		good = is_container(h.major) ? enter(w, &h) : pass_leaf(w, &h);
	}
	while (w->depth != 0 && w->frame[w->depth - 1].left == 0) {
		w->depth--;
	}
	return good;
}

static bool pass_item(struct walk *w)
{
	do {
		if (!step(w)) {
			return give_up(&w->r);
		}
	} while (w->depth != 0);
	return true;
}

bool cbor_check(struct crypto_bytes item, unsigned int depth)
{
	struct walk w = {
		.r = cbor_open(item),
		.limit = depth < CBOR_DEPTH_MAX ? depth : CBOR_DEPTH_MAX,
	};

	return pass_item(&w) && cbor_at_end(&w.r);
}

struct crypto_bytes cbor_take_item(struct cbor_reader *r)
{
	struct walk w = {.r = *r, .limit = CBOR_DEPTH_MAX};
	const uint8_t *start = r->next;

	if (r->failed || !pass_item(&w)) {
		(void)give_up(r);
		return (struct crypto_bytes){NULL, 0};
	}
	*r = w.r;
	return (struct crypto_bytes){start, (size_t)(r->next - start)};
}
