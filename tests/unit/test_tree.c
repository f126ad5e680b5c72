/* SPDX-License-Identifier: Apache-2.0 */
/* What boot says of a device tree that firmware hands on, honest and not. */
#include <stdlib.h>

#include "dtb.h"

#include <libfdt.h>

#include "platform/fdt_scan.h"
#include "platform/platform.h"

#define ROOM 4096u
#define MONITOR ((struct range){0x9ff80000, 0x80000})
#define FIRMWARE ((struct range){0x80000000, 0x20000})
#define LIMIT 0x81000000u

static struct platform machine_read; /* half a gigabyte at 0x80000000, and the tree's own place */
static struct dtb tree;
static struct tree_report report;

/* A fresh tree as firmware hands it on, on the machine that "virt" describes. */
static int setup(void **state)
{
	struct dtb virt = dtb_load("virt", 0);

	(void)state;
	assert_int_equal(platform_read(&machine_read, (u64)(uintptr_t)virt.bytes), PLATFORM_OK);
	free(virt.bytes);
	tree = dtb_load("handed_on", ROOM);
	assert_int_equal(fdt_open_into(tree.bytes, tree.bytes, (int)(tree.size + ROOM)), 0);
	range_list_add(&machine_read.memory,
		       range_make((u64)(uintptr_t)tree.bytes, tree.size + ROOM));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(tree.bytes);
	return 0;
}

static u64 ask(u64 fdt, u64 max, struct range firmware, u64 limit)
{
	struct tree_question q = {fdt, max, firmware, limit};

	memset(&report, 0xff, sizeof(report));
	platform_check_tree(&machine_read, MONITOR, &q, &report);
	return report.findings;
}

static u64 findings(void)
{
	return ask((u64)(uintptr_t)tree.bytes, tree.size + ROOM, FIRMWARE, LIMIT);
}

static int node(const char *path)
{
	int n = fdt_path_offset(tree.bytes, path);

	assert_true(n >= 0);
	return n;
}

static void set_cells(const char *path, const char *name, const u32 *value, unsigned int count)
{
	fdt32_t cell[8];

	for (unsigned int i = 0; i < count; i++) {
		cell[i] = cpu_to_fdt32(value[i]);
	}
	assert_int_equal(fdt_setprop(tree.bytes, node(path), name, cell, (int)(4 * count)), 0);
}

static void set_reg(const char *path, u64 base, u64 size)
{
	u32 cells[] = {(u32)(base >> 32), (u32)base, (u32)(size >> 32), (u32)size};

	set_cells(path, "reg", cells, 4);
}

#define MEMORY "/memory@80000000"
#define CORDON "/reserved-memory/cordon@9ff80000"

/* I-DTB-2 */
static void honest_tree_is_accepted(void **state)
{
	(void)state;
	assert_int_equal(findings(), 0);
	assert_int_equal(report.size, fdt_totalsize(tree.bytes));
	assert_int_equal(report.firmware_end, 0x80080000);
}

static void less_memory_is_no_lie(void **state)
{
	static const u32 two[] = {0, 0x80200000, 0, 0x1000, 0, 0x90000000, 0, 0x1000};

	(void)state;
	set_cells(MEMORY, "reg", two, 8);
	assert_int_equal(findings(), 0);
	assert_int_equal(fdt_setprop_string(tree.bytes, node(MEMORY), "status", "disabled"), 0);
	set_reg(MEMORY, 0, ~(u64)0);
	assert_int_equal(findings(), 0);
}

/* I-DTB-2 */
static void more_memory_is_found(void **state)
{
	static const struct range lies[] = {
		{0x7ffff000, 0x20000000},         {0x80000000, 0x20000001}, {0x100000000, 1},
		{0x90000000, 0xffffffff90000000}, {0, ~(u64)0},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lies); i++) {
		set_reg(MEMORY, lies[i].base, lies[i].size);
		assert_true((findings() & TREE_MEMORY) != 0);
	}
	set_reg(MEMORY, 0x80000000, 0x20000000);
	assert_int_equal(findings(), 0);
	set_cells(MEMORY, "linux,usable-memory", (const u32[]){0, 0x10000000, 0, 0x1000}, 4);
	assert_int_equal(findings(), TREE_MEMORY);
}

