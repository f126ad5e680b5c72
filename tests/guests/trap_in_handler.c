/* SPDX-License-Identifier: Apache-2.0 */
/* A handler that traps itself enters itself again, with the CSRs of the second trap. */
#include "guest.h"
#include "insn.h"

/* First entry: keep what is seen and trap again; second: keep that and give up by ebreak. */
__asm__(
	".align 2\n"
	"double_handler:\n"
	"	addi s0, s0, 1\n"
	"	li t0, 2\n"
	"	beq s0, t0, 1f\n"
	"	csrr s2, mcause\n"
	"	csrr s3, mepc\n"
	"	csrr s4, mstatus\n"
	"	.word 0xffffffff\n"
	"1:	csrr s5, mcause\n"
	"	csrr s6, mepc\n"
	"	csrr s7, mstatus\n"
	"	csrr s8, mtval\n"
	"	csrw mtvec, a5\n"
	"	ebreak\n");
extern const char double_handler[], trap_entry[];

static void probe(const char *name, enum mode mode, uint32_t word, uint64_t status)
{
	struct context c;

	context_init(&c, mode, (uint64_t)code_page);
	code_put(&word, 1);
	c.x[A5] = (uint64_t)trap_entry;
	c.status_set = status;
	csr_write(CSR_MTVEC, double_handler);
	run(&c);
	csr_write(CSR_MTVEC, trap_entry);
	say("%s: first %x %x %x, second %x %x %x tval %x, last %x status %x\n", name, c.x[S2],
		c.x[S3], c.x[20], c.x[21], c.x[22] - (uint64_t)double_handler, c.x[23], c.x[24],
		c.trap.cause, c.trap.status);
}

void guest_main(void)
{
	probe("illegal in M", MODE_M, 0xffffffff, 0);
	probe("illegal in M with MIE", MODE_M, 0xffffffff, MSTATUS_MPIE);
	probe("ecall from S", MODE_S, INSN_ECALL, 0);
	probe("ecall from U", MODE_U, INSN_ECALL, MSTATUS_MPIE);
}
