/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The means by which a policy keeps the payload's state from the firmware and the firmware's from
 * the payload; which of them to use, and when, is the policy's. All act on the running hart, in the
 * firmware world unless they say otherwise.
 */
#ifndef MONITOR_ISOLATE_H
#define MONITOR_ISOLATE_H

#include "monitor/hart.h"

/*
 * Makes the way the firmware has set up this hart for the payload the pattern for all harts:
 * delegation, counter and environment configuration, PMP rules. What would give the firmware more
 * of the payload's traps than its S-mode's ecalls is corrected first. Once, by the first hart
 * that enters.
 */
void isolate_record(struct hart *h);

/* This hart's set-up becomes the pattern, as far as the hart has it. isolate_record has run. */
void isolate_apply(struct hart *h);

/*
 * The supervisor's part of mstatus is put away, floating-point and vector state with it: FS and VS
 * are off. It is in h->payload.status. What sstateen0 opens to U-mode (fcsr of Zfinx, jvt, custom
 * state) is closed.
 */
void isolate_hide_status(struct hart *h);

/* The other way, in the payload world: hardware's mstatus and hstatus are what the payload left. */
void isolate_show_status(struct hart *h);

/*
 * Counters but time, and what state-enable bits guard, are out of the firmware's reach in U-mode
 * until the next change of world.
 */
void isolate_hide_counters(struct hart *h);

/*
 * The payload on this hart may not go on: floating-point and supervisor registers are kept
 * elsewhere and hold nothing of it. Vector registers stay: VS must stay off.
 */
void isolate_set_aside(struct hart *h);

/*
 * Around a wfi of the firmware: a payload that was set aside by a suspend is woken by its own
 * interrupts (SBI 3.0, 9.4). isolate_watch lends hardware its timer and what it had pending, and
 * returns its enables for mie; isolate_unwatch takes them away again. 0, and nothing, if there is
 * no such payload.
 */
u64 isolate_watch(const struct hart *h);
void isolate_unwatch(const struct hart *h);

/* It goes on after all: what isolate_set_aside took is back. */
void isolate_take_back(struct hart *h);

/* It begins anew: nothing of what was, be it the payload's or the firmware's, is left. */
void isolate_clear(struct hart *h);

/* No trigger that the firmware has set fires any more. */
void isolate_disarm(struct hart *h);

/*
 * From now on only S-mode's ecalls of the payload reach the firmware, of all its exceptions; and it
 * has neither MPRV nor hypervisor loads and stores, which act in the payload's name.
 */
void isolate_seal(struct hart *h);

/* No interrupt reaches the firmware's M-mode on this hart any more. In either world. */
void isolate_mute(struct hart *h);

/*
 * An exception of the payload other than an ecall from S-mode: a time read or misaligned access is
 * carried out, all else goes to the payload's own handler. In the payload world.
 */
void isolate_own_trap(struct hart *h, u64 cause);

#endif
