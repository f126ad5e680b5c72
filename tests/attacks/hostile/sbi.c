/* SPDX-License-Identifier: Apache-2.0 */
/* The honest part: BASE, TIME, IPI, RFENCE, HSM and SRST as SBI 3.0 describes them. */
#include "hostile.h"

#define HARTS_ALL (~0ul)
#define FINISHER_RESET 0x7777

enum hsm_state { STARTED = 0, STOPPED = 1, START_PENDING = 2, SUSPENDED = 4 };

/* Written by other harts before they ring; state and place by whoever starts the hart. */
static struct sbi_hart {
	uint64_t state;
	uint64_t address, opaque;
	uint32_t ssip, fence;
} sbi_harts[MAX_HARTS] = { [1 ... MAX_HARTS - 1] = { .state = STOPPED } };

static uint64_t state_of(unsigned id)
{
	return __atomic_load_n(&sbi_harts[id].state, __ATOMIC_ACQUIRE);
}

static void set_state(unsigned id, uint64_t state)
{
	__atomic_store_n(&sbi_harts[id].state, state, __ATOMIC_RELEASE);
}

static void ring(unsigned id)
{
	fence();
	store32(CLINT_MSIP(id), 1);
}

void sbi_answer_ipi(void)
{
	struct sbi_hart *h = &sbi_harts[this_hart()->id];

	store32(CLINT_MSIP(this_hart()->id), 0);
	fence();
	if (__atomic_load_n(&h->fence, __ATOMIC_ACQUIRE)) {
		fence_i();
		sfence_vma();
		__atomic_store_n(&h->fence, 0, __ATOMIC_RELEASE);
	}
	if (__atomic_exchange_n(&h->ssip, 0, __ATOMIC_ACQ_REL))
		csr_set(CSR_MIP, IRQ_BIT(IRQ_SSI));
}

/* SBI 3.0, 3.2: the harts of a mask, as bits by id; *bad: one of them is not there. */
static uint64_t find_harts(uint64_t mask, uint64_t base, bool *bad)
{
	uint64_t set = 0;

	*bad = false;
	for (unsigned id = 0; id < MAX_HARTS; id++) {
		bool named = base == HARTS_ALL || (id >= base && (mask >> (id - base) & 1));

		if (named && state_of(id) == STARTED)
			set |= 1ul << id;
	}
	if (base != HARTS_ALL && mask && (base >= 64 || mask >> (64 - base) != 0) && base)
		*bad = true;
	return set;
}

static long send_ipi(uint64_t mask, uint64_t base)
{
	bool bad;
	uint64_t set = find_harts(mask, base, &bad);

	if (bad)
		return SBI_ERR_INVALID_PARAM;
	for (unsigned id = 0; id < MAX_HARTS; id++)
		if (set >> id & 1) {
			__atomic_store_n(&sbi_harts[id].ssip, 1, __ATOMIC_RELEASE);
			ring(id);
		}
	return 0;
}

static long remote_fence(uint64_t mask, uint64_t base)
{
	bool bad;
	uint64_t set = find_harts(mask, base, &bad);

	if (bad)
		return SBI_ERR_INVALID_PARAM;
	for (unsigned id = 0; id < MAX_HARTS; id++)
		if (set >> id & 1) {
			__atomic_store_n(&sbi_harts[id].fence, 1, __ATOMIC_RELEASE);
			ring(id);
		}
	for (unsigned id = 0; id < MAX_HARTS; id++)
		while ((set >> id & 1) && __atomic_load_n(&sbi_harts[id].fence, __ATOMIC_ACQUIRE))
			sbi_answer_ipi(); /* somebody may wait for this hart */
	return 0;
}

/* ---- harts ---- */

uint64_t sbi_other_address, sbi_other_opaque;
unsigned sbi_hart_count;

static void enter_at(struct context *c, uint64_t address, uint64_t opaque)
{
	context_init(c, MODE_S, sbi_other_address ? sbi_other_address : address);
	c->x[A0] = this_hart()->id;
	c->x[A1] = sbi_other_opaque ? sbi_other_opaque : opaque;
}

static void run_started(void)
{
	unsigned id = (unsigned)this_hart()->id;
	struct context c;

	enter_at(&c, sbi_harts[id].address, sbi_harts[id].opaque);
	set_state(id, STARTED);
	hart_serve_payload(&c);
}

