/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading CBOR of which only the deterministic encoding is accepted (RFC 8949, 4.2.1). First
 * item_fault() looks at all bytes; only what it accepted is read with a cursor. This reader has
 * nothing in common with the encoder that the monitor uses.
 */
#ifndef ATTEST_VERIFIER_ITEM_H
#define ATTEST_VERIFIER_ITEM_H

#include "cordon.h"

#define ITEM_DEPTH_MAX 16u

/* Major types (RFC 8949, 3.1). */
enum item_type {
	ITEM_UINT = 0,
	ITEM_NEGATIVE = 1,
	ITEM_BYTES = 2,
	ITEM_TEXT = 3,
	ITEM_ARRAY = 4,
	ITEM_MAP = 5,
	ITEM_TAG = 6,
	ITEM_SIMPLE = 7,
	ITEM_END = 8, /* nothing is left */
};

/*
 * NULL if the bytes are exactly one item: shortest heads, definite lengths, sorted keys and none
 * twice, texts in UTF-8, no floating point, of the simple values only false, true and null, and
 * nested no deeper than ITEM_DEPTH_MAX. Otherwise a sentence that says what is wrong.
 */
const char *item_fault(struct span bytes);

/* The same of a sequence (RFC 8742) of items, which may be empty. */
const char *item_sequence_fault(struct span bytes);

/* A place in accepted bytes. After the first thing that is not as asked for, failed stays set, and
 * everything that is read is zero. */
struct cursor {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

/* The beginning of bytes. */
struct cursor cursor_at(struct span bytes);

/* The type of the next item. */
enum item_type cursor_peek(const struct cursor *c);

/* Is nothing left, and nothing wrong? */
bool cursor_done(const struct cursor *c);

/* The next item, which must be of the named type. Array and map give the number of entries, and
 * tag the tag; their content follows. */
uint64_t cursor_uint(struct cursor *c);
int64_t cursor_int(struct cursor *c); /* failed if it does not fit */
bool cursor_bool(struct cursor *c);
struct span cursor_bytes(struct cursor *c);
struct span cursor_text(struct cursor *c);
uint64_t cursor_array(struct cursor *c);
uint64_t cursor_map(struct cursor *c);
uint64_t cursor_tag(struct cursor *c);

/* A byte string of exactly len bytes, into out, or failed. */
void cursor_fixed(struct cursor *c, uint8_t *out, size_t len);

/* True and the key is passed if the next item is this integer; else nothing happens. */
bool cursor_take_key(struct cursor *c, int64_t key);

/* Passes one item with all it holds, and returns its bytes. */
struct span cursor_skip(struct cursor *c);

/* Marks as failed if what should be so is not. */
void cursor_require(struct cursor *c, bool so);

#endif
