/* SPDX-License-Identifier: Apache-2.0 */
/* Debug triggers: the firmware's, with its idea of which mode is which (Debug specification 5). */
#ifndef MONITOR_VTRIGGER_H
#define MONITOR_VTRIGGER_H

#include "monitor/hart.h"

/* tdata1 of the selected trigger, as the firmware sees it; false: the hart has none. */
bool vtrigger_read(struct hart *h, u64 *value);
bool vtrigger_write(struct hart *h, u64 value);

/*
 * Makes the armed triggers fire where the firmware asked for: its own "m" is U-mode while it runs,
 * and nothing of S and U then; while the payload runs, M-mode is the monitor: not its business. To
 * be called at each switch if any is armed.
 */
void vtrigger_switch(struct hart *h, enum world to);

/* Takes all triggers away that the firmware has set; they read as free again. */
void vtrigger_disarm(struct hart *h);

#endif
