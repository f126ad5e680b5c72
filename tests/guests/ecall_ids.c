/* SPDX-License-Identifier: Apache-2.0 */
/* An ecall from M, S or U reaches the firmware's handler whatever numbers are in a6 and a7. */
#include "guest.h"
#include "insn.h"

static uint64_t try_one(enum mode mode, uint64_t a7, uint64_t a6, uint64_t a0)
{
	uint32_t word = INSN_ECALL;
	struct context c;

	context_init(&c, mode, 0);
	for (unsigned i = 1; i < 32; i++)
		c.x[i] = i;
	c.x[A0] = a0;
	c.x[A6] = a6;
	c.x[A7] = a7;
	run_words(&c, mode, &word, 1);
	check(c.trap.epc == (uint64_t)code_page, "the ecall was not delivered at its own address");
	return hash_words(&c.x[1], 31) ^ c.trap.cause;
}

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };
	static const uint64_t ids[] = {
		0, 1, 2, 8, 0x10, 0x54494d45, 0x735049, 0x52464e43, 0x48534d, 0x53525354, 0x504d55,
		0x4442434e, 0x0a000000, 0x08000000, 0x08424b45, 0x0affffff, 0x434f5245,
		0xabcdefabul,
		0x436f726400000000ul, ~0ul, 1ul << 63, 0x09000000, 0x0b000000,
	};

	for (unsigned m = 0; m < 3; m++)
		for (unsigned i = 0; i < sizeof(ids) / 8; i++) {
			say("%s %x:", mode_name(modes[m]), ids[i]);
			for (uint64_t a6 = 0; a6 < 4; a6++)
				say(" %x", try_one(modes[m], ids[i], a6, UNMAPPED));
			say("\n");
		}
}
