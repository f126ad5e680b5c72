/* SPDX-License-Identifier: Apache-2.0 */
/* The hart's own msip register: its one bit, mip.MSIP, and the interrupt that follows. */
/* Evidence for I-PMP-2. */
#include "guest.h"

static volatile uint64_t interrupts;

static void count(struct frame *f, struct trap *t)
{
	(void)f;
	say("trap: cause=%x status=%x mip=%x\n", t->cause, t->status, csr_read(CSR_MIP));
	interrupts++;
	store32(CLINT_MSIP(0), 0);
}

void guest_main(void)
{
	for (uint64_t v = 0; v < 4; v++) {
		store32(CLINT_MSIP(0), (uint32_t)v);
		say("wrote %x: msip=%x mip=%x\n", v, (uint64_t)load32(CLINT_MSIP(0)),
			csr_read(CSR_MIP));
	}
	store32(CLINT_MSIP(0), 0xfffffffe);
	say("wrote fffffffe: msip=%x mip=%x\n", (uint64_t)load32(CLINT_MSIP(0)),
		csr_read(CSR_MIP));
	csr_write(CSR_MIP, IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MTI) | IRQ_BIT(IRQ_MEI));
	say("mip.MSIP is not writable: mip=%x\n", csr_read(CSR_MIP));
	csr_write(CSR_MIP, 0);
	hook_set(count);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	csr_set(CSR_MSTATUS, MSTATUS_MIE);
	for (unsigned i = 0; i < 3; i++) {
		store32(CLINT_MSIP(0), 1);
		while (interrupts != i + 1)
			;
	}
	csr_clear(CSR_MSTATUS, MSTATUS_MIE);
	store32(CLINT_MSIP(0), 1);
	say("with MIE off: mip=%x\n", csr_read(CSR_MIP));
	check(interrupts == 3, "an interrupt with MIE off");
	csr_set(CSR_MSTATUS, MSTATUS_MIE);
	csr_clear(CSR_MSTATUS, MSTATUS_MIE);
	check(interrupts == 4, "a pending interrupt was not taken in a one-instruction window");
}
