/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks through a structure block that look at each token once (Devicetree 5.4). libfdt asks for
 * the header and for the whole of the way again at each step, which is most of what a judgement of
 * a tree costs.
 */
#include <libfdt.h>

#include "platform/fdt_scan.h"

/* In the tree's byte order. */
#define TOKEN(tag) cpu_to_fdt32(tag)
#define CELL 4u

static u32 word(const struct fdt_scan *s, u64 at)
{
	return *(const u32 *)(const void *)(s->block + at);
}

/* Byte by byte: without an instruction for it, that is less than to turn a word. */
static u32 number(const struct fdt_scan *s, u64 at)
{
	const u8 *b = s->block + at;

	return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
}

/* Is one of the word's bytes 0? */
static bool has_end(u32 part)
{
	return ((part - 0x01010101u) & ~part & 0x80808080u) != 0;
}

/* The end of the name at that place, its last word filled up; more than the block has: none. */
static u64 name_end(const struct fdt_scan *s, u64 at)
{
	while (at < s->size) {
		u32 part = word(s, at);

		at += CELL;
		if (has_end(part)) {
			return at;
		}
	}
	return at + 1;
}

/* The end of the property at that place, filled up as well; more than the block has: none. */
static u64 property_end(const struct fdt_scan *s, u64 at)
{
	u64 end = at + 3 * CELL; /* token, length and name */

	return end > s->size ? end : (end + number(s, at + CELL) + CELL - 1) & ~(u64)(CELL - 1);
}

/*
 * The next token and all that belongs to it is in the block; its kind, 0: there is none. Inline,
 * since a pass asks for each token.
 */
static inline fdt32_t next(struct fdt_scan *s)
{
	u64 end = (u64)s->next + CELL;
	fdt32_t token;

	s->at = s->next;
	if (end > s->size) {
		return 0;
	}
	token = word(s, s->at);
	if (token == TOKEN(FDT_PROP)) {
		end = property_end(s, s->at);
	} else if (token == TOKEN(FDT_BEGIN_NODE)) {
		end = name_end(s, end);
	}
	if (end > s->size) {
		return 0;
	}
	s->next = (u32)end;
	return token;
}

/* Of a node or a property: its name. */
static const char *node_name(const struct fdt_scan *s)
{
	return (const char *)s->block + s->at + CELL;
}

static u32 name_of(const struct fdt_scan *s)
{
	return number(s, (u64)s->at + 2 * CELL);
}

const void *fdt_scan_value(const struct fdt_scan *s, int *len)
{
	*len = (int)number(s, (u64)s->at + CELL);
	return s->block + s->at + 3 * CELL;
}

static bool is_equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* ---- a pass through all ---- */

static void begin(struct fdt_scan *s, const void *fdt)
{
	bool sized = fdt_version(fdt) >= 17;

	*s = (struct fdt_scan){ 0 };
	s->block = (const u8 *)fdt + fdt_off_dt_struct(fdt);
	s->size = sized ? fdt_size_dt_struct(fdt) : fdt_totalsize(fdt) - fdt_off_dt_struct(fdt);
	s->size &= ~(CELL - 1);
	s->strings = (const char *)fdt + fdt_off_dt_strings(fdt);
	s->strings_end = sized ? fdt_size_dt_strings(fdt)
			       : fdt_totalsize(fdt) - fdt_off_dt_strings(fdt);
	while (s->strings_end != 0 && s->strings[s->strings_end - 1] != '\0') {
		s->strings_end--;
	}
}

void fdt_scan_walk(struct fdt_walk *w, const void *fdt)
{
	begin(&w->at, fdt);
	w->depth = -1;
	w->is_cut = false;
	w->is_sound = false;
}

/* A node begins: is it one whose properties are looked at? */
static bool enter(struct fdt_walk *w)
{
	w->depth++;
	if (w->depth >= DT_DEPTH) {
		w->is_cut = true;
		return false;
	}
	w->path[w->depth] = (int)w->at.at;
	return true;
}

