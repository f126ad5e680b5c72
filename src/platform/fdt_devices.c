/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists the physical address ranges of the machine's devices, and which of them are of a kind that
 * somebody may have to know. What is in doubt is DEVICE_OTHER.
 */
#include <libfdt.h>

#include "lib/string.h"
#include "platform/dt.h"
#include "platform/fdt_devices.h"

/* Interrupts of a hart, as interrupts-extended names them (Priv. 3.1.9). */
#define IRQ_S_EXTERNAL 9u
#define IRQ_M_EXTERNAL 11u

static const struct {
	char compatible[24];
	enum device_kind kind;
} known[] = {
	{ "ns16550a", DEVICE_UART },
	{ "ns16550", DEVICE_UART },
	{ "ns16450", DEVICE_UART },
	{ "ns8250", DEVICE_UART },
	{ "snps,dw-apb-uart", DEVICE_UART },
	{ "sifive,uart0", DEVICE_UART },
	{ "sifive,clint0", DEVICE_TIMER },
	{ "riscv,clint0", DEVICE_TIMER },
	{ "thead,c900-clint", DEVICE_TIMER },
	{ "riscv,aclint-mswi", DEVICE_TIMER },
	{ "riscv,aclint-mtimer", DEVICE_TIMER },
	{ "sifive,plic-1.0.0", DEVICE_PLIC },
	{ "riscv,plic0", DEVICE_PLIC },
	{ "thead,c900-plic", DEVICE_PLIC },
	{ "riscv,aplic", DEVICE_APLIC_M },
	{ "riscv,imsics", DEVICE_IMSIC_M },
	{ "sifive,test1", DEVICE_FINISHER },
	{ "sifive,test0", DEVICE_FINISHER },
};

/* ---- kinds ---- */

/* Entry n of interrupts-extended, whose controllers are harts: a phandle and a number. */
static bool read_interrupt(const void *fdt, int node, int n, u32 *irq)
{
	int len = 0;
	const fdt32_t *cell = fdt_getprop(fdt, node, "interrupts-extended", &len);

	if (cell == NULL || n >= len / 8) {
		return false;
	}
	*irq = fdt32_to_cpu(cell[2 * n + 1]);
	return true;
}

/* The one interrupt that the node has at all harts; 0: none, or several. */
static u32 common_interrupt(const void *fdt, int node)
{
	u32 first = 0;
	u32 irq;

	for (int n = 0; read_interrupt(fdt, node, n, &irq); n++) {
		if (n != 0 && irq != first) {
			return 0;
		}
		first = irq;
	}
	return first;
}

/*
 * The interrupt by which an APLIC or IMSIC reaches the harts. An APLIC that sends messages has none
 * itself, but its msi-parent does.
 */
static u32 level_of(const void *fdt, int node)
{
	u32 irq = common_interrupt(fdt, node);
	u32 phandle;

	if (irq == 0 && dt_u32(fdt, node, "msi-parent", &phandle)) {
		int parent = fdt_node_offset_by_phandle(fdt, phandle);

		irq = parent >= 0 ? common_interrupt(fdt, parent) : 0;
	}
	return irq;
}

/* kind, which is that of M-mode, or other_kind, as the node's interrupt says. */
static enum device_kind by_level(const void *fdt, int node, enum device_kind kind,
				 enum device_kind other_kind)
{
	switch (level_of(fdt, node)) {
	case IRQ_M_EXTERNAL:
		return kind;
	case IRQ_S_EXTERNAL:
		return other_kind;
	default:
		return DEVICE_OTHER;
	}
}

/* A device that the tree calls disabled is not to be used by anybody: of no kind. */
static enum device_kind kind_of(const void *fdt, int node)
{
	enum device_kind kind = DEVICE_OTHER;

	for (unsigned int i = 0; i < ARRAY_SIZE(known) && kind == DEVICE_OTHER; i++) {
		if (fdt_node_check_compatible(fdt, node, known[i].compatible) == 0) {
			kind = known[i].kind;
		}
	}
	if (!dt_is_enabled(fdt, node)) {
		return DEVICE_OTHER;
	}
	if (kind == DEVICE_APLIC_M) {
		return by_level(fdt, node, kind, DEVICE_APLIC_S);
	}
	if (kind == DEVICE_IMSIC_M) {
		return by_level(fdt, node, kind, DEVICE_IMSIC_S);
	}
	return kind;
}

/* ---- the list ---- */

/* Characters that a terminal would obey are not passed on. */
static void copy_name(char *to, const void *fdt, int node)
{
	int len = 0;
	const char *name = fdt_get_name(fdt, node, &len);
	unsigned int n = 0;

	for (; name != NULL && n < DEVICE_NAME - 1 && name[n] != '\0'; n++) {
		to[n] = name[n] > ' ' && name[n] <= '~' ? name[n] : '?';
	}
	to[n] = '\0';
}

