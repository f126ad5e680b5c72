/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware compares the hart's rules with a model, and tells. */
#include "victim.h"

static void model(void)
{
	struct answer r = attack(0, 0, 0, 0);

	if (!require(r.error == 0, "rules that are not the model's, first", r.value))
		return;
	r = attack(1, 0, 0, 0);
	verdict(r.error == 0, "accesses to the monitor", r.value);
}

static void borders(void)
{
	struct answer r = attack(0, 0, 0, 0);

	verdict(r.error == 0, "accesses to the monitor got through, first", r.value);
}

const struct trial victim_rules[] = {
	{ "A-3", model },
	{ "A-4", model },
	{ "A-5", borders },
	{ "A-24", borders },
	{ 0 },
};
