/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing what reads a device tree: boot's reading, judging and patching of the one it is given,
 * and its verdict on the one that the firmware hands on. The input is a tree, or, if its first byte
 * is odd, changes in a sound one, for no fuzzer invents strings and offsets that fit. Whatever it
 * is, nothing beyond the tree is read or written, and what is found fits where it is kept.
 */
#include <libfdt.h>

#include "input.h"
#include "lib/log.h"
#include "lib/tree.h"
#include "platform/platform.h"

#define SOUND_MAX 8192

static uint8_t sound[SOUND_MAX];
static size_t sound_len;
static struct platform found;

NORETURN void panic(const char *file, int line, const char *what)
{
	(void)file;
	(void)line;
	(void)what;
	abort();
}

static void make_devices(void *t)
{
	fdt_begin_node(t, "soc");
	fdt_property_u32(t, "#address-cells", 2);
	fdt_property_u32(t, "#size-cells", 2);
	fdt_property(t, "ranges", "", 0);
	fdt_begin_node(t, "serial@10000000");
	fdt_property_string(t, "compatible", "ns16550a");
	fdt_property(t, "reg", "\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\1\0", 16);
	fdt_end_node(t);
	fdt_begin_node(t, "clint@2000000");
	fdt_property_string(t, "compatible", "sifive,clint0");
	fdt_property(t, "reg", "\0\0\0\0\2\0\0\0\0\0\0\0\0\1\0\0", 16);
	fdt_property(t, "interrupts-extended", "\0\0\0\1\0\0\0\3\0\0\0\1\0\0\0\7", 16);
	fdt_end_node(t);
	fdt_begin_node(t, "plic@c000000");
	fdt_property_string(t, "compatible", "sifive,plic-1.0.0");
	fdt_property(t, "reg", "\0\0\0\0\xc\0\0\0\0\0\0\0\0\x60\0\0", 16);
	fdt_property(t, "interrupts-extended", "\0\0\0\1\0\0\0\xb\0\0\0\1\0\0\0\x9", 16);
	fdt_end_node(t);
	fdt_end_node(t);
}

static void make_cpu(void *t)
{
	fdt_begin_node(t, "cpus");
	fdt_property_u32(t, "#address-cells", 1);
	fdt_property_u32(t, "#size-cells", 0);
	fdt_property_u32(t, "timebase-frequency", 10000000);
	fdt_begin_node(t, "cpu@0");
	fdt_property_string(t, "device_type", "cpu");
	fdt_property_u32(t, "reg", 0);
	fdt_property_string(t, "status", "okay");
	fdt_property_string(t, "riscv,isa", "rv64imafdch_smmpm_sstc");
	fdt_begin_node(t, "interrupt-controller");
	fdt_property_u32(t, "phandle", 1);
	fdt_property_string(t, "compatible", "riscv,cpu-intc");
	fdt_end_node(t);
	fdt_end_node(t);
	fdt_end_node(t);
}

static void make_sound(void)
{
	void *t = sound;

	fdt_create(t, SOUND_MAX);
	fdt_add_reservemap_entry(t, 0x80000000, 0x1000);
	fdt_finish_reservemap(t);
	fdt_begin_node(t, "");
	fdt_property_u32(t, "#address-cells", 2);
	fdt_property_u32(t, "#size-cells", 2);
	fdt_property_string(t, "compatible", "riscv-virtio");
	fdt_begin_node(t, "chosen");
	fdt_property_string(t, "stdout-path", "/soc/serial@10000000");
	fdt_property_u64(t, "linux,initrd-start", 0x88200000);
	fdt_property_u64(t, "linux,initrd-end", 0x88300000);
	fdt_end_node(t);
	fdt_begin_node(t, "memory@80000000");
	fdt_property_string(t, "device_type", "memory");
	fdt_property(t, "reg", "\0\0\0\0\x80\0\0\0\0\0\0\0\x20\0\0\0", 16);
	fdt_end_node(t);
	fdt_begin_node(t, "reserved-memory");
	fdt_property_u32(t, "#address-cells", 2);
	fdt_property_u32(t, "#size-cells", 2);
	fdt_begin_node(t, "mmode@80000000");
	fdt_property(t, "reg", "\0\0\0\0\x80\0\0\0\0\0\0\0\0\4\0\0", 16);
	fdt_end_node(t);
	fdt_end_node(t);
	make_cpu(t);
	make_devices(t);
	fdt_end_node(t);
	promise(fdt_finish(t) == 0);
	sound_len = fdt_totalsize(t);
}

static void check_list(const struct range_list *list)
{
	promise(list->count <= ARRAY_SIZE(list->r));
	for (unsigned int i = 0; i < list->count; i++) {
		promise(list->r[i].size != 0);
		promise(list->r[i].base <= ~(u64)0 - (list->r[i].size - 1));
	}
}

/* Boot reads it, and makes of it what it hands on, in the room that it has. */
static void boot_with(uint8_t *tree, size_t len)
{
	const struct range monitor = {0x9ff80000, 0x80000};
	enum platform_status status = platform_read(&found, (u64)(uintptr_t)tree);

	promise(platform_status_text(status)[0] != '\0');
	if (status != PLATFORM_OK) {
		return;
	}
	promise(found.fdt_size <= len && found.hart_count != 0);
	promise(found.hart_count <= ARRAY_SIZE(found.hart_id));
	promise(found.devices.count <= ARRAY_SIZE(found.devices.d));
	check_list(&found.memory);
	check_list(&found.reserved);
	if (platform_patch_fdt(&found, monitor) == PLATFORM_OK) {
		(void)platform_disable(&found, range_make(0x10000000, 0x100));
	}
}

/* The firmware hands it on. */
static void judge(uint8_t *tree, size_t len)
{
	const struct tree_question q = {(u64)(uintptr_t)tree, len,
					{0x80000000, 0x20000}, 0x81000000};
	struct tree_report report;

	found.memory.count = 0;
	range_list_add(&found.memory, range_make(0x80000000, 0x20000000));
	range_list_add(&found.memory, range_make((u64)(uintptr_t)tree, len));
	platform_check_tree(&found, range_make(0x9ff80000, 0x80000), &q, &report);
}

static void change(uint8_t *tree, size_t len, const uint8_t *data, size_t size)
{
	for (; size >= 4; data += 4, size -= 4) {
		size_t offset = (size_t)(data[0] | data[1] << 8) % len;

		tree[offset] = data[2];
		if (offset + 1 < len && (data[1] & 0x80) != 0) {
			tree[offset + 1] = data[3];
		}
	}
}

/*
 * platform_read() is told an address only: like boot, it believes the header's length. So a header
 * that says more than there is stays out, and the sanitizer watches the rest.
 */
static void run(const uint8_t *data, size_t size, size_t room)
{
	bool changes = size != 0 && (data[0] & 1) != 0;
	size_t len = changes ? sound_len : size - 1;
	uint8_t *tree = calloc(1, len + room + 8);

	promise(tree != NULL);
	memcpy(tree, changes ? sound : data + 1, len);
	if (changes) {
		change(tree, len, data + 1, size - 1);
	}
	if (room != 0 && (fdt_magic(tree) != FDT_MAGIC || fdt_totalsize(tree) <= len)) {
		boot_with(tree, len);
	} else {
		judge(tree, len);
	}
	free(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (sound_len == 0) {
		make_sound();
		log_set_putc(NULL);
	}
	if (size != 0) {
		run(data, size, PLATFORM_FDT_GROWTH);
		run(data, size, 0);
	}
	return 0;
}
