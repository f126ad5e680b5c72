/* SPDX-License-Identifier: Apache-2.0 */
/* What boot learns from a device tree, what it changes in it, and that no bytes bring it down. */
#include <stdlib.h>

#include "dtb.h"

#include <libfdt.h>

#include "platform/platform.h"

static struct platform found;

static enum platform_status status_of(const char *name)
{
	struct dtb t = dtb_load(name, 0);
	enum platform_status s = platform_read(&found, (u64)(uintptr_t)t.bytes);

	free(t.bytes);
	return s;
}

static void expect_range(struct range r, u64 base, u64 size)
{
	if (r.base != base || r.size != size) {
		fail_msg("0x%lx +0x%lx, not 0x%lx +0x%lx", r.base, r.size, base, size);
	}
}

/* ---- good trees ---- */

static void tree_of_a_virt_machine_is_read_in_full(void **state)
{
	(void)state;
	assert_int_equal(status_of("virt"), PLATFORM_OK);
	assert_string_equal(found.model, "riscv-virtio,qemu");
	assert_int_equal(found.memory.count, 1);
	expect_range(found.memory.r[0], 0x80000000, 0x20000000);
	assert_int_equal(found.hart_count, 2);
	assert_int_equal(found.hart_id[1], 1);
	assert_int_equal(found.timebase_hz, 10000000);
	assert_int_equal(found.uart.kind, UART_8250);
	assert_int_equal(found.uart.base, 0x10000000);
	assert_int_equal(found.uart.reg_shift, 0);
	assert_int_equal(found.uart.io_width, 1);
	expect_range(found.clint.whole, 0x2000000, 0x10000);
	expect_range(found.clint.msip, 0x2000000, 8);
	expect_range(found.clint.mtimecmp, 0x2004000, 16);
	assert_int_equal(found.clint.mtime, 0x200bff8);
	assert_int_equal(found.clint.msip_hart[1], 1);
}

/* The initrd's ends may be one cell or two (Devicetree 3.6). */
static void reserved_memory_is_that_of_the_tree_the_initrd_and_the_tree_itself(void **state)
{
	(void)state;
	assert_int_equal(status_of("virt"), PLATFORM_OK);
	expect_range(found.initrd, 0x88200000, 0x100000);
	assert_true(range_list_holds(&found.reserved, range_make(0x80000000, 0x40000)));
	assert_true(range_list_holds(&found.reserved, found.initrd));
	assert_true(range_list_holds(&found.reserved, range_make(found.fdt, found.fdt_size)));
}

/* ACLINT 1.0: MSWI and MTIMER are two devices; hart ids need not be contiguous. */
static void aclint_devices_are_joined(void **state)
{
	static const u64 ids[] = {0, 2, 4, 9};

	(void)state;
	assert_int_equal(status_of("aclint"), PLATFORM_OK);
	expect_range(found.clint.msip, 0x2000000, 16);
	expect_range(found.clint.mtimecmp, 0x2004000, 32);
	assert_int_equal(found.clint.mtime, 0x200bff8);
	expect_range(found.clint.whole, 0x2000000, 0x10000);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(found.hart_id[i], ids[i]);
		assert_int_equal(found.clint.msip_hart[i], ids[i]);
		assert_int_equal(found.clint.mtimecmp_hart[i], ids[i]);
	}
	assert_int_equal(found.uart.reg_shift, 2);
	assert_int_equal(found.uart.io_width, 4);
}

static void every_enabled_memory_range_is_found(void **state)
{
	(void)state;
	assert_int_equal(status_of("aclint"), PLATFORM_OK);
	assert_int_equal(found.memory.count, 3);
	expect_range(found.memory.r[1], 0x100000000, 0x100000000);
	expect_range(found.memory.r[2], 0x300000000, 0x1000);
}

static void console_without_stdout_path_is_the_first_uart_that_is_enabled(void **state)
{
	(void)state;
	assert_int_equal(status_of("u54"), PLATFORM_OK);
	assert_int_equal(found.uart.kind, UART_SIFIVE);
	assert_int_equal(found.uart.base, 0x10010000);
	assert_int_equal(found.hart_count, 5);
	assert_int_equal(found.timebase_hz, 1000000);
	assert_int_equal(found.clint.msip_count, 5);
	assert_int_equal(found.clint.mtimecmp_count, 5);
}

