/* SPDX-License-Identifier: Apache-2.0 */
/* What this hart really has: found by asking the hardware, not the device tree. */
#ifndef HW_PROBE_H
#define HW_PROBE_H

#include "lib/base.h"

#define PMP_MAX 64u

/* One hart's abilities. Filled once, before the hart runs a guest; constant afterwards. */
struct hart_caps {
	u64 misa;
	bool has_s;
	bool has_h;
	bool mpv_writable;    /* by CSR instructions; on QEMU 10, 11 only by traps and xRET */
	bool has_menvcfg;     /* privileged architecture 1.12 or later */
	bool has_mcounteren;
	bool has_stateen;
	bool has_mtinst;
	bool has_mtval2;
	bool has_mseccfg;
	bool has_smepmp;
	bool has_triggers;
	bool has_zicfiss;
	bool mret_clears_mprv;   /* on leaving M-mode (Priv. 3.1.6.3); some harts do not */
	bool irq_lowest_first;   /* takes the lowest number first, unlike Priv. 3.1.9 */
	u64 menvcfg_cbo;      /* those of ENVCFG_CBO that menvcfg can hold */
	unsigned int pmp_locked; /* lowest entries, which are locked until reset (Priv. 3.7.1.2) */
	unsigned int pmp_count;  /* entries behind those, up to the next one that is locked */
	unsigned int pmp_grain; /* G of Priv. 3.7.1: granule is 2^(G+2) bytes */
	u64 pmp_addr_mask;    /* bits that a pmpaddr register keeps (above the granule) */
	u8 pmp_cfg_legal[128]; /* what a pmpcfg byte (without L) reads back as */
};

/*
 * Asks the running hart. Leaves every CSR as it was, except trap CSRs (mcause, mepc, mtval...).
 * mtvec must be the monitor's.
 */
COLD void hart_probe(struct hart_caps *caps);

#endif
