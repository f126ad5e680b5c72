/* SPDX-License-Identifier: Apache-2.0 */
/* Taking traps and returning from them, and which interrupt comes first (3.1.6.1 .. 3.1.9). */
#include "model.h"

static uint64_t with_bit(uint64_t word, uint64_t bit, bool on)
{
	return on ? word | bit : word & ~bit;
}

/* 3.1.7, 12.1.2: interrupts go to base + 4 * cause in vectored mode, all else to base. */
static uint64_t handler(uint64_t tvec, uint64_t cause)
{
	uint64_t base = tvec & ~UINT64_C(3);

	if ((tvec & 3) == 1 && (cause & MODEL_INTERRUPT))
		return base + 4 * (cause & ~MODEL_INTERRUPT);
	return base;
}

/* 3.1.8: a trap is never delegated to a less privileged mode than it came from. */
static bool goes_to_s(const struct model_hart *h, uint64_t cause)
{
	uint64_t number = cause & ~MODEL_INTERRUPT;
	uint64_t mask = (cause & MODEL_INTERRUPT) ? h->mideleg : h->medeleg;

	return h->mode <= MODEL_S && number < 64 && (mask & MB(number & 63));
}

static void trap_to_s(struct model_hart *h, uint64_t cause, uint64_t tval)
{
	h->sepc = h->pc;
	h->scause = cause;
	h->stval = tval;
	h->mstatus = with_bit(h->mstatus, MODEL_SPIE, h->mstatus & MODEL_SIE);
	h->mstatus = with_bit(h->mstatus, MODEL_SPP, h->mode == MODEL_S);
	h->mstatus &= ~MODEL_SIE;
	h->mode = MODEL_S;
	h->pc = handler(h->stvec, cause);
}

static void trap_to_m(struct model_hart *h, uint64_t cause, uint64_t tval)
{
	h->mepc = h->pc;
	h->mcause = cause;
	h->mtval = tval;
	h->mstatus = with_bit(h->mstatus, MODEL_MPIE, h->mstatus & MODEL_MIE);
	h->mstatus = (h->mstatus & ~MODEL_MPP) | ((uint64_t)h->mode << MODEL_MPP_SHIFT);
	h->mstatus &= ~MODEL_MIE;
	h->mode = MODEL_M;
	h->pc = handler(h->mtvec, cause);
}

void model_trap(struct model_hart *h, uint64_t cause, uint64_t tval)
{
	if (goes_to_s(h, cause))
		trap_to_s(h, cause, tval);
	else
		trap_to_m(h, cause, tval);
}

/* 3.1.9: of several for the same mode, this order decides; local overflow comes last. */
static uint64_t first_of(const struct model_hart *h, uint64_t pending)
{
	static const uint8_t order[] = {
		MODEL_MEI, MODEL_MSI, MODEL_MTI, MODEL_SEI, MODEL_SSI, MODEL_STI, MODEL_LCOFI,
	};

	if (h->can.irq_lowest_first)
		for (unsigned int i = 0; i < 64; i++)
			if (pending & MB(i))
				return MODEL_INTERRUPT | i;
	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (pending & MB(order[i]))
			return MODEL_INTERRUPT | order[i];
	return 0;
}

uint64_t model_interrupt(const struct model_hart *h)
{
	uint64_t pending = model_mip(h) & h->mie;
	bool machine = h->mode < MODEL_M || (h->mstatus & MODEL_MIE);
	bool supervisor = h->mode < MODEL_S || (h->mode == MODEL_S && (h->mstatus & MODEL_SIE));
	uint64_t cause = machine ? first_of(h, pending & ~h->mideleg) : 0;

	/* 3.1.9: those for a more privileged mode are taken first. */
	if (!cause && supervisor)
		cause = first_of(h, pending & h->mideleg);
	return cause;
}

void model_mret(struct model_hart *h)
{
	uint8_t to = (uint8_t)((h->mstatus & MODEL_MPP) >> MODEL_MPP_SHIFT);

	h->mstatus = with_bit(h->mstatus, MODEL_MIE, h->mstatus & MODEL_MPIE);
	h->mstatus = (h->mstatus | MODEL_MPIE) & ~MODEL_MPP;
	if (to != MODEL_M && h->can.xret_clears_mprv)
		h->mstatus &= ~MODEL_MPRV;
	/* The reserved mode 2, where it can be held at all, is taken for U. */
	h->mode = to == 2 ? MODEL_U : to;
	/* 3.1.14: what is read of mepc is also where it leads. */
	model_csr_read(h, MODEL_CSR_MEPC, &h->pc);
}

void model_sret(struct model_hart *h)
{
	uint8_t to = (h->mstatus & MODEL_SPP) ? MODEL_S : MODEL_U;

	h->mstatus = with_bit(h->mstatus, MODEL_SIE, h->mstatus & MODEL_SPIE);
	h->mstatus = (h->mstatus | MODEL_SPIE) & ~MODEL_SPP;
	if (h->can.xret_clears_mprv)
		h->mstatus &= ~MODEL_MPRV;
	h->mode = to;
	model_csr_read(h, MODEL_CSR_SEPC, &h->pc);
}

bool model_may_sret(const struct model_hart *h)
{
	/* 3.1.6.6: TSR */
	return h->mode == MODEL_M || (h->mode == MODEL_S && !(h->mstatus & MODEL_TSR));
}

bool model_may_wfi(const struct model_hart *h)
{
	/* 3.1.6.6: TW, with a time limit of 0; 3.3.3: in U-mode always illegal. */
	return h->mode == MODEL_M || (h->mode == MODEL_S && !(h->mstatus & MODEL_TW));
}

bool model_may_sfence(const struct model_hart *h)
{
	/* 3.1.6.6: TVM; 12.2.1 */
	return h->mode == MODEL_M || (h->mode == MODEL_S && !(h->mstatus & MODEL_TVM));
}