/* Behind the end of a text is the next one: it is no text (Devicetree 2.2.4). */
static void texts_without_an_end_are_none(void **state)
{
	(void)state;
	assert_int_equal(status_of("unended"), PLATFORM_OK);
	assert_int_equal(found.uart.base, 0x10000000);
	assert_int_equal(found.hart_count, 1);
}

static void one_hart_needs_no_doorbell(void **state)
{
	(void)state;
	assert_int_equal(status_of("one_hart"), PLATFORM_OK);
	assert_int_equal(found.uart.kind, UART_NONE);
	assert_int_equal(found.clint.whole.size, 0);
	assert_int_equal(found.hart_id[0], 0);
}

/* ---- trees that are refused, each for its own reason ---- */

static void unusable_machines_are_refused_with_a_sentence(void **state)
{
	static const struct {
		const char *name;
		enum platform_status status;
	} bad[] = {
		{"no_memory", PLATFORM_NO_MEMORY},     {"no_harts", PLATFORM_NO_HARTS},
		{"no_doorbell", PLATFORM_NO_DOORBELL}, {"many_harts", PLATFORM_TOO_MANY},
		{"many_ranges", PLATFORM_TOO_MANY},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(status_of(bad[i].name), bad[i].status);
		assert_true(strlen(platform_status_text(bad[i].status)) > 20);
	}
}

static void what_is_no_tree_is_refused(void **state)
{
	static u64 zeros[16];
	struct dtb t = dtb_load("virt", 0);

	(void)state;
	assert_int_equal(platform_read(&found, 0), PLATFORM_NO_FDT);
	assert_int_equal(platform_read(&found, (u64)(uintptr_t)zeros), PLATFORM_NO_FDT);
	assert_int_equal(platform_read(&found, (u64)(uintptr_t)zeros + 4), PLATFORM_NO_FDT);
	t.bytes[0] ^= 1;
	assert_int_equal(platform_read(&found, (u64)(uintptr_t)t.bytes), PLATFORM_NO_FDT);
	free(t.bytes);
}

/* A tree that ends early, and says so in totalsize: never a byte behind it is read. */
static void tree_truncated_at_any_length_brings_nothing_down(void **state)
{
	struct dtb t = dtb_load("virt", 0);

	(void)state;
	for (size_t n = FDT_V1_SIZE; n < t.size; n++) {
		u8 *cut = aligned_alloc(8, (n + 7) / 8 * 8);

		memcpy(cut, t.bytes, n);
		fdt_set_totalsize(cut, (u32)n);
		if (fdt_check_header(cut) == 0) { /* else not even the header is whole */
			platform_read(&found, (u64)(uintptr_t)cut);
		}
		free(cut);
	}
	free(t.bytes);
}

/* A hart may trap on misaligned accesses, and libfdt reads words: blocks must be aligned. */
static void tree_with_misaligned_blocks_is_refused(void **state)
{
	struct dtb t = dtb_load("virt", 0);
	u8 *moved = aligned_alloc(8, (t.size + 16) / 8 * 8);
	u32 at = fdt_off_dt_struct(t.bytes);

	(void)state;
	for (u32 by = 1; by < 4; by++) {
		memcpy(moved, t.bytes, at);
		memset(moved + at, 0, by);
		memcpy(moved + at + by, t.bytes + at, t.size - at);
		fdt_set_off_dt_struct(moved, at + by);
		fdt_set_off_dt_strings(moved, fdt_off_dt_strings(t.bytes) + by);
		fdt_set_totalsize(moved, (u32)t.size + by);
		assert_int_equal(platform_read(&found, (u64)(uintptr_t)moved), PLATFORM_NO_FDT);
	}
	free(moved);
	free(t.bytes);
}

/* Some of the flipped trees are still trees; what is found in them is not judged here. */
static void tree_with_any_byte_flipped_brings_nothing_down(void **state)
{
	static const u8 flips[] = {0x01, 0x80, 0xff};
	struct dtb t = dtb_load("virt", 0);

	(void)state;
	for (size_t n = 0; n < t.size; n++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(flips); i++) {
			t.bytes[n] ^= flips[i];
			if (fdt_totalsize(t.bytes) <=
			    t.size) { /* a longer one would be longer in RAM, too */
				platform_read(&found, (u64)(uintptr_t)t.bytes);
			}
			t.bytes[n] ^= flips[i];
		}
	}
	free(t.bytes);
}

