/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a device tree that comes from the firmware: nothing in it is believed. */
#include <libfdt.h>

#include "lib/string.h"
#include "platform/dt.h"
#include "platform/platform.h"

/* Steps from one reservation to the next: a longer chain ends there. */
#define CHAIN_MAX 64u

/* The tree, if all of it lies in one memory range, outside of the monitor; else NULL. */
static const void *sound_tree(const struct platform *p, struct range monitor,
			      const struct tree_question *q)
{
	const void *fdt = (const void *)(uintptr_t)q->fdt;
	u64 size;

	if ((q->fdt & 7) != 0 || q->max < FDT_V17_SIZE ||
	    !range_list_holds(&p->memory, range_make(q->fdt, FDT_V17_SIZE)) ||
	    fdt_check_header(fdt) != 0) {
		return NULL;
	}
	size = fdt_totalsize(fdt);
	if (size > q->max || !range_list_holds(&p->memory, range_make(q->fdt, size)) ||
	    range_touches(monitor, q->fdt, size) || !dt_is_aligned(fdt) ||
	    fdt_check_full(fdt, size) != 0) {
		return NULL;
	}
	return fdt;
}

/* ---- reservations ---- */

static struct dt_bus bus_of(const void *fdt, int node)
{
	return (struct dt_bus){ fdt_address_cells(fdt, node), fdt_size_cells(fdt, node), true };
}

/* The first address behind r; 0: r goes to the end of all addresses. */
static u64 behind(struct range r)
{
	return r.base + (r.size - 1) + 1;
}

/*
 * addr, or the end of a reservation that it lies in. What is disabled, or what an OS may use while
 * nobody asks for it (reusable), is none; nor are any where an OS does not read them: a
 * /reserved-memory must be addressed as the root is.
 */
static u64 reservation_end(const void *fdt, u64 addr)
{
	int parent = fdt_path_offset(fdt, "/reserved-memory");
	struct dt_bus on = bus_of(fdt, 0);
	struct dt_bus here = bus_of(fdt, parent);
	struct dt_list list;
	struct range r;
	int node;

	for (int i = fdt_num_mem_rsv(fdt) - 1; i >= 0; i--) {
		fdt_get_mem_rsv(fdt, i, &r.base, &r.size);
		r = range_make(r.base, r.size);
		if (range_has(r, addr, 1)) {
			return behind(r);
		}
	}
	if (parent < 0 || on.address_cells != here.address_cells ||
	    on.size_cells != here.size_cells || fdt_getprop(fdt, parent, "ranges", NULL) == NULL) {
		return addr;
	}
	fdt_for_each_subnode(node, fdt, parent) {
		if (!dt_is_enabled(fdt, node) || fdt_getprop(fdt, node, "reusable", NULL) != NULL) {
			continue;
		}
		list = dt_list(fdt, node, "reg", on);
		for (int i = 0; dt_list_get(&list, i, &r); i++) {
			if (range_has(r, addr, 1)) {
				return behind(r);
			}
		}
	}
	return addr;
}

/* From addr on, how far do reservations go, each where another ends? At most to limit. */
static u64 reserved_until(const void *fdt, u64 addr, u64 limit)
{
	for (unsigned int i = 0; i < CHAIN_MAX && addr < limit; i++) {
		u64 end = reservation_end(fdt, addr);

		if (end == addr) {
			break;
		}
		addr = end > addr ? end : limit; /* 0: it goes to the end of all addresses */
	}
	return addr < limit ? addr : limit;
}

/* ---- memory ---- */

/* What the addresses a and b have in common. */
static struct range common_part(struct range a, struct range b)
{
	u64 base = a.base > b.base ? a.base : b.base;

	if (!range_overlaps(a, b)) {
		return range_make(0, 0);
	}
	return a.size - (base - a.base) < b.size - (base - b.base)
		       ? range_make(base, a.size - (base - a.base))
		       : range_make(base, b.size - (base - b.base));
}

/* One range that a memory node names. */
static u64 judge_range(const struct platform *p, struct range monitor, const void *fdt,
		       struct range r)
{
	struct range ours = common_part(r, monitor);
	u64 end = ours.base + ours.size;

	return (range_list_covers(&p->memory, r) ? 0 : TREE_MEMORY) |
	       (reserved_until(fdt, ours.base, end) == end ? 0 : TREE_MONITOR);
}

/* Either property may say where memory is (Linux takes the second if it is there). */
static u64 judge_node(const struct platform *p, struct range monitor, const struct dt_walk *w)
{
	static const char *const names[] = { "reg", "linux,usable-memory" };
	struct dt_bus on = bus_of(w->fdt, w->path[w->depth - 1]);
	u64 findings = 0;

	if (on.address_cells < 1 || on.address_cells > 2 || on.size_cells < 1 ||
	    on.size_cells > 2) {
		return TREE_MALFORMED; /* others may read what we cannot */
	}
	for (unsigned int n = 0; n < ARRAY_SIZE(names); n++) {
		struct dt_list list = dt_list(w->fdt, w->node, names[n], on);
		struct range r;

		for (int i = 0; dt_list_get(&list, i, &r); i++) {
			findings |= judge_range(p, monitor, w->fdt, r);
		}
	}
	return findings;
}

static u64 judge_memory(const struct platform *p, struct range monitor, const void *fdt)
{
	struct dt_walk w;
	u64 findings = 0;

	for (dt_walk_start(&w, fdt); dt_walk_step(&w);) {
		if (w.depth > 0 && dt_is(fdt, w.node, "device_type", "memory") &&
		    dt_is_enabled(fdt, w.node)) {
			findings |= judge_node(p, monitor, &w);
		}
	}
	return findings | (w.cut ? TREE_MALFORMED : 0);
}

void platform_check_tree(const struct platform *p, struct range monitor,
			 const struct tree_question *q, struct tree_report *report)
{
	const void *fdt = sound_tree(p, monitor, q);
	u64 end = q->firmware.base + q->firmware.size;
	u64 limit = end <= monitor.base && monitor.base < q->limit ? monitor.base : q->limit;

	*report = (struct tree_report){ TREE_MALFORMED, 0, end < limit ? end : limit };
	if (fdt == NULL) {
		return;
	}
	report->size = fdt_totalsize(fdt);
	report->findings = judge_memory(p, monitor, fdt);
	report->firmware_end = reserved_until(fdt, end, limit);
}
