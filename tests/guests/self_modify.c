/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware that writes its own code and executes fence.i sees the new code at once. */
#include "guest.h"
#include "insn.h"

void guest_main(void)
{
	uint64_t (*volatile code)(void) = (uint64_t (*)(void))(uint64_t)code_page;
	uint64_t sum = 0;

	for (int32_t i = 0; i < 200; i++) {
		/*
		 * addi a0, zero, i; ret, one time out of two with a privileged instruction first.
		 */
		code_page[0] = i & 1 ? csr_insn(CSRRS, T0, CSR_MSCRATCH, 0) : INSN_NOP;
		code_page[1] = insn_i(0x13, 0, A0, ZERO, i);
		code_page[2] = 0x00008067;
		fence_i();
		check(code() == (uint64_t)i, "old code was executed");
		sum += code();
	}
	say("sum %x\n", sum);
}
