/* SPDX-License-Identifier: Apache-2.0 */
/* make trace: one console line for every exit. */
#ifndef MONITOR_TRACE_H
#define MONITOR_TRACE_H

#include "lib/log.h"
#include "monitor/hart.h"

/* Prints one line about the exit being handled; trace_exit calls it in builds that trace. */
void trace_line(const struct hart *h, u64 cause);

/*
 * Hart, world, cause, pc, mtval and, where the monitor carries out an instruction, its name. mcause
 * and mtval are as the trap left them. Costs nothing in ordinary builds.
 */
static inline void trace_exit(const struct hart *h, u64 cause)
{
	if (LOG_TRACE) {
		trace_line(h, cause);
	}
}

#endif
