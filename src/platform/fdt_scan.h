/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over a device tree that need not be one, and looks at the nodes of one that is. */
#ifndef PLATFORM_FDT_SCAN_H
#define PLATFORM_FDT_SCAN_H

#include "platform/dt.h"

/* A place in the structure block. */
struct fdt_scan {
	const u8 *block;
	u32 size; /* whole words: no token that another follows begins or ends behind them */
	u32 at;   /* the token that was found .. */
	u32 next; /* .. and where the next one begins */
	const char *strings;
	u32 strings_end; /* a string that begins before it ends before it */
};

/* A pass through all of it, with the way from the root to where it is. */
struct fdt_walk {
	struct fdt_scan at;
	int depth;          /* of the node that the pass is in; the root's is 0; -1: in none */
	bool is_cut;        /* nodes deeper than DT_DEPTH were left out */
	bool is_sound;      /* once fdt_scan_next has returned false: all of it is a tree */
	int path[DT_DEPTH]; /* the node and each of its ancestors */
};

/*
 * A pass about to begin. The tree's header has passed fdt_check_header and names version 16 or
 * newer (older ones are no trees; Devicetree 5.2: they are made to be compatible with 16), all of
 * totalsize is memory, and dt_is_aligned.
 */
void fdt_scan_walk(struct fdt_walk *w, const void *fdt);

/*
 * Goes to the next node that has a property of that name before all its children, and to that
 * property; false: there is none, or what follows is no tree. The structure block is one
 * (w->is_sound) for the same as fdt_check_full (libfdt) asks.
 */
bool fdt_scan_next(struct fdt_walk *w, const char *name);

/* The value of the property that the pass is at and its length in bytes. */
const void *fdt_scan_value(const struct fdt_scan *s, int *len);

/* All that follows is of a tree that such a pass has found sound; where s is in it is the same. */

/* A node's property and its length in bytes; NULL: none. */
const void *fdt_scan_property(const struct fdt_scan *s, int node, const char *name, int *len);

/*
 * How the node's children are addressed, as fdt_address_cells and fdt_size_cells (libfdt) have it:
 * without a property 2 and 1 cells, < 0 if it is not a number that may be.
 */
struct dt_bus fdt_scan_bus(const struct fdt_scan *s, int node);

/* A node's first child; < 0: there is none, or no such node. */
int fdt_scan_first(const struct fdt_scan *s, int node);

/* The next child of the node's parent; < 0: there is none. */
int fdt_scan_sibling(const struct fdt_scan *s, int node);

/* A node's first child of that name, whatever its unit address; < 0: there is none. */
int fdt_scan_child(const struct fdt_scan *s, int node, const char *name);

#endif
