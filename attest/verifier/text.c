/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text and back. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cordon.h"

bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

struct span span_text(const char *text)
{
	return (struct span){(const uint8_t *)text, strlen(text)};
}

void hex_encode(struct span bytes, char *out)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		*out++ = digit[bytes.data[i] >> 4];
		*out++ = digit[bytes.data[i] & 15];
	}
	*out = '\0';
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_decode(const char *text, uint8_t *out, size_t max, size_t *len)
{
	size_t digits = strlen(text);

	if (digits % 2 != 0 || digits / 2 > max) {
		return false;
	}
	for (size_t i = 0; i < digits / 2; i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return false;
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
	*len = digits / 2;
	return true;
}

void hex_print(FILE *to, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		(void)fprintf(to, "%02x", bytes.data[i]);
	}
}

void text_print(FILE *to, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
			(void)fprintf(to, "\\u%04x", c);
		} else {
			(void)fputc(c, to);
		}
	}
}

uint64_t number_parse(const char *text, const char *option)
{
	char *end;
	uintmax_t value;

	errno = 0;
	value = strtoumax(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
		die(CORDON_USAGE, "%s wants a number, not \"%s\"", option, text);
	}
	return value;
}
