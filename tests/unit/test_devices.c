/* SPDX-License-Identifier: Apache-2.0 */
/* Which devices boot finds in a device tree, of which kind, and what it leaves in doubt. */
#include <stdlib.h>

#include "dtb.h"

#include <libfdt.h>

#include "platform/platform.h"

static struct platform found;
#define DEVICES (&found.devices)

static void read_tree(const char *name)
{
	struct dtb t = dtb_load(name, 0);

	platform_read(&found, (u64)(uintptr_t)t.bytes);
	free(t.bytes);
}

struct expected {
	u64 base;
	u64 size;
	enum device_kind kind;
	const char *name;
};

/* The list is exactly this, in this order. */
static void expect_devices(const struct expected *e, unsigned int count)
{
	for (unsigned int i = 0; i < count && i < DEVICES->count; i++) {
		const struct device *d = &DEVICES->d[i];

		if (d->r.base != e[i].base || d->r.size != e[i].size || d->kind != e[i].kind ||
		    strcmp(d->name, e[i].name) != 0) {
			fail_msg("device %u is %s at 0x%lx +0x%lx of kind %d, not %s", i, d->name,
				 d->r.base, d->r.size, (int)d->kind, e[i].name);
		}
	}
	assert_int_equal(DEVICES->count, count);
	assert_false(DEVICES->overflow);
}

#define VIRT_DEVICES                                                      \
	{0x10100000, 0x18, DEVICE_OTHER, "fw-cfg@10100000"},              \
	{0x20000000, 0x2000000, DEVICE_OTHER, "flash@20000000"},          \
	{0x22000000, 0x2000000, DEVICE_OTHER, "flash@20000000"},          \
	{0x4000000, 0x2000000, DEVICE_OTHER, "platform-bus@4000000"},     \
	{0x101000, 0x1000, DEVICE_OTHER, "rtc@101000"},                   \
	{0x10000000, 0x100, DEVICE_UART, "serial@10000000"},              \
	{0x100000, 0x1000, DEVICE_FINISHER, "test@100000"},               \
	{0x30000000, 0x10000000, DEVICE_OTHER, "pci@30000000"},           \
	{0x3000000, 0x10000, DEVICE_OTHER, "pci@30000000"},               \
	{0x40000000, 0x40000000, DEVICE_OTHER, "pci@30000000"},           \
	{0x400000000, 0x400000000, DEVICE_OTHER, "pci@30000000"},         \
	{0x10001000, 0x1000, DEVICE_OTHER, "virtio_mmio@10001000"},       \
	{0x10002000, 0x1000, DEVICE_OTHER, "virtio_mmio@10002000"}

static void devices_of_a_virt_machine_are_listed(void **state)
{
	static const struct expected e[] = {
		VIRT_DEVICES,
		{0xc000000, 0x600000, DEVICE_PLIC, "plic@c000000"},
		{0x2000000, 0x10000, DEVICE_TIMER, "clint@2000000"},
	};

	(void)state;
	read_tree("qemu_virt");
	expect_devices(e, ARRAY_SIZE(e));
	assert_int_equal(DEVICES->plic.base, 0xc000000);
	assert_int_equal(DEVICES->plic.size, 0x600000);
	assert_int_equal(DEVICES->plic_machine, 0x5);
	assert_int_equal(DEVICES->plic_supervisor, 0xa);
	assert_int_equal(DEVICES->poweroff.addr, 0x100000);
	assert_int_equal(DEVICES->poweroff.value, 0x5555);
	assert_int_equal(DEVICES->reboot.addr, 0x100000);
	assert_int_equal(DEVICES->reboot.value, 0x7777);
	assert_int_equal(DEVICES->console.base, 0x10000000);
	assert_int_equal(DEVICES->console.size, 0x100);
	assert_int_equal(DEVICES->console_shift, 0);
	assert_true(DEVICES->console_is_8250);
}

/* AIA 1.0: an APLIC that sends messages is of the level of the IMSICs it sends them to. */
static void levels_of_interrupt_controllers_are_told_apart(void **state)
{
	static const struct expected e[] = {
		VIRT_DEVICES,
		{0xd000000, 0x8000, DEVICE_APLIC_S, "aplic@d000000"},
		{0xc000000, 0x8000, DEVICE_APLIC_M, "aplic@c000000"},
		{0x28000000, 0x2000, DEVICE_IMSIC_S, "imsics@28000000"},
		{0x24000000, 0x2000, DEVICE_IMSIC_M, "imsics@24000000"},
		{0x2000000, 0x10000, DEVICE_TIMER, "clint@2000000"},
	};

	(void)state;
	read_tree("qemu_aia");
	expect_devices(e, ARRAY_SIZE(e));
	assert_int_equal(DEVICES->plic.size, 0);
	assert_int_equal(DEVICES->plic_machine | DEVICES->plic_supervisor, 0);
}

static void contexts_of_the_plic_are_counted_as_the_tree_says(void **state)
{
	static const struct expected e[] = {
		{0x10010000, 0x1000, DEVICE_UART, "serial@10010000"},
		{0x10011000, 0x1000, DEVICE_UART, "serial@10011000"},
		{0x10090000, 0x2000, DEVICE_OTHER, "ethernet@10090000"},
		{0x100a0000, 0x1000, DEVICE_OTHER, "ethernet@10090000"},
		{0x3000000, 0x100000, DEVICE_OTHER, "dma@3000000"},
		{0xc000000, 0x4000000, DEVICE_PLIC, "interrupt-controller@c000000"},
		{0x2000000, 0x10000, DEVICE_TIMER, "clint@2000000"},
	};

	(void)state;
	read_tree("sifive_u");
	expect_devices(e, ARRAY_SIZE(e));
	assert_int_equal(DEVICES->plic_machine, 0x3);
	assert_int_equal(DEVICES->plic_supervisor, 0x14);
	assert_int_equal(DEVICES->console.base, 0x10010000);
	assert_false(DEVICES->console_is_8250);
	assert_int_equal(DEVICES->poweroff.addr, 0);
	assert_int_equal(DEVICES->reboot.addr, 0);
}

