/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latched: a policy of the tests. One page of QEMU virt's second flash, where a device may keep its
 * secret, is nobody's: it takes one PMP entry of every view, as a secret that was latched away
 * does.
 */
#include "monitor/policy.h"
#include "monitor/vpmp.h"

#define SECRET 0x23fff000u
#define SECRET_SIZE 4096u

static void on_pmp(struct hart *h, enum pmp_view_id view, struct pmp_rule *rule)
{
	(void)h;
	(void)view;
	rule[0].addr = (SECRET | (SECRET_SIZE / 2 - 1)) >> 2;
	rule[0].cfg = PMP_A_NAPOT;
}

const struct policy policy_latched = {
	.name = "latched",
	.pmp_slots = 1,
	.on_pmp = on_pmp,
};
