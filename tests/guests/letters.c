/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A character from each register, by one store that is executed again and again, and by another
 * one that takes its place: what is printed is what the instruction that is there now stores.
 */
/* Evidence for I-RUN-2, I-SBX-7. */
#include "guest.h"
#include "insn.h"

#define TIMES 3

static void wait_for_room(void)
{
	while (!(load8(UART_BASE + 5) & 0x20))
		;
}

/* The word at code_page stores the register's low byte; the rest of it is none of the UART's. */
static void print_from(unsigned reg, const char *text)
{
	unsigned base = reg == A1 ? A2 : A1;
	uint32_t word = insn_store(0, reg, base, 0);
	struct context c;

	for (; *text; text++) {
		context_init(&c, MODE_M, 0);
		for (unsigned other = 1; other < 32; other++)
			c.x[other] = '?';
		c.x[base] = UART_BASE;
		c.x[reg] = 0xfedcba9876543200ul | (uint8_t)*text;
		wait_for_room();
		run_words(&c, MODE_M, &word, 1);
		check(c.trap.cause == CAUSE_BREAKPOINT, "the store of a character trapped");
		check(c.x[base] == UART_BASE && (uint8_t)c.x[reg] == (uint8_t)*text,
			"the store of a character changed a register");
	}
}

void guest_main(void)
{
	for (unsigned i = 0; i < TIMES; i++) {
		for (unsigned reg = 1; reg < 32; reg++) {
			say("x%d: ", reg);
			print_from(reg, "aZ ~\r\t.\n");
		}
	}
	/* From one instruction of many registers, and none of them twice in a row. */
	for (unsigned i = 0; i < TIMES; i++) {
		for (unsigned reg = 1; reg < 32; reg++)
			print_from(reg, (const char[]){ (char)('a' + reg % 26), 0 });
		print_from(T0, "\n\n.\n");
	}
	say("done\n");
}
