/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of attest share: the one log, and the lock around it. */
#ifndef ATTEST_ATTEST_H
#define ATTEST_ATTEST_H

#include "attest/measure.h"
#include "monitor/policy.h"

/* Takes the log; interrupts are off, and nothing that waits for another hart is done with it. */
struct measure_log *attest_take(void);

/* Gives it back. */
void attest_give(void);

/* Records what was denied on this hart since it was last asked: once, and at each doubling. */
void attest_note_denials(struct hart *h);

/* on_ecall: the SBI extension. */
enum verdict attest_call(struct hart *h, u64 cause);

#endif
