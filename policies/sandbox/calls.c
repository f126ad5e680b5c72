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

/* Not an extension's arguments: what has these does not exist for the payload. */
#define NO_ARGS 0xffffffffu

/*
 * How many arguments the functions of an extension have: a digit for each of the first eight, the
 * first one's last (SBI 3.0, the chapter named); those behind have none.
 */
static u32 find(u64 id)
{
	switch (id) {
	case SBI_LEGACY_SET_TIMER: /* 5.1 */
	case SBI_TIME:             /* 6 */
		return 0x1;
	case SBI_LEGACY_CLEAR_IPI: /* 5.4 */
	case SBI_LEGACY_SHUTDOWN:  /* 5.9 */
		return 0x0;
	case SBI_BASE: /* 4 */
		return 0x1000;
	case SBI_IPI:  /* 7 */
	case SBI_SRST: /* 10 */
		return 0x2;
	case SBI_RFENCE: /* 8 */
		return 0x4545542;
	case SBI_HSM: /* 9 */
		return 0x3103;
	case SBI_SUSP: /* 13 */
		return 0x3;
	case SBI_CPPC: /* 14 */
		return 0x2111;
	default:
		return NO_ARGS;
	}
}

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

/* Does the firmware get calls of this extension? */
static bool is_forwarded(u64 id)
{
	return find(id) != NO_ARGS || is_own(id);
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
	enum verdict v = PASS;

	if (id == SBI_DBCN || id <= SBI_LEGACY_LAST) {
		v = sbi_serve(h, &answered);
	}
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
	u64 visible = BIT(A7);
	u32 args = find(id);

	if (id > SBI_LEGACY_LAST) { /* legacy extensions have no function id (SBI 3.0, 5) */
		visible |= BIT(A6);
	} else {
		function = 0;
	}
	if (args != NO_ARGS) {
		args = function < 8 ? args >> 4 * function & 0xf : 0;
	} else {
		args = is_own(id) ? 6 : 0;
	}
	return (u32)(visible | ((BIT(args) - 1) << A0));
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

void sandbox_note_call(struct hart *h, struct sandbox_hart *s)
{
	const u64 *x = h->payload.x;

	sandbox.may_print = PRINT_MOST;
	switch (x[A7]) {
	case SBI_TIME:
	case SBI_LEGACY_SET_TIMER:
		s->timer_wanted = true;
		s->timer_when = x[A0];
		break;
	case SBI_IPI:
		want_ipis(x[A0], x[A0 + 1]);
		break;
	case SBI_SRST:
	case SBI_LEGACY_SHUTDOWN:
		__atomic_store_n(&sandbox.reset_wanted, 1, __ATOMIC_RELEASE);
		break;
	default:
		break;
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
