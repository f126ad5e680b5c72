/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes and numbers of a device tree that fdt_check_full has found to be one. */
#include <libfdt.h>

#include "platform/dt.h"

#include "lib/string.h"

bool dt_is_aligned(const void *fdt)
{
	return (fdt_off_dt_struct(fdt) & 3) == 0 && (fdt_off_mem_rsvmap(fdt) & 7) == 0;
}

u64 dt_cells(const u32 *cell, int cells)
{
	u64 v = 0;

	for (int i = 0; i < cells && i < 2; i++) {
		v = v << 32 | fdt32_to_cpu(cell[i]);
	}
	return v;
}

bool dt_u32(const void *fdt, int node, const char *name, u32 *value)
{
	int len = 0;
	const fdt32_t *cell = fdt_getprop(fdt, node, name, &len);

	if (cell == NULL || len < 4) {
		return false;
	}
	*value = fdt32_to_cpu(*cell);
	return true;
}

bool dt_is(const void *fdt, int node, const char *name, const char *value)
{
	int len = 0;
	const char *text = fdt_getprop(fdt, node, name, &len);
	int n = (int)strlen(value) + 1;

	return text != NULL && len >= n && memcmp(text, value, (size_t)n) == 0;
}

bool dt_is_enabled(const void *fdt, int node)
{
	return fdt_getprop(fdt, node, "status", NULL) == NULL ||
	       dt_is(fdt, node, "status", "okay") || dt_is(fdt, node, "status", "ok");
}

struct dt_list dt_list(const void *fdt, int node, const char *name, struct dt_bus on)
{
	int len = 0;
	const u32 *cell = fdt_getprop(fdt, node, name, &len);

	return (struct dt_list){ cell, cell != NULL ? len / 4 : 0, on };
}

bool dt_list_get(const struct dt_list *list, int index, struct range *r)
{
	int ac = list->on.address_cells;
	int sc = list->on.size_cells;
	const u32 *cell;

	if (ac < 1 || ac > 2 || sc < 0 || sc > 2 || index >= list->cells / (ac + sc)) {
		return false;
	}
	cell = list->cell + index * (ac + sc);
	*r = range_make(dt_cells(cell, ac), dt_cells(cell + ac, sc));
	return true;
}

bool dt_reg(const void *fdt, int node, int index, struct range *r)
{
	int parent = fdt_parent_offset(fdt, node);
	struct dt_bus on = { fdt_address_cells(fdt, parent), fdt_size_cells(fdt, parent), true };
	struct dt_list reg = dt_list(fdt, node, "reg", on);

	return dt_list_get(&reg, index, r);
}

bool dt_walk_window(const struct dt_walk *w, int index, struct range *r, bool *identity)
{
	int ac = w->bus[w->depth].address_cells;
	int sc = w->bus[w->depth].size_cells;
	int pc = w->depth > 0 ? w->bus[w->depth - 1].address_cells : 0;
	int len = 0;
	const fdt32_t *cell = fdt_getprop(w->fdt, w->node, "ranges", &len);

	if (cell == NULL || ac < 1 || ac > 3 || sc < 1 || sc > 2 || pc < 1 || pc > 2 ||
	    index >= len / 4 / (ac + pc + sc)) {
		return false;
	}
	cell += index * (ac + pc + sc);
	*r = range_make(dt_cells(cell + ac, pc), dt_cells(cell + ac + pc, sc));
	*identity = ac <= 2 && dt_cells(cell, ac) == r->base;
	return true;
}

/* Are the children's addresses the same as the node's own? Without ranges only in a container. */
static bool is_transparent(const struct dt_walk *w)
{
	int len = 0;
	const void *ranges = fdt_getprop(w->fdt, w->node, "ranges", &len);
	bool identity = true;
	struct range r;

	if (ranges == NULL) {
		return fdt_getprop(w->fdt, w->node, "reg", NULL) == NULL;
	}
	if (len > 0 && !dt_walk_window(w, 0, &r, &identity)) {
		return false;
	}
	for (int i = 0; identity && dt_walk_window(w, i, &r, &identity); i++) {
	}
	return identity;
}

void dt_walk_start(struct dt_walk *w, const void *fdt)
{
	memset(w, 0, sizeof(*w));
	w->fdt = fdt;
	w->node = -1;
	w->depth = -1;
}

bool dt_walk_step(struct dt_walk *w)
{
	for (;;) {
		w->node = fdt_next_node(w->fdt, w->node, &w->depth);
		if (w->node < 0 || w->depth < 0) {
			return false;
		}
		if (w->depth < DT_DEPTH) {
			w->path[w->depth] = w->node;
			return true;
		}
		w->cut = true;
	}
}

bool dt_walk_next(struct dt_walk *w)
{
	struct dt_bus *bus;

	if (!dt_walk_step(w)) {
		return false;
	}
	bus = &w->bus[w->depth];
	bus->address_cells = fdt_address_cells(w->fdt, w->node);
	bus->size_cells = fdt_size_cells(w->fdt, w->node);
	bus->is_mapped = w->depth == 0 || (w->bus[w->depth - 1].is_mapped && is_transparent(w));
	return true;
}
