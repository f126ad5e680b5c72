/* SPDX-License-Identifier: Apache-2.0 */
/* A window on a stream of bytes: what is written is counted, and kept where it falls inside. */
#ifndef ATTEST_SINK_H
#define ATTEST_SINK_H

#include <stddef.h>
#include <stdint.h>

/* The caller sets out, room and skip; total and kept begin at 0. */
struct sink {
	uint8_t *out;   /* room bytes; may be NULL if room is 0 */
	size_t room;
	uint64_t skip;  /* bytes of the stream before the window */
	uint64_t total; /* bytes of the stream so far */
	size_t kept;    /* bytes at out, at most room */
};

/* Writes the len bytes at data, NULL if len is 0. What falls outside of the window is counted. */
void sink_bytes(struct sink *s, const void *data, size_t len);

/* Writes the lowest len bytes of value, len at most 8, the lowest first. */
void sink_little(struct sink *s, uint64_t value, unsigned int len);

/* The same, the highest first. */
void sink_big(struct sink *s, uint64_t value, unsigned int len);

#endif
