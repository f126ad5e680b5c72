/* SPDX-License-Identifier: Apache-2.0 */
/* In vectored mode exceptions enter at the base and interrupts at base + 4 * cause. */
/* Evidence for I-PC-1. */
#include "guest.h"

/* Sixteen slots; slot n jumps away with n in a0 (the number of instructions must be exact). */
__asm__(
	".option push\n"
	".option norvc\n"
	".align 8\n"
	"vector_table:\n"
	".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	"	j vector_\\n\n"
	".endr\n"
	".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	"vector_\\n:\n"
	"	li a0, \\n\n"
	"	j vector_done\n"
	".endr\n"
	"vector_done:\n"
	"	csrr a1, mcause\n"
	"	csrr a2, mepc\n"
	"	csrr a3, mstatus\n"
	"	csrw mtvec, a5\n"
	"	ebreak\n"
	".option pop\n");
extern const char vector_table[], trap_entry[];

static void probe(const char *name, uint32_t word, uint64_t mip, uint64_t mie)
{
	struct context c;

	context_init(&c, MODE_M, (uint64_t)code_page);
	code_put(&word, 1);
	c.x[15] = (uint64_t)trap_entry;
	c.status_set = MSTATUS_MPIE;
	csr_write(CSR_MIE, mie);
	csr_write(CSR_MIP, mip);
	csr_write(CSR_MTVEC, (uint64_t)vector_table | 1);
	run(&c);
	csr_write(CSR_MTVEC, trap_entry);
	csr_write(CSR_MIP, 0);
	csr_write(CSR_MIE, 0);
	say("%s: slot=%d cause=%x epc=%x status=%x\n", name, c.x[10], c.x[11], c.x[12], c.x[13]);
}

void guest_main(void)
{
	uint64_t delegable = IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_SEI);

	probe("illegal", 0xffffffff, 0, 0);
	probe("ecall", 0x00000073, 0, 0);
	probe("ebreak", 0x00100073, 0, 0);
	probe("SSI", 0x00000013, IRQ_BIT(IRQ_SSI), delegable);
	probe("STI", 0x00000013, IRQ_BIT(IRQ_STI), delegable);
	probe("SEI", 0x00000013, IRQ_BIT(IRQ_SEI), delegable);
	probe("SSI and STI", 0x00000013, IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI), delegable);
	probe("all three", 0x00000013, delegable, delegable);
	store32(CLINT_MSIP(0), 1);
	probe("MSI over all three", 0x00000013, delegable, delegable | IRQ_BIT(IRQ_MSI));
	store32(CLINT_MSIP(0), 0);
	store64(CLINT_MTIMECMP(0), 0);
	probe("MTI over STI", 0x00000013, IRQ_BIT(IRQ_STI), IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_MTI));
	probe("SEI over STI", 0x00000013, IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_SEI), delegable);
	store64(CLINT_MTIMECMP(0), ~0ul);
	csr_write(CSR_MTVEC, (uint64_t)vector_table | 2);
	say("mtvec mode 2 reads back %x\n", csr_read(CSR_MTVEC));
	csr_write(CSR_MTVEC, ((uint64_t)vector_table + 4) | 3);
	say("mtvec mode 3 reads back %x\n", csr_read(CSR_MTVEC));
	csr_write(CSR_MTVEC, trap_entry);
}
