/* SPDX-License-Identifier: Apache-2.0 */
/* Walk over a flattened device tree (Devicetree specification, chapter 5). */
#include "fdt.h"
#include "guest.h"

enum token { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };

#define PATH_SIZE 256

uint32_t fdt_word(uint64_t base, uint64_t offset)
{
	uint32_t word = load32(base + offset);

	return word >> 24 | (word >> 8 & 0xff00) | (word & 0xff00) << 8 | word << 24;
}

bool fdt_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool fdt_begins(const char *a, const char *prefix)
{
	while (*prefix && *a == *prefix) {
		a++;
		prefix++;
	}
	return !*prefix;
}

/* Append "/name" to the path; returns the new length, or the old one when there is no room. */
static unsigned path_push(char *path, unsigned length, const char *name)
{
	unsigned n = length;

	if (n + 1 < PATH_SIZE)
		path[n++] = '/';
	while (*name && n + 1 < PATH_SIZE)
		path[n++] = *name++;
	path[n] = 0;
	return n;
}

static unsigned path_pop(char *path, unsigned length)
{
	while (length && path[--length] != '/')
		;
	path[length] = 0;
	return length;
}

static uint64_t skip_name(uint64_t at)
{
	while (load8(at))
		at++;
	return (at + 4) & ~3ul;
}

bool fdt_walk(uint64_t base, fdt_visitor *visit)
{
	char path[PATH_SIZE] = "";
	uint64_t at = base + fdt_word(base, 8), strings = base + fdt_word(base, 12);
	uint64_t end = at + fdt_word(base, 36);
	unsigned length = 0, depth = 0;

	while (at < end) {
		uint32_t token = fdt_word(at, 0);

		at += 4;
		if (token == BEGIN_NODE) {
			if (depth++)
				length = path_push(path, length, (const char *)at);
			at = skip_name(at);
		} else if (token == END_NODE) {
			length = path_pop(path, length);
			if (!depth--)
				return false;
		} else if (token == PROP) {
			uint32_t size = fdt_word(at, 0);

			visit(path, (const char *)(strings + fdt_word(at, 4)), at + 8, size);
			at = (at + 8 + size + 3) & ~3ul;
		} else if (token == END) {
			return depth == 0;
		} else if (token != NOP) {
			return false;
		}
	}
	return false;
}
