/* SPDX-License-Identifier: Apache-2.0 */
/* CSR instructions with every choice of rd and rs1, equal ones, x0 and sp among them. */
/* Evidence for I-MON-3. */
#include "guest.h"
#include "insn.h"

static uint64_t probe(enum csr_op op, unsigned csr, unsigned rd, unsigned rs1)
{
	uint32_t word = csr_insn(op, rd, csr, rs1);
	struct context c;

	context_init(&c, MODE_M, 0);
	for (unsigned i = 1; i < 32; i++)
		c.x[i] = 0x0101010101010101ul * i;
	csr_write(CSR_SSCRATCH, 0x123456789abcdef0ul);
	run_words(&c, MODE_M, &word, 1);
	c.x[0] = csr_read(CSR_SSCRATCH);
	check(c.trap.epc == (uint64_t)code_page + 4, "did not go on behind the instruction");
	return hash_words(c.x, 32);
}

void guest_main(void)
{
	static const enum csr_op ops[] = { CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI };

	for (unsigned o = 0; o < 6; o++) {
		uint64_t hashes[32];

		for (unsigned rd = 0; rd < 32; rd++) {
			for (unsigned rs1 = 0; rs1 < 32; rs1++)
				hashes[rs1] = probe(ops[o], CSR_SSCRATCH, rd, rs1);
			say("op %d rd x%d: %x, rs1=rd: %x\n", (int64_t)ops[o], (int64_t)rd,
				hash_words(hashes, 32), hashes[rd]);
		}
	}
}
