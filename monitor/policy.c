/* SPDX-License-Identifier: Apache-2.0 */
/* The list of policies, in the order of judgement; the Makefile writes policy_list.h. */
#include "monitor/policy.h"

#define POLICY(n) extern const struct policy policy_##n;
#include "policy_list.h"
#undef POLICY

#define POLICY(n) &policy_##n,
static const struct policy *const policies[] = {
#include "policy_list.h"
	NULL
};
#undef POLICY

enum verdict policy_on_trap(struct hart *h, u64 cause)
{
	for (const struct policy *const *p = policies; *p != NULL; p++) {
		enum verdict v = (*p)->on_trap != NULL ? (*p)->on_trap(h, cause) : PASS;

		if (v != PASS) {
			return v;
		}
	}
	return PASS;
}

const char *policy_names(void)
{
#define POLICY(n) " " #n
	static const char names[] = ""
#include "policy_list.h"
		;
#undef POLICY
	return names[0] == ' ' ? names + 1 : names;
}
