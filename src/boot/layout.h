/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and addresses that C, assembly and the link script share. */
#ifndef BOOT_LAYOUT_H
#define BOOT_LAYOUT_H

#define LINK_BASE 0x80000000
/* Bytes of each hart's stack, and of the one before the move; make stack knows the worst case. */
#define HART_STACK 8192
#define BOOT_STACK 8192

#ifndef __ASSEMBLER__
#include "attest/handoff.h"
#include "monitor/hart.h"
#include "platform/platform.h"

/* A hart's stack and, where the stack begins, its state: sp at rest is the address of the state. */
struct hart_area {
	_Alignas(64) u8 stack[HART_STACK];
	struct hart hart;
};

/* What the previous stage has loaded for the firmware to start. */
struct payload {
	u64 entry;
	struct range r;  /* all of it, and more if that is not known; size 0: there is none */
	bool is_assumed; /* nothing says how long it is */
};

/* What the first part of boot, at the load address, hands to the second, in the moved image. */
struct handoff {
	struct platform platform;
	unsigned int named;  /* the first so many of platform.reserved are those of the tree */
	u64 arg[3];          /* a0, a1, a2 as received */
	struct range handed; /* struct fw_dynamic_info, if that is what a2 names */
	struct range bundle; /* where the bundle was loaded */
	struct range staged; /* where a copy of it waits */
	struct range info;   /* what a2 points to, if that is memory */
	struct payload payload;
	struct identity_handoff identity; /* of stage 0, until adopted; magic 0: there is none */
};

/* Zeroed bytes of the image that exist before the move. */
struct boot_scratch {
	_Alignas(16) u8 stack[BOOT_STACK];
	struct handoff handoff;
};

extern struct boot_scratch boot_scratch;
extern struct hart_area hart_areas[MAX_HARTS];

/* Link-script and start.S symbols; addresses are run-time addresses. */
extern const u8 _start[];
extern const u8 _scratch[];
extern const u8 _load_end[];
extern const u8 _end[];

/* How far behind _start something of the image lies. */
static inline u64 image_offset(const void *p)
{
	return (u64)(uintptr_t)p - (u64)(uintptr_t)_start;
}

/*
 * Boot, part one, at the load address on the scratch stack: find out where we are, move. Takes what
 * the hart had in a0 to a4. Returns the new address of _start, 0 if the machine or bundle is
 * refused (said on the console).
 */
COLD u64 boot_place(u64 hartid, u64 fdt, u64 a2, u64 a3, u64 a4);

/* Log lines go to the machine's console from now on: once at each place the image lives. */
COLD void boot_open_console(const struct platform *p);

/* Boot, part two, in the moved image on the boot hart's own stack. Does not return. */
NORETURN COLD void boot_main(void);

/* Every other hart, on its own stack. Does not return. */
NORETURN COLD void boot_secondary(unsigned int index);
#endif

#endif
