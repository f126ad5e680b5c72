/* SPDX-License-Identifier: Apache-2.0 */
/* One access by a payload: load, store or fetch at an address, with its outcome in one line. */
#ifndef GUESTS_PAYLOAD_H
#define GUESTS_PAYLOAD_H

#include "guest.h"

/* Load, store and fetch at at from mode; one line "r.. w.. x.." with causes and tvals. */
void payload_access(const char *name, enum mode mode, uint64_t at);
/* The instruction word with a1 = at from mode; one line. */
void payload_word(const char *name, enum mode mode, uint32_t word, uint64_t at);

#endif
