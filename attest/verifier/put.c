/* SPDX-License-Identifier: Apache-2.0 */
/* The encoder of what cordon itself signs. */
#include "put.h"

#include <stdlib.h>
#include <string.h>

#include "item.h"

void put_raw(struct buffer *b, struct span bytes)
{
	if (bytes.len > b->room - b->len) {
		size_t room = (b->len + bytes.len) * 2 + 256;
		uint8_t *grown = realloc(b->data, room);

		if (grown == NULL) {
			die(CORDON_USAGE, "no memory for %zu bytes; free some and try again", room);
		}
		b->data = grown;
		b->room = room;
	}
	if (bytes.len != 0) {
		memcpy(b->data + b->len, bytes.data, bytes.len);
	}
	b->len += bytes.len;
}

/* The shortest head (RFC 8949, 4.2.1). */
static void put_head(struct buffer *b, enum item_type type, uint64_t value)
{
	uint8_t head[9] = {(uint8_t)((unsigned int)type << 5)};
	unsigned int size = 0; /* of the number behind the first byte, as a power of two */

	if (value < 24) {
		head[0] = (uint8_t)(head[0] | value);
		put_raw(b, (struct span){head, 1});
		return;
	}
	while (size < 3 && value >> (8u << size) != 0) {
		size++;
	}
	head[0] = (uint8_t)(head[0] | (24 + size));
	for (unsigned int i = 0; i < 1u << size; i++) {
		head[1 + i] = (uint8_t)(value >> (8 * ((1u << size) - 1 - i)));
	}
	put_raw(b, (struct span){head, 1 + ((size_t)1 << size)});
}

void put_int(struct buffer *b, int64_t value)
{
	if (value < 0) {
		put_head(b, ITEM_NEGATIVE, (uint64_t)(-1 - value));
	} else {
		put_head(b, ITEM_UINT, (uint64_t)value);
	}
}

void put_bytes(struct buffer *b, struct span bytes)
{
	put_head(b, ITEM_BYTES, bytes.len);
	put_raw(b, bytes);
}

void put_text(struct buffer *b, struct span text)
{
	put_head(b, ITEM_TEXT, text.len);
	put_raw(b, text);
}

void put_array(struct buffer *b, uint64_t count)
{
	put_head(b, ITEM_ARRAY, count);
}

void put_map(struct buffer *b, uint64_t count)
{
	put_head(b, ITEM_MAP, count);
}

void put_tag(struct buffer *b, uint64_t tag)
{
	put_head(b, ITEM_TAG, tag);
}

void put_bool(struct buffer *b, bool value)
{
	put_head(b, ITEM_SIMPLE, value ? 21 : 20);
}

struct span buffer_span(const struct buffer *b)
{
	return (struct span){b->data, b->len};
}
