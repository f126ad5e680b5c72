/* SPDX-License-Identifier: Apache-2.0 */
/* template: every hook, and none of them objects to anything. make new-policy copies it. */
#include "monitor/policy.h"

static bool init(struct hart *h)
{
	(void)h;
	return true;
}

static void on_exit(struct hart *h, u64 cause)
{
	(void)h;
	(void)cause;
}

static enum verdict on_trap(struct hart *h, u64 cause)
{
	(void)h;
	(void)cause;
	return PASS;
}

static enum verdict on_ecall(struct hart *h, u64 cause)
{
	(void)h;
	(void)cause;
	return PASS;
}

static void on_enter(struct hart *h, enum world to)
{
	(void)h;
	(void)to;
}

static void on_leave(struct hart *h, enum world from)
{
	(void)h;
	(void)from;
}

static enum verdict on_csr(struct hart *h, struct csr_access *a)
{
	(void)h;
	(void)a;
	return PASS;
}

static enum verdict on_mmio(struct hart *h, struct mmio_access *a)
{
	(void)h;
	(void)a;
	return PASS;
}

static void on_measure(struct hart *h, enum measured what, struct range r)
{
	(void)h;
	(void)what;
	(void)r;
}

static enum verdict on_resume(struct hart *h, struct resume *r)
{
	(void)h;
	(void)r;
	return PASS;
}

static bool claims(struct hart *h, u64 pa, u64 bytes)
{
	(void)h;
	(void)pa;
	(void)bytes;
	return false;
}

static void on_limit(struct hart *h)
{
	(void)h;
}

static void on_settle(struct hart *h)
{
	(void)h;
}

/* pmp_slots is 1: rule[0] is ours, and stays off. */
static void on_pmp(struct hart *h, enum pmp_view_id view, struct pmp_rule *rule)
{
	(void)h;
	(void)view;
	rule[0].cfg = 0;
}

static void on_ipi(struct hart *h)
{
	(void)h;
}

const struct policy policy_template = {
	.name = "template",
	.pmp_slots = 1,
	.init = init,
	.on_exit = on_exit,
	.on_trap = on_trap,
	.on_ecall = on_ecall,
	.on_enter = on_enter,
	.on_leave = on_leave,
	.on_csr = on_csr,
	.on_mmio = on_mmio,
	.on_measure = on_measure,
	.on_resume = on_resume,
	.claims = claims,
	.on_pmp = on_pmp,
	.on_limit = on_limit,
	.on_settle = on_settle,
	.on_ipi = on_ipi,
};
