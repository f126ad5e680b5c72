/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mstatus.GVA is set by a trap that writes a guest address to mtval, by no other (Priv. 18.4.1):
 * not by calls out of VS-mode that was entered by sret of HS-mode or mret of the firmware.
 */
/* Evidence for I-WLD-5. */
#include "guest.h"
#include "insn.h"

__asm__(
	".align 2\n"
	"call_firmware:\n"
	"	ecall\n");
extern const char call_firmware[];

static void say_from(const char *name, const struct context *c)
{
	say("%s: cause=%x MPV %x GVA %x MPP %x\n", name, c->trap.cause,
		(c->trap.status & MSTATUS_MPV) != 0, (c->trap.status & MSTATUS_GVA) != 0,
		c->trap.status >> MSTATUS_MPP_SHIFT & 3);
}

/* HS-mode leaves for VS-mode, which executes word. */
static void by_sret(const char *name, uint32_t word)
{
	uint32_t words[] = { csr_insn(CSRRW, 0, CSR_SEPC, A0), INSN_SRET, word };
	struct context c;

	csr_write(CSR_HSTATUS, HSTATUS_SPV);
	context_init(&c, MODE_S, 0);
	c.x[A0] = (uint64_t)&code_page[2];
	c.x[A1] = UNMAPPED;
	c.status_set = MSTATUS_SPP;
	run_words(&c, MODE_S, words, 3);
	say_from(name, &c);
}

/* The trap before has left MPV set, and this mret goes back. */
static void by_mret(const char *name, uint32_t word)
{
	struct context c;

	context_init(&c, MODE_VS, 0);
	run_words(&c, MODE_VS, &word, 1);
	say_from(name, &c);
}

void guest_main(void)
{
	csr_write(CSR_STVEC, call_firmware);
	by_sret("sret, ecall", INSN_ECALL);
	for (unsigned i = 0; i < 3; i++)
		by_mret("mret, ecall", INSN_ECALL);
	csr_write(CSR_MEDELEG, 1ul << CAUSE_ECALL_VS);
	by_mret("mret, ecall to HS-mode", INSN_ECALL);
	by_sret("sret, ecall to HS-mode", INSN_ECALL);
	by_sret("sret, load", insn_load(3, A0, A1, 0));
}
