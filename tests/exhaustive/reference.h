/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second description of the instructions that the monitor decodes, written in the notation of
 * the manual's encoding tables and sharing nothing with monitor/decode.c but the names of the
 * answers.  The order of its rows means nothing: at most one row may fit a word.
 */
#ifndef TESTS_EXHAUSTIVE_REFERENCE_H
#define TESTS_EXHAUSTIVE_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/decode.h"

/*
 * A row as written.  The pattern is read from bit 31 (or 15) down, spaces are skipped:
 *   0 1  given       .  ignored
 *   d    rd          n  rd, x0 reserved     s  rs1     t  rs2     (4 letters: even registers)
 *   D    short rd    S  short rs1           T  short rs2          (3 letters: x8 to x15)
 *   i    immediate   c  CSR number
 * The immediate's text says which bits of the value the i letters carry, in the same order and
 * in the manual's notation, "5:3|2|6"; a leading "sp" says that rs1 is x2, a leading "s" that
 * the value is signed.  A bit that is not named is 0.
 */
struct reference_text {
	const char *name;
	const char *pattern;
	const char *imm;
	enum insn_op op;
	unsigned int width_log2;
	unsigned int flags;
	unsigned int amo;
};

/* Where one operand stands: @bits letters, the first of them at word bit top. */
struct reference_field {
	uint32_t mask;
	unsigned int shift;
	unsigned int base;  /* added to the field */
	unsigned int scale; /* the field counts in units of 1 << scale */
};

/* A row made ready for comparing. */
struct reference_row {
	const struct reference_text *text;
	uint32_t mask;
	uint32_t match;
	uint32_t nonzero; /* when not 0: bits of the word that may not all be 0 */
	unsigned int len;
	struct reference_field rd, rs1, rs2, csr;
	bool is_signed;
	unsigned int imm_count;
	unsigned int imm_from[12]; /* bit of the word, */
	unsigned int imm_to[12];   /* bit of the immediate */
};

/* Fill the table from its text.  Exits with 2 when the text itself is malformed. */
void reference_init(void);

/* Number of rows, and row @i of them.  After reference_init(). */
size_t reference_count(void);
const struct reference_row *reference_get(size_t i);

/* Does @word fit @row? */
static inline bool reference_fits(const struct reference_row *row, uint32_t word)
{
	return ((word ^ row->match) & row->mask) == 0 &&
	       (row->nonzero == 0 || (word & row->nonzero) != 0);
}

/* What insn_decode(@word) must answer when @row fits it; @row NULL: when no row fits. */
struct insn reference_expect(const struct reference_row *row, uint32_t word);

#endif
