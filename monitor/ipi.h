/* SPDX-License-Identifier: Apache-2.0 */
/* Doorbells between the harts' monitors: the physical msip belongs to us. */
#ifndef MONITOR_IPI_H
#define MONITOR_IPI_H

#include "monitor/hart.h"

/* Makes the target look at what was written for it (release before the doorbell). */
void ipi_ring(const struct hart *target);

/* Answers this hart's doorbell: clears it, then everything announced before it is visible. */
void ipi_answer(struct hart *h);

/* Sets this hart's physical msip for a moment, to let hardware compute a view (virq_read_mtopi). */
void ipi_show_msip(const struct hart *h, bool pending);

/* This hart never runs a guest again. Called when machine.dead is seen, and by panic. */
NORETURN void ipi_park(void);

/*
 * Waits for the doorbell and answers it; guests of this hart stay where they are. For a hart that
 * has none to run.
 */
void ipi_wait(struct hart *h);

#endif
