/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit: counts what happens on each hart, answers the payload that asks for it by an SBI call, and
 * prints it when the payload shuts the machine down. It judges nothing. Manual: docs/audit.md.
 *
 * Calls are counted in on_exit, which every policy gets, so that one which a policy before this one
 * has answered is counted, too.
 */
#include "policies/audit/audit.h"

#include "monitor/policy.h"
#include "monitor/sbi.h"
#include "monitor/timer.h"

#define SBI_SRST_TYPES 3u /* shutdown, cold and warm reboot (SBI 3.0, 10.1) */

/* A payload that asks for a shutdown in vain, again and again, does not flood the console. */
#define REPORTS_MAX 4u

#define NO_CALL AUDIT_CALL_COUNT

static_assert(AUDIT_CALL_COUNT <= AUDIT_FORWARDED - AUDIT_CALLS, "calls fit their group");
static_assert(REFUSED_CLASSES <= AUDIT_FIRMWARE_TICKS - AUDIT_DENIED, "denials fit their group");

/* Index as machine.harts. Each hart writes its own; value is read by all (relaxed). */
static struct audit_hart {
	u64 value[AUDIT_COUNTERS];
	u64 since; /* when this hart entered the firmware */
	u8 call;   /* enum audit_call of the trap being handled, or NO_CALL */
} audits[MAX_HARTS];

/* Tables printed so far: atomic adds. */
static u32 reports;

static void add(struct audit_hart *a, unsigned int n, u64 by)
{
	__atomic_store_n(&a->value[n], a->value[n] + by, __ATOMIC_RELAXED);
}

u64 audit_value(unsigned int index, unsigned int n)
{
	if (n >= AUDIT_DENIED && n < AUDIT_DENIED + REFUSED_CLASSES) {
		return __atomic_load_n(&machine.harts[index]->counts.refused[n - AUDIT_DENIED],
				       __ATOMIC_RELAXED);
	}
	return __atomic_load_n(&audits[index].value[n], __ATOMIC_RELAXED);
}

/* ---- every trap ---- */

/* SBI 3.0: the extension ids of chapters 4 to 20. */
static const struct {
	u32 id;
	u32 call;
} extensions[] = {
	{ SBI_TIME, AUDIT_CALL_TIME },     { SBI_IPI, AUDIT_CALL_IPI },
	{ SBI_RFENCE, AUDIT_CALL_RFENCE }, { SBI_BASE, AUDIT_CALL_BASE },
	{ SBI_HSM, AUDIT_CALL_HSM },       { SBI_SRST, AUDIT_CALL_SRST },
	{ SBI_PMU, AUDIT_CALL_PMU },       { SBI_DBCN, AUDIT_CALL_DBCN },
	{ SBI_SUSP, AUDIT_CALL_SUSP },     { SBI_CPPC, AUDIT_CALL_CPPC },
	{ SBI_NACL, AUDIT_CALL_NACL },     { SBI_STA, AUDIT_CALL_STA },
	{ SBI_SSE, AUDIT_CALL_SSE },       { SBI_FWFT, AUDIT_CALL_FWFT },
	{ SBI_DBTR, AUDIT_CALL_DBTR },     { SBI_MPXY, AUDIT_CALL_MPXY },
	{ AUDIT_EXTENSION, AUDIT_CALL_AUDIT },
};

static unsigned int call_of(u64 id)
{
	if (id <= SBI_LEGACY_LAST) {
		return AUDIT_CALL_LEGACY;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(extensions); i++) {
		if (extensions[i].id == id) {
			return extensions[i].call;
		}
	}
	return AUDIT_CALL_OTHER;
}

static bool is_shutdown(const struct hart *h)
{
	u64 id = sbi_extension(h);

	return id == SBI_LEGACY_SHUTDOWN ||
	       (id == SBI_SRST && sbi_function(h) == SBI_SRST_RESET &&
		(u32)sbi_arg(h, 0) < SBI_SRST_TYPES);
}

static void note_call(struct hart *h, struct audit_hart *a)
{
	a->call = (u8)call_of(sbi_extension(h));
	add(a, AUDIT_CALLS + a->call, 1);
	if (is_shutdown(h) && __atomic_load_n(&reports, __ATOMIC_RELAXED) < REPORTS_MAX) {
		__atomic_fetch_add(&reports, 1, __ATOMIC_RELAXED);
		audit_report();
	}
}