/* A node ends: does the tree go on? Behind the root there is nothing but its end. */
static bool leave(struct fdt_walk *w)
{
	if (w->depth < 0) {
		return false;
	}
	w->depth--;
	w->is_sound = w->depth < 0 && next(&w->at) == TOKEN(FDT_END);
	return w->depth >= 0;
}

bool fdt_scan_next(struct fdt_walk *w, const char *name)
{
	bool is_head = false; /* what follows is still of the node, which has none of that name */
	fdt32_t token;

	while ((token = next(&w->at)) != TOKEN(FDT_END)) {
		if (token == TOKEN(FDT_PROP)) {
			u32 at = name_of(&w->at);

			if (at >= w->at.strings_end) {
				return false;
			}
			if (is_head && is_equal(w->at.strings + at, name)) {
				return true;
			}
		} else if (token == TOKEN(FDT_BEGIN_NODE)) {
			if (w->depth < 0 && *node_name(&w->at) != '\0') {
				return false; /* the root has no name */
			}
			is_head = enter(w);
		} else if (token == TOKEN(FDT_END_NODE)) {
			if (!leave(w)) {
				return false;
			}
			is_head = false;
		} else if (token != TOKEN(FDT_NOP)) {
			return false;
		}
	}
	w->is_sound = w->depth < 0; /* a tree without a root, that is */
	return false;
}

/* ---- one node ---- */

/* At that place; false: no node begins there. */
static bool go_to(struct fdt_scan *at, const struct fdt_scan *s, int node)
{
	*at = *s;
	at->next = (u32)node;
	return next(at) == TOKEN(FDT_BEGIN_NODE);
}

const void *fdt_scan_property(const struct fdt_scan *s, int node, const char *name, int *len)
{
	struct fdt_scan at;
	fdt32_t token;

	if (!go_to(&at, s, node)) {
		return NULL;
	}
	do {
		token = next(&at);
		if (token == TOKEN(FDT_PROP) && is_equal(at.strings + name_of(&at), name)) {
			return fdt_scan_value(&at, len);
		}
	} while (token == TOKEN(FDT_PROP) || token == TOKEN(FDT_NOP));
	return NULL;
}

/* The number of cells that the node's property tells, as libfdt reads it. */
static int cells(const struct fdt_scan *s, int node, const char *name, int missing)
{
	int len = 0;
	const fdt32_t *value = fdt_scan_property(s, node, name, &len);

	if (value == NULL) {
		return missing;
	}
	if (len != (int)CELL || fdt32_to_cpu(*value) > FDT_MAX_NCELLS) {
		return -FDT_ERR_BADNCELLS;
	}
	return (int)fdt32_to_cpu(*value);
}

struct dt_bus fdt_scan_bus(const struct fdt_scan *s, int node)
{
	int ac = cells(s, node, "#address-cells", 2);
	int sc = cells(s, node, "#size-cells", 1);

	return (struct dt_bus){ ac != 0 ? ac : -FDT_ERR_BADNCELLS, sc, true };
}

/* The next node from that one on, which is that deep below the parent of the one looked for. */
static int find_child(const struct fdt_scan *s, int node, int depth)
{
	struct fdt_scan at;
	fdt32_t token;

	if (!go_to(&at, s, node)) {
		return -1;
	}
	while ((token = next(&at)) != 0) {
		if (token == TOKEN(FDT_BEGIN_NODE) && depth++ == 0) {
			return (int)at.at;
		}
		if (token == TOKEN(FDT_END_NODE) && depth-- == 0) {
			return -1;
		}
	}
	return -1;
}

int fdt_scan_first(const struct fdt_scan *s, int node)
{
	return find_child(s, node, 0);
}

int fdt_scan_sibling(const struct fdt_scan *s, int node)
{
	return find_child(s, node, 1);
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

int fdt_scan_child(const struct fdt_scan *s, int node, const char *name)
{
	int child = fdt_scan_first(s, node);

	while (child >= 0 && !is_called((const char *)s->block + child + CELL, name)) {
		child = fdt_scan_sibling(s, child);
	}
	return child;
}
