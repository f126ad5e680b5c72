/* SPDX-License-Identifier: Apache-2.0 */
/* What mtvec, stvec, mepc, mcause, mtval and mscratch keep of what is written to them. */
/* Evidence for I-CSR-1. */
#include "guest.h"
#include "insn.h"

static void probe(const char *name, unsigned csr)
{
	static const uint64_t values[] = {
		0, 1, 2, 3, 4, 5, 6, 0xfc, 0x80000001, 0x80000002, 0x80000003, 0x80000004,
		0x8000000000000000ul, 0x8000000000000001ul, 0x7ffffffffffffffful, ~0ul, 0xdeadbeef,
		0x123456789abcdef0ul, 0x123456789abcdef1ul,
	};
	struct context c;

	for (unsigned i = 0; i < sizeof(values) / 8; i++) {
		uint32_t words[] = {
			csr_insn(CSRRW, A0, csr, A1), csr_insn(CSRRS, A2, csr, 0),
			csr_insn(CSRRW, 0, csr, A0),
		};

		context_init(&c, MODE_M, 0);
		c.x[A1] = values[i];
		run_words(&c, MODE_M, words, 3);
		say("%s %x: %x\n", name, values[i], c.x[A2]);
	}
}

void guest_main(void)
{
	probe("mtvec", CSR_MTVEC);
	probe("stvec", CSR_STVEC);
	probe("mepc", CSR_MEPC);
	probe("sepc", CSR_SEPC);
	probe("mcause", CSR_MCAUSE);
	probe("scause", CSR_SCAUSE);
	probe("mtval", CSR_MTVAL);
	probe("mscratch", CSR_MSCRATCH);
	probe("satp", CSR_SATP);
	probe("misa", CSR_MISA);
	say("misa %x mvendorid %x marchid %x mimpid %x mhartid %x mconfigptr %x\n",
		csr_read(CSR_MISA), csr_read(CSR_MVENDORID), csr_read(CSR_MARCHID),
		csr_read(CSR_MIMPID), csr_read(CSR_MHARTID),
		has_csr(CSR_MCONFIGPTR) ? csr_read(CSR_MCONFIGPTR) : 0);
}
