/* SPDX-License-Identifier: Apache-2.0 */
/* Emulated device registers: address *and* size must fit. */
#ifndef MONITOR_MMIO_H
#define MONITOR_MMIO_H

#include "monitor/hart.h"

/* One access of a guest to physical address pa, 1 << width_log2 bytes. */
struct mmio_access {
	u64 pa;
	unsigned int width_log2;
	bool is_store;
	/*
	 * Set by the policy that has handled the store of a character on the console: the next
	 * printable ones but '[' need not be judged, whatever is printed meanwhile.
	 */
	bool plain_follow;
	/*
	 * Set by the policy that has passed a store of the firmware's on to its device as it is:
	 * until it calls policy_pmp_changed, it would do the same with every store in h->device,
	 * which is the block around this one.
	 */
	bool device_follows;
	u64 value; /* to store; or, afterwards, what was loaded (zero-extended) */
	u64 fault; /* after a refusal: the address hardware complains of, as mtval */
};

/*
 * Does the access touch what the monitor shields, and is thus carried out by it? Bytes beyond the
 * shield are the device space around it; never the monitor's own memory.
 */
bool mmio_covers(u64 pa, unsigned int width_log2);

/* Carries out an access that mmio_covers. False: the device refuses it (access fault). */
bool mmio_perform(struct hart *h, struct mmio_access *a);

/*
 * Carries an access out on the device itself, with the monitor's rights: the caller has judged the
 * address. False: the device refuses it, a->fault says where.
 */
bool mmio_pass(struct mmio_access *a);

/*
 * Rows of such stores, each of four bytes, naturally aligned; what the device refuses is left out.
 * The first stores value in count words from pa on, the second count, .., 2, 1 in one word.
 */
void mmio_pass_row(u64 pa, u64 count, u32 value);
void mmio_pass_down(u64 pa, u64 count);

/*
 * Of at most so many words from pa on, how many keep a 1 till the first that does not, or that is
 * refused. Those that do are 0 then.
 */
u64 mmio_pass_count(u64 pa, u64 most);

/*
 * The firmware's store at h->pc was refused with mtval = tval, while no policy asks to see the trap
 * (h->quick is not 0): carries it out if it is a plain one and a policy claims and handles it. Else
 * nothing changes: h->pc is where it was. The policy's answer may open h->port, or let
 * further stores in h->device pass.
 */
void mmio_quick_store(struct hart *h, u64 tval);

#endif
