/* SPDX-License-Identifier: Apache-2.0 */
/* An interrupt handler that lets itself be interrupted, and exceptions inside a handler. */
/* Evidence for I-MON-1. */
#include "guest.h"

static volatile unsigned depth;

static void say_entry(const char *what, const struct trap *t)
{
	say("%d %s: cause=%x status=%x mip=%x\n", (int64_t)depth, what, t->cause,
		csr_read(CSR_MSTATUS), csr_read(CSR_MIP));
}

/* The runtime's frame is used once per hart, so a nested trap needs its own copy of it. */
static void handle(struct frame *f, struct trap *t)
{
	struct frame saved = *f;
	struct hart *h = this_hart();
	uint64_t trap_sp = h->trap_sp, status = csr_read(CSR_MSTATUS);

	depth++;
	say_entry("enter", t);
	if ((int64_t)t->cause >= 0) {
		t->epc += 4;
	} else if (t->cause == (CAUSE_IRQ | IRQ_MSI)) {
		store32(CLINT_MSIP(0), 0);
		h->trap_sp -= 1024;
		csr_write(CSR_MIP, IRQ_BIT(IRQ_SSI));
		csr_set(CSR_MSTATUS, MSTATUS_MIE);
		csr_clear(CSR_MSTATUS, MSTATUS_MIE);
		__asm__ volatile(".word 0xffffffff");
		h->trap_sp = trap_sp;
	} else {
		csr_write(CSR_MIP, 0);
	}
	say_entry("leave", t);
	depth--;
	csr_write(CSR_MSTATUS, status);
	*f = saved;
}

void guest_main(void)
{
	hook_set(handle);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_SSI));
	store32(CLINT_MSIP(0), 1);
	csr_set(CSR_MSTATUS, MSTATUS_MIE);
	csr_clear(CSR_MSTATUS, MSTATUS_MIE);
	say("done: status=%x depth %d\n", csr_read(CSR_MSTATUS), (int64_t)depth);
	csr_write(CSR_MIE, 0);
}
