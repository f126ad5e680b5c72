/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of random instruction words with everything around them put in a known state. */
#ifndef GUESTS_RANDOM_H
#define GUESTS_RANDOM_H

#include "guest.h"

/* Fill the reach of a direct jump around the island with trapping zeroes. Call once. */
void random_prepare(void);
/* Run count words drawn from seed in mode, with status bits set; one line per word. */
void random_run(enum mode mode, uint64_t seed, unsigned count, uint64_t status);

#endif
