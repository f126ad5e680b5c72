/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a device tree that comes from the firmware: nothing in it is believed. */
#include <libfdt.h>

#include "lib/string.h"
#include "platform/fdt_scan.h"
#include "platform/platform.h"

/* Steps from one reservation to the next: a longer chain ends there. */
#define CHAIN_MAX 64u

/* The tree, if all of it lies in one memory range, outside of the monitor; else NULL. */
static const void *placed_tree(const struct platform *p, struct range monitor,
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
	    fdt_version(fdt) < 16) {
		return NULL;
	}
	return fdt;
}

/* ---- nodes, as dt.h has them ---- */

static bool has(const struct fdt_scan *s, int node, const char *name)
{
	int len;

	return fdt_scan_property(s, node, name, &len) != NULL;
}

static bool is(const struct fdt_scan *s, int node, const char *name, const char *value)
{
	int len = 0;
	const void *text = fdt_scan_property(s, node, name, &len);
	int n = (int)strlen(value) + 1;

	return text != NULL && len >= n && memcmp(text, value, (size_t)n) == 0;
}

static bool is_enabled(const struct fdt_scan *s, int node)
{
	return !has(s, node, "status") || is(s, node, "status", "okay") ||
	       is(s, node, "status", "ok");
}

static struct dt_list list_of(const struct fdt_scan *s, int node, const char *name,
			      struct dt_bus on)
{
	int len = 0;
	const u32 *cell = fdt_scan_property(s, node, name, &len);

	return (struct dt_list){ cell, cell != NULL ? len / 4 : 0, on };
}

/* ---- reservations ---- */

/* The first address behind r; 0: r goes to the end of all addresses. */
static u64 behind(struct range r)
{
	return r.base + (r.size - 1) + 1;
}

/* Where an OS looks for reservations. */
struct reserved {
	const void *fdt;
	int entries; /* of its reservation block */
	const struct fdt_scan *scan;
	int parent; /* /reserved-memory; < 0: there is none that is read */
	struct dt_bus on;
};

/* A /reserved-memory must be addressed as the root is, or an OS does not read it. */
static void find_reserved_memory(struct reserved *in)
{
	const struct fdt_scan *s = in->scan;
	int node = fdt_scan_child(s, 0, "reserved-memory");
	struct dt_bus here;

	in->parent = -1;
	if (node < 0) {
		return;
	}
	in->on = fdt_scan_bus(s, 0);
	here = fdt_scan_bus(s, node);
	if (in->on.address_cells == here.address_cells && in->on.size_cells == here.size_cells &&
	    has(s, node, "ranges")) {
		in->parent = node;
	}
}

/*
 * Does the node reserve addr, and with which range? What is disabled, or what an OS may use while
 * nobody asks for it (reusable), is no reservation; that is asked last, since few have addr.
 */
static bool is_reserved_by(const struct reserved *in, int node, u64 addr, struct range *r)
{
	struct dt_list list = list_of(in->scan, node, "reg", in->on);

	for (int i = 0; dt_list_get(&list, i, r); i++) {
		if (range_has(*r, addr, 1)) {
			return is_enabled(in->scan, node) && !has(in->scan, node, "reusable");
		}
	}
	return false;
}

/* addr, or the end of a reservation that it lies in. */
static u64 reservation_end(const struct reserved *in, u64 addr)
{
	int node = in->parent >= 0 ? fdt_scan_first(in->scan, in->parent) : -1;
	struct range r;

	for (int i = in->entries - 1; i >= 0; i--) {
		fdt_get_mem_rsv(in->fdt, i, &r.base, &r.size);
		r = range_make(r.base, r.size);
		if (range_has(r, addr, 1)) {
			return behind(r);
		}
	}
	for (; node >= 0; node = fdt_scan_sibling(in->scan, node)) {
		if (is_reserved_by(in, node, addr, &r)) {
			return behind(r);
		}
	}
	return addr;
}

