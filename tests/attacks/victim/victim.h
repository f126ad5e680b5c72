/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The victim: an S-mode payload that sets something up, has the attack carried out, and looks
 * whether anything of its own has changed.
 */
#ifndef VICTIM_VICTIM_H
#define VICTIM_VICTIM_H

#include "attack.h"
#include "guest.h"

/* One attack as its victim sees it. */
struct trial {
	const char *name; /* as the kernel's arguments name it */
	void (*run)(void); /* ends with a verdict */
};

#define FAMILY(name) extern const struct trial victim_##name[];
#include "families.h"
#undef FAMILY

/* State of one hart; start.S knows the offsets up to saved_sp. */
struct victim_hart {
	uint64_t x[32];    /* registers at a trap */
	uint64_t trap_sp;
	uint64_t saved_sp; /* of full_call() */
	uint64_t *regs;    /* of full_call() */
	uint64_t spare;
	uint64_t id;
	bool catching;
	uint64_t cause, tval, epc; /* of the last exception while catching */
	uint64_t irqs[16]; /* interrupts taken, by number */
	void (*job)(void);
	uint64_t done;
};

extern struct victim_hart victim_harts[MAX_HARTS];

static inline struct victim_hart *self(void)
{
	struct victim_hart *h;

	__asm__("mv %0, tp" : "=r"(h));
	return h;
}

/* ---- calls ---- */

struct answer {
	long error;
	uint64_t value;
};

/* An SBI call with three arguments. */
struct answer sbi(uint64_t eid, uint64_t fid, uint64_t a, uint64_t b, uint64_t c);
/* Has the firmware carry out a step of the attack. */
struct answer attack(uint64_t step, uint64_t a, uint64_t b, uint64_t c);
/* A call with all of x1 to x31 as in r, which are in r afterwards as the call left them. */
void full_call(uint64_t r[32]);
/*
 * attack() from a place with a gadget behind it: returns what the firmware answered, with gadget
 * telling whether the hart went on at *at (gadget_place) in place of behind the call.
 */
struct answer gadget_call(uint64_t step, uint64_t a, bool *gadget);
extern const char gadget_place[];

/* ---- the verdict ---- */

/*
 * "ATTACK name PASS" if ok, else "ATTACK name FAIL"; what and value say what was seen. Only the
 * first verdict counts.
 */
void verdict(bool ok, const char *what, uint64_t value);
/* verdict(false, ..) if not ok; true if ok. */
bool require(bool ok, const char *what, uint64_t value);

/* ---- tools ---- */

/* Exceptions are recorded and skipped from here .. */
void fault_begin(void);
/* .. to here: the cause of the last one, or NO_TRAP. */
uint64_t fault_end(void);

/* One page that is the payload's alone: SECRET(0), SECRET(1) .. */
extern uint64_t secret_page[PAGE_SIZE / 8];
void secret_fill(void);
/* Is the page as it was filled? */
bool secret_intact(void);

/* Start every other hart that there is; returns how many. */
unsigned others_start(void);
/* Let hart id run job; wait for it. */
void other_do(unsigned id, void (*job)(void));
void other_wait(unsigned id);
/* Number of harts in the device tree. */
unsigned victim_hart_count(void);

static inline uint64_t ticks(void)
{
	return csr_read(CSR_TIME);
}
/* Spin for so many ticks (10 MHz on QEMU virt). */
void victim_spin(uint64_t count);
extern uint64_t victim_dtb;

#endif