/* A second node, on a bus of its own with other cells. */
static void memory_is_found_at_any_depth(void **state)
{
	int bus = fdt_add_subnode(tree.bytes, 0, "bus");
	int memory;

	(void)state;
	assert_int_equal(fdt_setprop_u32(tree.bytes, bus, "#size-cells", 1), 0);
	assert_int_equal(fdt_setprop_u32(tree.bytes, bus, "#address-cells", 1), 0);
	memory = fdt_add_subnode(tree.bytes, bus, "ram");
	assert_int_equal(fdt_setprop_string(tree.bytes, memory, "device_type", "memory"), 0);
	set_cells("/bus/ram", "reg", (const u32[]){0x90000000, 0x1000}, 2);
	assert_int_equal(findings(), 0);
	set_cells("/bus/ram", "reg", (const u32[]){0x10000000, 0x1000}, 2);
	assert_int_equal(findings(), TREE_MEMORY);
	set_cells("/bus/ram", "reg", (const u32[]){0x9ff80000, 0x1000}, 2);
	assert_int_equal(findings(), 0); /* reserved like all of the monitor */
}

/* An operating system may read numbers of more cells than we do. */
static void memory_that_cannot_be_read_is_refused(void **state)
{
	(void)state;
	set_cells("/", "#address-cells", (const u32[]){3}, 1);
	assert_true((findings() & TREE_MALFORMED) != 0);
}

/* I-DTB-2 */
static void monitor_must_be_reserved_where_memory_includes_it(void **state)
{
	(void)state;
	assert_int_equal(fdt_del_node(tree.bytes, node(CORDON)), 0);
	assert_int_equal(findings(), TREE_MONITOR);
	set_reg(MEMORY, 0x80000000, 0x1ff80000);
	assert_int_equal(findings(), 0);
	set_reg(MEMORY, 0x80000000, 0x1ff80001);
	assert_int_equal(findings(), TREE_MONITOR);
}

static void reservation_of_the_monitor_must_be_whole_and_in_force(void **state)
{
	(void)state;
	set_reg(CORDON, 0x9ff80001, 0x7ffff);
	assert_int_equal(findings(), TREE_MONITOR);
	set_reg(CORDON, 0x9ff80000, 0x7ffff);
	assert_int_equal(findings(), TREE_MONITOR);
	set_reg(CORDON, 0x9f000000, 0x1000000);
	assert_int_equal(findings(), 0);
	assert_int_equal(fdt_setprop_empty(tree.bytes, node(CORDON), "reusable"), 0);
	assert_int_equal(findings(), TREE_MONITOR);
	assert_int_equal(fdt_delprop(tree.bytes, node(CORDON), "reusable"), 0);
	assert_int_equal(fdt_setprop_string(tree.bytes, node(CORDON), "status", "disabled"), 0);
	assert_int_equal(findings(), TREE_MONITOR);
	assert_int_equal(fdt_add_mem_rsv(tree.bytes, 0x9ff80000, 0x80000), 0);
	assert_int_equal(findings(), 0);
}

/* Pieces together reserve it, too. */
static void reservation_may_be_in_pieces(void **state)
{
	static const u32 two[] = {0, 0x9ffc0000, 0, 0x40000, 0, 0x9ff80000, 0, 0x40000};
	static const u32 hole[] = {0, 0x9ffc0000, 0, 0x40000, 0, 0x9ff80000, 0, 0x3ffff};

	(void)state;
	set_cells(CORDON, "reg", two, 8);
	assert_int_equal(findings(), 0);
	set_cells(CORDON, "reg", hole, 8);
	assert_int_equal(findings(), TREE_MONITOR);
}

/* Linux ignores a /reserved-memory that is addressed in another way than the root. */
static void reservations_that_nobody_reads_do_not_count(void **state)
{
	(void)state;
	set_cells("/reserved-memory", "#size-cells", (const u32[]){1}, 1);
	assert_int_equal(findings(), TREE_MONITOR);
	set_cells("/reserved-memory", "#size-cells", (const u32[]){2}, 1);
	assert_int_equal(fdt_delprop(tree.bytes, node("/reserved-memory"), "ranges"), 0);
	assert_int_equal(findings(), TREE_MONITOR);
	assert_int_equal(fdt_del_node(tree.bytes, node("/reserved-memory")), 0);
	assert_int_equal(findings(), TREE_MONITOR);
}

