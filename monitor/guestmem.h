/* SPDX-License-Identifier: Apache-2.0 */
/* The one door to guest memory: every access is one guarded instruction with the guest's rights. */
#ifndef MONITOR_GUESTMEM_H
#define MONITOR_GUESTMEM_H

#include "hw/guard.h"
#include "monitor/decode.h"
#include "monitor/hart.h"

/* How a guest's access is carried out, and with whose eyes. */
struct guest_context {
	u64 status;  /* mstatus for guard_access: MPRV, MPP, MPV, SUM, MXR */
	u64 satp;    /* the guest's satp, put in place for the access */
	bool borrow; /* the payload's PMP rules are not in hardware: put them there meanwhile */
};

/* vM-mode while vMPRV acts: the payload's translation and rules, mode vMPP (Priv. 3.1.6.3). */
struct guest_context guest_under_mprv(struct hart *h);

/* The payload, as it was when it trapped. */
struct guest_context guest_payload(struct hart *h);

/* Runs op at guest virtual address addr. mtval, mtval2 and mtinst describe a fault. */
struct guarded guestmem_access(struct hart *h, const struct guest_context *c, enum guard_op op,
			       u64 addr, u64 value);

/*
 * Loads GUARD_BLOCK bytes at addr, aligned by 8, of a context that neither borrows nor has V=1.
 * False: one of them was refused, and nothing has been stored.
 */
bool guestmem_load_block(const struct guest_context *c, u64 addr, u64 *to);

/*
 * The instruction of the firmware that just trapped. It is read from memory, because
 * mtval may hold zero (Priv. 3.1.16) or, on QEMU 7.2 after a hypervisor load, an older word.
 * Hardware has fetched it a moment ago, so most of the time no further check is needed.
 */
bool guestmem_trapped_word(struct hart *h, u32 *word);

/*
 * Reads the instruction at the firmware's pc again, for causes other than illegal instruction.
 * Each half is checked by itself (vPMP X, monitor memory). False: it may not be read.
 */
bool guestmem_fetch_firmware(struct hart *h, u32 *word);

/*
 * Fills h->code around a physical address, if the firmware may execute there, in plain memory: from
 * there boot/quick.S reads the firmware's next instructions, each when its turn comes, as its next
 * fetch would find it. Else nothing changes.
 */
void guestmem_find_code(struct hart *h, u64 addr);

/*
 * Likewise h->data, if the firmware may load and store there: by VIEW_FIRMWARE, which must be in
 * force, and without vMPRV.
 */
void guestmem_find_data(struct hart *h, u64 addr);

/* Likewise h->text: memory that the payload's S-mode may load from, in whatever world. */
void guestmem_find_text(struct hart *h, u64 addr);

/*
 * The instruction of the payload that just trapped: MPRV and MXR with its own translation; where
 * PMP does not let it read there, but execute, as the rules in force say. Only V=0 (false else).
 * mtval is afterwards what the trap has left there; mtinst is that, or 0 (Priv. 18.6.3).
 */
bool guestmem_fetch_payload(struct hart *h, u32 *word);

/*
 * Translates a guest's data address by walking its page table (Priv. 12.3.2), to find out whether
 * an access that hardware refused was meant for a device. Reads each PTE once, with the guest's
 * own rights. False: not translatable with a plain first stage (V=1, or the walk faults).
 */
bool guestmem_translate(struct hart *h, const struct guest_context *c, u64 va, bool is_store,
			u64 *pa);

/* The same for an address that instructions are fetched from. */
bool guestmem_translate_code(struct hart *h, const struct guest_context *c, u64 va, u64 *pa);

#endif
