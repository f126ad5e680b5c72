/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is not the firmware's. */
#include "victim.h"

#define SHARED_PAGE ((volatile uint64_t *)0x80300000ul)

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

static bool is_refusal(struct answer r)
{
	return r.value == CAUSE_FETCH_ACCESS || r.value == CAUSE_LOAD_ACCESS ||
		r.value == CAUSE_STORE_ACCESS;
}

static void secret(void)
{
	for (uint64_t kind = 0; kind < 5; kind++) {
		struct answer r = attack(kind, (uint64_t)secret_page + 3, 0, 0);
		uint64_t byte = SECRET(0) >> 24 & 0xff;

		if (!require(kind != 0 || (uint64_t)r.error != byte, "read", (uint64_t)r.error) ||
		    !require(is_refusal(r), "no fault", kind))
			return;
	}
	attack(8, (uint64_t)secret_page, 0, 0);
	verdict(secret_intact(), "the page is", secret_page[64]);
}

static void confused_monitor(void)
{
	struct answer r = attack(0, 0, 0, 0);

	verdict(r.error == 0, "reads of the monitor that got through", r.value);
}

static void confused_secret(void)
{
	struct answer r = attack(1, (uint64_t)secret_page + 3, 0, 0);
	uint64_t byte = SECRET(0) >> 24 & 0xff;

	verdict(((uint64_t)r.error & byte) != byte, "read", (uint64_t)r.error);
}

static void odd_status(void)
{
	struct answer r = attack(0, 0, 0, 0);

	verdict(r.error == 0, "accesses to the monitor got through, first", r.value);
}

/* From its first instruction on the payload's memory is its own. */
static void stores(void)
{
	uint64_t start = ticks();

	for (unsigned i = 0; i < 512; i++)
		SHARED_PAGE[i] = SECRET(i);
	while (ticks() - start < 1000000)
		for (unsigned i = 0; i < 512; i++)
			if (!require(SHARED_PAGE[i] == SECRET(i), "changed to", SHARED_PAGE[i]))
				return;
	verdict(true, "the page stayed as it was, refusals", attack(0, 0, 0, 0).value);
}

static void tree(void)
{
	uint32_t before = load32(victim_dtb + 28);

	attack(0, 0, 0, 0);
	verdict(load32(victim_dtb + 28) == before, "the tree now says", load32(victim_dtb + 28));
}

static void forgotten(void)
{
	uint64_t base = attack(0, 0, 0, 0).value, size = attack(1, 0, 0, 0).value;
	const uint64_t places[] = { 0, size / 2, size - 8 };

	for (unsigned i = 0; i < 3; i++) {
		uint64_t value;

		fault_begin();
		value = load64(base + places[i]);
		if (!require(fault_end() == CAUSE_LOAD_ACCESS, "the monitor's memory reads", value))
			return;
		fault_begin();
		store64(base + places[i], value);
		if (!require(fault_end() == CAUSE_STORE_ACCESS, "the monitor was written at", i))
			return;
	}
	verdict(size != 0, "out of reach though not reserved, bytes", size);
}

/* The second boot is known by a word in the second bank of flash, which a reset leaves alone. */
#define FLASH 0x22000000ul

static bool is_second_boot(void)
{
	store32(FLASH, 0xff);
	return load32(FLASH) == 0x77777777;
}

static void mark_boot(void)
{
	store32(FLASH, 0x40);
	store32(FLASH, 0x77777777);
	store32(FLASH, 0xff);
}

static void planted(void)
{
	uint64_t base, size;

	if (is_second_boot()) {
		struct answer r = attack(0, 0, 0, 0);

		verdict(r.error == 0 && r.value == 0, "pages with secrets found", r.value);
		return;
	}
	attack_ram_range(victim_dtb, &base, &size);
	for (uint64_t at = (uint64_t)SHARED_PAGE; at < base + size / 2; at += PAGE_SIZE)
		store64(at, SECRET(1));
	mark_boot();
	fence();
	sbi(SBI_SRST, 0, 1, 0, 0);
	verdict(false, "the machine was not reset", 0);
}

const struct trial victim_memory[] = {
	{ "A-1.monitor", monitor },
	{ "A-1.secret", secret },
	{ "A-2.monitor", monitor },
	{ "A-2.secret", secret },
	{ "A-6.monitor", confused_monitor },
	{ "A-6.secret", confused_secret },
	{ "A-7", odd_status },
	{ "A-40", stores },
	{ "A-41", tree },
	{ "A-52", forgotten },
	{ "A-57", planted },
	{ 0 },
};
