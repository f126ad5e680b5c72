/* SPDX-License-Identifier: Apache-2.0 */
/* The machine as its device tree describes it, and the little a board must add. */
#ifndef PLATFORM_PLATFORM_H
#define PLATFORM_PLATFORM_H

#include "lib/base.h"
#include "lib/device.h"
#include "lib/range.h"
#include "lib/tree.h"

#define PLATFORM_RANGES 16u
#define PLATFORM_HARTS 16u

/* A growing list of address ranges. */
struct range_list {
	struct range r[PLATFORM_RANGES];
	unsigned int count;
	bool overflow; /* more ranges than the list holds: the machine is refused */
};

enum uart_kind { UART_NONE, UART_8250, UART_SIFIVE };

/* The console: what /chosen/stdout-path names, else the first UART that we can drive. */
struct uart_desc {
	enum uart_kind kind;
	u64 base;
	unsigned int reg_shift;
	unsigned int io_width; /* bytes: 1 or 4 */
};

/* A CLINT, or the ACLINT devices that do the same. Sizes 0: none. */
struct clint_desc {
	struct range msip;
	struct range mtimecmp;
	u64 mtime;
	struct range whole;               /* everything of it, as one range */
	u64 msip_hart[PLATFORM_HARTS];    /* hart id behind register n; ~0: none of ours */
	u64 mtimecmp_hart[PLATFORM_HARTS];
	unsigned int msip_count;
	unsigned int mtimecmp_count;
};

/* Everything that boot needs to know. Copied; holds no pointers. */
struct platform {
	struct range_list memory;
	struct range_list reserved; /* /memreserve/, /reserved-memory, modules, initrd, the tree */
	struct range initrd;        /* size 0: none */
	struct uart_desc uart;
	struct clint_desc clint;
	u64 hart_id[PLATFORM_HARTS];
	bool hart_disabled[PLATFORM_HARTS]; /* status says so; it may leave reset all the same */
	unsigned int hart_count;
	u64 timebase_hz;
	struct devices devices;
	u64 fdt;       /* where the tree is */
	u64 fdt_size;  /* its totalsize */
	char model[64];
};

/* What is wrong with a machine; each has a sentence. */
enum platform_status {
	PLATFORM_OK,
	PLATFORM_NO_FDT,      /* a1 is not the address of a flattened device tree */
	PLATFORM_NO_MEMORY,   /* no usable memory node */
	PLATFORM_TOO_MANY,    /* more harts or ranges than this build holds */
	PLATFORM_NO_HARTS,
	PLATFORM_NO_DOORBELL, /* several harts and no CLINT or ACLINT to ring them with */
	PLATFORM_FDT_FULL     /* the tree cannot be edited */
};

/* One sentence; never NULL. */
const char *platform_status_text(enum platform_status s);

/* Reads the tree at fdt (a1 at reset). Fills *p; on failure p->uart may be usable all the same. */
COLD enum platform_status platform_read(struct platform *p, u64 fdt);

/* Bytes by which platform_patch_fdt may make the tree longer. */
#define PLATFORM_FDT_GROWTH 512u

/*
 * Edits the tree in place for the firmware and the payload: the monitor's memory becomes a
 * /reserved-memory node (no-map) and leaves the memory node if it lies at its end, and ISA
 * extensions that the monitor hides leave the ISA strings. There must be PLATFORM_FDT_GROWTH
 * bytes of free memory behind it.
 */
COLD enum platform_status platform_patch_fdt(const struct platform *p, struct range monitor);

/*
 * Calls the devices with registers in r disabled, for the firmware and the payload: after
 * platform_patch_fdt, in the room that it leaves. False: there is none.
 */
COLD bool platform_disable(const struct platform *p, struct range r);

/*
 * Judges the tree that firmware hands on. The question's tree may hold anything, but must not
 * change meanwhile; p is what platform_read found at boot, monitor the monitor's memory.
 */
COLD void platform_check_tree(const struct platform *p, struct range monitor,
			 const struct tree_question *q, struct tree_report *report);

/* What a device tree cannot say; one const struct per board (BOARD=). */
struct board {
	const char *name;
	const char *description;
};
extern const struct board board;

/* Appends r unless it is empty; sets overflow when full. */
COLD void range_list_add(struct range_list *list, struct range r);

/* Does any range of the list overlap r? */
COLD bool range_list_touches(const struct range_list *list, struct range r);

/* Does one range of the list hold all of r? */
COLD bool range_list_holds(const struct range_list *list, struct range r);

/* Do the ranges of the list together hold all of r? */
COLD bool range_list_covers(const struct range_list *list, struct range r);

#endif