/* From addr on, how far do reservations go, each where another ends? At most to limit. */
static u64 reserved_until(const struct reserved *in, u64 addr, u64 limit)
{
	for (unsigned int i = 0; i < CHAIN_MAX && addr < limit; i++) {
		u64 end = reservation_end(in, addr);

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
static u64 judge_range(const struct platform *p, struct range monitor,
		       const struct reserved *in, struct range r)
{
	struct range ours = common_part(r, monitor);
	u64 end = ours.base + ours.size;

	return (range_list_covers(&p->memory, r) ? 0 : TREE_MEMORY) |
	       (reserved_until(in, ours.base, end) == end ? 0 : TREE_MONITOR);
}

/* Either property may say where memory is (Linux takes the second if it is there). */
static u64 judge_node(const struct platform *p, struct range monitor, const struct reserved *in,
		      const struct fdt_walk *w)
{
	static const char *const names[] = { "reg", "linux,usable-memory" };
	struct dt_bus on = fdt_scan_bus(&w->at, w->path[w->depth - 1]);
	u64 findings = 0;

	if (on.address_cells < 1 || on.address_cells > 2 || on.size_cells < 1 ||
	    on.size_cells > 2) {
		return TREE_MALFORMED; /* others may read what we cannot */
	}
	for (unsigned int n = 0; n < ARRAY_SIZE(names); n++) {
		struct dt_list list = list_of(&w->at, w->path[w->depth], names[n], on);
		struct range r;

		for (int i = 0; dt_list_get(&list, i, &r); i++) {
			findings |= judge_range(p, monitor, in, r);
		}
	}
	return findings;
}

/* Goes to the next node below the root that calls itself memory. */
static bool next_memory(struct fdt_walk *w)
{
	static const char type[] = "memory";
	const void *text;
	int len;

	while (fdt_scan_next(w, "device_type")) {
		text = fdt_scan_value(&w->at, &len);
		if (w->depth > 0 && len >= (int)sizeof(type) &&
		    memcmp(text, type, sizeof(type)) == 0) {
			return true;
		}
	}
	return false;
}

/* What a pass through all of the tree finds. */
struct survey {
	struct fdt_walk all;   /* the pass, at its end */
	struct fdt_walk first; /* at the first memory node */
	unsigned int count;    /* of memory nodes, those that are disabled among them */
};

/* False: it is no tree. */
static bool take_survey(struct survey *found, const void *fdt)
{
	struct fdt_walk *w = &found->all;

	found->count = 0;
	for (fdt_scan_walk(w, fdt); next_memory(w); found->count++) {
		if (found->count == 0) {
			found->first = *w;
		}
	}
	return w->is_sound;
}

/* Once more, from the first memory node to the last. */
static u64 judge_memory(const struct platform *p, struct range monitor, const struct reserved *in,
			struct survey *found)
{
	struct fdt_walk *w = &found->first;
	u64 findings = found->all.is_cut ? TREE_MALFORMED : 0;

	for (unsigned int i = 0; i < found->count && (i == 0 || next_memory(w)); i++) {
		if (is_enabled(&w->at, w->path[w->depth])) {
			findings |= judge_node(p, monitor, in, w);
		}
	}
	return findings;
}

void platform_check_tree(const struct platform *p, struct range monitor,
			 const struct tree_question *q, struct tree_report *report)
{
	const void *fdt = placed_tree(p, monitor, q);
	u64 end = q->firmware.base + q->firmware.size;
	u64 limit = end <= monitor.base && monitor.base < q->limit ? monitor.base : q->limit;
	struct survey found;
	struct reserved in = { .fdt = fdt, .scan = &found.all.at };

	*report = (struct tree_report){ TREE_MALFORMED, 0, end < limit ? end : limit };
	if (fdt == NULL) {
		return;
	}
	in.entries = fdt_num_mem_rsv(fdt);
	if (in.entries < 0 || !take_survey(&found, fdt)) {
		return;
	}
	find_reserved_memory(&in);
	report->size = fdt_totalsize(fdt);
	report->findings = judge_memory(p, monitor, &in, &found);
	report->firmware_end = reserved_until(&in, end, limit);
}
