/* SPDX-License-Identifier: Apache-2.0 */
/* The edits to the device tree that the firmware and the payload get to see. */
#include <libfdt.h>

#include "lib/log.h"
#include "lib/string.h"
#include "platform/dt.h"
#include "platform/platform.h"

/* Extensions that the monitor does not offer to the firmware (docs/decisions/0004). */
static const char hidden[][12] = { "smrnmi", "smdbltrp", "smmpm" };

/* Makes /reserved-memory if there is none. */
static int reserved_memory(void *fdt)
{
	int node = fdt_path_offset(fdt, "/reserved-memory");

	if (node >= 0) {
		return node;
	}
	node = fdt_add_subnode(fdt, 0, "reserved-memory");
	if (node < 0 || fdt_setprop_u32(fdt, node, "#address-cells", 2) != 0 ||
	    fdt_setprop_u32(fdt, node, "#size-cells", 2) != 0 ||
	    fdt_setprop_empty(fdt, node, "ranges") != 0) {
		return -1;
	}
	return node;
}

static bool reserve(void *fdt, struct range r)
{
	char name[40];
	int parent = reserved_memory(fdt);
	int node;

	fmt_print(name, sizeof(name), "cordon@%lx", r.base);
	node = parent >= 0 ? fdt_add_subnode(fdt, parent, name) : -1;
	return node >= 0 &&
	       fdt_appendprop_addrrange(fdt, parent, node, "reg", r.base, r.size) == 0 &&
	       fdt_setprop_empty(fdt, node, "no-map") == 0;
}

/* The last cell of entry i of a memory node's reg, if that entry ends where r ends; NULL else. */
static fdt32_t *entry_ending_with(fdt32_t *reg, int cells, struct range r, int *size_cells)
{
	u64 v[4] = { 0 };

	for (int i = 0; i < cells; i++) {
		v[i] = fdt32_to_cpu(reg[i]);
	}
	*size_cells = cells / 2;
	if (cells == 4 && (v[0] << 32 | v[1]) + (v[2] << 32 | v[3]) == r.base + r.size) {
		return reg + 2;
	}
	return cells == 2 && v[0] + v[1] == r.base + r.size ? reg + 1 : NULL;
}

static void subtract(fdt32_t *cell, int cells, u64 amount)
{
	u64 v = 0;

	for (int i = 0; i < cells; i++) {
		v = v << 32 | fdt32_to_cpu(cell[i]);
	}
	v -= amount;
	for (int i = cells - 1; i >= 0; i--, v >>= 32) {
		cell[i] = cpu_to_fdt32((u32)v);
	}
}

/* Cells of an entry of the root's memory: as many for the size as for the address, or 0. */
static int memory_cells(const void *fdt)
{
	int cells = fdt_address_cells(fdt, 0);

	return (cells == 1 || cells == 2) && fdt_size_cells(fdt, 0) == cells ? 2 * cells : 0;
}

/*
 * Takes r off the end of the memory it lies in. Firmware that looks at nothing but the memory nodes
 * (U-Boot moves itself to the top of memory) then keeps out of it, too.
 */
static void shorten_memory(void *fdt, struct range r)
{
	int node = -1;
	int cells = memory_cells(fdt);

	while (cells != 0 && (node = fdt_node_offset_by_prop_value(fdt, node, "device_type",
								   "memory", 7)) >= 0) {
		int len = 0;
		fdt32_t *reg = fdt_getprop_w(fdt, node, "reg", &len);

		for (int i = 0; reg != NULL && (i + 1) * cells * 4 <= len; i++) {
			int size_cells;
			fdt32_t *size = entry_ending_with(reg + i * cells, cells, r, &size_cells);

			if (size != NULL) {
				subtract(size, size_cells, r.size);
				return;
			}
		}
	}
}

/* Cuts "_name" out of the ISA string in place; the property is shortened by the caller. */
static size_t cut_extension(char *isa, size_t len, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i + 1 + n <= len; i++) {
		char after = i + 1 + n < len ? isa[i + 1 + n] : '\0';

		if (isa[i] == '_' && memcmp(isa + i + 1, name, n) == 0 &&
		    (after == '_' || after == '\0')) {
			memmove(isa + i, isa + i + 1 + n, len - i - 1 - n);
			return len - 1 - n;
		}
	}
	return len;
}

static void hide_in_isa(void *fdt, int cpu)
{
	int len = 0;
	char *isa = fdt_getprop_w(fdt, cpu, "riscv,isa", &len);
	size_t n = isa != NULL && len > 0 ? (size_t)len : 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(hidden) && n != 0; i++) {
		n = cut_extension(isa, n, hidden[i]);
	}
	if (n != 0 && n != (size_t)len) {
		fdt_setprop(fdt, cpu, "riscv,isa", isa, (int)n);
	}
}

/* riscv,isa-extensions is a list of NUL-ended names. */
static void hide_in_list(void *fdt, int cpu)
{
	int len = 0;
	char *list = fdt_getprop_w(fdt, cpu, "riscv,isa-extensions", &len);
	size_t left = list != NULL && len > 0 ? (size_t)len : 0;
	size_t at = 0;

	while (at < left) {
		size_t n = strnlen(list + at, left - at) + 1;
		bool hide = false;

		for (unsigned int i = 0; i < ARRAY_SIZE(hidden); i++) {
			hide = hide || strcmp(list + at, hidden[i]) == 0;
		}
		if (hide && n <= left - at) {
			memmove(list + at, list + at + n, left - at - n);
			left -= n;
		} else {
			at += n;
		}
	}
	if (left != 0 && left != (size_t)len) {
		fdt_setprop(fdt, cpu, "riscv,isa-extensions", list, (int)left);
	}
}

enum platform_status platform_patch_fdt(const struct platform *p, struct range monitor)
{
	void *fdt = (void *)(uintptr_t)p->fdt;
	int room = (int)(p->fdt_size + PLATFORM_FDT_GROWTH);
	int cpus;
	int cpu;

	if (fdt_open_into(fdt, fdt, room) != 0 || !reserve(fdt, monitor)) {
		return PLATFORM_FDT_FULL;
	}
	shorten_memory(fdt, monitor);
	cpus = fdt_path_offset(fdt, "/cpus");
	for (cpu = fdt_first_subnode(fdt, cpus); cpu >= 0; cpu = fdt_next_subnode(fdt, cpu)) {
		hide_in_isa(fdt, cpu);
		hide_in_list(fdt, cpu);
	}
	return PLATFORM_OK;
}

static bool is_in(const void *fdt, int node, struct range r)
{
	struct range reg;

	for (int i = 0; dt_address(fdt, node, i, &reg); i++) {
		if (range_overlaps(reg, r)) {
			return true;
		}
	}
	return false;
}

static int next_device(const void *fdt, int node, struct range r)
{
	do {
		node = fdt_next_node(fdt, node, NULL);
	} while (node >= 0 && !is_in(fdt, node, r));
	return node;
}

bool platform_disable(const struct platform *p, struct range r)
{
	static const char disabled[] = "disabled";
	void *fdt = (void *)(uintptr_t)p->fdt;

	if (r.size == 0) {
		return true;
	}
	/* An edit moves what is behind the node, and not the node. */
	for (int node = next_device(fdt, 0, r); node >= 0; node = next_device(fdt, node, r)) {
		if (fdt_setprop(fdt, node, "status", disabled, sizeof(disabled)) != 0) {
			return false;
		}
	}
	return true;
}
