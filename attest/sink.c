/* SPDX-License-Identifier: Apache-2.0 */
/* Windows on streams of bytes. */
#include "attest/sink.h"

static void put(struct sink *s, uint8_t byte)
{
	if (s->total >= s->skip && s->kept < s->room) {
		s->out[s->kept++] = byte;
	}
	s->total++;
}

void sink_bytes(struct sink *s, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	/* Most of a stream is outside of the window: a log is written anew for each slice of it. */
	if (s->kept == s->room || s->total + len <= s->skip) {
		s->total += len;
		return;
	}
	for (size_t i = 0; i < len; i++) {
		put(s, bytes[i]);
	}
}

void sink_little(struct sink *s, uint64_t value, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++) {
		put(s, (uint8_t)(value >> 8 * i));
	}
}

void sink_big(struct sink *s, uint64_t value, unsigned int len)
{
	while (len != 0) {
		len--;
		put(s, (uint8_t)(value >> 8 * len));
	}
}
