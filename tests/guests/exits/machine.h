/* SPDX-License-Identifier: Apache-2.0 */
/* Trials of a firmware (trial.h): its own exits, and those of a payload that it starts. */
#ifndef EXITS_MACHINE_H
#define EXITS_MACHINE_H

#include "trial.h"

/* CSRs and the bits of each that get random values. Those of 0 are only watched. */
#define MACHINE_ROWS(x) \
	x(MENVCFG, 0xe0000000000000f1) x(MSTATUS, 0x7c01a2) x(MSCRATCH, ~0ul) x(MEPC, ~0ul) \
	x(MTVAL, ~0ul) x(MCAUSE, ~0ul) x(MTVAL2, ~0ul) x(MTINST, ~0ul) x(MTVEC, 0) \
	x(MEDELEG, 0x1053) x(MIDELEG, ~0ul) x(MIE, ~0ul) x(MIP, 0) x(MCOUNTEREN, 0xffffffff) \
	x(MCOUNTINHIBIT, 5) x(STVEC, ~2ul) x(SSCRATCH, ~0ul) x(SEPC, ~0ul) x(SCAUSE, ~0ul) \
	x(STVAL, ~0ul) x(SATP, 0) x(SIE, 0) x(SIP, 0) x(SCOUNTEREN, 0xffffffff) \
	x(SENVCFG, 0xf1) x(STIMECMP, ~(1ul << 63)) x(SSTATUS, 0) x(HSTATUS, 0x7003c0) \
	x(HEDELEG, ~0ul) x(HIDELEG, ~0ul) x(HIE, 0) x(HCOUNTEREN, 0xffffffff) x(HTVAL, ~0ul) \
	x(HVIP, 0) x(HENVCFG, 0xf1) x(HTIMEDELTA, ~0ul) x(HGATP, 0) x(VSSTATUS, 0xc0122) \
	x(VSTVEC, ~2ul) x(VSSCRATCH, ~0ul) x(VSEPC, ~0ul) x(VSCAUSE, ~0ul) x(VSTVAL, ~0ul) \
	x(VSATP, 0) x(VSIE, 0) x(VSTIMECMP, 0) x(PMPADDR2, ~0ul) x(PMPADDR3, ~0ul) x(PMPCFG0, 0) \
	x(VSTART, 0) x(VCSR, 0) x(VL, 0) x(VTYPE, 0)

#define MACHINE_INDEX(name, mask) R_##name,
enum { MACHINE_ROWS(MACHINE_INDEX) R_COUNT };

extern struct row rows[R_COUNT];

/* What a trial is to do beside what its words say, and what came of it. */
struct plan {
	uint64_t hart;
	bool traps, anywhere, msip;
	int translated;           /* -1: satp is random, as nothing uses it */
	uint64_t tval, status_set, delay;
	unsigned row[8], cell[4]; /* what must have changed */
	uint64_t row_value[8], cell_value[4];
	unsigned row_count, cell_count;
	uint64_t cause, at;       /* NO_TRAP; from the slot on */
};

struct kind {
	const char *name;
	void (*make)(struct trial *t, struct plan *p);
};

/* The words end in a trap, with this tval. */
void plan_trap(struct plan *p, uint64_t tval);
/* They end in an interrupt, with mstatus.MIE set. */
void plan_interrupt(struct plan *p);
/* The hart's own msip is pending. */
void plan_msip(struct plan *p);
/* A CSR, or a cell, has this value afterwards. */
void plan_csr(struct plan *p, unsigned row, uint64_t value);
void plan_cell(struct plan *p, unsigned cell, uint64_t value);
/* satp is bare, or maps all memory, for the mode that mstatus.MPP now says. */
void plan_translate(struct plan *p, bool on);

/* Once, before any hart begins; on each hart, before its first trial. */
void machine_prepare(void);
void machine_begin(struct trial *t);
/* Then, if it is to run payloads. */
void machine_begin_virtual(void);
/* Runs one trial by that door; *p says what came of it. */
void machine_trial(struct trial *t, const struct kind *k, unsigned door, struct plan *p);
void payload_trial(struct trial *t, const struct kind *k, enum mode mode, unsigned door,
	struct plan *p);

#endif
