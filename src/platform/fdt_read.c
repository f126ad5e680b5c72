/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the device tree with libfdt, which checks its bounds; nothing in it is trusted further. */
#include <libfdt.h>

#include "lib/string.h"
#include "platform/dt.h"
#include "platform/fdt_devices.h"
#include "platform/platform.h"

/* ---- memory and what is taken of it ---- */

static void read_memory(struct platform *p, const void *fdt)
{
	int node;
	struct range r;

	for (node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory", 7); node >= 0;
	     node = fdt_node_offset_by_prop_value(fdt, node, "device_type", "memory", 7)) {
		for (int i = 0; dt_is_enabled(fdt, node) && dt_reg(fdt, node, i, &r); i++) {
			range_list_add(&p->memory, r);
		}
	}
}

static u64 read_chosen_address(const void *fdt, int chosen, const char *name)
{
	int len = 0;
	const fdt32_t *cell = fdt_getprop(fdt, chosen, name, &len);

	return cell != NULL && (len == 4 || len == 8) ? dt_cells(cell, len / 4) : 0;
}

static void read_reserved(struct platform *p, const void *fdt)
{
	int parent = fdt_path_offset(fdt, "/reserved-memory");
	int chosen = fdt_path_offset(fdt, "/chosen");
	int node;
	struct range r;

	for (int i = 0; i < fdt_num_mem_rsv(fdt); i++) {
		fdt_get_mem_rsv(fdt, i, &r.base, &r.size);
		range_list_add(&p->reserved, range_make(r.base, r.size));
	}
	fdt_for_each_subnode(node, fdt, parent) {
		for (int i = 0; dt_reg(fdt, node, i, &r); i++) {
			range_list_add(&p->reserved, r);
		}
	}
	fdt_for_each_subnode(node, fdt, chosen) {
		/* What a loader has put into memory: "multiboot" modules, as QEMU's guest-loader */
		for (int i = 0; fdt_node_check_compatible(fdt, node, "multiboot,module") == 0 &&
				dt_reg(fdt, node, i, &r); i++) {
			range_list_add(&p->reserved, r);
		}
	}
	if (chosen >= 0) {
		u64 start = read_chosen_address(fdt, chosen, "linux,initrd-start");
		u64 end = read_chosen_address(fdt, chosen, "linux,initrd-end");

		p->initrd = range_make(start, end > start ? end - start : 0);
		range_list_add(&p->reserved, p->initrd);
	}
	range_list_add(&p->reserved, range_make(p->fdt, p->fdt_size + PLATFORM_FDT_GROWTH));
}

/* ---- harts ---- */

static void read_harts(struct platform *p, const void *fdt)
{
	int cpus = fdt_path_offset(fdt, "/cpus");
	int node;
	u32 hz = 0;

	if (dt_u32(fdt, cpus, "timebase-frequency", &hz)) {
		p->timebase_hz = hz;
	}
	fdt_for_each_subnode(node, fdt, cpus) {
		int len = 0;
		const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);

		if (reg == NULL || !dt_is(fdt, node, "device_type", "cpu")) {
			continue;
		}
		if (p->hart_count == PLATFORM_HARTS) {
			p->reserved.overflow = true;
			return;
		}
		p->hart_disabled[p->hart_count] = !dt_is_enabled(fdt, node);
		p->hart_id[p->hart_count++] = dt_cells(reg, len / 4);
	}
}

/* The hart whose interrupt controller has this phandle; ~0: none. */
static u64 hart_of_intc(const void *fdt, u32 phandle)
{
	int intc = fdt_node_offset_by_phandle(fdt, phandle);
	int cpu = intc >= 0 ? fdt_parent_offset(fdt, intc) : -1;
	int len = 0;
	const fdt32_t *reg = cpu >= 0 ? fdt_getprop(fdt, cpu, "reg", &len) : NULL;

	return reg != NULL ? dt_cells(reg, len / 4) : ~(u64)0;
}

/* Register n of a CLINT serves the hart of the n-th pair that names interrupt irq. */
static unsigned int read_targets(const void *fdt, int node, u32 irq, u64 *hart)
{
	int len = 0;
	const fdt32_t *cell = fdt_getprop(fdt, node, "interrupts-extended", &len);
	unsigned int n = 0;

	for (int i = 0; cell != NULL && i + 1 < len / 4; i += 2) {
		if (fdt32_to_cpu(cell[i + 1]) == irq && n < PLATFORM_HARTS) {
			hart[n++] = hart_of_intc(fdt, fdt32_to_cpu(cell[i]));
		}
	}
	return n;
}

