/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One physical timer for three: the firmware's mtimecmp; where a policy answers set_timer on a
 * hart without Sstc, a deadline of the payload; and a limit on how long the firmware runs. A hart
 * shares its timer after timer_share. Then mtimecmp is virtual, and the physical one is the first
 * of them, the firmware's only if it is not past; with nothing else to wait for it is the
 * firmware's, and hardware's MTIP is right.
 */
#ifndef MONITOR_TIMER_H
#define MONITOR_TIMER_H

#include "hw/csr_num.h"
#include "monitor/hart.h"
#include "monitor/mmio.h"
#include "monitor/policy.h"

/* Does something besides the firmware wait on this hart's timer? Never without policies. */
static inline bool timer_borrowed(const struct hart *h)
{
	return POLICY_COUNT != 0 && (h->timer.waits || h->timer.limit != 0);
}

/* What hardware's mie holds for that, in both worlds. */
static inline u64 timer_mie(const struct hart *h)
{
	return timer_borrowed(h) ? BIT(IRQ_MTI) : 0;
}

/* Makes mtimecmp of the running hart virtual. For a policy's init, before the firmware runs. */
COLD void timer_share(struct hart *h);

/*
 * Lets the first tier answer time reads and set_timer where it can and nobody asks to see them
 * (h->spared). Once, after timer_share.
 */
COLD void timer_note_fast(struct hart *h);

/*
 * Raises the payload's supervisor timer interrupt at time when, and takes it back if that is to
 * come; ~0: never (SBI 3.0, TIME). By stimecmp where the firmware has given the payload Sstc
 * (menvcfg.STCE). False: this hart has neither that nor a shared timer.
 */
bool timer_set_deadline(struct hart *h, u64 when);

/* No deadline any more, and no timer interrupt from it: the hart has left the payload. */
void timer_forget_deadline(struct hart *h);

/*
 * Calls on_limit of the policies once, at time when or soon after, whatever runs then; 0: not at
 * all. Needs timer_share; without an mtimecmp it does nothing and returns false.
 */
bool timer_limit(struct hart *h, u64 when);

/*
 * The payload runs undisturbed by interrupts for the firmware until then; 0: as it comes. Needs
 * timer_share.
 */
void timer_keep_quiet(struct hart *h, u64 until);

/* Has an interrupt for the firmware to wait for that? If so it will be looked at again in time. */
bool timer_is_quiet(struct hart *h);

/* The machine's time (Priv. 3.2.1). */
u64 timer_now(void);

/* mtimecmp of this hart as the firmware set it is due. Only while the timer is borrowed. */
bool timer_firmware_due(const struct hart *h);

/* Machine timer interrupt: the payload's deadline may be due. */
void timer_interrupt(struct hart *h);

/* Puts physical mtimecmp right after a change from outside: another hart wrote the virtual one. */
void timer_refresh(struct hart *h);

/*
 * Lets hardware compute a view with the firmware's mtimecmp (virq_read_mtopi); timer_refresh ends
 * it.
 */
void timer_show_firmware(const struct hart *h);

/* The running hart's own mtimecmp, as the firmware reads it: of a shared timer. */
u64 timer_mtimecmp(const struct hart *h);

/* The firmware writes all of it, on a hart whose device takes that (h->timer.whole). */
void timer_set_mtimecmp(struct hart *h, u64 when);

/* Replaces the bytes of virtual mtimecmp registers in what was loaded from the device. */
void timer_show_virtual(struct mmio_access *a);

/*
 * A store to a virtual mtimecmp register of any hart. False in *mine: it is none, the device
 * takes it. Returns false if the access is refused: 4 and 8 bytes, naturally aligned, are taken
 * (ACLINT 2).
 */
bool timer_store_virtual(struct hart *h, struct mmio_access *a, bool *mine);

/*
 * The payload's rdtime that trapped as illegal, answered with the time if its mode may read it:
 * S-mode, or U-mode with scounteren.TM, V = 0. False: it was something else.
 */
bool timer_emulate_rdtime(struct hart *h);

#endif
