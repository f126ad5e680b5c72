/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses that may trap in M-mode and say so instead: a CSR by number, guest memory with the
 * privilege the guest would have had (MPRV), hypervisor loads. guard_insns.S holds the
 * instructions; a trap whose mepc lies between guard_ops and guard_ops_end comes back here as a
 * fault.
 */
#ifndef HW_GUARD_H
#define HW_GUARD_H

#include "lib/base.h"

/* What came of a guarded instruction. */
struct guarded {
	u64 value; /* of a load or CSR read; after a fault: mstatus as the trap left it */
	u64 fault; /* 0: done; else mcause + 1, and GUARD_GVA. mtval, mtval2, mtinst are in h/w */
};

/* In fault: the trap set mstatus.GVA. */
#define GUARD_GVA BIT(32)

/* mcause of a fault. */
static inline u64 guard_cause(struct guarded g)
{
	return (g.fault & 0xff) - 1;
}

/* Index of a guarded memory instruction; addr is its rs1, value its rs2, the result its rd. */
enum guard_op {
	GUARD_LB, GUARD_LH, GUARD_LW, GUARD_LD,
	GUARD_LBU, GUARD_LHU, GUARD_LWU,
	GUARD_SB, GUARD_SH, GUARD_SW, GUARD_SD,
	GUARD_LR_W, GUARD_LR_D, GUARD_SC_W, GUARD_SC_D,
	GUARD_AMO_W, /* + function: add xor or and min max minu maxu swap */
	GUARD_AMO_D = GUARD_AMO_W + 9,
	GUARD_HLV = GUARD_AMO_D + 9, /* hlv b h w d bu hu wu, hlvx hu wu */
	GUARD_HSV = GUARD_HLV + 9,   /* hsv b h w d */
	GUARD_CBO = GUARD_HSV + 4,   /* inval clean flush zero */
	GUARD_SFENCE_W_INVAL = GUARD_CBO + 4,
	GUARD_WRS_STO,
	GUARD_SCTRCLR,
	GUARD_TAKE_INTERRUPT, /* lets one enabled interrupt in: comes back as its fault */
	GUARD_MRET,           /* into guard_ecall, which comes back as a fault */
	GUARD_SRET,           /* the same */
	GUARD_COUNT
};

/*
 * Runs one memory instruction with mstatus = status while it runs, then puts mstatus back as it
 * was. status decides the access: MPRV with MPP, MPV, SUM and MXR is a guest's view (PMP and
 * translation in force); without MPRV it is a physical access by the monitor: the caller has
 * checked the address. status must not hold MIE. (Priv. 3.1.6.3)
 */
struct guarded guard_access(enum guard_op op, u64 addr, u64 value, u64 status);

/* Bytes of guard_load_block. */
#define GUARD_BLOCK 64u

/*
 * Loads GUARD_BLOCK bytes from addr, which is aligned by 8, as so many GUARD_LD of guard_access
 * would. 0: done; else the fault of the first that failed, and nothing has been stored.
 */
u64 guard_load_block(u64 addr, u64 status, u64 *to);

/* guard_access with the monitor's rights: a physical access, an instruction that may be absent. */
struct guarded guard_plain(enum guard_op op, u64 addr, u64 value);

/*
 * guard_plain of GUARD_SB and the three behind it, by the logarithm of how many bytes, 0 to 3. Only
 * after a guest has run. 0: done; else struct guarded's fault.
 */
u64 guard_store(u64 addr, u64 value, unsigned int width_log2);

/*
 * Rows of such stores, each of four bytes, aligned. What the device refuses is left out. The first
 * stores value in count words from addr on; the second count, .., 2, 1 in one word.
 */
void guard_store_row(u64 addr, u64 count, u32 value);
void guard_store_down(u64 addr, u64 count);

/*
 * Of at most so many words from addr on, how many keep a 1 till the first that does not, or that
 * the device refuses. Those that do are 0 then.
 */
u64 guard_count_row(u64 addr, u64 most);

/* For GUARD_MRET and GUARD_SRET: mepc, sepc has to be its address. */
extern const char guard_ecall[];

/*
 * Reads / swaps the CSR that has this index (hw/csr_index.h; not CSR_INDEX_NONE). One that the hart
 * lacks, or refuses to access now, comes back as a fault.
 */
struct guarded guard_csr_read(unsigned int index);
struct guarded guard_csr_swap(unsigned int index, u64 value);

/* PMP registers by number (0..63, the even 0..14): the caller knows from the probe they exist. */
void pmp_write_addr(unsigned int entry, u64 value);
u64 pmp_read_addr(unsigned int entry);
void pmp_write_cfg(unsigned int word, u64 value); /* word even: pmpcfg0, 2, .. 14 */
u64 pmp_read_cfg(unsigned int word);

/* The same reads, for registers that may not exist. */
struct guarded guard_pmp_read_addr(unsigned int entry);
struct guarded guard_pmp_read_cfg(unsigned int word);

#endif
