/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files of audit share: the counters, and the table made of them. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "monitor/hart.h"
#include "policies/audit/numbers.h"

/* Counter n (below AUDIT_COUNTERS) of the hart with this index, from any hart; 0 if reserved. */
u64 audit_value(unsigned int index, unsigned int n);

/* Prints every counter that is not zero, of all harts, in the form of docs/audit.md. */
void audit_report(void);

#endif
