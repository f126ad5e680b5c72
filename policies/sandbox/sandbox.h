/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the sandbox share. */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "monitor/context.h"
#include "monitor/mechanism.h"
#include "monitor/policy.h"
#include "monitor/sbi.h"

/* The longest line that firmware prints after the lock. */
#define SANDBOX_LINE 112u

/* What the sandbox knows of a hart; index as machine.harts. Own, unless a field says otherwise. */
struct sandbox_hart {
	/*
	 * The payload stopped here and will go on: its state is out of reach. (The struct's size is
	 * a power of two, so that it is found by a shift.)
	 */
	_Alignas(256) bool guarded;
	bool set_aside; /* it may go on, but not if all goes well: its state is kept elsewhere */
	/* The payload asked the firmware to interrupt this hart: set by any hart (release). */
	u32 ipi_wanted;
	bool timer_wanted; /* the payload asked the firmware for a timer interrupt .. */
	u64 timer_when;    /* .. at this time */
	const struct device *last_device; /* that firmware asked for, if no other overlaps it */
	char line[SANDBOX_LINE]; /* what the firmware prints here, till the line ends */
	unsigned int line_length;
};

/* The whole machine. */
struct sandbox {
	u32 locked; /* release by the hart that locks, while all others are stopped */
	u32 reset_wanted; /* the payload has asked for a reset or to be powered off (release) */
	struct range firmware; /* what the firmware keeps after the lock */
	/* Characters that the firmware may still print; each call of the payload renews it. */
	u32 may_print;
};

extern struct sandbox sandbox;
extern struct sandbox_hart sandbox_harts[MAX_HARTS];

static inline struct sandbox_hart *sandbox_hart(const struct hart *h)
{
	return &sandbox_harts[h->index];
}

/* Has the payload begun? */
static inline bool sandbox_locked(void)
{
	return __atomic_load_n(&sandbox.locked, __ATOMIC_ACQUIRE) != 0;
}

/* ---- lock.c ---- */

/*
 * The first entry into the payload: every hart stops, the firmware's memory shrinks to its own,
 * the rest is the payload's. False: it cannot be done, and why has been said.
 */
bool sandbox_lock(struct hart *h, struct resume *r);

/* This hart follows the lock: its rules, and nothing left of what firmware may have prepared. */
void sandbox_settle(struct hart *h);

/* ---- csr.c ---- */

/* The firmware's CSR accesses after the lock. */
enum verdict sandbox_csr(struct hart *h, struct csr_access *a);

/* ---- devices.c ---- */

/* Bytes that the firmware may reach through the sandbox only. Says once what it may not have. */
bool sandbox_claims(struct hart *h, u64 pa, u64 bytes);

/* Its accesses to them. */
enum verdict sandbox_mmio(struct hart *h, struct mmio_access *a);

/* Is the console firmware's to read before the lock, as its only device there? */
bool sandbox_owns_console(void);

/* At the lock: a copy of what the previous stage has handed to the firmware (machine.handed). */
void sandbox_keep_handed(void);

/* At the lock: the interrupt controller is as after reset. */
void sandbox_reset_devices(void);

/* ---- calls.c ---- */

/* The payload's SBI call, before the firmware gets it. */
enum verdict sandbox_call(struct hart *h);

/* Registers that the firmware may see of the call in h->payload: bit n is register n. */
u32 sandbox_call_registers(const struct hart *h);

/* Does the call in h->payload come back with a value in a1? Not a legacy one (SBI 3.0, 5). */
static inline bool sandbox_call_has_value(const struct hart *h)
{
	return h->payload.x[17] > SBI_LEGACY_LAST;
}

/* Is the firmware to reset the machine, or to power it off? */
static inline bool sandbox_is_reset(const struct hart *h)
{
	u64 extension = h->payload.x[17];

	return (extension == SBI_SRST || extension == SBI_LEGACY_SHUTDOWN) && context_is_call(h);
}

/* The call in h->payload is on its way: the firmware may do what it asks for. s is h's. */
void sandbox_note_call(struct hart *h, struct sandbox_hart *s);

/* Has the firmware the right to write value to mip, or to stimecmp? Then it is done. */
void sandbox_write_mip(struct hart *h, u64 value);
void sandbox_write_stimecmp(struct hart *h, u64 value);

/* ---- console.c ---- */

/* Firmware's character for the console, filtered. After the lock lines wait for flush. */
void sandbox_console_put(struct hart *h, char c);

/* Prints what this hart's firmware has begun to print: it ends its line or its turn. */
void sandbox_console_flush(struct hart *h);

#endif
