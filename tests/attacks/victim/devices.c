/* SPDX-License-Identifier: Apache-2.0 */
/* Devices that the payload shares with the firmware: its own settings hold. */
#include "victim.h"

/* ---- time ---- */

/* Time goes on as before, by not much more than it takes to ask. */
static bool time_is_sane(uint64_t before)
{
	uint64_t now = ticks();

	return require(now >= before && now - before < 100000000, "time went to", now);
}

static void clint_time(void)
{
	for (uint64_t step = 0; step < 3; step++) {
		uint64_t before = ticks(), last = before;

		attack(step, 0, 0, 0);
		for (unsigned i = 0; i < 10000; i++) {
			uint64_t now = ticks();

			if (!require(now >= last, "time went back to", now))
				return;
			last = now;
		}
		if (!time_is_sane(before))
			return;
	}
	verdict(true, "time goes on", ticks());
}

/* What is beyond the harts' registers is nothing, or faults; all are alive after it. */
static void clint_range(void)
{
	uint64_t before = ticks();

	for (uint64_t step = 2; step < 6; step++)
		attack(step, 0, 0, 0);
	if (time_is_sane(before))
		verdict(attack(9, 0, 0, 0).error == 0, "the firmware lives", 0);
}

/* ---- PLIC ---- */

#define UART_IRQ 10u
#define PLIC_PRIORITY(n) (PLIC_BASE + 4ul * (n))
#define PLIC_ENABLE(context) (PLIC_BASE + 0x2000 + (context) * 0x80ul)
#define PLIC_CONTEXT(context) (PLIC_BASE + 0x200000 + (context) * 0x1000ul)

/* An interrupt of the UART is pending: its transmitter is empty. */
static void raise_uart(unsigned context)
{
	store32(PLIC_PRIORITY(UART_IRQ), 1);
	store32(PLIC_ENABLE(context), 1u << UART_IRQ);
	store32(PLIC_CONTEXT(context), 0);
	store8(UART_BASE + 1, 2);
}

static void lower_uart(unsigned context)
{
	store8(UART_BASE + 1, 0);
	store32(PLIC_ENABLE(context), 0);
}

static void plic(void)
{
	uint64_t claimed;

	store32(PLIC_PRIORITY(UART_IRQ), 1);
	store32(PLIC_ENABLE(1), 1u << UART_IRQ);
	store32(PLIC_CONTEXT(1), 3);
	attack(0, 0, 0, 0);
	attack(1, 0, 0, 0);
	if (!require(load32(PLIC_ENABLE(1)) == 1u << UART_IRQ, "enable", load32(PLIC_ENABLE(1))) ||
	    !require(load32(PLIC_CONTEXT(1)) == 3, "threshold", load32(PLIC_CONTEXT(1))))
		return;
	raise_uart(1);
	victim_spin(10000);
	claimed = attack(2, 0, 0, 0).value;
	if (require(claimed == 0, "the firmware has claimed", claimed))
		verdict(load32(PLIC_CONTEXT(1) + 4) == UART_IRQ, "my interrupt", UART_IRQ);
	store32(PLIC_CONTEXT(1) + 4, UART_IRQ);
	lower_uart(1);
}

/* What an operating system does at its start is enough to get its interrupts. */
static void starved(void)
{
	uint64_t claimed;

	raise_uart(1);
	victim_spin(10000);
	claimed = load32(PLIC_CONTEXT(1) + 4);
	store32(PLIC_CONTEXT(1) + 4, UART_IRQ);
	lower_uart(1);
	verdict(claimed == UART_IRQ, "claimed", claimed);
}

/* The payload turns the firmware's own interrupt on, and nobody ever claims it. */
static void external(void)
{
	attack(0, 0, 0, 0);
	raise_uart(0);
	victim_spin(1000000);
	lower_uart(0);
	verdict(true, "progress was made", 0);
}

/* ---- UART ---- */

static void printed(void)
{
	attack(0, 0, 0, 0);
	victim_spin(100000);
	verdict(true, "the firmware has printed", 0);
}

#define LOOPBACK 0x10

/* In loopback what is sent comes in; the firmware must not find it. */
static void input(void)
{
	struct answer r;

	victim_spin(100000);
	store8(UART_BASE + 4, LOOPBACK);
	store8(UART_BASE, 0x5a);
	victim_spin(100000);
	r = attack(0, 0, 0, 0);
	if (load8(UART_BASE + 5) & 1)
		load8(UART_BASE);
	store8(UART_BASE + 4, 0);
	verdict(r.error != 0x5a, "the firmware read", (uint64_t)r.error);
}

static void line(void)
{
	uint8_t ier = load8(UART_BASE + 1), lcr = load8(UART_BASE + 3), mcr = load8(UART_BASE + 4);
	uint8_t seen[3];

	attack(1, 0, 0, 0);
	seen[0] = load8(UART_BASE + 1);
	seen[1] = load8(UART_BASE + 3);
	seen[2] = load8(UART_BASE + 4);
	store8(UART_BASE + 1, ier);
	store8(UART_BASE + 3, lcr);
	store8(UART_BASE + 4, mcr);
	verdict(seen[0] == ier && seen[1] == lcr && seen[2] == mcr, "the line control became",
		(uint64_t)(seen[0] << 16 | seen[1] << 8 | seen[2]));
}

const struct trial victim_devices[] = {
	{ "A-19.time", clint_time },
	{ "A-19.range", clint_range },
	{ "A-30", plic },
	{ "A-55", printed },
	{ "A-56", starved },
	{ "A-58.input", input },
	{ "A-58.line", line },
	{ "A-60", external },
	{ 0 },
};
