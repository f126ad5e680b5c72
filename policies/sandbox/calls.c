/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SBI calls after the lock: which of them the firmware gets, what it sees of them, and what each
 * gives it the right to do.
 */
#include "policies/sandbox/sandbox.h"

#include "monitor/context.h"
#include "monitor/hsm.h"
#include "monitor/regs.h"
#include "monitor/sbi.h"
#include "monitor/sbi_serve.h"
#include "monitor/timer.h"
#include "monitor/vcsr.h"
#include "monitor/virq.h"

/*
 * Arguments of each function, first function first (SBI 3.0, the chapter named). Extensions that
 * are not here do not exist for the payload; functions past the last have no arguments.
 */
static const struct extension {
	u32 id;
	u8 args[8];
} extensions[] = {
	{ SBI_LEGACY_SET_TIMER, { 1 } },              /* 5.1 */
	{ SBI_LEGACY_CLEAR_IPI, { 0 } },              /* 5.4 */
	{ SBI_LEGACY_SHUTDOWN, { 0 } },               /* 5.9 */
	{ SBI_BASE, { 0, 0, 0, 1, 0, 0, 0 } },        /* 4 */
	{ SBI_TIME, { 1 } },                          /* 6 */
	{ SBI_IPI, { 2 } },                           /* 7 */
	{ SBI_RFENCE, { 2, 4, 5, 5, 4, 5, 4 } },      /* 8 */
	{ SBI_HSM, { 3, 0, 1, 3 } },                  /* 9 */
	{ SBI_SRST, { 2 } },                          /* 10 */
	{ SBI_SUSP, { 3 } },                          /* 13 */
	{ SBI_CPPC, { 1, 1, 1, 2 } },                 /* 14 */
};

/*
 * Absent on purpose, as they would let firmware read or write the payload's memory or its counters,
 * or change what its S-mode lives with: PMU, NACL, STA, SSE, FWFT, DBTR, MPXY (docs/sandbox.md).
 */

/* Experimental, vendors' and firmware's own extensions (SBI 3.0, 3.4): six arguments, unknown. */
#define OWN_FIRST 0x08000000u
#define OWN_LAST 0x0affffffu

/* What firmware may print for one call. */
#define PRINT_MOST 512u

#define A0 10u
#define A6 16u
#define A7 17u

/* Calls that the monitor answers: their data is in the payload's memory, or is the console's. */
static const struct sbi_services answered = {
	.extensions = SBI_SERVE_DBCN,
	.legacy = BIT(SBI_LEGACY_PUTCHAR) | BIT(SBI_LEGACY_GETCHAR) | BIT(SBI_LEGACY_SEND_IPI) |
		  BIT(SBI_LEGACY_FENCE_I) | BIT(SBI_LEGACY_SFENCE_VMA) |
		  BIT(SBI_LEGACY_SFENCE_VMA_ASID),
};

static bool is_own(u64 id)
{
	return id >= OWN_FIRST && id <= OWN_LAST;
}

static const struct extension *find(u64 id)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(extensions); i++) {
		if (extensions[i].id == id) {
			return &extensions[i];
		}
	}
	return NULL;
}

/* Does the firmware get calls of this extension? */
static bool is_forwarded(u64 id)
{
	return find(id) != NULL || is_own(id);
}

/* The probe says 0 for what is not forwarded; of the rest firmware knows. */
static enum verdict probe(struct hart *h)
{
	u64 id = sbi_arg(h, 0);

	if (id == SBI_DBCN || is_forwarded(id) || id <= SBI_LEGACY_LAST) {
		return PASS;
	}
	sbi_return(h, SBI_SUCCESS, 0);
	return HANDLED;
}

enum verdict sandbox_call(struct hart *h)
{
	u64 id = sbi_extension(h);
	enum verdict v = sbi_serve(h, &answered);

	if (v != PASS) {
		return v;
	}
	if (id == SBI_BASE && sbi_function(h) == SBI_BASE_PROBE) {
		return probe(h);
	}
	if (!is_forwarded(id) && mechanism_on(MECH_REGISTERS)) {
		sbi_return(h, SBI_ERR_NOT_SUPPORTED, 0);
		return HANDLED;
	}
	return PASS;
}

