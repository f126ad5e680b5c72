/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual interrupts: pending, enabled, and in which order. */
#include "monitor/virq.h"

#include "hw/csr.h"
#include "hw/csr_index.h"
#include "monitor/ipi.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/world.h"

/* Highest first (Priv. 3.1.9; VS-level and overflow: Priv. 18.2.3, Sscofpmf). */
static const u8 by_priority[] = { IRQ_MEI, IRQ_MSI,  IRQ_MTI,  IRQ_SEI,  IRQ_SSI,  IRQ_STI,
				  IRQ_SGEI, IRQ_VSEI, IRQ_VSSI, IRQ_VSTI, IRQ_LCOFI };

/* While the payload runs, hardware's mie is the firmware's but for the monitor's bits. */
static u64 current_mie(const struct hart *h)
{
	if (h->world == WORLD_FIRMWARE) {
		return h->vm.mie;
	}
	return (csr_read(CSR_MIE) & ~MIE_OURS) | (h->vm.mie & MIE_OURS);
}

bool virq_any_pending(const struct hart *h)
{
	return (vcsr_mip(h) & current_mie(h)) != 0;
}

int virq_pick(const struct hart *h)
{
	u64 ready;

	if (h->world == WORLD_FIRMWARE && (h->vm.mstatus & MSTATUS_MIE) == 0) {
		return -1;
	}
	ready = vcsr_mip(h) & current_mie(h) & ~h->vm.mideleg;
	if (ready == 0) {
		return -1;
	}
	for (unsigned int i = 0; !h->caps.irq_lowest_first && i < ARRAY_SIZE(by_priority); i++) {
		if ((ready >> by_priority[i] & 1) != 0) {
			return by_priority[i];
		}
	}
	return (int)lowest_bit(ready); /* custom interrupts: lowest number first */
}

struct guarded virq_read_mtopi(struct hart *h)
{
	struct guarded top;

	/* Hardware gives the answer while its registers hold the firmware's view, msip included. */
	ipi_show_msip(h, __atomic_load_n(&h->vmsip, __ATOMIC_ACQUIRE) != 0);
	timer_show_firmware(h);
	csr_write(CSR_MIDELEG, h->vm.mideleg);
	csr_write(CSR_MIE, h->vm.mie);
	top = guard_csr_read(CSR_INDEX_mtopi);
	csr_write(CSR_MIE, h->hw_mie);
	csr_write(CSR_MIDELEG, 0);
	timer_refresh(h);
	ipi_answer(h); /* a doorbell may have been wiped: look at what it announced */
	return top;
}

bool virq_set_ssip(struct hart *h, bool pending)
{
	u64 old = pending ? csr_set(CSR_MIP, BIT(IRQ_SSI)) : csr_clear(CSR_MIP, BIT(IRQ_SSI));

	h->irq_check = 1;
	return (old & BIT(IRQ_SSI)) != 0;
}

void virq_set_stip(struct hart *h, bool pending)
{
	if (pending) {
		csr_set(CSR_MIP, BIT(IRQ_STI));
	} else {
		csr_clear(CSR_MIP, BIT(IRQ_STI));
	}
	h->irq_check = 1;
}
