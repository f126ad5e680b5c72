/* SPDX-License-Identifier: Apache-2.0 */
/* greedy: a policy of the tests that wants as many PMP entries as one may, and leaves them off. */
#include "monitor/policy.h"

const struct policy policy_greedy = {
	.name = "greedy",
	.pmp_slots = POLICY_PMP_MAX,
};
