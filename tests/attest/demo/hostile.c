/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hostile firmware of the demonstration: it starts the payload that QEMU has loaded, lets its
 * timer interrupt it, and then reaches for the payload's memory and for fw_cfg's DMA. Every denial
 * is caught, and the payload goes on. With ATTACKS=0 it is the same without bad intentions.
 */
#include "guest.h"

#define PAYLOAD 0x80200000ul
#define FW_CFG_DMA 0x10100010ul
#define SRST 0x53525354ul
#define NOT_SUPPORTED (-2ul)
#define TIMER ((1ul << 63) | 7)
#define SOON 20000ul /* ticks: 2 ms, and the payload runs */

static bool read_works(uint64_t address)
{
	catch_begin();
	(void)*(volatile uint32_t *)address;
	return catch_end().cause == NO_TRAP;
}

static bool write_works(uint64_t address)
{
	catch_begin();
	*(volatile uint32_t *)address = 0;
	return catch_end().cause == NO_TRAP;
}

static const volatile bool attacks = ATTACKS; /* so that both have the same size */
static bool attacked, done;

/* Nothing is said here: of what firmware prints outside a call the sandbox shows nothing. */
static void attack(void)
{
	attacked = true;
	for (uint64_t at = PAYLOAD; at < PAYLOAD + 4 * PAGE_SIZE; at += PAGE_SIZE) {
		done |= read_works(at);
		done |= write_works(at);
	}
	done |= write_works(FW_CFG_DMA);
}

static void set_timer(uint64_t when)
{
	*(volatile uint64_t *)CLINT_MTIMECMP(this_hart()->id) = when;
}

/* A call of the payload; true: it wants the machine to end. */
static bool answer(struct context *c)
{
	if (attacked)
		say("f: the payload's memory and fw_cfg %s\n", done ? "are OPEN" : "are closed");
	attacked = false;
	c->x[10] = NOT_SUPPORTED;
	c->x[11] = 0;
	c->pc = c->trap.epc + 4;
	return c->x[17] == SRST;
}

void guest_main(void)
{
	struct context c;
	bool ended = false;

	pmp_open();
	csr_write(CSR_MCOUNTEREN, 7);
	context_init(&c, MODE_S, PAYLOAD);
	c.x[11] = boot_a1;
	set_timer(attacks ? *(volatile uint64_t *)CLINT_MTIME + SOON : ~0ul);
	csr_write(CSR_MIE, 1ul << 7);
	while (!ended) {
		run(&c);
		if (c.trap.cause == TIMER) {
			set_timer(~0ul);
			attack();
			c.pc = c.trap.epc;
		} else {
			check(c.trap.cause == CAUSE_ECALL_S, "the payload has not called");
			ended = answer(&c);
		}
	}
}