/* ---- where firmware ends ---- */

#define OTHER "/reserved-memory/other@80080000"

static void firmware_ends_where_no_reservation_goes_on(void **state)
{
	(void)state;
	assert_int_equal(fdt_delprop(tree.bytes, node(OTHER), "status"), 0);
	assert_int_equal(findings(), 0);
	assert_int_equal(report.firmware_end, 0x80081000);
	set_reg(OTHER, 0x80080001, 0x1000);
	findings();
	assert_int_equal(report.firmware_end, 0x80080000);
}

static void firmware_never_ends_behind_the_limit_or_in_the_monitor(void **state)
{
	u64 at = (u64)(uintptr_t)tree.bytes;

	(void)state;
	ask(at, tree.size + ROOM, FIRMWARE, 0x80050000);
	assert_int_equal(report.firmware_end, 0x80050000);
	ask(at, tree.size + ROOM, FIRMWARE, 0x80010000);
	assert_int_equal(report.firmware_end, 0x80010000);
	assert_int_equal(fdt_delprop(tree.bytes, node(OTHER), "status"), 0);
	set_reg(OTHER, 0x80000000, ~(u64)0);
	findings();
	assert_int_equal(report.firmware_end, LIMIT);
	ask(at, tree.size + ROOM, FIRMWARE, ~(u64)0);
	assert_int_equal(report.firmware_end, MONITOR.base);
}

static void firmware_without_reservations_ends_where_it_ends(void **state)
{
	(void)state;
	assert_int_equal(
		ask((u64)(uintptr_t)tree.bytes, tree.size + ROOM,
		    range_make(0x82000000, 0x1000), 0x90000000),
		0);
	assert_int_equal(report.firmware_end, 0x82001000);
}

/* ---- what is no tree ---- */

static void tree_must_lie_in_memory_that_is_not_the_monitors(void **state)
{
	u64 at = (u64)(uintptr_t)tree.bytes;
	struct range *place = &machine_read.memory.r[machine_read.memory.count - 1];
	struct tree_question q = {at, tree.size + ROOM, FIRMWARE, LIMIT};

	(void)state;
	assert_int_equal(ask(0, ROOM, FIRMWARE, LIMIT), TREE_MALFORMED);
	assert_int_equal(ask(at + 4, ROOM, FIRMWARE, LIMIT), TREE_MALFORMED);
	assert_int_equal(ask(at, fdt_totalsize(tree.bytes) - 1, FIRMWARE, LIMIT), TREE_MALFORMED);
	assert_int_equal(ask(at, 0, FIRMWARE, LIMIT), TREE_MALFORMED);
	assert_int_equal(ask(0x10000000, ROOM, FIRMWARE, LIMIT), TREE_MALFORMED);
	assert_int_equal(ask(~(u64)7, ROOM, FIRMWARE, LIMIT), TREE_MALFORMED);
	platform_check_tree(&machine_read, range_make(at + 39, 1), &q, &report);
	assert_int_equal(report.findings, TREE_MALFORMED);
	platform_check_tree(&machine_read, range_make(at + fdt_totalsize(tree.bytes) - 1, 1), &q,
			    &report);
	assert_int_equal(report.findings, TREE_MALFORMED);
	assert_int_equal(findings(), 0);
	place->size = fdt_totalsize(tree.bytes) - 1;
	assert_int_equal(findings(), TREE_MALFORMED);
	assert_int_equal(report.size, 0);
	assert_int_equal(report.firmware_end, 0x80020000);
	place->size = 39;
	assert_int_equal(findings(), TREE_MALFORMED);
}

/* Damage that a reader of memory nodes alone would not come across. */
static void tree_must_be_well_formed_to_its_end(void **state)
{
	u8 *end;

	(void)state;
	assert_int_equal(fdt_pack(tree.bytes), 0);
	end = tree.bytes + fdt_off_dt_struct(tree.bytes) + fdt_size_dt_struct(tree.bytes);
	assert_int_equal(findings(), 0);
	end[-1] ^= 1; /* FDT_END is another tag */
	assert_int_equal(findings(), TREE_MALFORMED);
}

