/* SPDX-License-Identifier: Apache-2.0 */
/* What boot says of a device tree that firmware hands on, honest and not. */
#include <stdlib.h>

#include "dtb.h"

#include <libfdt.h>

#include "platform/dt.h"
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

/* Whichever of several it is that lies; nodes that are no memory are between them. */
static void each_memory_node_is_judged(void **state)
{
	static const char *const path[] = {"/ram@1", "/ram@2", "/soc/ram@3", MEMORY};

	(void)state;
	assert_true(fdt_add_subnode(tree.bytes, 0, "soc") >= 0);
	set_cells("/soc", "#address-cells", (const u32[]){2}, 1);
	set_cells("/soc", "#size-cells", (const u32[]){2}, 1);
	for (unsigned int i = 0; i < 3; i++) {
		fdt_add_subnode(tree.bytes, i < 2 ? 0 : node("/soc"), strrchr(path[i], '/') + 1);
		fdt_setprop_string(tree.bytes, node(path[i]), "device_type", "memory");
		set_reg(path[i], 0x88000000, 0x1000);
	}
	assert_int_equal(fdt_setprop_string(tree.bytes, node("/soc"), "device_type", "cpu"), 0);
	assert_int_equal(findings(), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(path); i++) {
		set_reg(path[i], 0x10000000, 0x1000);
		assert_int_equal(findings(), TREE_MEMORY);
		fdt_setprop_string(tree.bytes, node(path[i]), "status", "disabled");
		assert_int_equal(findings(), 0);
	}
}

/* The first device_type is the one that counts; text behind its value does not. */
static void memory_is_what_calls_itself_that(void **state)
{
	static const char longer[] = "memory\0more";

	(void)state;
	set_reg(MEMORY, 0x10000000, 0x1000);
	assert_int_equal(fdt_setprop(tree.bytes, node(MEMORY), "device_type", longer, 11), 0);
	assert_int_equal(findings(), TREE_MEMORY);
	assert_int_equal(fdt_setprop(tree.bytes, node(MEMORY), "device_type", longer, 6), 0);
	assert_int_equal(findings(), 0);
	fdt_setprop_string(tree.bytes, node(MEMORY), "device_type", "memory1");
	assert_int_equal(findings(), 0);
	fdt_setprop_string(tree.bytes, 0, "device_type", "memory");
	set_reg("/", 0x10000000, 0x1000);
	assert_int_equal(findings(), 0); /* the root is none */
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
	while (fdt_num_mem_rsv(tree.bytes) > 1) {
		assert_int_equal(fdt_del_mem_rsv(tree.bytes, 0), 0);
	}
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

/* One word more in front of the root: the tree is one, but no reader looks for its nodes there. */
static void root_must_be_where_readers_look_for_it(void **state)
{
	u8 *block = tree.bytes + fdt_off_dt_struct(tree.bytes);

	(void)state;
	assert_int_equal(fdt_pack(tree.bytes), 0);
	memmove(block + 4, block, (size_t)(tree.bytes + fdt_totalsize(tree.bytes) - block));
	memcpy(block, &(fdt32_t){cpu_to_fdt32(FDT_NOP)}, 4);
	fdt_set_size_dt_struct(tree.bytes, fdt_size_dt_struct(tree.bytes) + 4);
	fdt_set_off_dt_strings(tree.bytes, fdt_off_dt_strings(tree.bytes) + 4);
	fdt_set_totalsize(tree.bytes, fdt_totalsize(tree.bytes) + 4);
	assert_int_equal(fdt_check_full(tree.bytes, tree.size + ROOM), 0);
	assert_int_equal(findings(), TREE_MONITOR);
}

/* Nodes deeper than anyone looks may hide anything; one less is looked at. */
static void nodes_are_not_too_deep(void **state)
{
	int deep = 0;

	(void)state;
	for (unsigned int i = 1; i < DT_DEPTH; i++) {
		deep = fdt_add_subnode(tree.bytes, deep, "deep");
		assert_true(deep > 0);
	}
	fdt_setprop_string(tree.bytes, deep, "device_type", "memory");
	assert_int_equal(
		fdt_setprop(tree.bytes, deep, "reg", "\0\0\0\0\x10\0\0\0\0\0\0\1", 12), 0);
	assert_int_equal(findings(), TREE_MEMORY);
	assert_true(fdt_add_subnode(tree.bytes, deep, "deeper") > 0);
	assert_int_equal(findings(), TREE_MEMORY | TREE_MALFORMED);
}

/* Older ones are no trees. */
static void tree_is_of_version_16_at_least(void **state)
{
	(void)state;
	for (u32 version = 2; version < 19; version++) {
		fdt_set_version(tree.bytes, version);
		fdt_set_last_comp_version(tree.bytes, version < 17 ? version : 17);
		assert_int_equal(findings(), version < 16 ? TREE_MALFORMED : 0);
	}
}

/* The same tree, cut behind so many bytes of its structure block, which is the last part here. */
static void check_prefix(u32 len)
{
	const u32 strings = FDT_V17_SIZE + 16; /* behind an empty reservation block */
	const u32 text = fdt_size_dt_strings(tree.bytes);
	const u32 at = (strings + text + 3) & ~3u;
	u8 *cut = calloc(1, at + len);

	assert_non_null(cut);
	memcpy(cut, tree.bytes, FDT_V17_SIZE);
	memcpy(cut + strings, tree.bytes + fdt_off_dt_strings(tree.bytes), text);
	memcpy(cut + at, tree.bytes + fdt_off_dt_struct(tree.bytes), len);
	fdt_set_off_mem_rsvmap(cut, FDT_V17_SIZE);
	fdt_set_off_dt_strings(cut, strings);
	fdt_set_off_dt_struct(cut, at);
	fdt_set_size_dt_struct(cut, len);
	fdt_set_totalsize(cut, at + len);
	range_list_add(&machine_read.memory, range_make((u64)(uintptr_t)cut, at + len));
	assert_int_equal(ask((u64)(uintptr_t)cut, at + len, FIRMWARE, LIMIT),
			 len < fdt_size_dt_struct(tree.bytes) ? TREE_MALFORMED : 0);
	machine_read.memory.count--;
	free(cut);
}

/* The sanitizer knows where the tree ends. */
static void nothing_behind_the_tree_is_read(void **state)
{
	(void)state;
	for (u32 len = 0; len <= fdt_size_dt_struct(tree.bytes); len++) {
		check_prefix(len);
	}
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
			is_sound = fdt_version(tree.bytes) >= 16 &&
				   fdt_check_full(tree.bytes, tree.size) == 0;
			findings();
			assert_int_equal(report.size, is_sound ? fdt_totalsize(tree.bytes) : 0);
			sound += is_sound ? 1u : 0;
		}
		*byte = kept;
	}
	assert_true(sound > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(honest_tree_is_accepted),
		TEST(less_memory_is_no_lie),
		TEST(more_memory_is_found),
		TEST(memory_is_found_at_any_depth),
		TEST(each_memory_node_is_judged),
		TEST(memory_is_what_calls_itself_that),
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
		TEST(root_must_be_where_readers_look_for_it),
		TEST(nodes_are_not_too_deep),
		TEST(tree_is_of_version_16_at_least),
		TEST(nothing_behind_the_tree_is_read),
		TEST(damaged_trees_bring_nothing_down),
		TEST(well_formed_is_what_libfdt_says),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
