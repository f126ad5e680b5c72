/* SPDX-License-Identifier: Apache-2.0 */
/* tvm, tw, tsr and ecalls, ebreaks and illegal instructions of the payload reach M-mode exactly. */
#include "guest.h"
#include "insn.h"

#define HLV_W 0x6805c573u /* hlv.w a0, (a1) */

static const struct {
	const char *name;
	uint32_t word;
} words[] = {
	{ "ecall", INSN_ECALL }, { "ebreak", INSN_EBREAK },
	{ "c.ebreak", 0x90029002 }, { "ones", 0xffffffff }, { "zeroes", 0 },
	{ "mret", INSN_MRET }, { "sret", INSN_SRET }, { "sfence.vma", 0x12000073 },
	{ "sfence.vma a0, a1", 0x12b50073 }, { "sinval.vma", 0x16000073 },
	{ "sfence.w.inval", INSN_SFENCE_W_INVAL }, { "sfence.inval.ir", INSN_SFENCE_INVAL_IR },
	{ "csrr satp", 0x18002573 }, { "csrw satp", 0x18051073 }, { "csrr mstatus", 0x30002573 },
	{ "csrr hstatus", 0x60002573 }, { "csrr vsatp", 0x28002573 }, { "hfence.vvma", 0x22000073 },
	{ "hfence.gvma", 0x62000073 }, { "hlv.w a0, (a1)", 0x6805c573 }, { "dret", 0x7b200073 },
	{ "csrr time", 0xc0102573 }, { "fadd.s", 0x00b57553 }, { "csrr fcsr", 0x00302573 },
	{ "nop", INSN_NOP }, { "fence.i", INSN_FENCE_I },
};

static void sweep(enum mode mode)
{
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct context c;

		csr_write(CSR_SEPC, &code_page[2]);
		run_word(&c, mode, words[i].word, 0, 0);
		c.x[A0] = 0;
		/* QEMU 7.2 leaves the word of an earlier trap in mtval for hlv outside M and S. */
		if (words[i].word == HLV_W && c.trap.cause != CAUSE_LOAD_ACCESS)
			c.trap.tval = 0;
		say(" %s ", mode_name(mode));
		say_context(words[i].name, &c);
	}
}

void guest_main(void)
{
	static const uint64_t bits[] = { 0, MSTATUS_TVM, MSTATUS_TSR, MSTATUS_TVM | MSTATUS_TSR };

	for (unsigned i = 0; i < 4; i++) {
		csr_clear(CSR_MSTATUS, MSTATUS_TVM | MSTATUS_TSR);
		csr_set(CSR_MSTATUS, bits[i]);
		say("with %x\n", bits[i]);
		sweep(MODE_S);
		sweep(MODE_U);
		if (has_ext('H')) {
			sweep(MODE_VS);
			sweep(MODE_VU);
		}
	}
}
