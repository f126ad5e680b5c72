/* SPDX-License-Identifier: Apache-2.0 */
/* make trace: one console line for every exit. */
#ifndef MONITOR_TRACE_H
#define MONITOR_TRACE_H

#include "hw/csr.h"
#include "lib/log.h"
#include "monitor/hart.h"

/* Prints hart, world, cause, pc and tval of the exit being handled; nothing in ordinary builds. */
static inline void trace_exit(const struct hart *h, u64 cause)
{
	if (LOG_TRACE) {
		log_line("trace hart %lu %s %s %lu pc %lx tval %lx", h->id,
			 h->world == WORLD_FIRMWARE ? "firmware" : "payload",
			 (cause & CAUSE_INTERRUPT) != 0 ? "interrupt" : "exception",
			 cause & ~CAUSE_INTERRUPT, h->pc, csr_read(CSR_MTVAL));
	}
}

#endif
