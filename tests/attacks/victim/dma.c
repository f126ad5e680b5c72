/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a device writes for the firmware. */
#include "victim.h"

static void dma(void)
{
	struct answer r = attack(0, (uint64_t)&secret_page[256], 0, 0);

	victim_spin(2500000); /* the devices take their time: 250 ms */
	if (!require(secret_intact(), "the page is", secret_page[256]))
		return;
	verdict(r.value == CAUSE_LOAD_ACCESS || r.value == CAUSE_STORE_ACCESS,
		"the firmware's access ended with cause", r.value);
}

static void flash(void)
{
	struct answer r = attack(0, 0, 0, 0);

	verdict(r.value == CAUSE_STORE_ACCESS, "the firmware's access ended with cause", r.value);
}

const struct trial victim_dma[] = {
	{ "A-28.fw_cfg", dma },
	{ "A-28.virtio", dma },
	{ "A-28.pci", dma },
	{ "A-33", flash },
	{ 0 },
};
