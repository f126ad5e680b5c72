/* SPDX-License-Identifier: Apache-2.0 */
/* How the readers of the device tree get at nodes and numbers: libfdt, without its surprises. */
#ifndef PLATFORM_DT_H
#define PLATFORM_DT_H

#include "lib/base.h"
#include "lib/range.h"

/* libfdt reads words where the header says; it does not ask whether they are aligned. */
COLD bool dt_is_aligned(const void *fdt);

/* So many cells (1 or 2) as one number; they are big-endian. */
COLD u64 dt_cells(const u32 *cell, int cells);

/* The first cell of a property; false: there is none. */
COLD bool dt_u32(const void *fdt, int node, const char *name, u32 *value);

/* Does the status allow the node's use? (Devicetree 2.3.4) */
COLD bool dt_is_enabled(const void *fdt, int node);

/* Does the property hold exactly this string? */
COLD bool dt_is(const void *fdt, int node, const char *name, const char *value);

/* Entry index of a node's reg, with its parent's cell sizes; false: there is none. */
COLD bool dt_reg(const void *fdt, int node, int index, struct range *r);

/* How a node's children are addressed (Devicetree 2.3.5, 2.3.8). */
struct dt_bus {
	int address_cells; /* not 1 or 2: no addresses that we could read */
	int size_cells;
	bool is_mapped; /* an address of a child is a physical address */
};

/* A property that lists address ranges. */
struct dt_list {
	const u32 *cell; /* in the tree */
	int cells;
	struct dt_bus on;
};

/* A node's property of that name, addressed on the bus that the node is on; without one, empty. */
COLD struct dt_list dt_list(const void *fdt, int node, const char *name, struct dt_bus on);

/* Entry index of the list; false: it has none, or it cannot be read. */
COLD bool dt_list_get(const struct dt_list *list, int index, struct range *r);

#define DT_DEPTH 16

/* A walk through all nodes, parents first, in time proportional to the tree. */
struct dt_walk {
	const void *fdt;
	int node;
	int depth;    /* of node; the root's is 0 */
	bool cut;     /* nodes deeper than DT_DEPTH were left out */
	int path[DT_DEPTH];          /* the node and each of its ancestors */
	struct dt_bus bus[DT_DEPTH]; /* theirs, if the walk goes by dt_walk_next */
};

/* A walk about to begin. The tree has passed fdt_check_full and does not change meanwhile. */
COLD void dt_walk_start(struct dt_walk *w, const void *fdt);

/* Goes to the next node; false: there is none. One walk uses one of these two. */
COLD bool dt_walk_next(struct dt_walk *w);

/* The same without a look at the node's properties, which is what costs. */
COLD bool dt_walk_step(struct dt_walk *w);

/*
 * Window index of the node's ranges as its parent sees it: where the addresses of its children
 * lie. identity: children use the same addresses. False: there is none, or it cannot be read.
 */
COLD bool dt_walk_window(const struct dt_walk *w, int index, struct range *r, bool *identity);

#endif
