/* SPDX-License-Identifier: Apache-2.0 */
/* Privileged instructions in two halves on two pages, and compressed ones at the end of a page. */
/* Evidence for I-PC-1. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

static void probe(const char *name, uint32_t word, uint64_t offset, uint64_t a1)
{
	uint64_t at = (uint64_t)data_pages + PAGE_SIZE - offset;
	struct context c;

	for (uint64_t i = 0; i < 16; i += 2)
		store16((uint64_t)data_pages + PAGE_SIZE - 8 + i, C_EBREAK);
	store16(at, (uint16_t)word);
	if ((word & 3) == 3)
		store16(at + 2, (uint16_t)(word >> 16));
	fence_i();
	context_init(&c, MODE_M, at);
	c.x[A1] = a1;
	run(&c);
	say_context(name, &c);
}

void guest_main(void)
{
	csr_write(CSR_SSCRATCH, 0x1234);
	store64(CLINT_MTIMECMP(0), 0x5678567856785678ul);
	for (uint64_t offset = 2; offset <= 6; offset += 2) {
		probe("csrr", csr_insn(CSRRS, A0, CSR_SSCRATCH, 0), offset, 0);
		probe("csrw", csr_insn(CSRRW, A0, CSR_SSCRATCH, A1), offset, 0x1234);
		probe("illegal", 0xffffffff, offset, 0);
		probe("ld mtimecmp", insn_load(3, A0, A1, 0), offset, CLINT_MTIMECMP(0));
		probe("c.ld mtimecmp", 0x6188, offset, CLINT_MTIMECMP(0));
		probe("c.lw mtimecmp", 0x4188, offset, CLINT_MTIMECMP(0));
		probe("ecall", INSN_ECALL, offset, 0);
		probe("sfence.vma", 0x12000073, offset, 0);
		probe("c.unimp", 0, offset, 0);
	}
}