/* ---- the patch ---- */

static struct platform patched;

/* Reads the named tree in a buffer that has the promised room behind it, and patches it. */
static u8 *patch(const char *name, struct range monitor)
{
	u8 *copy = dtb_load(name, PLATFORM_FDT_GROWTH).bytes;

	assert_int_equal(platform_read(&patched, (u64)(uintptr_t)copy), PLATFORM_OK);
	assert_int_equal(platform_patch_fdt(&patched, monitor), PLATFORM_OK);
	assert_int_equal(fdt_check_full(copy, fdt_totalsize(copy)), 0);
	return copy;
}

static void expect_reserved(const u8 *tree, const char *path, u64 base, u64 size)
{
	int node = fdt_path_offset(tree, path);
	int len = 0;
	const fdt32_t *reg = fdt_getprop(tree, node, "reg", &len);

	assert_non_null(reg);
	assert_int_equal(len, 16);
	assert_int_equal((u64)fdt32_to_cpu(reg[0]) << 32 | fdt32_to_cpu(reg[1]), base);
	assert_int_equal((u64)fdt32_to_cpu(reg[2]) << 32 | fdt32_to_cpu(reg[3]), size);
	assert_non_null(fdt_getprop(tree, node, "no-map", NULL));
}

/* I-DTB-1 */
static void devices_in_a_range_are_disabled(void **state)
{
	u8 *tree = patch("qemu_virt", range_make(0x87f80000, 0x80000));
	int len;

	(void)state;
	assert_true(platform_disable(&patched, range_make(0x24000000, 0x1000000)));
	assert_null(fdt_getprop(tree, fdt_path_offset(tree, "/flash@20000000"), "status", &len));
	assert_true(platform_disable(&patched, range_make(0x22000000, 0x2000000)));
	assert_int_equal(fdt_check_full(tree, fdt_totalsize(tree)), 0);
	assert_string_equal(fdt_getprop(tree, fdt_path_offset(tree, "/flash@20000000"), "status",
					&len), "disabled");
	for (int node = fdt_next_node(tree, 0, NULL); node >= 0;
	     node = fdt_next_node(tree, node, NULL)) {
		assert_true(fdt_getprop(tree, node, "status", &len) == NULL ||
			    strcmp(fdt_get_name(tree, node, NULL), "flash@20000000") == 0);
	}
	free(tree);
}

/* I-DTB-1: by its physical address, which is not the one in its node. */
static void the_tpm_is_found_and_disabled(void **state)
{
	u8 *tree = patch("tpm", range_make(0x87f80000, 0x80000));
	const char *bus = "/platform-bus@4000000/inner@900000";
	int node;

	(void)state;
	assert_int_equal(patched.tpm.base, 0x5008000);
	assert_int_equal(patched.tpm.size, 0x5000);
	assert_true(platform_disable(&patched, patched.tpm));
	node = fdt_subnode_offset(tree, fdt_path_offset(tree, bus), "tpm@908000");
	assert_string_equal(fdt_getprop(tree, node, "status", NULL), "disabled");
	node = fdt_subnode_offset(tree, fdt_path_offset(tree, bus), "other@918000");
	assert_null(fdt_getprop(tree, node, "status", NULL));
	node = fdt_path_offset(tree, "/island/tpm@6000000");
	assert_null(fdt_getprop(tree, node, "status", NULL));
	assert_int_equal(platform_read(&found, (u64)(uintptr_t)tree), PLATFORM_OK);
	assert_int_equal(found.tpm.size, 0);
	free(tree);
}

/* I-DTB-1 */
static void monitors_memory_is_reserved_and_not_to_be_mapped(void **state)
{
	u8 *tree = patch("virt", range_make(0x9ff80000, 0x80000));

	(void)state;
	expect_reserved(tree, "/reserved-memory/cordon@9ff80000", 0x9ff80000, 0x80000);
	assert_true(fdt_path_offset(tree, "/reserved-memory/mmode@80000000") >= 0);
	free(tree);
}

