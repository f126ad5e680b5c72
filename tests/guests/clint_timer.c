/* SPDX-License-Identifier: Apache-2.0 */
/* The hart's own mtimecmp: whole and in halves, mip.MTIP, and the timer interrupt. */
#include "guest.h"

static volatile uint64_t interrupts;

static void count(struct frame *f, struct trap *t)
{
	(void)f;
	say("trap: cause=%x mip=%x\n", t->cause, csr_read(CSR_MIP));
	interrupts++;
	store64(CLINT_MTIMECMP(0), ~0ul);
}

static void say_state(const char *what)
{
	say("%s: mtimecmp=%x mip=%x\n", what, load64(CLINT_MTIMECMP(0)), csr_read(CSR_MIP));
}

void guest_main(void)
{
	uint64_t before = time_now();

	say_state("far");
	store64(CLINT_MTIMECMP(0), 0);
	say_state("zero");
	store32(CLINT_MTIMECMP(0) + 4, 0x7fffffff);
	say_state("upper half");
	store32(CLINT_MTIMECMP(0), 0x12345678);
	say_state("lower half");
	say("halves: %x %x\n", (uint64_t)load32(CLINT_MTIMECMP(0)),
		(uint64_t)load32(CLINT_MTIMECMP(0) + 4));
	store64(CLINT_MTIMECMP(0), ~0ul);
	hook_set(count);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MTI));
	csr_set(CSR_MSTATUS, MSTATUS_MIE);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t deadline = time_now() + 20000;

		store64(CLINT_MTIMECMP(0), deadline);
		while (interrupts != i + 1)
			;
		check(time_now() >= deadline, "the timer interrupt came early");
	}
	check(time_now() > before, "mtime stands still");
	check(csr_read(CSR_TIME) - time_now() + 100000 < 200000, "time is not mtime");
}
