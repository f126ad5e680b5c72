/* SPDX-License-Identifier: Apache-2.0 */
/* Doorbells: one physical msip register per hart, rung at most once for any number of messages. */
#include "monitor/ipi.h"

#include "hw/csr.h"
#include "hw/mmio.h"
#include "monitor/policy.h"
#include "monitor/remote.h"
#include "monitor/sbi_serve.h"
#include "monitor/timer.h"

void ipi_ring(const struct hart *target)
{
	if (target->msip_addr != 0) {
		hw_fence(); /* what was written for the target is visible before the doorbell */
		mmio_write32(target->msip_addr, 1);
	}
}

void ipi_answer(struct hart *h)
{
	ipi_show_msip(h, false);
	hw_fence(); /* a message announced before this clear is seen by the loads after it */
	if (__atomic_load_n(&machine.dead, __ATOMIC_ACQUIRE) != 0) {
		ipi_park();
	}
	remote_serve(h);
	timer_refresh(h);
	if (POLICY_COUNT != 0) {
		sbi_take_ipi(h);
	}
	policy_on_ipi(h);
	h->irq_check = 1;
}

void ipi_show_msip(const struct hart *h, bool pending)
{
	if (h->msip_addr != 0) {
		mmio_write32(h->msip_addr, pending ? 1 : 0);
	}
}

void ipi_wait(struct hart *h)
{
	u64 mie = csr_swap(CSR_MIE, BIT(IRQ_MSI));

	hw_wfi();
	csr_write(CSR_MIE, mie);
	ipi_answer(h);
}

void ipi_park(void)
{
	csr_write(CSR_MIE, 0);
	for (;;) {
		hw_wfi();
	}
}
