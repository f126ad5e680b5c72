/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory protection once more, written from the manual alone (Priv. 3.7, Smepmp) and
 * sharing nothing with monitor/vpmp.c: the fake hart enforces its registers with it, and tests
 * ask it what a firmware's registers would have meant on a bare machine.
 */
#ifndef HOST_PMP_MODEL_H
#define HOST_PMP_MODEL_H

#include "lib/base.h"

enum pmp_access { ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE };

struct pmp_model {
	unsigned int count; /* entries */
	unsigned int grain; /* G: the granule is 2^(G+2) bytes */
	u8 cfg[64];
	u64 addr[64];
	u64 mseccfg; /* bit 0 MML, 1 MMWP, 2 RLB */
};

/* May a hart in this mode (0 U, 1 S, 3 M) make this access? Partly matching accesses fail. */
bool pmp_model_allows(const struct pmp_model *m, u64 addr, u64 size, unsigned int mode,
		      enum pmp_access access);

/* Permissions of M-mode (or of S and U) for one cfg byte; bit 0 r, 1 w, 2 x. */
unsigned int pmp_model_rights(const struct pmp_model *m, u8 cfg, unsigned int mode);

/* Writes as the registers take them: locks, TOR locks, WARL (NA4 that is not to be had: off). */
void pmp_model_write_cfg(struct pmp_model *m, unsigned int entry, u8 value);
/* Bits 0 to 2: MML and MMWP stay set, RLB stays clear once a rule is locked (Smepmp 2). */
void pmp_model_write_mseccfg(struct pmp_model *m, u64 value);
void pmp_model_write_addr(struct pmp_model *m, unsigned int entry, u64 value);

/* pmpaddr as it reads: the grain shows (Priv. 3.7.1). */
u64 pmp_model_read_addr(const struct pmp_model *m, unsigned int entry);

#endif
