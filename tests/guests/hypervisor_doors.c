/* SPDX-License-Identifier: Apache-2.0 */
/* hstatus.VTVM, VTW and VTSR, and sret between HS and VS with SPV. */
#include "guest.h"
#include "insn.h"

static const struct {
	const char *name;
	uint32_t word;
} words[] = {
	{ "sfence.vma", 0x12000073 }, { "sinval.vma", 0x16000073 }, { "csrr satp", 0x18002573 },
	{ "sret", INSN_SRET }, { "csrr hgatp", 0x68002573 },
	{ "hfence.vvma", 0x22000073 }, { "hinval.gvma", 0x66000073 }, { "csrr time", 0xc0102573 },
	{ "csrr vsatp", 0x28002573 }, { "mret", INSN_MRET },
};

void guest_main(void)
{
	static const uint64_t bits[] = {
		0, HSTATUS_VTVM, HSTATUS_VTSR, HSTATUS_VTVM | HSTATUS_VTSR,
	};
	static const enum mode modes[] = { MODE_VS, MODE_VU };
	struct context c;

	for (unsigned b = 0; b < 4; b++)
		for (unsigned m = 0; m < 2; m++)
			for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
				csr_write(CSR_HSTATUS, bits[b]);
				csr_write(CSR_VSEPC, &code_page[2]);
				csr_write(CSR_VSSTATUS, 0);
				run_word(&c, modes[m], words[i].word, 0, 0);
				say("hstatus %x %s: ", bits[b], words[i].name);
				say_context(mode_name(modes[m]), &c);
			}
	/* An sret of HS with SPV enters VS or VU, where hstatus traps as virtual. */
	for (unsigned b = 0; b < 4; b++) {
		uint32_t enter[] = { csr_insn(CSRRW, 0, CSR_SEPC, A0), INSN_SRET,
			csr_insn(CSRRS, A2, CSR_HSTATUS, 0) };
		uint64_t spp = b & 1 ? MSTATUS_SPP : 0, spv = b & 2 ? HSTATUS_SPV : 0;

		csr_write(CSR_HSTATUS, spv);
		context_init(&c, MODE_S, 0);
		c.x[A0] = (uint64_t)&code_page[2];
		csr_clear(CSR_MSTATUS, MSTATUS_SPP);
		c.status_set = spp;
		run_words(&c, MODE_S, enter, 3);
		say("SPP %x SPV %x: cause=%x tval=%x at=%x status=%x hstatus=%x\n", spp, spv,
			c.trap.cause, c.trap.tval, c.trap.epc - (uint64_t)code_page, c.trap.status,
			csr_read(CSR_HSTATUS));
	}
}
