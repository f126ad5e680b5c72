/* SPDX-License-Identifier: Apache-2.0 */
/* Loads, stores, atomics that trapped: on an emulated device or through a translation. */
#ifndef MONITOR_MEMOP_H
#define MONITOR_MEMOP_H

#include "monitor/decode.h"
#include "monitor/guestmem.h"
#include "monitor/hart.h"
#include "monitor/vtrap.h"

/* What came of it. */
enum memop_result {
	MEMOP_DONE,  /* carried out, registers written; pc is the caller's business */
	MEMOP_FAULT, /* *t says how the guest's instruction traps */
	MEMOP_OTHER  /* not an instruction that is carried out here */
};

/* Asks whether the guest may access an emulated device at all: the rules of the mode it is in. */
typedef bool (*memop_may)(const struct hart *h, u64 addr, u64 size, unsigned int need);

/* Where on an emulated device: its physical address, the one the guest used, and the rules. */
struct memop_place {
	u64 va;
	u64 pa;
	memop_may may;
};

/*
 * A memory instruction on an emulated device. *t is the trap that hardware reported; after
 * MEMOP_FAULT it is the one to deliver.
 */
enum memop_result memop_device(struct hart *h, struct insn insn, const struct memop_place *at,
			       struct trap *t);

/* The firmware's memory instruction word through c; devices behind the translation are found. */
enum memop_result memop_guest(struct hart *h, const struct guest_context *c, u32 word,
			      struct trap *t);

/*
 * mtinst for the guest's instruction, where hardware has described the monitor's own load or store
 * as hw: the guest's has other registers, and may be compressed. The address offset (rs1 field) is
 * hardware's. (Priv. 18.6.3)
 */
u64 memop_transformed(struct insn i, u32 word, u64 hw);

/* Is insn a load, store or atomic that this hart has, with FS on for a floating-point one? */
bool memop_is_access(const struct hart *h, struct insn insn);

/* Puts what a load has read (its low bytes count) into its register, extended as it says. */
void memop_write_loaded(struct hart *h, struct insn insn, u64 value);

/* The register that a store writes to memory; a narrow one's upper bytes are anything. */
u64 memop_stored_value(const struct hart *h, struct insn insn);

/* Hypervisor loads and stores by vM-mode (Priv. 18.3.1). */
enum memop_result memop_hypervisor(struct hart *h, struct insn insn, struct trap *t);

#endif
