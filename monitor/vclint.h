/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual CLINT / ACLINT: msip is virtual, the timer registers are the machine's own. */
#ifndef MONITOR_VCLINT_H
#define MONITOR_VCLINT_H

#include "monitor/mmio.h"

/*
 * One access inside machine.clint.shield. It is carried out on the device itself, so that whatever
 * the device refuses is refused, but for the msip registers of our harts: their bit is virtual, and
 * only aligned 4-byte stores reach it (ACLINT 1.0, SiFive CLINT). False: refused.
 */
bool vclint_perform(struct hart *h, struct mmio_access *a);

/*
 * The firmware's load or store at h->pc was refused with mtval = tval, and h->quick has
 * QUICK_CLINT: carries it out if it is a plain one of four or eight bytes that reads mtime, or is
 * for this hart's own mtimecmp or msip; other addresses go to mmio_quick_store. Else, or where its
 * rules have to be looked at one by one, nothing changes: h->pc is where it was.
 */
void vclint_quick(struct hart *h, u64 tval);

#endif
