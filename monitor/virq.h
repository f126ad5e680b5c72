/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual interrupts: which one the firmware must take now (Priv. 3.1.9). */
#ifndef MONITOR_VIRQ_H
#define MONITOR_VIRQ_H

#include "hw/guard.h"
#include "monitor/hart.h"

/* Is any interrupt that vmie enables pending, taken or not? What ends a WFI (Priv. 3.3.3). */
bool virq_any_pending(const struct hart *h);

/*
 * Number of the interrupt that is to trap into vM-mode before the next guest instruction, -1: none.
 * Valid in both worlds.
 */
int virq_pick(const struct hart *h);

/* Sets or clears the supervisor software interrupt of the running hart; was it pending? */
bool virq_set_ssip(struct hart *h, bool pending);

/* mtopi as the firmware sees it (AIA 2.3); a fault where the hart has none. */
struct guarded virq_read_mtopi(struct hart *h);

/* The same for its timer interrupt, where no stimecmp holds it (Priv. 3.1.9, Sstc). */
void virq_set_stip(struct hart *h, bool pending);

#endif
