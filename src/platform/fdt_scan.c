/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks through a structure block that looks at each token once (Devicetree 5.4). libfdt asks for
 * the header and for the whole of the way again at each step, which is most of what a judgement of
 * a tree costs.
 */
#include <libfdt.h>

#include "platform/fdt_scan.h"

/* In the tree's byte order. */
#define TOKEN(tag) cpu_to_fdt32(tag)
#define CELL 4u

static fdt32_t cell(const struct fdt_scan *s, u32 at)
{
	return *(const fdt32_t *)(const void *)(s->block + at);
}

/* The end of the name at that place; more than the block has, if there is none. */
static u64 name_end(const struct fdt_scan *s, u64 at)
{
	while (at < s->size && s->block[at] != '\0') {
		at++;
	}
	return at + 1;
}

/* The next token and all that belongs to it is in the block; its kind, 0: there is none. */
static fdt32_t next(struct fdt_scan *s)
{
	u64 end = (u64)s->next + CELL;
	fdt32_t token;

	s->at = s->next;
	if (end > s->size) {
		return 0;
	}
	token = cell(s, s->at);
	if (token == TOKEN(FDT_BEGIN_NODE)) {
		end = name_end(s, end);
	} else if (token == TOKEN(FDT_PROP)) {
		end += 2 * CELL; /* length and name */
		end += end <= s->size ? fdt32_to_cpu(cell(s, s->at + CELL)) : 0;
	}
	if (end > s->size) {
		return 0;
	}
	s->next = (u32)((end + CELL - 1) & ~(u64)(CELL - 1));
	return token;
}

/* Of a property: where its name is among the strings. */
static u32 name_of(const struct fdt_scan *s)
{
	return fdt32_to_cpu(cell(s, s->at + 2 * CELL));
}

static void begin(struct fdt_scan *s, const void *fdt)
{
	bool sized = fdt_version(fdt) >= 17;

	*s = (struct fdt_scan){ 0 };
	s->block = (const u8 *)fdt + fdt_off_dt_struct(fdt);
	s->size = sized ? fdt_size_dt_struct(fdt) : fdt_totalsize(fdt) - fdt_off_dt_struct(fdt);
	s->strings = (const char *)fdt + fdt_off_dt_strings(fdt);
	s->strings_end = sized ? fdt_size_dt_strings(fdt)
			       : fdt_totalsize(fdt) - fdt_off_dt_strings(fdt);
	while (s->strings_end != 0 && s->strings[s->strings_end - 1] != '\0') {
		s->strings_end--;
	}
}

bool fdt_scan_check(const void *fdt)
{
	unsigned int depth = 0;
	bool ended = false;
	struct fdt_scan s;
	fdt32_t token;

	if (fdt_version(fdt) < 16 || fdt_num_mem_rsv(fdt) < 0) {
		return false;
	}
	begin(&s, fdt);
	for (token = next(&s); token != TOKEN(FDT_END); token = next(&s)) {
		if (ended || token == 0) {
			return false;
		}
		if (token == TOKEN(FDT_BEGIN_NODE)) {
			if (depth == 0 && s.block[s.at + CELL] != '\0') {
				return false; /* the root has no name */
			}
			depth++;
		} else if (token == TOKEN(FDT_END_NODE)) {
			if (depth == 0) {
				return false;
			}
			ended = --depth == 0;
		} else if (token == TOKEN(FDT_PROP)) {
			if (name_of(&s) >= s.strings_end) {
				return false;
			}
		} else if (token != TOKEN(FDT_NOP)) {
			return false;
		}
	}
	return depth == 0;
}

void fdt_scan_start(struct fdt_scan *s, const void *fdt)
{
	begin(s, fdt);
}

static bool is_equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

const void *fdt_scan_property(const struct fdt_scan *s, int node, const char *name, int *len)
{
	struct fdt_scan at = *s;
	fdt32_t token;

	at.next = (u32)node;
	next(&at); /* the node itself */
	do {
		token = next(&at);
		if (token == TOKEN(FDT_PROP) && is_equal(at.strings + name_of(&at), name)) {
			*len = (int)fdt32_to_cpu(cell(&at, at.at + CELL));
			return at.block + at.at + 3 * CELL;
		}
	} while (token == TOKEN(FDT_PROP) || token == TOKEN(FDT_NOP));
	return NULL;
}

/* Is it the name, with or without a unit address? */
static bool is_called(const char *node, const char *name)
{
	while (*name != '\0' && *node == *name) {
		node++;
		name++;
	}
	return *name == '\0' && (*node == '\0' || *node == '@');
}

int fdt_scan_child(const struct fdt_scan *s, const char *name)
{
	struct fdt_scan at = *s;
	int depth = -1;
	fdt32_t token;

	at.next = 0;
	while ((token = next(&at)) != 0 && token != TOKEN(FDT_END)) {
		depth += token == TOKEN(FDT_BEGIN_NODE) ? 1 : 0;
		if (token == TOKEN(FDT_BEGIN_NODE) && depth == 1 &&
		    is_called((const char *)at.block + at.at + CELL, name)) {
			return (int)at.at;
		}
		depth -= token == TOKEN(FDT_END_NODE) ? 1 : 0;
	}
	return -1;
}

static void enter(struct dt_walk *w, int node)
{
	w->depth++;
	if (w->depth < DT_DEPTH) {
		w->node = node;
		w->path[w->depth] = node;
	} else {
		w->cut = true;
	}
}

bool fdt_scan_next(struct fdt_scan *s, struct dt_walk *w, const char *name)
{
	bool is_head = false; /* what follows is still of the node, which has none of that name */
	fdt32_t token;

	while ((token = next(s)) != 0) {
		if (token == TOKEN(FDT_BEGIN_NODE)) {
			enter(w, (int)s->at);
			is_head = w->depth < DT_DEPTH;
		} else if (token == TOKEN(FDT_END_NODE)) {
			w->depth--;
			is_head = false;
		} else if (token == TOKEN(FDT_PROP) && is_head &&
			   is_equal(s->strings + name_of(s), name)) {
			return true;
		} else if (token == TOKEN(FDT_END)) {
			break;
		}
	}
	return false;
}
