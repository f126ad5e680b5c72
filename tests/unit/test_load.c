/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware on its way from the copy that was checked to the place where it runs: what changes
 * meanwhile is not run.
 */
/* Evidence for I-BND-2. */
#include <stdlib.h>

#include "unit.h"

#include "attest/mkbundle/mkbundle.h"
#include "boot/load.h"
#include "lib/log.h"

#define PLACE 16384u /* bytes of each of the two places of the bundle */
#define HASHED 256u
#define FIRST 133u
#define SECOND 40u

/* The machine's memory: where the bundle was, where its copy waits, where the firmware goes. */
static struct {
	_Alignas(4096) u8 old[PLACE];
	_Alignas(4096) u8 staged[PLACE];
	_Alignas(4096) u8 first[512];
	u8 between[64];
	_Alignas(16) u8 second[64];
} memory;

static u8 code[FIRST + SECOND];
static struct blob bundle;
static struct handoff boot;
static struct image_info info;
static char said[256];

static void say(char c)
{
	size_t len = strlen(said);

	if (len + 1 < sizeof(said)) {
		said[len] = c;
	}
}

static u64 address(const void *p)
{
	return (u64)(uintptr_t)p;
}

static int make_bundle(void **state)
{
	static u8 bytes[HASHED];
	const struct monitor m = {
		.header = {
			.jump = 0x0800006f,
			.nop = 0x13,
			.magic = IMAGE_MONITOR_MAGIC,
			.version = IMAGE_VERSION,
			.link_base = LINK_BASE,
			.load_len = HASHED,
			.hash_len = HASHED,
		},
		.bytes = bytes,
	};
	const struct firmware fw = {
		.entry = address(memory.first),
		.count = 2,
		.segment = {
			{code, FIRST, address(memory.first), sizeof(memory.first), 7},
			{code + FIRST, SECOND, address(memory.second), SECOND, 6},
		},
	};
	const struct names names = {"virt", "", "fw.elf"};

	(void)state;
	for (size_t i = 0; i < sizeof(code); i++) {
		code[i] = (u8)(i + 1);
	}
	bundle = bundle_build(&m, &fw, &names, NULL);
	return bundle.len <= PLACE ? 0 : -1;
}

static int free_bundle(void **state)
{
	(void)state;
	free(bundle.bytes);
	return 0;
}

/* As after the move: the copy waits, and is found sound. */
static void check_staged(void)
{
	memset(&memory, 0xa5, sizeof(memory));
	memcpy(memory.old, bundle.bytes, bundle.len);
	memcpy(memory.staged, bundle.bytes, bundle.len);
	memset(said, 0, sizeof(said));
	log_set_putc(say);
	boot.bundle = range_make(address(memory.old), bundle.len);
	boot.staged = range_make(address(memory.staged), bundle.len);
	boot.platform.memory.count = 1;
	boot.platform.memory.r[0] = range_make(address(&memory), sizeof(memory));
	assert_true(load_check(&boot, &info));
	assert_string_equal(said, "");
}

static bool load(void)
{
	return load_firmware(&boot, &info, range_make(0x1000, 0x1000));
}

static bool is_all(const u8 *bytes, u8 value, size_t len)
{
	while (len != 0 && bytes[len - 1] == value) {
		len--;
	}
	return len == 0;
}

static void firmware_arrives_and_nothing_is_left(void **state)
{
	(void)state;
	check_staged();
	assert_true(load());
	assert_memory_equal(memory.first, code, FIRST);
	assert_true(is_all(memory.first + FIRST, 0, sizeof(memory.first) - FIRST));
	assert_memory_equal(memory.second, code + FIRST, SECOND);
	assert_true(is_all(memory.second + SECOND, 0xa5, sizeof(memory.second) - SECOND));
	assert_true(is_all(memory.between, 0xa5, sizeof(memory.between)));
	assert_true(is_all(memory.old, 0, bundle.len));
	assert_true(is_all(memory.staged, 0, bundle.len));
	assert_string_equal(said, "");
}

/* A device or another hart writes to the copy when it has been looked at: each byte of it. */
static void what_has_changed_since_the_check_is_refused(void **state)
{
	unsigned int changed = 0;

	(void)state;
	for (unsigned int n = 0; n < info.bundle.part_count; n++) {
		const struct image_part *part = &info.bundle.part[n];

		for (u64 i = 0; part->type == IMAGE_PART_FIRMWARE && i < part->len; i++) {
			check_staged();
			memory.staged[part->offset + i] ^= (u8)(1u << i % 8);
			assert_false(load());
			assert_non_null(strstr(said, "has changed while it was loaded"));
			changed++;
		}
	}
	assert_int_equal(changed, FIRST + SECOND);
	check_staged();
	assert_true(load());
}

/* Before the check it is the check that finds it, and nothing is loaded. */
static void what_has_changed_before_is_refused_there(void **state)
{
	(void)state;
	check_staged();
	memory.staged[info.bundle.part[1].offset] ^= 1;
	assert_false(load_check(&boot, &info));
	assert_non_null(strstr(said, "refused: part 1 of the bundle"));
}

/* Segments go nowhere but to free memory. */
static void what_is_taken_is_not_overwritten(void **state)
{
	(void)state;
	check_staged();
	assert_false(load_firmware(&boot, &info, range_make(address(memory.second), 1)));
	assert_non_null(strstr(said, "overlaps monitor, device tree or initrd"));
	check_staged();
	boot.platform.memory.r[0].size = offsetof(__typeof__(memory), second);
	assert_false(load());
	assert_non_null(strstr(said, "is not in memory"));
	assert_true(is_all(memory.first, 0xa5, sizeof(memory.first)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(firmware_arrives_and_nothing_is_left),
		cmocka_unit_test(what_has_changed_since_the_check_is_refused),
		cmocka_unit_test(what_has_changed_before_is_refused_there),
		cmocka_unit_test(what_is_taken_is_not_overwritten),
	};

	return cmocka_run_group_tests(tests, make_bundle, free_bundle);
}
