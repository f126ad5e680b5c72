/* SPDX-License-Identifier: Apache-2.0 */
/* CSRs as the firmware sees them: reads, and writes made legal (WARL) by the hardware itself. */
#ifndef MONITOR_VCSR_H
#define MONITOR_VCSR_H

#include "hw/csr_num.h"
#include "monitor/hart.h"

/* How an instruction changes a CSR (Zicsr). */
enum vcsr_op { VCSR_RW, VCSR_RS, VCSR_RC };

/*
 * The fields of mstatus that are the payload's own business and without effect on unprivileged
 * code in Bare mode: they stay in the hardware's mstatus in both worlds.
 */
#define MSTATUS_LIVE                                                                       \
	(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_VS | MSTATUS_FS | MSTATUS_XS | \
	 MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SPELP | MSTATUS_SD)

/* The fields that hardware holds for the payload, and struct vm_csrs while the firmware runs. */
#define MSTATUS_SWITCHED (MSTATUS_UXL | MSTATUS_SDT | MSTATUS_UBE)

/* Fields that hardware never takes from the firmware: they would change the monitor's own mode. */
#define MSTATUS_OURS (MSTATUS_MIE | MSTATUS_MPRV | MSTATUS_MDT)

/*
 * Reads CSR num as M-mode software would. The hart must be in the firmware world.
 * False: the hart has no such CSR or refuses the access; the firmware gets an illegal instruction.
 */
bool vcsr_read(struct hart *h, unsigned int num, u64 *value);

/*
 * Changes CSR num: RW stores operand, RS sets and RC clears its bits in old, which vcsr_read has
 * returned (for RW it may be anything). Same answers as vcsr_read; read-only numbers are the
 * caller's business (Priv. 2.1).
 */
bool vcsr_write(struct hart *h, unsigned int num, enum vcsr_op op, u64 operand, u64 old);

/* The value that op makes of old and operand (Zicsr). */
static inline u64 vcsr_written(enum vcsr_op op, u64 operand, u64 old)
{
	return op == VCSR_RW ? operand : op == VCSR_RS ? old | operand : old & ~operand;
}

/* The entropy source (Zkr 4.1): only an access that writes reads it. False as above. */
bool vcsr_read_seed(u64 *value);

/* mstatus as the firmware sees it. */
u64 vcsr_mstatus(const struct hart *h);

/* mip as the firmware sees it: hardware's bits, but the virtual msip (Priv. 3.1.9). */
u64 vcsr_mip(const struct hart *h);

/*
 * What senvcfg holds while the firmware runs: M-mode may always use cache-block operations.
 * Invalidate is carried out as flush, which the manual allows and no secret survives.
 */
static inline u64 vcsr_senvcfg_for_firmware(const struct hart *h)
{
	return (h->caps.menvcfg_cbo & ~ENVCFG_CBIE) |
	       ((h->caps.menvcfg_cbo & ENVCFG_CBIE) != 0 ? ENVCFG_CBIE_FLUSH : 0);
}

/*
 * Fills h->vm and h->held from the hardware's reset state and puts hardware into the state in
 * which the firmware runs. Once per hart, before its first entry; hart_probe has run.
 */
COLD void vcsr_init(struct hart *h);

#endif
