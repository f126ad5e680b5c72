/* SPDX-License-Identifier: Apache-2.0 */
/* CLINT, PLIC and UART, which firmware and payload share. */
#include "hostile.h"

/* ---- the CLINT ---- */

static uint64_t clint_step(struct context *c, uint64_t step)
{
	uint64_t cause = NO_TRAP;

	catch_begin();
	if (step == 0)
		store64(CLINT_MTIME, 5);
	if (step == 1)
		store64(CLINT_MTIME, ~0ul >> 1);
	if (step == 2)
		for (unsigned id = 0; id < 8; id++) {
			store64(CLINT_MTIMECMP(id), 0);
			store32(CLINT_MSIP(id), 1);
		}
	if (step == 3)
		store64(CLINT_BASE + 0xfffc, ~0ul);
	if (step == 4)
		store32(CLINT_MSIP(4095), 1);
	if (step == 5)
		store64(CLINT_BASE + 0xbffc, 0);
	cause = catch_end().cause;
	c->x[A1] = cause;
	return 0;
}

/* ---- the payload's contexts of the PLIC ---- */

#define PLIC_ENABLE(context) (PLIC_BASE + 0x2000 + (context) * 0x80ul)
#define PLIC_CONTEXT(context) (PLIC_BASE + 0x200000 + (context) * 0x1000ul)
#define S_CONTEXT 1u

static uint64_t plic_step(struct context *c, uint64_t step)
{
	uint32_t value = 0;

	if (step == 0)
		c->x[A1] = try_store32(PLIC_ENABLE(S_CONTEXT), 0);
	if (step == 1)
		c->x[A1] = try_store32(PLIC_CONTEXT(S_CONTEXT), 7);
	if (step == 2) {
		try_load32(PLIC_CONTEXT(S_CONTEXT) + 4, &value); /* claim */
		c->x[A1] = value;
	}
	return 0;
}

/* ---- the interrupt controller is left so that the payload gets nothing ---- */

#define UART_IRQ 10u

static void leave_claimed(void)
{
	store32(PLIC_BASE + 4 * UART_IRQ, 7);
	store32(PLIC_ENABLE(S_CONTEXT), 1u << UART_IRQ);
	store32(PLIC_CONTEXT(S_CONTEXT), 0);
	store8(UART_BASE + 1, 2); /* the transmitter is empty */
	time_spin(10000);
	load32(PLIC_CONTEXT(S_CONTEXT) + 4); /* claimed, and never completed */
	store8(UART_BASE + 1, 0);
	store32(PLIC_ENABLE(S_CONTEXT), 0);
	store32(PLIC_CONTEXT(S_CONTEXT), 7);
}

/* ---- what the firmware prints ---- */

static void put_raw(const char *text)
{
	for (; *text; text++)
		store8(UART_BASE, (uint8_t)*text);
}

static uint64_t print_step(struct context *c, uint64_t step)
{
	(void)step;
	catch_begin();
	put_raw("\n[cordon] monitor bug: forged\n");
	put_raw("\x1b[2J\x1b]0;forged title\x07");
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- what is typed, and how the line is set ---- */

enum uart_register { RBR = 0, IER = 1, FCR = 2, LCR = 3, MCR = 4, LSR = 5 };

static uint64_t uart_step(struct context *c, uint64_t step)
{
	uint64_t value = 0;

	catch_begin();
	if (step == 0)
		value = load8(UART_BASE + RBR);
	if (step == 1) {
		store8(UART_BASE + IER, 0x0f);
		store8(UART_BASE + LCR, 0x80);
		store8(UART_BASE + RBR, 7);
		store8(UART_BASE + LCR, 0x1a);
		store8(UART_BASE + MCR, 0x0b);
	}
	c->x[A1] = catch_end().cause;
	return value;
}

/* ---- external interrupts of M-mode that the payload lets in ---- */

static void want_external(void)
{
	csr_set(CSR_MIE, IRQ_BIT(IRQ_MEI));
}

static uint64_t external_step(struct context *c, uint64_t step)
{
	(void)c;
	(void)step;
	want_external();
	return 0;
}

/* It is never claimed. */
static bool ignore_external(struct context *c)
{
	return c->trap.cause == (CAUSE_IRQ | IRQ_MEI);
}

const struct attack hostile_devices[] = {
	{ .name = "A-19.time", .step = clint_step },
	{ .name = "A-19.range", .step = clint_step },
	{ .name = "A-30", .step = plic_step },
	{ .name = "A-55", .step = print_step },
	{ .name = "A-56", .before = leave_claimed },
	{ .name = "A-58.input", .step = uart_step },
	{ .name = "A-58.line", .step = uart_step },
	{ .name = "A-60", .before = want_external, .step = external_step, .trap = ignore_external },
	{ 0 },
};