static void add(struct devices *d, struct range r, enum device_kind kind, const struct dt_walk *w)
{
	struct device *device = &d->d[d->count];

	if (r.size == 0) { /* not an address of the processor: a bus of another sort */
		return;
	}
	if (d->count == DEVICES_MAX) {
		d->overflow = true;
		return;
	}
	device->r = r;
	device->kind = kind;
	copy_name(device->name, w->fdt, w->node);
	d->count++;
}

static void read_plic(struct devices *d, const void *fdt, int node, struct range r)
{
	u32 irq;

	d->plic = r;
	for (int n = 0; n < 64 && read_interrupt(fdt, node, n, &irq); n++) {
		d->plic_machine |= irq == IRQ_M_EXTERNAL ? BIT(n) : 0;
		d->plic_supervisor |= irq == IRQ_S_EXTERNAL ? BIT(n) : 0;
	}
}

/* Where a bus moves the addresses of its children, its windows stand for all that is behind it. */
static void add_windows(struct devices *d, const struct dt_walk *w)
{
	bool identity;
	struct range r;

	for (int i = 0; dt_walk_window(w, i, &r, &identity); i++) {
		add(d, r, DEVICE_OTHER, w);
	}
}

static void add_node(struct devices *d, const struct dt_walk *w)
{
	enum device_kind kind = kind_of(w->fdt, w->node);
	struct dt_list reg = dt_list(w->fdt, w->node, "reg", w->bus[w->depth - 1]);
	struct range r;

	for (int i = 0; dt_list_get(&reg, i, &r); i++) {
		if (kind == DEVICE_PLIC && d->plic.size != 0) { /* its contexts have no room */
			kind = DEVICE_OTHER;
		}
		if (kind == DEVICE_PLIC) {
			read_plic(d, w->fdt, w->node, r);
		}
		add(d, r, kind, w);
	}
	if (!w->bus[w->depth].is_mapped) {
		add_windows(d, w);
	}
}

/* Nodes whose addresses, and whose children's, are not those of devices. */
static bool is_no_device(const struct dt_walk *w)
{
	static const char *const top[] = { "cpus", "chosen", "reserved-memory" };
	const char *name = fdt_get_name(w->fdt, w->node, NULL);

	for (unsigned int i = 0; w->depth == 1 && i < ARRAY_SIZE(top); i++) {
		if (name != NULL && strcmp(name, top[i]) == 0) {
			return true;
		}
	}
	return dt_is(w->fdt, w->node, "device_type", "memory") ||
	       dt_is(w->fdt, w->node, "device_type", "cpu");
}

static void read_list(struct devices *d, const void *fdt)
{
	struct dt_walk w;

	for (dt_walk_start(&w, fdt); dt_walk_next(&w);) {
		if (w.depth == 0 || !w.bus[w.depth - 1].is_mapped) {
			continue;
		}
		if (is_no_device(&w)) {
			w.bus[w.depth].is_mapped = false;
			continue;
		}
		add_node(d, &w);
	}
	d->overflow = d->overflow || w.cut;
}

/* ---- what ends the machine ---- */

/* A register of 32 bits in a device of the list? */
static bool is_register(const struct devices *d, struct range device, u64 offset)
{
	bool listed = false;

	for (unsigned int i = 0; i < d->count; i++) {
		listed = listed || (d->d[i].r.base == device.base &&
				    d->d[i].r.size == device.size);
	}
	return listed && (device.base + offset) % 4 == 0 &&
	       range_has(device, device.base + offset, 4);
}

/* The first usable node of a syscon binding: value goes to offset in the device regmap. */
static void read_syscon(const struct devices *d, const void *fdt, const char *compatible,
			struct device_reset *reset)
{
	int node = -1;

	while ((node = fdt_node_offset_by_compatible(fdt, node, compatible)) >= 0) {
		struct range r;
		u32 map;
		u32 offset;
		u32 value;

		if (dt_is_enabled(fdt, node) && dt_u32(fdt, node, "regmap", &map) &&
		    dt_u32(fdt, node, "offset", &offset) && dt_u32(fdt, node, "value", &value) &&
		    dt_reg(fdt, fdt_node_offset_by_phandle(fdt, map), 0, &r) &&
		    is_register(d, r, offset)) {
			*reset = (struct device_reset){ r.base + offset, value };
			return;
		}
	}
}

/* The console is only believed if it is a UART of the list: at a physical address. */
static void read_console(struct devices *d, const struct uart_desc *console)
{
	for (unsigned int i = 0; i < d->count && console->kind != UART_NONE; i++) {
		if (d->d[i].kind == DEVICE_UART && d->d[i].r.base == console->base) {
			d->console = d->d[i].r;
			d->console_shift = console->reg_shift;
			d->console_is_8250 = console->kind == UART_8250;
			return;
		}
	}
}

void fdt_devices_read(struct devices *d, const struct uart_desc *console, const void *fdt)
{
	read_list(d, fdt);
	read_syscon(d, fdt, "syscon-poweroff", &d->poweroff);
	read_syscon(d, fdt, "syscon-reboot", &d->reboot);
	read_console(d, console);
}
