/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's stores to the interrupt controller, one after the other and in every width. */
#include "payload.h"
#include "insn.h"

/* c.sw a0, 0(a1), which the next instruction would follow: c.nop */
#define C_SW 0x0001c188u

static void store_and_load(uint64_t at)
{
	payload_word("sw", MODE_M, insn_store(2, A0, A1, 0), at);
	payload_word("lw", MODE_M, insn_load(2, A0, A1, 0), at);
}

/* Each once more: what has passed before says nothing of the next. */
static void every_width(uint64_t at)
{
	for (unsigned int again = 0; again < 2; again++) {
		for (unsigned int width = 0; width < 4; width++) {
			payload_word("width", MODE_M, insn_store(width, A0, A1, 0), at);
		}
		payload_word("c.sw", MODE_M, C_SW, at);
		payload_word("sw misaligned", MODE_M, insn_store(2, A0, A1, 0), at + 2);
		payload_word("amoswap.w", MODE_M, insn_amo(1, 2, A0, A1, A2), at);
		store_and_load(at);
	}
}

void guest_main(void)
{
	static const uint64_t enables = PLIC_BASE + 0x2000, context = PLIC_BASE + 0x200000;

	for (uint64_t source = 0; source < 104; source++) {
		store_and_load(PLIC_BASE + 4 * source);
	}
	every_width(PLIC_BASE + 40);
	every_width(PLIC_BASE + 0xfc);	/* the end of the monitor's block */
	every_width(PLIC_BASE + 0xffc);
	for (uint64_t word = 0; word < 4; word++) {
		store_and_load(enables + 4 * word);
		store_and_load(enables + 0x80 + 4 * word);
	}
	every_width(enables);
	every_width(context);
	store_and_load(context + 4);
	store_and_load(context + 0x1000);
	store_and_load(PLIC_BASE - 4);
}
