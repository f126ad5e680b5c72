/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware reaches for memory that is not its own, before and after the payload runs. */
#include "hostile.h"
#include "fdt.h"

static uint64_t through, first_through;
static bool below_reachable;

/* ---- A-1.monitor: every kind of access at the borders and in the middle of the monitor ---- */

static void monitor_try(void)
{
	uint64_t value;

	through = try_monitor(&first_through);
	below_reachable = try_access(ACCESS_LOAD, monitor_base - 1, &value) == NO_TRAP;
}

/* Steps: 0 what came of it before the payload ran, 1 try again now, 2 was the byte below free? */
static uint64_t monitor_step(struct context *c, uint64_t step)
{
	if (step == 1)
		through = try_monitor(&first_through);
	c->x[A1] = step == 2 ? below_reachable : first_through;
	return step == 2 ? 0 : through;
}

/* ---- A-1.secret: the same at a page of the payload; the step is the kind ---- */

static uint64_t secret_step(struct context *c, uint64_t step)
{
	uint64_t at = c->x[A0], value = 0;

	if (step < ACCESS_COUNT) {
		c->x[A1] = try_access((enum access)step, at, &value);
		return value;
	}
	catch_begin();
	store64((at & ~7ul) + 512, 0);
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- A-2: the same after the virtual PMP was opened in every way ---- */

static void open_rules(void)
{
	csr_write(CSR_PMPADDR0 + 12, ~0ul);
	csr_write(CSR_PMPADDR0 + 63, ~0ul);
	csr_write(CSR_PMPADDR0 + 15, ~0ul);
	csr_write(CSR_PMPCFG0 + 14, ~0ul);
	csr_write(CSR_PMPADDR1, ~0ul);
	csr_write(CSR_PMPADDR0, ~0ul);
	csr_write(CSR_PMPCFG2, 0x9f9f9f9f9f9f9f9ful);
	csr_write(CSR_PMPCFG0, 0x9f9f9f9f9f9f9f9ful);
	sfence_vma();
}

static uint64_t opened_monitor_step(struct context *c, uint64_t step)
{
	catch_begin();
	open_rules();
	catch_end();
	return monitor_step(c, step);
}

static uint64_t opened_secret_step(struct context *c, uint64_t step)
{
	catch_begin();
	open_rules();
	catch_end();
	return secret_step(c, step);
}

/* ---- A-6: MPRV through a page table of the firmware's ---- */

#define WINDOW 0x1040000000ul /* of the gigabyte at RAM; the next one is for U-mode */
#define RAM 0x80000000ul
#define GIGABYTE 0x40000000ul
#define TABLE 0x180000ul /* from the payload's entry: where S-mode may read it, too */

static uint64_t window_satp;

static void open_window(void)
{
	uint64_t root = payload_entry + TABLE;

	for (unsigned i = 0; i < 512; i++)
		store64(root + 8 * i, 0);
	store64(root + 8 * (WINDOW >> 30), RAM >> 2 | PTE_RWX);
	store64(root + 8 * (WINDOW >> 30) + 8, RAM >> 2 | PTE_RWX | PTE_U);
	fence();
	window_satp = 8ul << 60 | root >> 12;
}

/* Reads one byte in several ways; what it was, or 0. */
static uint64_t confuse(uint64_t at, uint64_t *got_through)
{
	uint64_t satp = window_satp, va = WINDOW + (at - RAM), value = 0, found = 0;
	const uint64_t s = 1ul << MSTATUS_MPP_SHIFT;

	*got_through = 0;
	for (unsigned way = 0; way < 4; way++) {
		uint64_t cause;

		if (way == 0)
			cause = try_mprv(va, s, satp, &value);
		else if (way == 1)
			cause = try_mprv(va + GIGABYTE, 0, satp, &value);
		else if (way == 2)
			cause = try_mprv(va + GIGABYTE, s | MSTATUS_SUM | MSTATUS_MXR, satp,
					 &value);
		else
			cause = try_mprv(at, s, 0, &value);
		if (cause == NO_TRAP) {
			*got_through += 1;
			found |= value;
		}
	}
	return found;
}

static uint64_t confused_step(struct context *c, uint64_t step)
{
	uint64_t count, found = confuse(step == 1 ? c->x[A0] : monitor_base, &count);

	c->x[A1] = count;
	return step == 1 ? found : count;
}

/* ---- A-7: MPRV with odd settings while the monitor emulates ---- */

static uint64_t odd_status_step(struct context *c, uint64_t step)
{
	static const uint64_t bits[] = {
		MSTATUS_MPP, MSTATUS_MPP | MSTATUS_MXR, 1ul << MSTATUS_MPP_SHIFT, MSTATUS_SUM,
		MSTATUS_MPP | MSTATUS_MPV, 1ul << 36, 1ul << 37, 3ul << 32 | 3ul << 34,
	};
	uint64_t value;

	(void)step;
	for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		try_mprv(CLINT_MTIME, bits[i], 0, &value);
		try_mprv(UNMAPPED, bits[i], 0, &value);
		try_mprv(monitor_base, bits[i], 0, &value);
		csr_clear(CSR_MSTATUS, bits[i] & ~MSTATUS_MPP);
	}
	through = try_monitor(&first_through);
	c->x[A1] = first_through;
	return through;
}