static void reserved_memory_node_is_made_where_there_is_none(void **state)
{
	u8 *tree = patch("aclint", range_make(0x1fff00000, 0x100000));

	(void)state;
	expect_reserved(tree, "/reserved-memory/cordon@1fff00000", 0x1fff00000, 0x100000);
	assert_non_null(
		fdt_getprop(tree, fdt_path_offset(tree, "/reserved-memory"), "ranges", NULL));
	free(tree);
}

static void reserved_memory_is_found_when_the_patched_tree_is_read_again(void **state)
{
	struct range monitor = range_make(0x9ff80000, 0x80000);
	u8 *tree = patch("virt", monitor);

	(void)state;
	assert_int_equal(platform_read(&found, (u64)(uintptr_t)tree), PLATFORM_OK);
	assert_true(range_list_holds(&found.reserved, monitor));
	free(tree);
}

/* Extensions that the monitor hides leave both forms of the ISA string; the others stay. */
static void hidden_extensions_leave_the_isa_strings(void **state)
{
	static const char list[] = "i\0m\0sstc";
	u8 *tree = patch("virt", range_make(0x9ff80000, 0x80000));
	int cpu = fdt_path_offset(tree, "/cpus/cpu@0");
	int len = 0;
	const char *names;

	(void)state;
	assert_string_equal(fdt_getprop(tree, cpu, "riscv,isa", NULL), "rv64imafdch_sstc");
	names = fdt_getprop(tree, cpu, "riscv,isa-extensions", &len);
	assert_int_equal(len, sizeof(list));
	assert_memory_equal(names, list, sizeof(list));
	cpu = fdt_path_offset(tree, "/cpus/cpu@1");
	assert_string_equal(fdt_getprop(tree, cpu, "riscv,isa", NULL), "rv64imafdch_sstc");
	assert_null(fdt_getprop(tree, cpu, "riscv,isa-extensions", NULL));
	free(tree);
}

static void tree_without_hidden_extensions_keeps_its_isa_string(void **state)
{
	u8 *tree = patch("u54", range_make(0x9ff80000, 0x80000));

	(void)state;
	for (unsigned int i = 0; i < 5; i++) {
		char path[20];

		snprintf(path, sizeof(path), "/cpus/cpu@%u", i);
		assert_string_equal(
			fdt_getprop(tree, fdt_path_offset(tree, path), "riscv,isa", NULL),
			"rv64imafdc");
	}
	free(tree);
}

/* As wide as the standard allows, and wider, which libfdt answers by a negative number of cells. */
static void memory_of_wide_addresses_is_left_as_it_is(void **state)
{
	struct range monitor = range_make(0x9ff80000, 0x80000);
	struct dtb t = dtb_load("wide_root", PLATFORM_FDT_GROWTH);
	u8 *tree = patch("wide_root", monitor);
	const fdt32_t *reg = fdt_getprop(tree, fdt_path_offset(tree, "/memory@0"), "reg", NULL);

	(void)state;
	assert_int_equal(fdt32_to_cpu(reg[7]), 0x20000000);
	free(tree);
	assert_int_equal(fdt_setprop_inplace_u32(t.bytes, 0, "#address-cells", 5), 0);
	assert_int_equal(platform_read(&patched, (u64)(uintptr_t)t.bytes), PLATFORM_OK);
	assert_int_equal(platform_patch_fdt(&patched, monitor), PLATFORM_OK);
	free(t.bytes);
}

/* Whatever is read as usable can also be patched, or the patch says that it cannot. */
static void flipped_trees_that_are_still_usable_can_be_patched(void **state)
{
	struct dtb t = dtb_load("virt", 0);

	(void)state;
	for (size_t n = 0; n < t.size; n++) {
		u8 *copy = aligned_alloc(8, (t.size + PLATFORM_FDT_GROWTH + 7) / 8 * 8);

		memcpy(copy, t.bytes, t.size);
		copy[n] ^= (u8)(1u << unit_random() % 8);
		if (fdt_totalsize(copy) <= t.size &&
		    platform_read(&patched, (u64)(uintptr_t)copy) == PLATFORM_OK) {
			platform_patch_fdt(&patched, range_make(0x9ff80000, 0x80000));
		}
		free(copy);
	}
	free(t.bytes);
}

