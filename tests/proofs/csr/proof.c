/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CSR instruction of the firmware does what it does in M-mode.
 *
 * Proved: csrrw, csrrs, csrrc and an immediate form, with and without a register to write and to
 * read, on the CSR that PROOF_CSR numbers, from every state: registers, pc and all CSRs are as the
 * model's afterwards, a trap if the CSR is not there or read-only included, and the cage holds.
 * Assumed: a hart without H, AIA, Smepmp, PMP entries (proof pmp) and triggers; no policy. Which
 * registers an instruction names is decoded from concrete words: exhaustive/ sees to the others.
 * Bounds: loops over 32 registers and 64 interrupts are unrolled completely.
 */
#include "monitor/emulate.h"
#include "proof.h"

#define CSRRW 1
#define CSRRS 2
#define CSRRC 3
#define CSRRSI 6
#define WORD(op, rd, rs1) ((uint32_t)PROOF_CSR << 20 | (rs1) << 15 | (op) << 12 | (rd) << 7 | 0x73)

static void check_word(uint32_t word)
{
	start_anywhere();
	word_at_pc = word;
	hart.tval = physical.mtval = native.can.illegal_tval ? word : 0;
	emulate_privileged(&hart, word);
	model_step(&native, word);
	compare_everything();
}

int main(void)
{
	check_word(WORD(CSRRW, 5, 18));
	check_word(WORD(CSRRW, 0, 31));
	check_word(WORD(CSRRS, 18, 5));
	check_word(WORD(CSRRS, 31, 0));
	check_word(WORD(CSRRC, 1, 10));
	check_word(WORD(CSRRSI, 27, 31));
	witness();
	return 0;
}
