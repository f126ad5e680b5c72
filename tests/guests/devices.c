/* SPDX-License-Identifier: Apache-2.0 */
/* The UART, the PLIC and the test finisher answer every width as natively, from M, S and U. */
#include "payload.h"
#include "insn.h"

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };

	for (unsigned m = 0; m < 3; m++) {
		enum mode mode = modes[m];

		payload_word("lb LCR", mode, insn_load(0, A0, A1, 0), UART_BASE + 3);
		payload_word("lw scratch", mode, insn_load(2, A0, A1, 0), UART_BASE + 7);
		payload_word("sb scratch", mode, insn_store(0, A0, A1, 0), UART_BASE + 7);
		payload_word("lbu scratch", mode, insn_load(4, A0, A1, 0), UART_BASE + 7);
		payload_word("ld misaligned", mode, insn_load(3, A0, A1, 0), UART_BASE + 1);
		payload_word("lw priority", mode, insn_load(2, A0, A1, 0), PLIC_BASE + 40);
		payload_word("sw priority", mode, insn_store(2, A0, A1, 0), PLIC_BASE + 40);
		payload_word("lw priority", mode, insn_load(2, A0, A1, 0), PLIC_BASE + 40);
		payload_word("ld priority", mode, insn_load(3, A0, A1, 0), PLIC_BASE + 40);
		payload_word("lb priority", mode, insn_load(0, A0, A1, 0), PLIC_BASE + 40);
		payload_word("sw enable", mode, insn_store(2, A0, A1, 0), PLIC_BASE + 0x2000);
		payload_word("lw enable", mode, insn_load(2, A0, A1, 0), PLIC_BASE + 0x2000);
		payload_word("lw threshold", mode, insn_load(2, A0, A1, 0), PLIC_BASE + 0x200000);
		payload_word("lw claim", mode, insn_load(2, A0, A1, 0), PLIC_BASE + 0x200004);
		payload_word("lw finisher", mode, insn_load(2, A0, A1, 0), FINISHER_BASE);
		payload_word("ld finisher", mode, insn_load(3, A0, A1, 0), FINISHER_BASE);
		payload_word("sb finisher", mode, insn_store(0, ZERO, A1, 0), FINISHER_BASE);
		payload_word("lw boot ROM", mode, insn_load(2, A0, A1, 0), 0x1000);
		payload_word("sw boot ROM", mode, insn_store(2, A0, A1, 0), 0x1000);
		payload_word("lw address 0", mode, insn_load(2, A0, A1, 0), 0);
		payload_word("lw nothing", mode, insn_load(2, A0, A1, 0), UNMAPPED);
		payload_word("lw past RAM", mode, insn_load(2, A0, A1, 0), 0xc0000000ul);
		payload_word("lw far away", mode, insn_load(2, A0, A1, 0), 1ul << 55);
		payload_word("lw at the top", mode, insn_load(2, A0, A1, 0), ~3ul);
		payload_word("flash", mode, insn_load(2, A0, A1, 0), 0x20000000ul);
	}
}
