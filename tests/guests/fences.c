/* SPDX-License-Identifier: Apache-2.0 */
/* sfence.vma, Svinval and the hypervisor fences with every choice of operands, in every mode. */
#include "guest.h"
#include "insn.h"

void guest_main(void)
{
	static const uint32_t functions[] = {
		F7_SFENCE_VMA, F7_SINVAL_VMA, F7_HFENCE_VVMA, F7_HINVAL_VVMA, F7_HFENCE_GVMA,
		F7_HINVAL_GVMA, 0x0c, 0x08,
	};
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U, MODE_VS, MODE_VU };

	for (unsigned m = 0; m < (has_ext('H') ? 5 : 3); m++)
		for (unsigned f = 0; f < 8; f++)
			for (unsigned operands = 0; operands < 4; operands++) {
				struct context c;
				uint32_t word = insn_fence(functions[f], operands & 1 ? A0 : 0,
					operands & 2 ? A1 : 0);

				csr_write(CSR_SEPC, &code_page[2]);
				run_word(&c, modes[m], word, 0x80000000ul, 1);
				say("%s %x: cause=%x tval=%x at=%x\n", mode_name(modes[m]),
					(uint64_t)word, c.trap.cause, c.trap.tval,
					c.trap.epc - (uint64_t)code_page);
			}
}