/* ---- A-40: another hart writes the payload's memory while the first one enters it ---- */

#define SHARED_PAGE 0x100000ul /* from the payload's entry */

static uint64_t stores, refusals;

static void keep_storing(void)
{
	volatile uint64_t *at;

	while (!payload_entry)
		;
	at = (volatile uint64_t *)(payload_entry + SHARED_PAGE);
	while (!refusals) {
		catch_begin();
		at[stores % 512] = 0;
		refusals += catch_end().cause != NO_TRAP;
		stores++;
	}
}

static void wait_for_stores(void)
{
	while (!__atomic_load_n(&stores, __ATOMIC_RELAXED))
		;
}

static uint64_t stores_step(struct context *c, uint64_t step)
{
	(void)step;
	c->x[A1] = refusals;
	return 0;
}

/* ---- A-41: the device tree is changed while the payload runs ---- */

static uint64_t tree_step(struct context *c, uint64_t step)
{
	(void)step;
	catch_begin();
	store32(boot_a1 + 28, 0xffffffff); /* boot_cpuid_phys */
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- A-52: the reservation of the monitor's memory is taken out of the tree ---- */

static void forget_one(const char *path, const char *name, uint64_t value, uint32_t size)
{
	if (!fdt_begins(path, "/reserved-memory/cordon@") || !fdt_equal(name, "reg"))
		return;
	for (uint32_t i = 0; i < size; i++)
		store8(value + i, 0);
}

static void forget_reservation(void)
{
	fdt_walk(boot_a1, forget_one);
}

static uint64_t where_step(struct context *c, uint64_t step)
{
	c->x[A1] = step == 0 ? monitor_base : monitor_size;
	return 0;
}

/* ---- A-57: what an earlier payload has left in memory ---- */

static uint64_t left_over;

static void look_for_secrets(void)
{
	uint64_t base, size, value;

	attack_ram_range(boot_a1, &base, &size);
	for (uint64_t at = payload_entry + SHARED_PAGE; at < base + size; at += PAGE_SIZE) {
		if (at >= monitor_base && at < monitor_base + monitor_size)
			continue;
		if (try_access(ACCESS_LOAD, at, &value) != NO_TRAP)
			continue;
		left_over += is_secret(load64(at));
	}
}

static uint64_t found_step(struct context *c, uint64_t step)
{
	(void)step;
	c->x[A1] = left_over;
	return 0;
}

const struct attack hostile_memory[] = {
	{ .name = "A-1.monitor", .before = monitor_try, .step = monitor_step },
	{ .name = "A-1.secret", .step = secret_step },
	{ .name = "A-2.monitor", .before = monitor_try, .step = opened_monitor_step },
	{ .name = "A-2.secret", .step = opened_secret_step },
	{ .name = "A-6.monitor", .before = open_window, .step = confused_step },
	{ .name = "A-6.secret", .before = open_window, .step = confused_step },
	{ .name = "A-7", .step = odd_status_step },
	{ .name = "A-40", .waiting = keep_storing, .before = wait_for_stores,
	  .step = stores_step },
	{ .name = "A-41", .step = tree_step },
	{ .name = "A-52", .before = forget_reservation, .step = where_step },
	{ .name = "A-57", .before = look_for_secrets, .step = found_step },
	{ 0 },
};
