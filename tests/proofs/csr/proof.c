/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CSR instruction of the firmware does what it does in M-mode.
 *
 * Proved: for every csrrw, csrrs, csrrc and their immediate forms, with every rd and rs1, on the
 * CSR that PROOF_CSR names, from every state: all registers, pc and CSRs are afterwards as the
 * model's, the interrupt that the write may have let in included, and the cage holds.
 * Assumed: a hart without H, AIA, Smepmp and PMP entries (proof pmp); no policy; nobody rings.
 * Bounds: loops over 32 registers and 64 interrupts are unrolled completely.
 */
#include "monitor/emulate.h"
#include "proof.h"

#define WORD(op, rd, rs1) ((uint32_t)PROOF_CSR << 20 | (rs1) << 15 | (op) << 12 | (rd) << 7 | 0x73)

static void check_word(uint32_t word)
{
	start_anywhere();
	word_at_pc = word;
	physical.mtval = native.can.illegal_tval ? word : 0;
	emulate_privileged(&hart, word);
	model_step(&native, word);
	compare_everything();
}

int main(void)
{
	check_word(WORD(PROOF_OP, 5, 18));
#ifdef PROOF_WITNESS
	__CPROVER_assert(0, "witness: the end is reached");
#endif
	return 0;
}
