/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payload while the firmware runs: where it stopped, and its registers if a policy asks for
 * them (saves_payload in policy.h). h->payload is filled when the payload's trap goes to the
 * firmware and is valid until the payload goes on or its hart is given up.
 */
#ifndef MONITOR_CONTEXT_H
#define MONITOR_CONTEXT_H

#include "hw/csr_num.h"
#include "monitor/hart.h"

/*
 * The payload has stopped for cause; status is what hardware's mstatus held, h->pc and the guest
 * registers are still the payload's.
 */
void context_save(struct hart *h, u64 cause, u64 status);

/* Guest registers become the payload's again, as they were saved. */
void context_restore(struct hart *h);

/*
 * Guest registers become zero but for those of a0 to a7 that mask names (bit n: register n), which
 * stay: the payload's, right after it has stopped.
 */
void context_hide(struct hart *h, u32 mask);

/* Is the firmware carrying out an ecall of the payload's S-mode? */
static inline bool context_is_call(const struct hart *h)
{
	return h->payload.valid && h->payload.cause == CAUSE_ECALL_S;
}

/* Where the payload goes on after what it stopped for: behind an ecall, else where it was. */
static inline u64 context_next_pc(const struct hart *h)
{
	return h->payload.pc + (context_is_call(h) ? 4 : 0);
}

#endif
