/* SPDX-License-Identifier: Apache-2.0 */
/* Which memory is cleared before the firmware begins, and that nothing else ever is. */
#include <stdlib.h>

#include "unit.h"

#include "boot/payload.h"
#include "boot/scrub.h"

#define MIB (1024 * 1024)

/* ---- the arithmetic, byte for byte against the definition ---- */

#define MODEL_BASE 0x1000u
#define MODEL_SIZE 200u

static bool is_kept(const struct range *kept, unsigned int count, u64 addr)
{
	for (unsigned int i = 0; i < count; i++) {
		if (range_has(kept[i], addr, 1)) {
			return true;
		}
	}
	return false;
}

/* The gaps are exactly the bytes that are not kept, in order, none twice. */
static void expect_gaps(struct range memory, const struct range *kept, unsigned int count)
{
	u64 at = memory.base;
	struct range gap = scrub_gap(memory, kept, count, 0);

	while (gap.size != 0) {
		for (; at != gap.base; at++) {
			assert_true(is_kept(kept, count, at));
		}
		for (; at != gap.base + gap.size; at++) {
			assert_true(range_has(memory, at, 1));
			assert_false(is_kept(kept, count, at));
		}
		gap = at == 0 ? range_make(0, 0) : scrub_gap(memory, kept, count, at);
	}
	for (; at != memory.base + memory.size; at++) {
		assert_true(is_kept(kept, count, at));
	}
}

/* I-BOOT-3 */
static void gaps_are_what_is_not_kept_for_random_ranges(void **state)
{
	struct range kept[36];

	(void)state;
	for (unsigned int round = 0; round < 3000; round++) {
		unsigned int count = (unsigned int)(unit_random() % (ARRAY_SIZE(kept) + 1));

		for (unsigned int i = 0; i < count; i++) {
			kept[i] = range_make(MODEL_BASE - 20 + unit_random() % (MODEL_SIZE + 40),
					     unit_random() % 30);
		}
		expect_gaps(range_make(MODEL_BASE, MODEL_SIZE), kept, count);
	}
}

/* I-BOOT-3 */
static void gaps_of_awkward_ranges_are_right(void **state)
{
	static const struct range memory = {MODEL_BASE, MODEL_SIZE};
	static const struct {
		struct range kept[3];
	} cases[] = {
		{{{0x1010, 0x10}, {0x1018, 0x10}, {0x1014, 4}}}, /* overlapping, nested */
		{{{0x1020, 0x10}, {0x1010, 0x10}, {0x1030, 1}}}, /* adjacent, out of order */
		{{{0x1003, 5}, {0x1009, 1}, {0x1040, 0}}}, /* unaligned, empty */
		{{{0xf00, 0x110}, {0x10b0, 0x1000}, {0x3000, 1}}}, /* across both ends, outside */
		{{{MODEL_BASE, 1}, {0x10c7, 1}, {0, 0}}}, /* first and last byte */
		{{{0, ~(u64)0}, {0x1010, 1}, {0x1011, 1}}}, /* everything */
		{{{MODEL_BASE, MODEL_SIZE}, {0, 0}, {0, 0}}}, /* just all of it */
		{{{~(u64)0xf, 0x10}, {0, 0x1000}, {0x10c8, 1}}}, /* around it */
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		expect_gaps(memory, cases[i].kept, 3);
	}
	expect_gaps(memory, NULL, 0);
	assert_int_equal(scrub_gap(range_make(0, 0), NULL, 0, 0).size, 0);
	assert_int_equal(scrub_gap(memory, NULL, 0, MODEL_BASE + MODEL_SIZE).size, 0);
}

/* Memory whose last byte is the last there is. */
static void gaps_at_the_end_of_all_addresses_are_right(void **state)
{
	static const struct range memory = {0xffffffffffffff00, 0x100};
	static const struct range at_end = {0xffffffffffffffff, 1};
	static const struct range low = {0, 0x1000};

	(void)state;
	expect_gaps(memory, NULL, 0);
	expect_gaps(memory, &at_end, 1);
	expect_gaps(memory, &low, 1);
	expect_gaps(memory, &memory, 1);
}

/* ---- clearing ---- */

