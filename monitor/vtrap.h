/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual traps: what the firmware, or the payload's kernel, finds in its trap CSRs. */
#ifndef MONITOR_VTRAP_H
#define MONITOR_VTRAP_H

#include "monitor/hart.h"

/* One trap as hardware reported it, or as we would have it reported. */
struct trap {
	u64 cause;
	u64 tval;
	u64 tval2;
	u64 tinst;
	bool gva; /* tval is a guest virtual address; of the payload's, only HS-mode is told */
};

/* The trap that hardware's trap CSRs describe, with this cause. */
struct trap trap_from_hardware(const struct hart *h, u64 cause);

/*
 * Traps into vM-mode (Priv. 3.1.6.1, 3.1.7): h->pc must be the address of the trapping instruction
 * (or the next one, for an interrupt) and afterwards is the first instruction of the handler:
 * nobody advances it (I-PC-1). Switches the world if the payload was running.
 */
void vtrap_to_firmware(struct hart *h, const struct trap *t);

/* An interrupt into vM-mode. */
void vtrap_interrupt(struct hart *h, unsigned int irq);

/* Illegal instruction into vM-mode, with the mtval hardware gave (h->tval). */
void vtrap_illegal(struct hart *h);

/*
 * Delivers a payload's exception as hardware would have, had it been delegated: to the payload's
 * S-mode or VS-mode if medeleg (and hedeleg) say so, else to the firmware (Priv. 3.1.8, 18.6).
 */
void vtrap_from_payload(struct hart *h, const struct trap *t);

struct resume;

/*
 * The payload stops for cause: the policies look at it for the last time, the world is the
 * firmware's. Returns what hardware's mstatus held. The firmware is not told anything.
 */
u64 vtrap_leave_payload(struct hart *h, u64 cause);

/*
 * Runs the payload from the firmware's world as r says, with the guest registers as they are;
 * h->pc must be r->pc. What mret does to vmstatus is the caller's.
 */
void vtrap_enter_payload(struct hart *h, const struct resume *r);

/* The firmware's mret / sret (Priv. 3.3.2). May switch the world. */
void vtrap_mret(struct hart *h);
void vtrap_sret(struct hart *h);

#endif
