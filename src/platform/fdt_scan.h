/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over a device tree that need not be one, and one that looks for a property. */
#ifndef PLATFORM_FDT_SCAN_H
#define PLATFORM_FDT_SCAN_H

#include "platform/dt.h"

/* A pass through the structure block. */
struct fdt_scan {
	const u8 *block;
	u32 size;
	u32 at;   /* the token that was found .. */
	u32 next; /* .. and where the next one begins */
	const char *strings;
	u32 strings_end; /* a string that begins before it ends before it */
};

/*
 * Is what the header names a device tree? The same as fdt_check_full (libfdt) asks, of version 16
 * and newer; older ones are none (Devicetree 5.2: trees are made to be compatible with 16). The
 * header has passed fdt_check_header, all of totalsize is memory, and dt_is_aligned.
 */
bool fdt_scan_check(const void *fdt);

/* A pass about to begin. The tree has passed fdt_scan_check. */
void fdt_scan_start(struct fdt_scan *s, const void *fdt);

/*
 * Goes to the next node that has a property of that name before all its children: w->node, at
 * w->depth; false: there is none. w, begun by dt_walk_start, is used as by dt_walk_step.
 */
bool fdt_scan_next(struct fdt_scan *s, struct dt_walk *w, const char *name);

/* A node's property and its length in bytes; NULL: none. Where the pass is does not matter. */
const void *fdt_scan_property(const struct fdt_scan *s, int node, const char *name, int *len);

/* The root's first child of that name, whatever its unit address; < 0: there is none. */
int fdt_scan_child(const struct fdt_scan *s, const char *name);

#endif