static void on_exit(struct hart *h, u64 cause)
{
	struct audit_hart *a = &audits[h->index];
	bool payload = h->world == WORLD_PAYLOAD;
	u64 code = cause & ~CAUSE_INTERRUPT;
	u64 group = payload ? AUDIT_PAYLOAD_EXCEPTIONS : AUDIT_FIRMWARE_EXCEPTIONS;

	if (code != cause) {
		group += AUDIT_FIRMWARE_INTERRUPTS - AUDIT_FIRMWARE_EXCEPTIONS;
	}
	add(a, (unsigned int)(group + (code < AUDIT_CAUSE_OTHER ? code : AUDIT_CAUSE_OTHER)), 1);
	a->call = NO_CALL;
	if (payload && cause == CAUSE_ECALL_S) {
		note_call(h, a);
	}
}

/* ---- world switches ---- */

/*
 * The firmware gets a call if the trap it is entered for is that call: after a call that was
 * answered it may be entered for an interrupt, within the same trap of the monitor's.
 */
static void on_enter(struct hart *h, enum world to)
{
	struct audit_hart *a = &audits[h->index];

	if (to == WORLD_PAYLOAD) {
		add(a, AUDIT_TO_PAYLOAD, 1);
		return;
	}
	add(a, AUDIT_TO_FIRMWARE, 1);
	if (a->call != NO_CALL && h->vm.mcause == CAUSE_ECALL_S) {
		add(a, AUDIT_FORWARDED + a->call, 1);
	}
	a->since = timer_now();
}

static void on_leave(struct hart *h, enum world from)
{
	struct audit_hart *a = &audits[h->index];
	u64 ticks;

	if (from == WORLD_PAYLOAD) {
		return;
	}
	ticks = timer_now() - a->since;
	add(a, AUDIT_FIRMWARE_TICKS, ticks);
	if (a->value[AUDIT_TO_PAYLOAD] == 0) {
		add(a, AUDIT_BOOT_TICKS, ticks);
	}
}

/* ---- the payload asks ---- */

static void info(struct hart *h)
{
	sbi_return(h, SBI_SUCCESS,
		   (u64)AUDIT_VERSION << 32 | (u64)machine.hart_count << 16 | AUDIT_COUNTERS);
}

static void read(struct hart *h)
{
	u64 n = sbi_arg(h, 0);
	u64 id = sbi_arg(h, 1);

	for (unsigned int i = 0; i < machine.hart_count && n < AUDIT_COUNTERS; i++) {
		if (machine.harts[i]->id == id) {
			sbi_return(h, SBI_SUCCESS, audit_value(i, (unsigned int)n));
			return;
		}
	}
	sbi_return(h, SBI_ERR_INVALID_PARAM, 0);
}

static enum verdict own_call(struct hart *h)
{
	switch (sbi_function(h)) {
	case AUDIT_INFO:
		info(h);
		break;
	case AUDIT_READ:
		read(h);
		break;
	default:
		sbi_return(h, SBI_ERR_NOT_SUPPORTED, 0);
		break;
	}
	return HANDLED;
}

static enum verdict on_ecall(struct hart *h, u64 cause)
{
	if (cause != CAUSE_ECALL_S) {
		return PASS;
	}
	if (sbi_extension(h) == AUDIT_EXTENSION) {
		return own_call(h);
	}
	/* The firmware does not know that this extension is there. */
	if (sbi_extension(h) == SBI_BASE && sbi_function(h) == SBI_BASE_PROBE &&
	    sbi_arg(h, 0) == AUDIT_EXTENSION) {
		sbi_return(h, SBI_SUCCESS, 1);
		return HANDLED;
	}
	return PASS;
}

static bool init(struct hart *h)
{
	audits[h->index].since = timer_now();
	return true;
}

const struct policy policy_audit = {
	.name = "audit",
	.init = init,
	.on_exit = on_exit,
	.on_ecall = on_ecall,
	.on_enter = on_enter,
	.on_leave = on_leave,
};