/* ---- CLINT and ACLINT ---- */

#define IRQ_M_SOFT 3u
#define IRQ_M_TIMER 7u
#define CLINT_MTIMECMP 0x4000u
#define CLINT_MTIME 0xbff8u

static void add_whole(struct clint_desc *c, struct range r)
{
	u64 end = r.base + r.size;
	u64 old_end = c->whole.base + c->whole.size;

	if (end < r.base) { /* a device at the end of the address space: not one of this kind */
		return;
	}

	if (c->whole.size == 0) {
		c->whole = r;
		return;
	}
	c->whole.base = r.base < c->whole.base ? r.base : c->whole.base;
	c->whole.size = (end > old_end ? end : old_end) - c->whole.base;
}

static void read_clint(struct platform *p, const void *fdt, int node)
{
	struct clint_desc *c = &p->clint;
	struct range r;

	if (!dt_reg(fdt, node, 0, &r) || r.size < 0xc000) {
		return;
	}
	c->msip_count = read_targets(fdt, node, IRQ_M_SOFT, c->msip_hart);
	c->mtimecmp_count = read_targets(fdt, node, IRQ_M_TIMER, c->mtimecmp_hart);
	c->msip = range_make(r.base, 4 * (u64)c->msip_count);
	c->mtimecmp = range_make(r.base + CLINT_MTIMECMP, 8 * (u64)c->mtimecmp_count);
	c->mtime = r.base + CLINT_MTIME;
	add_whole(c, r);
}

static void read_mswi(struct platform *p, const void *fdt, int node)
{
	struct clint_desc *c = &p->clint;
	struct range r;

	if (dt_reg(fdt, node, 0, &r)) {
		c->msip_count = read_targets(fdt, node, IRQ_M_SOFT, c->msip_hart);
		c->msip = range_make(r.base, 4 * (u64)c->msip_count);
		add_whole(c, r);
	}
}

/* Two regs: mtime, mtimecmp (the binding's order). */
static void read_mtimer(struct platform *p, const void *fdt, int node)
{
	struct clint_desc *c = &p->clint;
	struct range time;
	struct range cmp;

	if (dt_reg(fdt, node, 0, &time) && dt_reg(fdt, node, 1, &cmp)) {
		c->mtimecmp_count = read_targets(fdt, node, IRQ_M_TIMER, c->mtimecmp_hart);
		c->mtimecmp = range_make(cmp.base, 8 * (u64)c->mtimecmp_count);
		c->mtime = time.base;
		add_whole(c, cmp);
		add_whole(c, time);
	}
}

typedef void (*reader)(struct platform *p, const void *fdt, int node);

static bool read_compatible(struct platform *p, const void *fdt, const char *name, reader read)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, name);

	if (node < 0) {
		return false;
	}
	read(p, fdt, node);
	return true;
}

static void read_timers(struct platform *p, const void *fdt)
{
	if (!read_compatible(p, fdt, "sifive,clint0", read_clint) &&
	    !read_compatible(p, fdt, "riscv,clint0", read_clint)) {
		read_compatible(p, fdt, "riscv,aclint-mswi", read_mswi);
		read_compatible(p, fdt, "riscv,aclint-mtimer", read_mtimer);
	}
}

/* ---- console ---- */

static bool read_uart(struct platform *p, const void *fdt, int node)
{
	static const struct {
		char name[20];
		enum uart_kind kind;
	} known[] = { { "ns16550a", UART_8250 },
		      { "ns16550", UART_8250 },
		      { "snps,dw-apb-uart", UART_8250 },
		      { "sifive,uart0", UART_SIFIVE } };
	struct uart_desc *u = &p->uart;
	struct range r;
	u32 v;

	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		if (fdt_node_check_compatible(fdt, node, known[i].name) == 0 &&
		    dt_reg(fdt, node, 0, &r)) {
			*u = (struct uart_desc){ known[i].kind, r.base, 0, 1 };
			u->reg_shift = dt_u32(fdt, node, "reg-shift", &v) ? v & 7 : 0;
			u->io_width = dt_u32(fdt, node, "reg-io-width", &v) && v == 4 ? 4 : 1;
			return true;
		}
	}
	return false;
}