static long start_hart(const struct context *c)
{
	uint64_t id = c->x[A0], expected = STOPPED;

	if (id >= sbi_hart_count)
		return SBI_ERR_INVALID_PARAM;
	if (!__atomic_compare_exchange_n(&sbi_harts[id].state, &expected, START_PENDING, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return SBI_ERR_ALREADY_AVAILABLE;
	hart_join((unsigned)id);
	sbi_harts[id].address = c->x[A1];
	sbi_harts[id].opaque = c->x[A2];
	hart_start_job((unsigned)id, run_started);
	return 0;
}

void sbi_intrude(unsigned id, uint64_t address)
{
	sbi_harts[id].address = address;
	hart_start_job(id, run_started);
}

/* SBI 3.0, 9.4: retentive returns, non-retentive goes on at a1 with a2 in a1. */
static long suspend(struct context *c)
{
	uint64_t type = c->x[A0], mie = csr_read(CSR_MIE);

	if (type != 0 && type != 0x80000000ul)
		return SBI_ERR_INVALID_PARAM;
	csr_write(CSR_MIE, mie | csr_read(CSR_SIE));
	__asm__ volatile("wfi" ::: "memory");
	csr_write(CSR_MIE, mie);
	if (type != 0)
		enter_at(c, c->x[A1], c->x[A2]);
	return 0;
}

static long hsm(struct context *c)
{
	unsigned self = (unsigned)this_hart()->id;

	switch (c->x[A6]) {
	case 0:
		return start_hart(c);
	case 1:
		set_state(self, STOPPED);
		c->mode = MODE_U;
		c->pc = 0;
		return 0;
	case 2:
		if (c->x[A0] >= sbi_hart_count)
			return SBI_ERR_INVALID_PARAM;
		c->x[A1] = state_of((unsigned)c->x[A0]);
		return 0;
	case 3:
		return suspend(c);
	default:
		return SBI_ERR_NOT_SUPPORTED;
	}
}

/* ---- the rest ---- */

static long base(struct context *c)
{
	static const uint64_t known[] = {
		SBI_BASE, SBI_TIME, SBI_IPI, SBI_RFENCE, SBI_HSM, SBI_SRST, ATTACK_EID,
	};
	static const uint64_t values[] = { 0x02000000, 999, 1, 0, 0, 0, 0 };
	uint64_t wanted = c->x[A0], fid = c->x[A6];

	if (fid >= sizeof(values) / sizeof(values[0]))
		return SBI_ERR_NOT_SUPPORTED;
	c->x[A1] = values[fid];
	for (unsigned i = 0; fid == 3 && i < sizeof(known) / sizeof(known[0]); i++)
		c->x[A1] |= wanted == known[i];
	return 0;
}

static long set_timer(uint64_t due)
{
	store64(CLINT_MTIMECMP(this_hart()->id), due);
	csr_clear(CSR_MIP, IRQ_BIT(IRQ_STI));
	csr_set(CSR_MIE, IRQ_BIT(IRQ_MTI));
	return 0;
}

static long reset(uint64_t type)
{
	store32(FINISHER_BASE, type == 0 ? 0x5555 : FINISHER_RESET);
	return SBI_ERR_FAILED;
}

static long answer(struct context *c)
{
	switch (c->x[A7]) {
	case SBI_BASE:
		return base(c);
	case SBI_TIME:
		return set_timer(c->x[A0]);
	case SBI_IPI:
		return send_ipi(c->x[A0], c->x[A1]);
	case SBI_RFENCE:
		return remote_fence(c->x[A0], c->x[A1]);
	case SBI_HSM:
		return hsm(c);
	case SBI_SRST:
		return reset(c->x[A0]);
	default:
		return SBI_ERR_NOT_SUPPORTED;
	}
}

void sbi_call(struct context *c)
{
	uint64_t behind = c->pc + 4, result;
	bool has_value = c->x[A7] == SBI_BASE || c->x[A7] == SBI_HSM;

	c->pc = behind;
	result = (uint64_t)answer(c);
	if (c->pc != behind) /* goes on elsewhere, with registers of its own */
		return;
	c->x[A0] = result;
	if (!has_value)
		c->x[A1] = 0;
}
