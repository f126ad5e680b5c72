/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trial: every register that there is gets a random value, a few instructions cause one exit to
 * whoever is below, and afterwards everything must be as it was, but for what these instructions
 * say. Guests in M-mode (exits.c) and payloads (payloads/exits.c) make them.
 */
#ifndef EXITS_TRIAL_H
#define EXITS_TRIAL_H

#include "../lib/guest.h"
#include "../lib/insn.h"

#define TRIAL_SLOT  16
#define TRIAL_CSRS  64
#define TRIAL_CELLS 8
#define VECTOR_BYTES (32 * 64)

/* CSRs that lib/csr.h has no name for. */
enum { CSR_VSTART = 0x008, CSR_VCSR = 0x00f, CSR_VL = 0xc20, CSR_VTYPE = 0xc21 };

struct trial;

/* One of the doors of door.S. */
struct door {
	const uint32_t *entry, *slot, *land, *end;
	uint64_t base; /* its register */
};

/* A CSR: bits of mask are random, the others stay. present is found out by rows_probe(). */
struct row {
	const char *name;
	uint64_t mask;
	uint64_t (*read)(void);
	void (*write)(uint64_t value);
	bool (*probe)(void);
	bool present;
	uint64_t unsteady; /* bits that the bare machine may change at any time */
};

struct trial {
	uint64_t in[32], out[32]; /* door.S knows these two and stack */
	uint64_t stack;
	uint32_t code[160];
	const struct door *door;
	uint64_t want[32];
	unsigned used;            /* words in the slot */
	uint32_t taken;           /* registers that pick() has given */
	uint64_t before[TRIAL_CSRS], after[TRIAL_CSRS];
	uint64_t may_change;      /* rows that are not compared */
	uint64_t cells[TRIAL_CELLS]; /* memory of its own */
	uint64_t random;
	uint64_t f[33], f_after[33];
	uint64_t v[VECTOR_BYTES / 8], v_after[VECTOR_BYTES / 8];
	bool has_fp, has_vector;
	/* what went wrong first */
	const char *kind, *what;
	uint64_t base, which, wanted, got, failures;
};

extern const struct door doors[3];
extern const uint64_t exits_seed; /* 0: the time */
/* Where a payload's door goes at its end, and its call there. */
void door_out(void);
void door_home(void);

/* Next random number; one with runs of equal bits now and then. */
uint64_t trial_random(struct trial *t);
/* Random values for all registers, by the door of that number, with an empty slot. */
void trial_begin(struct trial *t, const char *kind, unsigned door);
/* A register that no other pick of this trial has given: not x0, nor the base. */
unsigned trial_pick(struct trial *t);
/* trial_pick() of a register that holds value at the start. */
unsigned trial_pick_holding(struct trial *t, uint64_t value);
/* One more word of the slot. */
void trial_emit(struct trial *t, uint32_t word);
/* Addresses of the slot, and of what comes behind it. */
uint64_t trial_slot(const struct trial *t);
uint64_t trial_land(const struct trial *t);
/* Makes the slot visible to instruction fetch; call it when all words are in. */
void trial_seal(struct trial *t);
/* Through the door and back. */
void trial_go(struct trial *t);
/* Compares out[] with want[], FP and vector registers with what was filled in. */
void trial_compare(struct trial *t, const uint64_t *out);
/* Notes a difference unless got == wanted. */
void trial_expect(struct trial *t, const char *what, uint64_t which, uint64_t wanted,
	uint64_t got);

/* f0..f31 and fcsr, in this order. */
void fp_fill(const uint64_t *f);
void fp_take(uint64_t *f);
/* Fills FP and vector registers; trial_take_units() reads them back. */
void trial_fill_units(struct trial *t);
void trial_take_units(struct trial *t);

/* Rows: find out what is present; fill with random values and read back; compare. */
void rows_probe(struct row *rows, unsigned count);
void rows_fill(struct trial *t, const struct row *rows, unsigned count);
void rows_keep(struct trial *t, const struct row *rows, unsigned count);
void rows_compare(struct trial *t, const struct row *rows, unsigned count);

/* Says the first failure of t, if there is one, as a line that fails the test. */
void trial_say(const struct trial *t, uint64_t hart, uint64_t seed);

/*
 * The functions of one CSR. The probe lets a trap to tvec, the trap vector of the guest's own mode,
 * come out behind the access.
 */
#define ROW_FUNCTIONS(name, tvec) \
	static uint64_t read_##name(void) { return csr_read(CSR_##name); } \
	static void write_##name(uint64_t value) { csr_write(CSR_##name, value); } \
	static bool probe_##name(void) \
	{ \
		uint64_t old, found; \
		__asm__ volatile("la %1, 1f\n csrrw %0, %2, %1\n li %1, 0\n csrr zero, %3\n" \
				 "li %1, 1\n .align 2\n 1: csrw %2, %0" \
				 : "=&r"(old), "=&r"(found) : "i"(tvec), "i"(CSR_##name)); \
		return found != 0; \
	}
#define ROW(name, mask) { #name, (mask), read_##name, write_##name, probe_##name, false, 0 },

#endif
