/* SPDX-License-Identifier: Apache-2.0 */
/* Polling the seed CSR. */
#include "monitor/entropy.h"

#include "hw/csr_index.h"
#include "hw/guard.h"

/* States in bits 31:30 of seed (Zkr, 4.1). Above them some harts show the sign. */
#define SEED_STATE(v) ((v) >> 30 & 3)
#define SEED_BIST 0u
#define SEED_WAIT 1u
#define SEED_ES16 2u

#define POLLS 10000u

bool entropy_sample(void *arg, u16 *out)
{
	(void)arg;
	for (unsigned int i = 0; i < POLLS; i++) {
		struct guarded g = guard_csr_swap(CSR_INDEX_seed, 0);

		if (g.fault != 0) {
			return false;
		}
		if (SEED_STATE(g.value) == SEED_ES16) {
			*out = (u16)g.value;
			return true;
		}
		if (SEED_STATE(g.value) != SEED_BIST && SEED_STATE(g.value) != SEED_WAIT) {
			return false;
		}
	}
	return false;
}
