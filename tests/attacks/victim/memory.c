/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is not the firmware's. */
#include "victim.h"

static void monitor(void)
{
	struct answer r;

	for (uint64_t step = 0; step < 2; step++) {
		r = attack(step, 0, 0, 0);
		if (!require(r.error == 0, "accesses to the monitor got through, first", r.value))
			return;
	}
	r = attack(2, 0, 0, 0);
	if (require(r.value == 1, "the byte below the monitor was not reachable", r.value))
		verdict(true, "the monitor was out of reach", 0);
}

static void secret(void)
{
	for (uint64_t kind = 0; kind < 5; kind++) {
		struct answer r = attack(kind, (uint64_t)secret_page + 3, 0, 0);
		uint64_t byte = SECRET(0) >> 24 & 0xff;

		if (!require(kind != 0 || (uint64_t)r.error != byte, "read", (uint64_t)r.error) ||
		    !require(r.value == 1 || r.value == 5 || r.value == 7, "no fault", kind))
			return;
	}
	attack(8, (uint64_t)secret_page, 0, 0);
	verdict(secret_intact(), "the page is", secret_page[64]);
}

const struct trial victim_memory[] = {
	{ "A-1.monitor", monitor },
	{ "A-1.secret", secret },
	{ 0 },
};