/* Never a byte outside of the buffer is read, whatever the tree says. */
static void damaged_trees_bring_nothing_down(void **state)
{
	(void)state;
	assert_int_equal(fdt_pack(tree.bytes), 0);
	for (size_t n = 0; n < fdt_totalsize(tree.bytes); n++) {
		u8 flip = (u8)(1u << unit_random() % 8);

		tree.bytes[n] ^= flip;
		findings();
		assert_true(report.findings <= (TREE_MALFORMED | TREE_MEMORY | TREE_MONITOR));
		assert_true(report.size <= tree.size + ROOM);
		tree.bytes[n] ^= flip;
	}
	assert_int_equal(findings(), 0);
}

/* Nothing but what libfdt takes for a tree is one, and all of it but what is older than 16. */
static void well_formed_is_what_libfdt_says(void **state)
{
	static const u8 tags[] = {0, FDT_BEGIN_NODE, FDT_END_NODE, FDT_PROP, FDT_NOP, FDT_END, 255};
	unsigned int sound = 0;

	(void)state;
	assert_int_equal(fdt_pack(tree.bytes), 0);
	for (size_t n = 0; n < fdt_totalsize(tree.bytes) * ARRAY_SIZE(tags); n++) {
		u8 *byte = &tree.bytes[n / ARRAY_SIZE(tags)];
		u8 kept = *byte;
		bool is_sound;

		*byte = tags[n % ARRAY_SIZE(tags)];
		if (fdt_check_header(tree.bytes) == 0 && fdt_totalsize(tree.bytes) <= tree.size &&
		    dt_is_aligned(tree.bytes)) {
			is_sound = fdt_check_full(tree.bytes, tree.size) == 0;
			sound += is_sound ? 1u : 0;
			assert_int_equal(fdt_scan_check(tree.bytes),
					 is_sound && fdt_version(tree.bytes) >= 16);
		}
		*byte = kept;
	}
	assert_true(sound > 100);
}

/* Each property of each node, and what is not there. */
static void properties_are_those_of_libfdt(void **state)
{
	struct fdt_scan s;
	unsigned int count = 0;
	int len = 0;
	int prop;
	int n;

	(void)state;
	fdt_scan_start(&s, tree.bytes);
	for (n = 0; n >= 0; n = fdt_next_node(tree.bytes, n, NULL)) {
		fdt_for_each_property_offset(prop, tree.bytes, n) {
			const char *name = NULL;
			int size = 0;
			const void *value = fdt_getprop_by_offset(tree.bytes, prop, &name, &size);

			assert_ptr_equal(fdt_scan_property(&s, n, name, &len), value);
			assert_int_equal(len, size);
			count++;
		}
		assert_null(fdt_scan_property(&s, n, "absent", &len));
		assert_null(fdt_scan_property(&s, n, "re", &len));
	}
	assert_true(count > 10);
	assert_int_equal(fdt_scan_child(&s, "reserved-memory"), node("/reserved-memory"));
	assert_int_equal(fdt_scan_child(&s, "memory"), node("/memory"));
	assert_true(fdt_scan_child(&s, "reserved-memor") < 0);
	assert_true(fdt_scan_child(&s, "other") < 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(honest_tree_is_accepted),
		TEST(less_memory_is_no_lie),
		TEST(more_memory_is_found),
		TEST(memory_is_found_at_any_depth),
		TEST(memory_that_cannot_be_read_is_refused),
		TEST(monitor_must_be_reserved_where_memory_includes_it),
		TEST(reservation_of_the_monitor_must_be_whole_and_in_force),
		TEST(reservation_may_be_in_pieces),
		TEST(reservations_that_nobody_reads_do_not_count),
		TEST(firmware_ends_where_no_reservation_goes_on),
		TEST(firmware_never_ends_behind_the_limit_or_in_the_monitor),
		TEST(firmware_without_reservations_ends_where_it_ends),
		TEST(tree_must_lie_in_memory_that_is_not_the_monitors),
		TEST(tree_must_be_well_formed_to_its_end),
		TEST(damaged_trees_bring_nothing_down),
		TEST(well_formed_is_what_libfdt_says),
		TEST(properties_are_those_of_libfdt),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
