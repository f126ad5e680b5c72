/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's own set-up of the UART: divisor, line control, FIFO and loop-back. */
#include "guest.h"

#define REG(n) (UART_BASE + (n))

void guest_main(void)
{
	uint64_t looped = 0;

	store8(REG(3), 0x80);
	store8(REG(0), 3);
	store8(REG(1), 0);
	store8(REG(3), 0x03);
	store8(REG(2), 0x07);
	store8(REG(4), 0x13);
	store8(REG(0), 'x');
	for (unsigned i = 0; i < 100000 && !(load8(REG(5)) & 1); i++)
		;
	looped = load8(REG(5)) & 1 ? load8(REG(0)) : 0;
	store8(REG(4), 0);
	say("LCR %x MCR %x IER %x looped %x\n", (uint64_t)load8(REG(3)), (uint64_t)load8(REG(4)),
		(uint64_t)load8(REG(1)), looped);
}
