/* SPDX-License-Identifier: Apache-2.0 */
/* The hart's entropy source (Zkr), for policies; guests' reads of it are the vCSRs' business. */
#ifndef MONITOR_ENTROPY_H
#define MONITOR_ENTROPY_H

#include "lib/base.h"

/*
 * 16 bits with at least 8 bits of entropy (Zkr, 4.1). False: the hart has no source, it has died,
 * or it takes too long. arg is not used; the form is that of struct crypto_entropy.
 */
bool entropy_sample(void *arg, u16 *out);

#endif
