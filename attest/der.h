/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DER (X.690, 10) written from its end to its beginning, so that the length of a value is known
 * when its head is due: what is inside is written before the head, and the last field first.
 */
#ifndef ATTEST_DER_H
#define ATTEST_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Identifier octets (X.690, 8.1.2). */
#define DER_BOOLEAN          0x01u
#define DER_INTEGER          0x02u
#define DER_BIT_STRING       0x03u
#define DER_OCTET_STRING     0x04u
#define DER_OID              0x06u
#define DER_UTF8             0x0cu
#define DER_PRINTABLE        0x13u
#define DER_UTC_TIME         0x17u
#define DER_GENERALIZED_TIME 0x18u
#define DER_SEQUENCE         0x30u
#define DER_SET              0x31u
/* Context-specific tags 0..30: of a primitive value, of a constructed one. */
#define DER_CONTEXT(n)       (0x80u | (unsigned int)(n))
#define DER_CONTEXT_IN(n)    (0xa0u | (unsigned int)(n))

/* What has been written lies in out from left to room. Begun by der_start. */
struct der {
	uint8_t *out;
	size_t room;
	size_t left; /* bytes that are still free, all of them in front */
	bool full;   /* something did not fit: nothing in out is of use */
};

/* Begins to write into the room bytes at out, at their end. */
void der_start(struct der *d, uint8_t *out, size_t room);

/* Puts the len bytes at data in front of what is there. They may lie in what is still free. */
void der_raw(struct der *d, const void *data, size_t len);

/*
 * Puts the head (identifier and length) of a value in front of its content: of what has been
 * written since d->left was mark.
 */
void der_head(struct der *d, unsigned int tag, size_t mark);

/* A whole value: its head and the len bytes at data. */
void der_value(struct der *d, unsigned int tag, const void *data, size_t len);

/* A value whose content is a text without its final zero. */
void der_text(struct der *d, unsigned int tag, const char *text);

/* An INTEGER, or what is encoded like one, of len bytes with the highest first; never negative. */
void der_unsigned(struct der *d, unsigned int tag, const uint8_t *bytes, size_t len);

/* The same of a number. */
void der_number(struct der *d, unsigned int tag, uint64_t value);

/*
 * Moves what was written to the beginning of out. Returns its length; 0 if it did not fit, and out
 * is then all zero.
 */
size_t der_finish(struct der *d);

#endif