static void clearing_touches_exactly_its_range_and_counts(void **state)
{
	static _Alignas(64) u8 bytes[400];

	(void)state;
	for (unsigned int begin = 0; begin < 80; begin += 3) {
		for (unsigned int size = 0; size < 300; size += 7) {
			u64 nonzero = 0;

			for (unsigned int i = 0; i < sizeof(bytes); i++) {
				bytes[i] = (u8)(unit_random_bits() & 0x81);
				nonzero += i >= begin && i < begin + size && bytes[i] != 0;
				bytes[i] |= i >= begin && i < begin + size ? 0 : 1;
			}
			assert_int_equal(scrub_clear(range_make((u64)(uintptr_t)bytes + begin,
								size)), nonzero);
			for (unsigned int i = 0; i < sizeof(bytes); i++) {
				assert_int_equal(bytes[i] == 0, i >= begin && i < begin + size);
			}
		}
	}
}

/* ---- how long a payload is ---- */

static _Alignas(8) u64 image[16];

static struct payload find(u64 image_size, u64 magic, u64 memory_size)
{
	struct range_list memory = {0};

	range_list_add(&memory, range_make((u64)(uintptr_t)image - 64, memory_size));
	image[2] = image_size;
	image[7] = magic;
	return payload_find(&memory, (u64)(uintptr_t)image);
}

#define LINUX 0x0000004005435352u /* with what a PE header's address adds */

static void linux_image_says_how_long_it_is(void **state)
{
	struct payload p = find(0x1e00000, LINUX, 0x2000000);

	(void)state;
	assert_false(p.is_assumed);
	assert_int_equal(p.r.base, (u64)(uintptr_t)image);
	assert_int_equal(p.r.size, 0x1e00000);
	assert_int_equal(p.entry, (u64)(uintptr_t)image);
}

/* Lengths that cannot be, and what is no such image: all that may belong to it is kept. */
static void other_payloads_get_room(void **state)
{
	static const struct {
		u64 size, magic, memory;
	} odd[] = {
		{0x1e00000, LINUX + 1, 0x2000000}, {0x2000000, LINUX, 0x2000000},
		{~(u64)0, LINUX, 0x2000000},       {0, LINUX, 0x2000000},
		{63, LINUX, 0x2000000},            {64, LINUX, 64 + 63},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(odd); i++) {
		struct payload p = find(odd[i].size, odd[i].magic, odd[i].memory);
		u64 start = (u64)(uintptr_t)image - 64;
		u64 border = (u64)(uintptr_t)image & ~(u64)(2 * MIB - 1);

		assert_true(p.is_assumed);
		assert_int_equal(p.r.base, border > start ? border : start);
		assert_int_equal(p.r.base + p.r.size, start + odd[i].memory);
	}
	assert_int_equal(find(0, 0, 256 * MIB).r.size - (find(0, 0, 256 * MIB).entry -
			 find(0, 0, 256 * MIB).r.base), PAYLOAD_ROOM);
	assert_int_equal(find(0, 0, 64).r.size, 0); /* not in memory */
}

/* ---- all of it, on a machine of a few megabytes ---- */

#define RAM (8 * MIB)
#define OLD 0xa5

static u8 *ram; /* aligned to 2 MiB */
static struct handoff ho;
static struct image_bundle_header bundle;

static u64 address(u64 offset)
{
	return (u64)(uintptr_t)ram + offset;
}

static struct range at(u64 offset, u64 size)
{
	return range_make(address(offset), size);
}

/* Memory full of what the last payload left; firmware of 100000 bytes; a tree; the monitor. */
static int setup(void **state)
{
	(void)state;
	ram = aligned_alloc(2 * MIB, RAM);
	memset(ram, OLD, RAM);
	memset(&ho, 0, sizeof(ho));
	memset(&bundle, 0, sizeof(bundle));
	bundle.part_count = 2;
	bundle.part[0] = (struct image_part){.type = IMAGE_PART_FIRMWARE,
					     .load_addr = address(0),
					     .len = 50000,
					     .mem_len = 70001};
	bundle.part[1] = (struct image_part){.type = IMAGE_PART_FIRMWARE,
					     .load_addr = address(80000),
					     .len = 20000,
					     .mem_len = 20000};
	range_list_add(&ho.platform.memory, at(0, RAM));
	ho.platform.fdt = address(6 * MIB);
	ho.platform.fdt_size = 1000;
	range_list_add(&ho.platform.reserved, at(5 * MIB + 1, 7)); /* of the tree */
	ho.named = 1;
	range_list_add(&ho.platform.reserved, at(7 * MIB, 4096)); /* added later: not named */
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(ram);
	return 0;
}

