/* SPDX-License-Identifier: Apache-2.0 */
/* The deterministic encoding of CBOR. */
#include "attest/cbor.h"

#include <string.h>

/* Major types (RFC 8949, 3.1). */
enum major { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

/* A head: what is below 24 in the first byte, else in 1, 2, 4 or 8 bytes (RFC 8949, 3 and 4.2.1) */
static void head(struct sink *s, enum major major, uint64_t value)
{
	unsigned int first = (unsigned int)major << 5;
	unsigned int log = 0;

	if (value < 24) {
		sink_little(s, first | value, 1);
		return;
	}
	while (log < 3 && value >> (8u << log) != 0) {
		log++;
	}
	sink_little(s, first | (24 + log), 1);
	sink_big(s, value, 1u << log);
}

void cbor_unsigned(struct sink *s, uint64_t value)
{
	head(s, UNSIGNED, value);
}

void cbor_integer(struct sink *s, int64_t value)
{
	if (value < 0) {
		head(s, NEGATIVE, ~(uint64_t)value); /* -1 - value */
	} else {
		head(s, UNSIGNED, (uint64_t)value);
	}
}

void cbor_bytes(struct sink *s, const void *data, size_t len)
{
	head(s, BYTES, len);
	sink_bytes(s, data, len);
}

void cbor_bytes_head(struct sink *s, size_t len)
{
	head(s, BYTES, len);
}

void cbor_text_part(struct sink *s, const char *text, size_t len)
{
	head(s, TEXT, len);
	sink_bytes(s, text, len);
}

void cbor_text(struct sink *s, const char *text)
{
	cbor_text_part(s, text, strlen(text));
}

void cbor_array(struct sink *s, uint64_t count)
{
	head(s, ARRAY, count);
}

void cbor_map(struct sink *s, uint64_t count)
{
	head(s, MAP, count);
}

void cbor_tag(struct sink *s, uint64_t tag)
{
	head(s, TAG, tag);
}

void cbor_bool(struct sink *s, bool value)
{
	head(s, SIMPLE, value ? 21 : 20);
}
