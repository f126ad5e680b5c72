/* SPDX-License-Identifier: Apache-2.0 */
/* The edits to the device tree that the firmware and the payload get to see. */
#include <libfdt.h>

#include "lib/log.h"
#include "lib/string.h"
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
	cpus = fdt_path_offset(fdt, "/cpus");
	for (cpu = fdt_first_subnode(fdt, cpus); cpu >= 0; cpu = fdt_next_subnode(fdt, cpu)) {
		hide_in_isa(fdt, cpu);
		hide_in_list(fdt, cpu);
	}
	return PLATFORM_OK;
}
