/* SPDX-License-Identifier: Apache-2.0 */
/* Writing deterministic CBOR into memory that grows. Keys of maps are given in order. */
#ifndef ATTEST_VERIFIER_PUT_H
#define ATTEST_VERIFIER_PUT_H

#include "cordon.h"

/* Zeroed it is empty; data is freed by the owner. */
struct buffer {
	uint8_t *data;
	size_t len;
	size_t room;
};

/* The bytes as they are, without a head. */
void put_raw(struct buffer *b, struct span bytes);

/* One item, or the head of one whose content follows. */
void put_int(struct buffer *b, int64_t value);
void put_bytes(struct buffer *b, struct span bytes);
void put_text(struct buffer *b, struct span text);
void put_array(struct buffer *b, uint64_t count);
void put_map(struct buffer *b, uint64_t count);
void put_tag(struct buffer *b, uint64_t tag);
void put_bool(struct buffer *b, bool value);

/* What has been written. */
struct span buffer_span(const struct buffer *b);

#endif