/* Scrubs; afterwards the bytes of the ranges are as they were, and all others zero. */
static void expect_kept(const struct range *kept, unsigned int count)
{
	static u8 before[RAM];

	memcpy(before, ram, RAM);
	scrub_memory(&ho, &bundle, at(RAM - 65536, 65536));
	for (u64 i = 0; i < RAM; i++) {
		if (ram[i] != (is_kept(kept, count, address(i)) ? before[i] : 0)) {
			fail_msg("byte 0x%lx is 0x%x", i, ram[i]);
		}
	}
}

#define ALWAYS                                                                           \
	at(0, 70001), at(80000, 20000), at(6 * MIB, 1000 + PLATFORM_FDT_GROWTH),         \
		at(5 * MIB + 1, 7), at(RAM - 65536, 65536)

/* I-BOOT-3 */
static void all_but_what_is_named_is_cleared(void **state)
{
	struct range kept[] = {ALWAYS, at(2 * MIB, 3 * MIB), at(4096 * 300 + 8, 4096)};

	(void)state;
	ho.payload = (struct payload){address(2 * MIB), at(2 * MIB, 3 * MIB), false};
	ho.info = at(4096 * 300 + 8, 4096);
	expect_kept(kept, ARRAY_SIZE(kept));
}

/* Nobody has said that there is a payload, and there is none: its place is empty. */
static void without_a_payload_nothing_behind_the_firmware_is_kept(void **state)
{
	struct range kept[] = {ALWAYS};

	(void)state;
	memset(ram + 2 * MIB, 0, 8);
	expect_kept(kept, ARRAY_SIZE(kept));
}

/* What is there may be a payload, or old: it is kept rather than broken, up to the room's end. */
static void unknown_payload_behind_the_firmware_is_kept(void **state)
{
	struct range kept[] = {ALWAYS, at(2 * MIB, RAM - 2 * MIB)};

	(void)state;
	expect_kept(kept, ARRAY_SIZE(kept));
}

/* A Linux image says where it ends. */
static void image_behind_the_firmware_is_kept_as_long_as_it_is(void **state)
{
	struct range kept[] = {ALWAYS, at(2 * MIB, MIB + 9)};
	const u64 size = MIB + 9;
	const u64 magic = LINUX;

	(void)state;
	memcpy(ram + 2 * MIB + 16, &size, 8);
	memcpy(ram + 2 * MIB + 56, &magic, 8);
	expect_kept(kept, ARRAY_SIZE(kept));
}

/* The most of everything at once: 16 reservations, 16 segments. */
static void full_lists_are_kept(void **state)
{
	struct range kept[37];
	unsigned int n = 0;

	(void)state;
	ho.payload = (struct payload){address(2 * MIB), at(2 * MIB, 64), false};
	ho.info = at(MIB, 16);
	ho.platform.reserved.count = 0;
	bundle.part_count = IMAGE_PARTS_MAX;
	for (unsigned int i = 0; i < PLATFORM_RANGES; i++) {
		range_list_add(&ho.platform.reserved, at(3 * MIB + 1000 * (u64)i, 999 - i));
		kept[n++] = ho.platform.reserved.r[i];
		bundle.part[i] = (struct image_part){.type = IMAGE_PART_FIRMWARE,
						     .load_addr = address(100 * (u64)i),
						     .mem_len = 60 + 3 * (u64)i};
		kept[n++] = range_make(bundle.part[i].load_addr, bundle.part[i].mem_len);
	}
	ho.named = PLATFORM_RANGES;
	kept[n++] = ho.payload.r;
	kept[n++] = ho.info;
	kept[n++] = at(RAM - 65536, 65536);
	kept[n++] = at(6 * MIB, 1000 + PLATFORM_FDT_GROWTH);
	expect_kept(kept, n);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gaps_are_what_is_not_kept_for_random_ranges),
		cmocka_unit_test(gaps_of_awkward_ranges_are_right),
		cmocka_unit_test(gaps_at_the_end_of_all_addresses_are_right),
		cmocka_unit_test(clearing_touches_exactly_its_range_and_counts),
		cmocka_unit_test(linux_image_says_how_long_it_is),
		cmocka_unit_test(other_payloads_get_room),
		TEST(all_but_what_is_named_is_cleared),
		TEST(without_a_payload_nothing_behind_the_firmware_is_kept),
		TEST(unknown_payload_behind_the_firmware_is_kept),
		TEST(image_behind_the_firmware_is_kept_as_long_as_it_is),
		TEST(full_lists_are_kept),
	};

	return cmocka_run_group_tests_name("scrub", tests, NULL, NULL);
}