/* ---- lists of ranges ---- */

static void range_list_says_when_it_is_full(void **state)
{
	struct range_list list = {0};

	(void)state;
	range_list_add(&list, range_make(0x1000, 0));
	assert_int_equal(list.count, 0);
	for (u64 i = 0; i < PLATFORM_RANGES; i++) {
		range_list_add(&list, range_make(i << 16, 0x1000));
		assert_false(list.overflow);
	}
	range_list_add(&list, range_make(0x1000000, 1));
	assert_true(list.overflow);
	assert_int_equal(list.count, PLATFORM_RANGES);
	assert_true(range_list_touches(&list, range_make(0x10fff, 2)));
	assert_false(range_list_touches(&list, range_make(0x11000, 0xf000)));
	assert_true(range_list_holds(&list, range_make(0x10000, 0x1000)));
	assert_false(range_list_holds(&list, range_make(0x10fff, 2)));
}

/* Neighbours count as one, in whatever order they stand; a hole does not. */
static void range_list_covers_what_several_ranges_hold(void **state)
{
	struct range_list list = {0};

	(void)state;
	assert_false(range_list_covers(&list, range_make(0x1000, 1)));
	range_list_add(&list, range_make(0x3000, 0x1000));
	range_list_add(&list, range_make(0x1800, 0x1000));
	range_list_add(&list, range_make(0x1000, 0x1000));
	range_list_add(&list, range_make(0xfffffffffffff000, 0x1000));
	assert_true(range_list_covers(&list, range_make(0x1000, 0x1800)));
	assert_false(range_list_covers(&list, range_make(0x1000, 0x1801)));
	assert_false(range_list_covers(&list, range_make(0xfff, 2)));
	assert_false(range_list_covers(&list, range_make(0x2fff, 2)));
	assert_true(range_list_covers(&list, range_make(0xfffffffffffff800, 0x800)));
	assert_false(range_list_covers(&list, range_make(0x2000, ~(u64)0)));
	range_list_add(&list, range_make(0x2800, 0x800));
	assert_true(range_list_covers(&list, range_make(0x1000, 0x3000)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_of_a_virt_machine_is_read_in_full),
		cmocka_unit_test(
			reserved_memory_is_that_of_the_tree_the_initrd_and_the_tree_itself),
		cmocka_unit_test(aclint_devices_are_joined),
		cmocka_unit_test(every_enabled_memory_range_is_found),
		cmocka_unit_test(console_without_stdout_path_is_the_first_uart_that_is_enabled),
		cmocka_unit_test(texts_without_an_end_are_none),
		cmocka_unit_test(one_hart_needs_no_doorbell),
		cmocka_unit_test(unusable_machines_are_refused_with_a_sentence),
		cmocka_unit_test(what_is_no_tree_is_refused),
		cmocka_unit_test(tree_truncated_at_any_length_brings_nothing_down),
		cmocka_unit_test(tree_with_misaligned_blocks_is_refused),
		cmocka_unit_test(tree_with_any_byte_flipped_brings_nothing_down),
		cmocka_unit_test(devices_in_a_range_are_disabled),
		cmocka_unit_test(the_tpm_is_found_and_disabled),
		cmocka_unit_test(monitors_memory_is_reserved_and_not_to_be_mapped),
		cmocka_unit_test(reserved_memory_node_is_made_where_there_is_none),
		cmocka_unit_test(reserved_memory_is_found_when_the_patched_tree_is_read_again),
		cmocka_unit_test(hidden_extensions_leave_the_isa_strings),
		cmocka_unit_test(tree_without_hidden_extensions_keeps_its_isa_string),
		cmocka_unit_test(memory_of_wide_addresses_is_left_as_it_is),
		cmocka_unit_test(flipped_trees_that_are_still_usable_can_be_patched),
		cmocka_unit_test(range_list_says_when_it_is_full),
		cmocka_unit_test(range_list_covers_what_several_ranges_hold),
	};

	return cmocka_run_group_tests_name("platform", tests, NULL, NULL);
}
