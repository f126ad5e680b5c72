/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at the nodes of a device tree, without libfdt's walks, are those of libfdt. */
#include <stdlib.h>

#include "dtb.h"

#include <libfdt.h>

#include "platform/fdt_scan.h"

#define ROOM 4096u

static struct dtb tree;

static int setup(void **state)
{
	(void)state;
	tree = dtb_load("handed_on", ROOM);
	assert_int_equal(fdt_open_into(tree.bytes, tree.bytes, (int)(tree.size + ROOM)), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(tree.bytes);
	return 0;
}

static int node(const char *path)
{
	int n = fdt_path_offset(tree.bytes, path);

	assert_true(n >= 0);
	return n;
}

/* The place that looks at nodes begin from, in a tree that is one. */
static struct fdt_scan scan(void)
{
	struct fdt_walk w;

	fdt_scan_walk(&w, tree.bytes);
	while (fdt_scan_next(&w, "reg")) {
	}
	assert_true(w.is_sound);
	return w.at;
}

/* How it is addressed, and each of its children. */
static void check_node(const struct fdt_scan *s, int n)
{
	struct dt_bus on = fdt_scan_bus(s, n);
	int child = fdt_scan_first(s, n);
	int other;

	assert_int_equal(on.address_cells, fdt_address_cells(tree.bytes, n));
	assert_int_equal(on.size_cells, fdt_size_cells(tree.bytes, n));
	fdt_for_each_subnode(other, tree.bytes, n) {
		assert_int_equal(child, other);
		child = fdt_scan_sibling(s, child);
	}
	assert_true(child < 0);
}

static void check_nodes(void)
{
	struct fdt_scan s = scan();

	for (int n = fdt_next_node(tree.bytes, -1, NULL); n >= 0;
	     n = fdt_next_node(tree.bytes, n, NULL)) {
		check_node(&s, n);
	}
}

/* Nodes without a name, properties that are gone, NOPs, ends that come early or late. */
static void nodes_of_damaged_trees_are_those_of_libfdt(void **state)
{
	static const u8 tags[] = {0, FDT_BEGIN_NODE, FDT_END_NODE, FDT_PROP, FDT_NOP, FDT_END};
	u8 *block = tree.bytes + fdt_off_dt_struct(tree.bytes);
	unsigned int sound = 0;

	(void)state;
	for (u32 n = 0; n < fdt_size_dt_struct(tree.bytes) * ARRAY_SIZE(tags); n++) {
		u8 kept = block[n / ARRAY_SIZE(tags)];

		block[n / ARRAY_SIZE(tags)] = tags[n % ARRAY_SIZE(tags)];
		if (fdt_check_full(tree.bytes, tree.size + ROOM) == 0) {
			check_nodes();
			sound++;
		}
		block[n / ARRAY_SIZE(tags)] = kept;
	}
	assert_true(sound > 100);
}

/* Each length that the property may have, and each number. */
static void cells_are_those_of_libfdt(void **state)
{
	static const char *const names[] = {"#address-cells", "#size-cells"};
	static const u32 numbers[] = {0, 1, 2, 3, 4, 5, 0x80000000, 0x01000000, ~0u};
	struct fdt_scan s;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(names) * ARRAY_SIZE(numbers) * 9; i++) {
		const char *name = names[i % 2];
		fdt32_t value[2] = {cpu_to_fdt32(numbers[i / 2 % ARRAY_SIZE(numbers)])};
		int len = (int)(i / 2 / ARRAY_SIZE(numbers));

		assert_int_equal(fdt_setprop(tree.bytes, 0, name, value, len), 0);
		s = scan();
		check_node(&s, 0);
	}
	assert_int_equal(fdt_delprop(tree.bytes, 0, names[0]), 0);
	assert_int_equal(fdt_delprop(tree.bytes, 0, names[1]), 0);
	s = scan();
	assert_int_equal(fdt_scan_bus(&s, 0).address_cells, 2);
	assert_int_equal(fdt_scan_bus(&s, 0).size_cells, 1);
}

/* Each property of each node, and what is not there. */
static void properties_are_those_of_libfdt(void **state)
{
	struct fdt_scan s = scan();
	unsigned int count = 0;
	int len = 0;
	int prop;
	int n;

	(void)state;
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
}

static void children_are_those_of_libfdt(void **state)
{
	struct fdt_scan s = scan();
	int parent = node("/reserved-memory");
	int first = fdt_first_property_offset(tree.bytes, parent);

	(void)state;
	check_nodes();
	assert_int_equal(fdt_scan_child(&s, 0, "reserved-memory"), parent);
	assert_int_equal(fdt_scan_child(&s, 0, "memory"), node("/memory"));
	assert_int_equal(fdt_scan_child(&s, parent, "cordon"), node("/reserved-memory/cordon"));
	assert_true(fdt_scan_child(&s, 0, "reserved-memor") < 0);
	assert_true(fdt_scan_child(&s, 0, "cordon") < 0);
	assert_true(fdt_scan_first(&s, node("/reserved-memory/cordon")) < 0);
	assert_true(fdt_scan_first(&s, first) < 0); /* no node */
	assert_true(fdt_scan_sibling(&s, 0) < 0);
	assert_null(fdt_scan_property(&s, first, "reg", &(int){0}));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nodes_of_damaged_trees_are_those_of_libfdt),
		TEST(cells_are_those_of_libfdt),
		TEST(properties_are_those_of_libfdt),
		TEST(children_are_those_of_libfdt),
	};

	return cmocka_run_group_tests_name("tree_scan", tests, NULL, NULL);
}
