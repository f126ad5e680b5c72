/* SPDX-License-Identifier: Apache-2.0 */
/* Slices (hw/slice.h) on the fake hart: an interrupt that mie lets in comes before and after. */
#include "fake_hart.h"
#include "hw/slice.h"

static void interrupts(void *who)
{
	u64 ready = fake_mip() & fake.csr[CSR_MIE] & ~fake.csr[CSR_MIDELEG];

	if (ready == 0) {
		return;
	}
	fake.csr[CSR_MSTATUS] |= MSTATUS_MPP;
	slice_interrupt(who);
	if ((fake_mip() & fake.csr[CSR_MIE] & ready) != 0) {
		fake_stop("an interrupt of a slice is still there", ready);
	}
}

/* As a trap and the mret from it leave mstatus (Priv. 3.1.6.1). */
void slice_enter(const struct slice *s, void *who)
{
	if ((fake.csr[CSR_MSTATUS] & (MSTATUS_MIE | MSTATUS_MDT)) != 0 || fake.in_guard) {
		fake_stop("a slice with interrupts on, or after a trap", fake.csr[CSR_MSTATUS]);
	}
	fake.count.slices++;
	interrupts(who);
	s->run(s->arg);
	interrupts(who);
	fake.csr[CSR_MSTATUS] = (fake.csr[CSR_MSTATUS] & ~MSTATUS_MPP) | MSTATUS_MPIE;
}
