/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reference model of the privileged architecture, one hart, RV64 with M, S and U, without H.
 *
 * It is written from the manual's text (RISC-V Privileged Architecture; clauses are cited by the
 * numbers of the edition of August 2026) and shares nothing with the monitor. It is meant to be
 * read, to be executed and to be given to a model checker: all state is one struct without
 * pointers, every loop has a constant bound, and nothing is global.
 *
 * What an implementation may choose (which bits of a WARL register it keeps, whether mtval holds
 * the instruction) is data: struct model_choices. What it must do is code.
 *
 * Not in it: the hypervisor extension, FP and vector registers, debug triggers, AIA, Smepmp,
 * timing (counters are plain registers), memory (model_memory_read64() belongs to the user).
 */
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "model_bits.h"

#define MODEL_PMP_MAX 64

enum model_mode { MODEL_U = 0, MODEL_S = 1, MODEL_M = 3 };

enum model_access { MODEL_FETCH, MODEL_LOAD, MODEL_STORE };

/* What the manual leaves to the implementation; constant for a hart. */
struct model_choices {
	uint64_t misa, mvendorid, marchid, mimpid, mhartid, mconfigptr;
	uint64_t mstatus_bits;       /* writable fields besides MPP; others keep their value */
	uint64_t medeleg_bits;       /* writable bits, 3.1.8 */
	uint64_t mideleg_bits;
	uint64_t mie_bits;           /* writable bits, 3.1.9 */
	uint64_t mip_bits;           /* of SSIP, STIP, SEIP and local ones: writable from M-mode */
	uint64_t counteren_bits;     /* mcounteren and scounteren, 3.1.11 */
	uint64_t inhibit_bits;       /* mcountinhibit, 3.1.12 */
	uint64_t event_bits;         /* mhpmevent, 3.1.10 */
	uint64_t menvcfg_bits;       /* 3.1.18 */
	uint64_t senvcfg_bits;       /* 12.1.10 */
	uint64_t satp_asid_bits;     /* as they lie in satp, 12.1.11 */
	uint16_t satp_modes;         /* bit n: MODE n is implemented */
	uint8_t pmp_count;           /* 0, 16 or 64 */
	uint8_t pmp_writable;        /* entries that are not read-only zero */
	uint8_t pmp_grain;           /* G of 3.7.1.1: 2^(G+2) bytes */
	bool has_sstc;               /* stimecmp, 12.1.12 */
	bool has_menvcfg;            /* menvcfg and senvcfg: Priv. 1.12 */
	bool has_inhibit;            /* mcountinhibit: Priv. 1.11 */
	bool xret_clears_mprv;       /* 3.1.6.1; absent before Priv. 1.12 */
	bool illegal_tval;           /* mtval is the instruction, else 0: 3.1.16 */
	bool breakpoint_tval;        /* mtval is the address, else 0 */
	bool hardware_ad;            /* A and D are set by the walk, else they fault: 12.3.2 */
	bool has_svadu;              /* ADUE of menvcfg says which of the two: 3.1.18 */
	bool ad_before_pmp;          /* A and D are set although PMP then refuses: 12.3.1 */

	/* Faults of machines, against the clause; without them all the model is the manual. */
	bool mpp_keeps_2;            /* takes the reserved MPP = 2: 3.1.6.1 */
	bool pmp_keeps_reserved;     /* takes R=0 W=1, which is reserved: 3.7.1 */
	bool pmp_keeps_high;         /* pmpaddr has 64 bits, and 62 count: 3.7.1 */
	bool pmp_zero_is_all;        /* TOR up to address 0 reaches the top: 3.7.1.1 */
	bool pmp_orders_high;        /* TOR is empty, or not, by all 64 bits: 3.7.1.1 */
	bool ad_ignores_pmp;         /* A and D are set without asking PMP: 3.7.2 */
	bool pmp_ends_only;          /* looks at an access's first and last byte only: 3.7.1.3 */
	bool stip_is_kept;           /* stimecmp changes mip when written, STCE or not: 12.1.12 */
	bool sip_lacks_stip;         /* with STCE, M-mode reads sip without STIP: 12.1.3 */
	bool irq_lowest_first;       /* of several interrupts takes the lowest number: 3.1.9 */
	bool epc_keeps_low;          /* mepc and sepc keep bit 0: 3.1.14 */
};