/* Whatever is disabled, behind a bus that moves addresses, or contradicts itself, is of no kind. */
static void what_is_in_doubt_is_of_no_kind(void **state)
{
	static const struct expected e[] = {
		{0x50000000, 0x10000, DEVICE_OTHER, "moved"},
		{0x40000000, 0x10000, DEVICE_OTHER, "moved"},
		{0x60000000, 0x1000, DEVICE_OTHER, "same_device@60000000"},
		{0x20000000, 0x1000000, DEVICE_OTHER, "flash@20000000"},
		{0x10000000, 0x1000, DEVICE_OTHER, "serial@10000000"},
		{0xc000000, 0x600000, DEVICE_PLIC, "plic@c000000"},
		{0xd000000, 0x600000, DEVICE_OTHER, "plic@d000000"},
		{0x24000000, 0x2000, DEVICE_OTHER, "imsics@24000000"},
		{0x28000000, 0x2000, DEVICE_OTHER, "imsics@28000000"},
		{0xfffffffffffff000, 0x1000, DEVICE_OTHER, "top@fffffffffffff000"},
		{0x1, 0x1, DEVICE_OTHER, "a_name_that_is_longer_than_the_"},
		{0x2000000, 0x10000, DEVICE_TIMER, "clint@2000000"},
	};

	(void)state;
	read_tree("odd_devices");
	expect_devices(e, ARRAY_SIZE(e));
	assert_int_equal(DEVICES->plic_machine, 0);
	assert_int_equal(DEVICES->plic_supervisor, 0x2);
	assert_int_equal(DEVICES->console.size, 0);
}

/* Registers that power the machine off: of several nodes, the first that names a real one. */
static void reset_register_must_lie_in_a_listed_device(void **state)
{
	(void)state;
	read_tree("odd_devices");
	assert_int_equal(DEVICES->poweroff.addr, 0x10000010);
	assert_int_equal(DEVICES->poweroff.value, 4);
}

static void list_that_is_full_says_so(void **state)
{
	(void)state;
	read_tree("many_devices");
	assert_int_equal(DEVICES->count, DEVICES_MAX);
	assert_true(DEVICES->overflow);
}

/* Nodes deeper than the walk goes are unknown devices, too. */
static void tree_that_is_too_deep_says_so(void **state)
{
	struct dtb t = dtb_load("many_devices", 4096);
	int node;

	(void)state;
	assert_int_equal(fdt_open_into(t.bytes, t.bytes, (int)t.size + 4096), 0);
	node = fdt_path_offset(t.bytes, "/many@10000000");
	assert_int_equal(fdt_delprop(t.bytes, node, "reg"), 0);
	for (unsigned int depth = 1; depth < 20; depth++) {
		assert_int_equal(platform_read(&found, (u64)(uintptr_t)t.bytes), PLATFORM_OK);
		assert_int_equal(DEVICES->overflow, depth >= 16);
		node = fdt_add_subnode(t.bytes, node, "n");
		assert_true(node > 0);
	}
	free(t.bytes);
}

/* Names are printed: a terminal must not obey them. */
static void names_are_plain_text(void **state)
{
	struct dtb t = dtb_load("many_devices", 0);
	char *name = (char *)t.bytes + fdt_off_dt_struct(t.bytes) +
		     fdt_path_offset(t.bytes, "/many@10000000") + FDT_TAGSIZE;

	(void)state;
	memcpy(name, "\033[2", 3);
	platform_read(&found, (u64)(uintptr_t)t.bytes);
	assert_string_equal(DEVICES->d[0].name, "?[2y@10000000");
	free(t.bytes);
}

/* What is found in damaged trees is not judged; the sanitizers are. */
static void damaged_trees_bring_nothing_down(void **state)
{
	static const char *const names[] = {"qemu_virt", "qemu_aia", "odd_devices"};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		struct dtb t = dtb_load(names[i], 0);

		for (size_t n = 0; n < t.size; n += 1 + unit_random() % 8) {
			u8 flip = (u8)(1u << unit_random() % 8);

			t.bytes[n] ^= flip;
			if (fdt_totalsize(t.bytes) <= t.size) {
				platform_read(&found, (u64)(uintptr_t)t.bytes);
				assert_true(DEVICES->count <= DEVICES_MAX);
			}
			t.bytes[n] ^= flip;
		}
		free(t.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_of_a_virt_machine_are_listed),
		cmocka_unit_test(levels_of_interrupt_controllers_are_told_apart),
		cmocka_unit_test(contexts_of_the_plic_are_counted_as_the_tree_says),
		cmocka_unit_test(what_is_in_doubt_is_of_no_kind),
		cmocka_unit_test(reset_register_must_lie_in_a_listed_device),
		cmocka_unit_test(list_that_is_full_says_so),
		cmocka_unit_test(tree_that_is_too_deep_says_so),
		cmocka_unit_test(names_are_plain_text),
		cmocka_unit_test(damaged_trees_bring_nothing_down),
	};

	return cmocka_run_group_tests_name("devices", tests, NULL, NULL);
}
