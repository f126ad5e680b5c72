/* SPDX-License-Identifier: Apache-2.0 */
/* A PLIC interrupt for M-mode is taken by the firmware, in its own code and from the payload. */
#include "guest.h"
#include "insn.h"

#define UART_IRQ 10
#define CLAIM    (PLIC_BASE + 0x200004)

static volatile uint64_t claims;

static void handle(struct frame *f, struct trap *t)
{
	uint32_t claim = load32(CLAIM);

	(void)f;
	store8(UART_BASE + 1, 0);
	store32(CLAIM, claim);
	claims++;
	say("trap: cause=%x claim=%x status=%x\n", t->cause, (uint64_t)claim, t->status);
}

void guest_main(void)
{
	uint32_t loop[] = { 0x00150513, 0xffdff06f };
	struct context c;

	store32(PLIC_BASE + 4 * UART_IRQ, 7);
	store32(PLIC_BASE + 0x2000, 1u << UART_IRQ);
	store32(PLIC_BASE + 0x200000, 0);
	hook_set(handle);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MEI));
	csr_set(CSR_MSTATUS, MSTATUS_MIE);
	store8(UART_BASE + 1, 2);
	while (!claims)
		;
	csr_clear(CSR_MSTATUS, MSTATUS_MIE);
	store8(UART_BASE + 1, 2);
	context_init(&c, MODE_S, 0);
	run_words(&c, MODE_S, loop, 2);
	store8(UART_BASE + 1, 0);
	say("from S: cause=%x status=%x mip=%x\n", c.trap.cause, c.trap.status, csr_read(CSR_MIP));
	store32(CLAIM, load32(CLAIM));
	say("mip=%x\n", csr_read(CSR_MIP));
}
