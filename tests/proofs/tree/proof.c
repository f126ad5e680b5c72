/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our functions that look into a property of a device tree stay in it, whatever libfdt gives.
 *
 * Proved, by PROOF_PART: 0, the search for the memory whose end becomes the monitor's, and its new
 * size (shorten_memory()); 1, what is cut out of the ISA strings (hide_in_isa(), hide_in_list());
 * 2, the readers of dt.h that take numbers, addresses and windows out of a property, one call at
 * any index. No byte in front of or behind a property is read or written, no signed number
 * overflows, and every loop ends when the nodes and cells do.
 * Assumed: libfdt answers anything that its documentation allows: each time another property, node,
 * number of cells or error. (That it is right is not proved.) strcmp() may look at the two tags
 * that are behind each property.
 * Bounds: properties of at most PROOF_PROPERTY bytes; a search finds at most NODES nodes.
 */
#include "lib/string.h"

#if PROOF_PART != 2
#include "src/platform/fdt_patch.c"
#endif
#include "src/platform/dt.c"

#define PROPERTY PROOF_PROPERTY
#define NODES    2

uint64_t nondet_u64(void);
_Bool nondet_bool(void);

static int any_int(void)
{
	return (int)nondet_u64();
}

static void look(const void *data, size_t len)
{
	__CPROVER_assert(len == 0 || __CPROVER_r_ok(data, len), "only what is there is read");
}

/* What libfdt gives; each time other bytes. Each property ends where its object does. */
static struct property { char bytes[PROPERTY]; } property;
struct property nondet_property(void);

/* ---- strings and copies ---- */

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
	look(from, len);
	__CPROVER_assert(len == 0 || __CPROVER_w_ok(to, len), "only what is given is written");
	return to;
}

void *memmove(void *to, const void *from, size_t len)
{
	return memcpy(to, from, len);
}

int memcmp(const void *a, const void *b, size_t len)
{
	look(a, len);
	look(b, len);
	return nondet_bool();
}

size_t strnlen(const char *s, size_t max)
{
	size_t len = nondet_u64();

	look(s, max < PROPERTY ? max : 1);
	__CPROVER_assume(len <= max && (max > PROPERTY ? len < PROPERTY : true));
	return len;
}

int strcmp(const char *a, const char *b)
{
	look(a, 1);
	look(b, 1);
	return nondet_bool();
}

/* Any text that has its end in its object. */
size_t strlen(const char *s)
{
	size_t most = __CPROVER_OBJECT_SIZE(s) - __CPROVER_POINTER_OFFSET(s) - 1;
	size_t len = nondet_u64();

	look(s, 1);
	return len > most ? most : len;
}

/* ---- properties ---- */

void *fdt_getprop_w(void *fdt, int node, const char *name, int *len)
{
	unsigned int n = (unsigned int)nondet_u64() % (PROPERTY + 1);

	(void)fdt;
	(void)node;
	(void)name;
	property = nondet_property();
	if (nondet_bool()) {
		if (len != NULL) {
			*len = any_int();
			__CPROVER_assume(*len < 0);
		}
		return NULL;
	}
	if (len != NULL) {
		*len = (int)n;
	}
	return property.bytes + (PROPERTY - n);
}

const void *fdt_getprop(const void *fdt, int node, const char *name, int *len)
{
	return fdt_getprop_w((void *)fdt, node, name, len);
}

/* ---- nodes ---- */

/* The next one that a search finds: so many, then none. A new search begins at the start. */
static int find(bool begins, int *found)
{
	int node = any_int();

	*found = begins ? 0 : *found;
	if (node < 0 || *found >= NODES) {
		return -1;
	}
	*found += 1;
	return node;
}

int fdt_node_offset_by_prop_value(const void *fdt, int start, const char *name,
				  const void *value, int len)
{
	static int found;

	(void)fdt;
	(void)name;
	look(value, (size_t)len);
	return find(start < 0, &found);
}

int fdt_parent_offset(const void *fdt, int node)
{
	static unsigned int asked;

	(void)fdt;
	(void)node;
	asked++;
	return asked % NODES == 0 ? 0 : any_int();
}

/* At most four cells, or an error. */
int fdt_address_cells(const void *fdt, int node)
{
	int cells = any_int();

	(void)fdt;
	(void)node;
	__CPROVER_assume(cells <= 4 && cells >= -20);
	return cells;
}

int fdt_size_cells(const void *fdt, int node)
{
	return fdt_address_cells(fdt, node);
}

int fdt_setprop(void *fdt, int node, const char *name, const void *value, int len)
{
	(void)fdt;
	(void)node;
	(void)name;
	__CPROVER_assert(len >= 0, "a length");
	look(value, (size_t)len);
	return any_int();
}

/* ---- the parts ---- */

#if PROOF_PART == 0
static void check_part(void)
{
	shorten_memory(NULL, range_make(nondet_u64(), nondet_u64()));
}
#elif PROOF_PART == 1
static void check_part(void)
{
	if (nondet_bool()) {
		hide_in_isa(NULL, 0);
	} else {
		hide_in_list(NULL, 0);
	}
}
#else
struct dt_walk nondet_walk(void);

/* As dt_walk_step() leaves it. */
static struct dt_walk any_walk(void)
{
	struct dt_walk w = nondet_walk();

	__CPROVER_assume(w.depth >= 0 && w.depth < DT_DEPTH);
	return w;
}

static void check_part(void)
{
	int index = any_int();
	struct dt_walk w = any_walk();
	bool identity;
	struct range r;
	u32 value;

	__CPROVER_assume(index >= 0);
	switch (nondet_u64() % 5) {
	case 0: dt_u32(NULL, 0, "reg", &value); break;
	case 1: dt_is(NULL, 0, "status", "okay"); break;
	case 2: dt_reg(NULL, 0, index, &r); break;
	case 3:
		r = range_make(nondet_u64(), nondet_u64());
		translate(NULL, 0, &r);
		break;
	default:
		__CPROVER_assert(!dt_walk_window(&w, index, &r, &identity) || w.depth == 1,
				 "witness: the window of a deep node is read");
		break;
	}
}
#endif

int main(void)
{
	check_part();
	__CPROVER_assert(0, "witness: the end is reached");
	return 0;
}
