/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR in the one encoding that RFC 8949, 4.2.1 leaves: shortest heads, definite lengths. Keys of
 * maps are written by the caller, in the bytewise order of their encodings.
 */
#ifndef ATTEST_CBOR_H
#define ATTEST_CBOR_H

#include <stdbool.h>

#include "attest/sink.h"

/* An unsigned integer (major type 0). */
void cbor_unsigned(struct sink *s, uint64_t value);

/* An integer of either sign (major types 0 and 1). */
void cbor_integer(struct sink *s, int64_t value);

/* A byte string of len bytes (major type 2); data may be NULL if len is 0. */
void cbor_bytes(struct sink *s, const void *data, size_t len);

/* The head of such a string, whose len bytes the caller adds. */
void cbor_bytes_head(struct sink *s, size_t len);

/* A text string, without its final zero (major type 3); the caller gives UTF-8. */
void cbor_text(struct sink *s, const char *text);

/* The same of len bytes that no zero ends. */
void cbor_text_part(struct sink *s, const char *text, size_t len);

/* The head of an array of count items, which follow (major type 4). */
void cbor_array(struct sink *s, uint64_t count);

/* The head of a map of count pairs, which follow (major type 5). */
void cbor_map(struct sink *s, uint64_t count);

/* A tag of the item that follows (major type 6). */
void cbor_tag(struct sink *s, uint64_t tag);

/* A boolean (major type 7). */
void cbor_bool(struct sink *s, bool value);

#endif