static int stdout_node(const void *fdt)
{
	int len = 0;
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *path = chosen >= 0 ? fdt_getprop(fdt, chosen, "stdout-path", &len) : NULL;
	const char *colon;

	if (path == NULL || len < 1 || path[len - 1] != '\0') {
		return -1;
	}
	colon = strchr(path, ':');
	return fdt_path_offset_namelen(fdt, path,
				       colon != NULL ? (int)(colon - path) : (int)strlen(path));
}

static void read_console(struct platform *p, const void *fdt)
{
	int node = stdout_node(fdt);

	if (node >= 0 && read_uart(p, fdt, node)) {
		return;
	}
	for (node = fdt_next_node(fdt, -1, NULL); node >= 0;
	     node = fdt_next_node(fdt, node, NULL)) {
		if (dt_is_enabled(fdt, node) && read_uart(p, fdt, node)) {
			return;
		}
	}
}

/* ---- a TPM ---- */

/* Devicetree binding tcg,tpm-tis-mmio */
static void read_tpm(struct platform *p, const void *fdt)
{
	static const char name[] = "tcg,tpm-tis-mmio";
	int node = -1;

	while (p->tpm.size == 0 && (node = fdt_node_offset_by_compatible(fdt, node, name)) >= 0) {
		if (!dt_is_enabled(fdt, node) || !dt_address(fdt, node, 0, &p->tpm)) {
			p->tpm = range_make(0, 0);
		}
	}
}

/* ---- all of it ---- */

static void read_model(struct platform *p, const void *fdt)
{
	int len = 0;
	const char *model = fdt_getprop(fdt, 0, "model", &len);
	size_t n = model != NULL ? strnlen(model, sizeof(p->model) - 1) : 0;

	memcpy(p->model, model != NULL ? model : "", n);
	p->model[n] = '\0';
}

static enum platform_status judge(const struct platform *p)
{
	if (p->memory.count == 0) {
		return PLATFORM_NO_MEMORY;
	}
	if (p->memory.overflow || p->reserved.overflow) {
		return PLATFORM_TOO_MANY;
	}
	if (p->hart_count == 0) {
		return PLATFORM_NO_HARTS;
	}
	if (p->hart_count > 1 && p->clint.msip_count < p->hart_count) {
		return PLATFORM_NO_DOORBELL;
	}
	return PLATFORM_OK;
}

enum platform_status platform_read(struct platform *p, u64 fdt)
{
	const void *tree = (const void *)(uintptr_t)fdt;

	memset(p, 0, sizeof(*p));
	if (fdt == 0 || (fdt & 7) != 0 || fdt_check_header(tree) != 0 || !dt_is_aligned(tree)) {
		return PLATFORM_NO_FDT;
	}
	p->fdt = fdt;
	p->fdt_size = fdt_totalsize(tree);
	if (fdt_check_full(tree, p->fdt_size) != 0) {
		return PLATFORM_NO_FDT;
	}
	read_console(p, tree);
	read_model(p, tree);
	read_memory(p, tree);
	read_reserved(p, tree);
	read_harts(p, tree);
	read_timers(p, tree);
	read_tpm(p, tree);
	fdt_devices_read(&p->devices, &p->uart, tree);
	return judge(p);
}

const char *platform_status_text(enum platform_status s)
{
	switch (s) {
	case PLATFORM_OK:
		return "the machine is usable";
	case PLATFORM_NO_FDT:
		return "a1 does not point to a device tree: "
		       "start the bundle as the machine's firmware";
	case PLATFORM_NO_MEMORY:
		return "the device tree describes no memory";
	case PLATFORM_TOO_MANY:
		return "the machine has more harts or memory ranges than this build holds: "
		       "use fewer";
	case PLATFORM_NO_HARTS:
		return "the device tree describes no harts";
	case PLATFORM_NO_DOORBELL:
		return "several harts but no CLINT or ACLINT msip for each: use one hart";
	case PLATFORM_FDT_FULL:
		return "the device tree cannot be extended";
	}
	return "unknown status";
}
