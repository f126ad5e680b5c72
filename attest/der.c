/* SPDX-License-Identifier: Apache-2.0 */
/* Values of DER, the last byte first. */
#include "attest/der.h"

#include <string.h>

void der_start(struct der *d, uint8_t *out, size_t room)
{
	d->out = out;
	d->room = room;
	d->left = room;
	d->full = false;
}

void der_raw(struct der *d, const void *data, size_t len)
{
	if (d->full || len > d->left) {
		d->full = true;
		return;
	}
	d->left -= len;
	if (len != 0) {
		memmove(d->out + d->left, data, len);
	}
}

static void put(struct der *d, unsigned int byte)
{
	uint8_t octet = (uint8_t)byte;

	der_raw(d, &octet, 1);
}

/* Lengths below 128 in one octet, others behind their number of octets (X.690, 8.1.3, 10.1). */
void der_head(struct der *d, unsigned int tag, size_t mark)
{
	size_t len = d->full ? 0 : mark - d->left;
	unsigned int octets = 0;

	if (len < 128) {
		put(d, (unsigned int)len);
	} else {
		for (; len != 0; len >>= 8) {
			put(d, (unsigned int)(len & 0xff));
			octets++;
		}
		put(d, 0x80u | octets);
	}
	put(d, tag);
}

void der_value(struct der *d, unsigned int tag, const void *data, size_t len)
{
	size_t mark = d->left;

	der_raw(d, data, len);
	der_head(d, tag, mark);
}

void der_text(struct der *d, unsigned int tag, const char *text)
{
	der_value(d, tag, text, strlen(text));
}

/* The fewest octets, and a zero in front of a highest bit, which would be a sign (X.690, 8.3). */
void der_unsigned(struct der *d, unsigned int tag, const uint8_t *bytes, size_t len)
{
	size_t mark = d->left;

	while (len > 0 && bytes[0] == 0) {
		bytes++;
		len--;
	}
	der_raw(d, bytes, len);
	if (len == 0 || (bytes[0] & 0x80) != 0) {
		put(d, 0);
	}
	der_head(d, tag, mark);
}

void der_number(struct der *d, unsigned int tag, uint64_t value)
{
	uint8_t bytes[8];

	for (unsigned int i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(value >> (56 - 8 * i));
	}
	der_unsigned(d, tag, bytes, sizeof(bytes));
}

size_t der_finish(struct der *d)
{
	size_t len = d->room - d->left;

	if (d->full) {
		memset(d->out, 0, d->room);
		return 0;
	}
	memmove(d->out, d->out + d->left, len);
	memset(d->out + len, 0, d->left);
	return len;
}
