/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where stage 0 and what it works with lie on QEMU's virt machine. Stage 0 runs before anything has
 * read the device tree, so these are facts of the board, not of the tree.
 */
#ifndef STAGE0_LAYOUT_H
#define STAGE0_LAYOUT_H

/* The first flash, read-only: the reset vector with -bios none. */
#define STAGE0_FLASH     0x20000000
#define STAGE0_FLASH_LEN 0x02000000

/* Both flashes, side by side, are what only the monitor may reach. */
#define STAGE0_FLASHES_LEN 0x04000000

/* The second one: slots with bundles, counters, and the device's secret in the last sector. */
#define STAGE0_STORE     0x22000000
#define STAGE0_SECTOR    0x40000
#define STAGE0_IDENTITY  0x23fc0000

/* Where in that sector the class is, and the one in which it holds no secret. */
#define STAGE0_CLASS_AT  12
#define STAGE0_CLASS_TPM 1

/* pmpaddr and pmpcfg that latch that sector: NAPOT, no rights, locked. */
#define STAGE0_LATCH_ADDR ((STAGE0_IDENTITY >> 2) | ((STAGE0_SECTOR >> 3) - 1))
#define STAGE0_LATCH_CFG  0x98

/* The doorbell of hart n: msip register n. */
#define STAGE0_MSIP  0x02000000
#define STAGE0_HARTS 16 /* hart ids below this can run */

/* The bundle is started where QEMU would have put it, and ends before a payload may begin. */
#define STAGE0_BUNDLE  0x80000000
#define STAGE0_PAYLOAD 0x80200000

/* Our memory, behind any kernel and before any initrd; payloads must end before it. */
#define STAGE0_RAM   0x83fe0000
#define STAGE0_END   0x84000000
#define STAGE0_STACK 16384

/* The page at the beginning of our memory, which outlives us: offsets of struct stage0_shared. */
#define STAGE0_PAGE          4096
#define STAGE0_SHARED_A2     3224
#define STAGE0_SHARED_OTHERS 3232
#define STAGE0_SHARED_STATE  3240

/* State of a hart that is not the boot hart. */
#define STAGE0_WAITS 0x57414954
#define STAGE0_LEAVES 0x4c454156

#ifndef __ASSEMBLER__
#include "attest/handoff.h"
#include "lib/base.h"

/* What stage 0 leaves, and through which harts are released. */
struct stage0_shared {
	struct identity_handoff handoff;
	u64 a2;                   /* for the bundle */
	u64 others;               /* bit n: hart n waits to be released */
	u32 state[STAGE0_HARTS];  /* STAGE0_WAITS, STAGE0_LEAVES: each hart its own */
	u64 dynamic_info[6];      /* a struct fw_dynamic_info, if a2 has to be one of ours */
};

_Static_assert(offsetof(struct stage0_shared, a2) == STAGE0_SHARED_A2, "as in assembly");
_Static_assert(offsetof(struct stage0_shared, others) == STAGE0_SHARED_OTHERS, "as in assembly");
_Static_assert(offsetof(struct stage0_shared, state) == STAGE0_SHARED_STATE, "as in assembly");
_Static_assert(sizeof(struct stage0_shared) <= STAGE0_PAGE, "one page");
#endif

#endif
