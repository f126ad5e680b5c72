/* SPDX-License-Identifier: Apache-2.0 */
/* An exception enters the direct handler at its first instruction with the right CSRs. */
/* Evidence for I-PC-1. */
#include "guest.h"

/* The handler's first instructions count themselves, so a skipped or repeated one is seen. */
__asm__(
	".align 2\n"
	"probe_handler:\n"
	"	addi a0, a0, 1\n"
	"	addi a0, a0, 2\n"
	"	addi a0, a0, 4\n"
	"	csrr a1, mcause\n"
	"	csrr a2, mtval\n"
	"	csrr a3, mepc\n"
	"	csrr a4, mstatus\n"
	"	csrw mtvec, a5\n"
	"	ebreak\n");
extern const char probe_handler[], trap_entry[];

static void probe(const char *name, uint32_t word, uint64_t a1)
{
	struct context c;

	context_init(&c, MODE_M, (uint64_t)code_page);
	code_put(&word, 1);
	c.x[11] = a1;
	c.x[15] = (uint64_t)trap_entry;
	csr_write(CSR_MTVEC, probe_handler);
	run(&c);
	csr_write(CSR_MTVEC, trap_entry);
	say("%s: count=%x cause=%x tval=%x epc=%x status=%x\n", name, c.x[10], c.x[11], c.x[12],
		c.x[13], c.x[14]);
	check(c.x[10] == 7, "the handler's first instructions did not run exactly once");
}

void guest_main(void)
{
	probe("all-ones word", 0xffffffff, 0);
	probe("zero halfword", 0x00000000, 0);
	probe("ecall", 0x00000073, 0);
	probe("ebreak", 0x00100073, 0);
	probe("c.ebreak", 0x90029002, 0);
	probe("unknown CSR", csr_insn(CSRRW, 10, 0x5c0, 11), 0);
	probe("write to a read-only CSR", csr_insn(CSRRW, 10, CSR_MHARTID, 11), 0);
	probe("custom-0", 0x0000000b, 0);
	probe("load from nowhere", 0x0005b503, UNMAPPED);
	probe("store to nowhere", 0x00b5b023, UNMAPPED);
	probe("jump to nowhere", 0x000585e7, UNMAPPED);
	probe("misaligned lr.d", 0x1005b52f, (uint64_t)code_page + 1);
	probe("dret", 0x7b200073, 0);
	probe("mnret", 0x70200073, 0);
	probe("uret", 0x00200073, 0);
}
