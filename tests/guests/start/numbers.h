/* SPDX-License-Identifier: Apache-2.0 */
/* What fill.S puts into the registers, and start_registers.c looks for. */
#ifndef START_NUMBERS_H
#define START_NUMBERS_H

#define START_NUMBER   0x9e3779b97f4a7c15
#define START_HART     56
#define START_ROM      0x1000	/* where QEMU's virt begins */
#define START_CSR_MASK (-4)	/* legal in mepc and mtvec */

/* Behind the 32 general registers */
#define START_MSCRATCH 32
#define START_MEPC     33
#define START_MTVEC    34
#define START_MTVAL    35
#define START_COUNT    36

#endif