/* A hart between two instructions. */
struct model_hart {
	struct model_choices can;
	uint64_t x[32];              /* x[0] is 0 */
	uint64_t pc;
	uint8_t mode;                /* enum model_mode */
	uint64_t mstatus;            /* SD is computed when read */
	uint64_t medeleg, mideleg, mie, mtvec, mcounteren, mcountinhibit, menvcfg;
	uint64_t mscratch, mepc, mcause, mtval;
	uint64_t mip;                /* bits that are written: SSIP, STIP, SEIP, local ones */
	uint64_t lines;              /* interrupt wires, as bits of mip: MSIP, MTIP, MEIP, SEIP */
	uint64_t stvec, scounteren, senvcfg, sscratch, sepc, scause, stval, satp, stimecmp;
	uint64_t time;               /* what stimecmp is compared with */
	uint64_t counters[32];       /* mcycle, (none), minstret, mhpmcounter3 and so on */
	uint64_t events[32];         /* mhpmevent3 and so on */
	uint8_t pmpcfg[MODEL_PMP_MAX];
	uint64_t pmpaddr[MODEL_PMP_MAX];
};

/* What became of an instruction. */
enum model_outcome {
	MODEL_DONE,       /* carried out, pc is behind it or where it leads */
	MODEL_TRAPPED,    /* an exception was taken, pc is at the handler */
	MODEL_NOT_MINE,   /* not a privileged instruction; nothing has changed */
};

/* ---- reset ---- */

/* The state after reset (3.4), and zero where the manual leaves it open. */
void model_reset(struct model_hart *h, const struct model_choices *can, uint64_t pc);

/* ---- CSRs ---- */

/*
 * May an instruction in the hart's mode read (or, with write, also write) this CSR? Privilege and
 * read-only space (2.1), TVM, counter enables, menvcfg.STCE. False: illegal instruction.
 */
bool model_csr_may(const struct model_hart *h, uint32_t number, bool write);

/* The value of a CSR; false if there is none of that number. Asks no permission. */
bool model_csr_read(const struct model_hart *h, uint32_t number, uint64_t *value);

/*
 * Writes a CSR by its WARL rules; false if there is none of that number. Asks no permission; a
 * read-only register stays as it is.
 */
bool model_csr_write(struct model_hart *h, uint32_t number, uint64_t value);

/* mip as it is read: written bits, wires, and STIP of stimecmp (3.1.9, 12.1.12). */
uint64_t model_mip(const struct model_hart *h);

/* PMP registers (3.7.1), called by model_csr_write(); number is that of the CSR. */
bool model_pmp_read_csr(const struct model_hart *h, uint32_t number, uint64_t *value);
bool model_pmp_write_csr(struct model_hart *h, uint32_t number, uint64_t value);

/* ---- traps and returns ---- */

/*
 * Takes a trap at pc (3.1.6.1, 3.1.7, 3.1.8): cause as in mcause, bit 63 for interrupts, with tval
 * for mtval or stval. An exception goes where medeleg says, an interrupt where mideleg says.
 */
void model_trap(struct model_hart *h, uint64_t cause, uint64_t tval);

/* The interrupt that must be taken before the next instruction, as in mcause; 0: none (3.1.9). */
uint64_t model_interrupt(const struct model_hart *h);

/* mret and sret without the question whether they are legal (3.1.6.1, 3.3.2). */
void model_mret(struct model_hart *h);
void model_sret(struct model_hart *h);

/* Is a trap-return, wfi or sfence.vma legal here (3.1.6.6, 3.3.3)? Else: illegal instruction. */
bool model_may_sret(const struct model_hart *h);
bool model_may_wfi(const struct model_hart *h);
bool model_may_sfence(const struct model_hart *h);

/* ---- memory ---- */

/* The mode in whose name loads and stores are made: MPP under MPRV (3.1.6.4). */
uint8_t model_data_mode(const struct model_hart *h);

/* May the mode access size bytes at a physical address, by PMP alone (3.7.1.3)? */
bool model_pmp_check(const struct model_hart *h, uint8_t mode, enum model_access access,
		     uint64_t address, uint64_t size);

/* Where an access ends: at a physical address, or with an exception. */
struct model_place {
	bool ok;
	uint64_t cause;              /* if not ok */
	uint64_t physical;
	uint64_t pte_address;        /* if set_pte: the walk sets A or D there */
	uint64_t pte;
	bool set_pte;                /* also of one that fails, with ad_before_pmp */
};

/*
 * Translates an access of size bytes that does not cross a page (12.3.2, 12.4 .. 12.6), by satp,
 * the mode, SUM, MXR and PMP, which is asked for each page table entry and for the access itself.
 */
struct model_place model_translate(const struct model_hart *h, enum model_access access,
				   uint64_t address, uint64_t size);

/*
 * Defined by whoever uses the model: 8 bytes of memory at an aligned physical address. False: there
 * is none, an access fault (12.3.2, step 2).
 */
bool model_memory_read64(uint64_t physical, uint64_t *value);

/* ---- instructions ---- */

/*
 * Carries out one privileged instruction: CSR instructions, mret, sret, wfi, sfence.vma, ecall and
 * ebreak; c.ebreak if the low two bits say so. An unknown word of the SYSTEM opcode is illegal. No
 * interrupt is looked at: ask model_interrupt() before. wfi is done at once.
 */
enum model_outcome model_step(struct model_hart *h, uint32_t insn);

#endif
