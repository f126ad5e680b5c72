/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which harts run the payload, as far as the payload knows: those that a fence or an interrupt to
 * all harts is meant for (SBI 3.0, chapter 9).
 */
#ifndef MONITOR_HSM_H
#define MONITOR_HSM_H

#include "monitor/hart.h"

/* Bit n: machine.harts[n] runs the payload. */
u32 hsm_started(void);

/* The same of one hart, 0 .. machine.hart_count - 1. */
bool hsm_is_started(unsigned int index);

/*
 * The running hart has entered the payload, or leaves it for good. A hart that starts is asked for
 * fences from here on; what it was not asked for before is made good after the announcement.
 */
void hsm_set_started(const struct hart *h, bool started);

#endif
