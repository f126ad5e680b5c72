/* SPDX-License-Identifier: Apache-2.0 */
/* What the CSR sweeps share: which values are stable enough to print, and short output. */
#ifndef GUESTS_SWEEP_H
#define GUESTS_SWEEP_H

#include "guest.h"

/* Is this a counter, the time or the entropy source, whose value differs from run to run? */
bool sweep_is_volatile(unsigned csr);
/* Is this a PMP register of an entry beyond the first few, which the hart may not have? */
bool sweep_is_far_pmp(unsigned csr);
/* Print one result; runs of equal traps become one line. cause is NO_TRAP when it was read. */
void sweep_say(unsigned csr, uint64_t cause, uint64_t value);
/* Print what sweep_say() still holds back. */
void sweep_end(void);

#endif