u32 sandbox_call_registers(const struct hart *h)
{
	u64 id = h->payload.x[17];
	u64 function = h->payload.x[16];
	const struct extension *e = find(id);
	unsigned int args = is_own(id) ? 6 : 0;
	u64 visible = BIT(A7);

	if (e != NULL && (id <= SBI_LEGACY_LAST || function < ARRAY_SIZE(e->args))) {
		args = e->args[id <= SBI_LEGACY_LAST ? 0 : function];
	}
	if (id > SBI_LEGACY_LAST) { /* legacy extensions have no function id (SBI 3.0, 5) */
		visible |= BIT(A6);
	}
	return (u32)(visible | ((BIT(args) - 1) << A0));
}

bool sandbox_call_has_value(const struct hart *h)
{
	return h->payload.x[17] > SBI_LEGACY_LAST;
}

/* ---- what a call asks for ---- */

static bool is_set_timer(const struct hart *h)
{
	return context_is_call(h) &&
	       (h->payload.x[17] == SBI_TIME || h->payload.x[17] == SBI_LEGACY_SET_TIMER);
}

/* Each hart of the list may be interrupted once. */
static void want_ipis(u64 mask, u64 base)
{
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		u64 bit = machine.harts[i]->id - base;

		if (base == ~(u64)0 || (bit < 64 && (mask >> bit & 1) != 0)) {
			__atomic_store_n(&sandbox_harts[i].ipi_wanted, 1, __ATOMIC_RELEASE);
		}
	}
}

void sandbox_note_call(struct hart *h)
{
	struct sandbox_hart *s = sandbox_hart(h);
	const u64 *x = h->payload.x;

	if (!context_is_call(h)) {
		return;
	}
	sandbox.may_print = PRINT_MOST;
	if (is_set_timer(h)) {
		s->timer_wanted = true;
		s->timer_when = x[A0];
	} else if (x[17] == SBI_IPI) {
		want_ipis(x[A0], x[A0 + 1]);
	} else if (x[17] == SBI_SRST || x[17] == SBI_LEGACY_SHUTDOWN) {
		__atomic_store_n(&sandbox.reset_wanted, 1, __ATOMIC_RELEASE);
	}
}

void sandbox_end_call(struct hart *h)
{
	const u64 *x = h->payload.x;

	if (context_is_call(h) && (x[17] == SBI_SRST || x[17] == SBI_LEGACY_SHUTDOWN)) {
		__atomic_store_n(&sandbox.reset_wanted, 0, __ATOMIC_RELEASE);
	}
}

/* The timer interrupt comes once, when it is due; a call for a new one takes it back. */
static void write_timer_interrupt(struct hart *h, bool pending)
{
	struct sandbox_hart *s = sandbox_hart(h);

	if (!pending && is_set_timer(h)) {
		virq_set_stip(h, false);
	} else if (pending && s->timer_wanted && timer_now() >= s->timer_when) {
		s->timer_wanted = false;
		virq_set_stip(h, true);
	} else if (pending) {
		refuse(h, REFUSED_INJECT);
	}
}

static void write_software_interrupt(struct hart *h, bool pending)
{
	struct sandbox_hart *s = sandbox_hart(h);

	if (!pending && context_is_call(h) && h->payload.x[17] == SBI_LEGACY_CLEAR_IPI) {
		virq_set_ssip(h, false);
	} else if (pending && __atomic_exchange_n(&s->ipi_wanted, 0, __ATOMIC_ACQUIRE) != 0) {
		virq_set_ssip(h, true);
	} else if (pending) {
		refuse(h, REFUSED_INJECT);
	}
}

void sandbox_write_mip(struct hart *h, u64 value)
{
	u64 changed = value ^ vcsr_mip(h);

	if ((changed & BIT(IRQ_STI)) != 0) {
		write_timer_interrupt(h, (value & BIT(IRQ_STI)) != 0);
	}
	if ((changed & BIT(IRQ_SSI)) != 0) {
		write_software_interrupt(h, (value & BIT(IRQ_SSI)) != 0);
	}
	if ((value & ~vcsr_mip(h) & BIT(IRQ_SEI)) != 0) {
		refuse(h, REFUSED_INJECT);
	}
}

void sandbox_write_stimecmp(struct hart *h, u64 value)
{
	if (is_set_timer(h) && value == h->payload.x[A0]) {
		timer_set_deadline(h, value);
	}
}
