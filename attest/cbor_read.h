/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading CBOR that somebody else wrote, and of which only one encoding is taken: that of
 * RFC 8949, 4.2.1. First cbor_check looks at the whole item, so that no reader meets a duplicate
 * key or a length that lies; then the takers read it in order.
 */
#ifndef ATTEST_CBOR_READ_H
#define ATTEST_CBOR_READ_H

#include "crypto/crypto.h"

#define CBOR_DEPTH_MAX 16u /* arrays, maps and tags around an item */

/* Major types (RFC 8949, 3.1). */
enum cbor_major {
	CBOR_UNSIGNED,
	CBOR_NEGATIVE,
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_ARRAY,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_SIMPLE, /* false, true and null; floating point is refused */
};

/*
 * True if the bytes are one item and nothing behind it: shortest heads, definite lengths, keys of
 * maps sorted and unique (and no arrays, maps or tags), text in UTF-8, at most `depth` arrays, maps
 * and tags around anything. depth is at most CBOR_DEPTH_MAX.
 */
bool cbor_check(struct crypto_bytes item, unsigned int depth);

/* A place in a sequence of items. The caller copies it to look ahead. */
struct cbor_reader {
	const uint8_t *next;
	size_t left;
	bool failed; /* something was not as asked for; nothing more is read then */
};

/* Begins at the first byte. The bytes stay where they are: what is taken points into them. */
struct cbor_reader cbor_open(struct crypto_bytes bytes);

/* True if everything was as asked for and nothing is left. */
bool cbor_at_end(const struct cbor_reader *r);

/* The major type of the next item; CBOR_SIMPLE, too, if there is none. */
enum cbor_major cbor_next(const struct cbor_reader *r);

/*
 * The next item, which must be of this type, else the reader has failed and 0 or nothing is
 * returned. Of arrays, maps and tags only the head is taken: how many items or pairs follow.
 */
uint64_t cbor_take_unsigned(struct cbor_reader *r);
int64_t cbor_take_integer(struct cbor_reader *r);
struct crypto_bytes cbor_take_bytes(struct cbor_reader *r);
struct crypto_bytes cbor_take_text(struct cbor_reader *r);
size_t cbor_take_array(struct cbor_reader *r);
size_t cbor_take_map(struct cbor_reader *r);
uint64_t cbor_take_tag(struct cbor_reader *r);
bool cbor_take_bool(struct cbor_reader *r);

/* A byte string of exactly len bytes; NULL, and the reader has failed, if it is none. */
const uint8_t *cbor_take_sized(struct cbor_reader *r, size_t len);

/* Takes one whole item of any type, and returns its encoding. */
struct crypto_bytes cbor_take_item(struct cbor_reader *r);

#endif
