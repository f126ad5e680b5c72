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

#endif
