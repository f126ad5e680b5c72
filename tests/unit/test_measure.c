/* SPDX-License-Identifier: Apache-2.0 */
/* Registers, log, CBOR and the digest of a device tree: attest/ by itself. */
#include "crypto_hex.h"

#include "attest/cbor.h"
#include "attest/measure.h"
#include "attest/tree_digest.h"
#include "dtb.h"

static struct measure_log record;

static int setup(void **state)
{
	(void)state;
	memset(&record, 0, sizeof(record));
	return 0;
}

/* ---- sink ---- */

static void windows_hold_their_part_and_count_all(void **state)
{
	(void)state;
	for (unsigned int skip = 0; skip < 12; skip++) {
		for (unsigned int room = 0; room < 12; room++) {
			uint8_t out[12] = {0};
			struct sink s = {.out = out, .room = room, .skip = skip};
			size_t left = skip < 10 ? 10 - skip : 0;

			sink_bytes(&s, "\1\2\3", 3);
			sink_little(&s, 0x99070605u << 8 | 4, 4);
			sink_big(&s, 0x5508090a, 3);
			sink_bytes(&s, NULL, 0);
			assert_int_equal(s.total, 10);
			assert_int_equal(s.kept, left < room ? left : room);
			for (unsigned int i = 0; i < 12; i++) {
				assert_int_equal(out[i], i < s.kept ? skip + i + 1 : 0);
			}
		}
	}
}

/* ---- CBOR: the examples of RFC 8949, appendix A ---- */

static void heads_are_the_shortest(void **state)
{
	static const struct {
		uint64_t value;
		const char *hex;
	} rows[] = {
		{0, "00"}, {1, "01"}, {10, "0a"}, {23, "17"}, {24, "1818"}, {25, "1819"},
		{100, "1864"}, {255, "18ff"}, {256, "190100"}, {1000, "1903e8"},
		{65535, "19ffff"}, {65536, "1a00010000"}, {1000000, "1a000f4240"},
		{0xffffffff, "1affffffff"}, {0x100000000, "1b0000000100000000"},
		{1000000000000, "1b000000e8d4a51000"},
		{18446744073709551615u, "1bffffffffffffffff"},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t out[16];
		struct sink s = {.out = out, .room = sizeof(out)};

		cbor_unsigned(&s, rows[i].value);
		assert_int_equal(s.total, strlen(rows[i].hex) / 2);
		assert_hex(out, rows[i].hex);
	}
}

static void integers_have_both_signs(void **state)
{
	static const struct {
		int64_t value;
		const char *hex;
	} rows[] = {
		{-1, "20"}, {-10, "29"}, {-100, "3863"}, {-1000, "3903e7"}, {24, "1818"},
		{INT64_MIN, "3b7fffffffffffffff"}, {INT64_MAX, "1b7fffffffffffffff"}, {0, "00"},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t out[16];
		struct sink s = {.out = out, .room = sizeof(out)};

		cbor_integer(&s, rows[i].value);
		assert_int_equal(s.total, strlen(rows[i].hex) / 2);
		assert_hex(out, rows[i].hex);
	}
}

static void items_are_as_in_the_examples(void **state)
{
	static const char wanted[] = "40" "4401020304" "60" "6161" "6449455446" "62c3bc"
		"80" "83010203" "8301820203820405" "a0" "a201020304" "c11a514b67b0"
		"98190102030405060708090a0b0c0d0e0f101112131415161718181819";
	uint8_t out[128];
	struct sink s = {.out = out, .room = sizeof(out)};

	(void)state;
	cbor_bytes(&s, NULL, 0);
	cbor_bytes(&s, "\1\2\3\4", 4);
	cbor_text(&s, "");
	cbor_text(&s, "a");
	cbor_text(&s, "IETF");
	cbor_text(&s, "\xc3\xbc");
	cbor_array(&s, 0);
	cbor_array(&s, 3);
	for (unsigned int i = 1; i <= 3; i++) {
		cbor_unsigned(&s, i);
	}
	cbor_array(&s, 3);
	cbor_unsigned(&s, 1);
	cbor_array(&s, 2);
	cbor_unsigned(&s, 2);
	cbor_unsigned(&s, 3);
	cbor_array(&s, 2);
	cbor_unsigned(&s, 4);
	cbor_unsigned(&s, 5);
	cbor_map(&s, 0);
	cbor_map(&s, 2);
	for (unsigned int i = 1; i <= 4; i++) {
		cbor_unsigned(&s, i);
	}
	cbor_tag(&s, 1);
	cbor_unsigned(&s, 1363896240);
	cbor_array(&s, 25);
	for (unsigned int i = 1; i <= 25; i++) {
		cbor_unsigned(&s, i);
	}
	assert_int_equal(s.total, strlen(wanted) / 2);
	assert_hex(out, wanted);
}

/* ---- registers; the values are those of python's hashlib ---- */

static void registers_extend_as_computed_elsewhere(void **state)
{
	uint8_t digest[CRYPTO_SHA384_LEN];

	(void)state;
	assert_true(measure_event(&record, 5, MEASURE_SEPARATOR,
				  (struct crypto_bytes){"\0\0\0\0", 4}));
	assert_hex(record.event[0].digest, "394341b7182cd227c5c6b07ef8000cdfd86136c4292b8e57"
					   "6573ad7ed9ae41019f5818b4b971c9effc60e1ad9f1289f0");
	assert_hex(record.value[5], "518923b0f955d08da077c96aaba522b9decede61c599cea6"
				    "c41889cfbea4ae4d50529d96fe4d1afdafb65e7f95bf23c4");
	assert_true(measure_event(&record, 2, MEASURE_POLICY, text("sandbox")));
	assert_hex(record.value[2], "f4dc152fda751c2e7adccaba38b1c566d8b58cfe38625aa2"
				    "62b63382a3b52344cf4c72ca7b030bb9a8bbb61d322c4448");
	for (unsigned int i = 0; i < sizeof(digest); i++) {
		digest[i] = (uint8_t)i;
	}
	assert_true(measure_payload(&record, 8, digest));
	assert_true(measure_payload(&record, 8, digest));
	assert_hex(record.value[8], "80e8e19c7ab39d81cd4022d3170787b72a97d4db30c8fd56"
				    "bcb1b743a18980939d6ae5057dd4c9470739ac4852d8f59d");
	assert_int_equal(record.count, 4);
}

static void type_is_part_of_the_digest(void **state)
{
	uint8_t one[CRYPTO_SHA384_LEN];
	uint8_t other[CRYPTO_SHA384_LEN];

	(void)state;
	measure_digest(MEASURE_INITRD, text("same"), one);
	measure_digest(MEASURE_IMAGE, text("same"), other);
	assert_memory_not_equal(one, other, sizeof(one));
}

static void nobody_extends_the_others_registers(void **state)
{
	static const struct measure_log nothing;
	uint8_t digest[CRYPTO_SHA384_LEN] = {1};
	uint8_t data[MEASURE_DATA_MAX + 1] = {0};

	(void)state;
	for (unsigned int reg = 0; reg < 16; reg++) {
		bool payloads = reg >= 8 && reg < 12;

		assert_int_equal(measure_is_payloads(reg), payloads);
		if (!payloads) {
			assert_false(measure_payload(&record, reg, digest));
		}
		if (reg >= 8) {
			assert_false(measure_event(&record, reg, MEASURE_POLICY, text("x")));
		}
	}
	assert_false(measure_event(&record, 1, MEASURE_POLICY,
				   (struct crypto_bytes){data, sizeof(data)}));
	assert_memory_equal(&record, &nothing, sizeof(record));
	assert_true(measure_event(&record, 1, MEASURE_POLICY,
				  (struct crypto_bytes){data, MEASURE_DATA_MAX}));
}

/* ---- the log ---- */

static void replay(uint8_t value[MEASURE_REGISTERS][CRYPTO_SHA384_LEN])
{
	memset(value, 0, sizeof(record.value));
	for (unsigned int i = 0; i < record.count; i++) {
		measure_extend(value[record.event[i].reg], record.event[i].digest);
	}
}

/* Any mixture that fits: I-ATT-1 */
static void replay_gives_the_registers(void **state)
{
	uint8_t value[MEASURE_REGISTERS][CRYPTO_SHA384_LEN];

	(void)state;
	for (unsigned int i = 0; i < 64; i++) {
		uint64_t data = unit_random();

		assert_true(measure_event(&record, (unsigned int)(data % 8), (uint32_t)i % 12,
					  (struct crypto_bytes){&data, i % 9}));
		measure_payload(&record, (unsigned int)(8 + data % 4), record.value[data % 12]);
	}
	assert_int_equal(record.dropped[0] + record.dropped[1], 0);
	replay(value);
	assert_memory_equal(value, record.value, sizeof(value));
}

/* A payload that floods the log takes no room of the monitor's, and the other way round. */
static void overflow_is_an_event_and_counted(void **state)
{
	uint8_t value[MEASURE_REGISTERS][CRYPTO_SHA384_LEN];
	uint8_t digest[CRYPTO_SHA384_LEN] = {7};
	uint8_t own[CRYPTO_SHA384_LEN] = {0};

	(void)state;
	for (unsigned int i = 0; i < MEASURE_PAYLOAD_EVENTS + 5; i++) {
		assert_true(measure_payload(&record, 9, digest));
		measure_extend(own, digest);
		assert_memory_equal(record.value[9], own, sizeof(own));
	}
	assert_int_equal(record.dropped[0], 0);
	assert_int_equal(record.dropped[1], 5);
	assert_int_equal(record.count, MEASURE_PAYLOAD_EVENTS + 1);
	assert_int_equal(record.event[record.count - 1].type, MEASURE_OVERFLOW);
	assert_int_equal(record.event[record.count - 1].reg, MEASURE_RUNTIME);
	assert_int_equal(record.event[record.count - 1].data[0], 1);
	replay(value);
	assert_memory_not_equal(value[9], record.value[9], sizeof(own));
	assert_memory_equal(value[6], record.value[6], sizeof(own));

	for (unsigned int i = 0; i < MEASURE_MONITOR_EVENTS + 1000; i++) {
		assert_true(measure_event(&record, 3, MEASURE_SEGMENT, text("x")));
	}
	assert_int_equal(record.dropped[0], 1000);
	assert_int_equal(record.count, ARRAY_SIZE(record.event));
	assert_int_equal(record.event[record.count - 1].type, MEASURE_OVERFLOW);
	assert_int_equal(record.event[record.count - 1].data[0], 0);
	replay(value);
	assert_memory_equal(value[6], record.value[6], sizeof(own));
}

static void cbor_form_is_one_item_an_event(void **state)
{
	uint8_t out[256];
	struct sink s = {.out = out, .room = sizeof(out)};

	(void)state;
	measure_event(&record, 2, MEASURE_POLICY, text("sandbox"));
	measure_event(&record, 6, MEASURE_SEPARATOR, (struct crypto_bytes){"\0\0\0\0", 4});
	measure_write_cbor(&record, &s);
	assert_int_equal(s.total, (4 + 50 + 8) + (4 + 50 + 5));
	assert_hex(out, "850002045830"
			"77696c958b34d9602af3a84a573b7f8e423a3199abd8904576ab0dc3901052d7"
			"017814ad4f19f205ae36a73c9e3e5e76" "4773616e64626f78" "85010600");
}

static void tcg_form_has_its_head_and_fields(void **state)
{
	uint8_t out[512];
	struct sink s = {.out = out, .room = sizeof(out)};

	(void)state;
	measure_event(&record, 2, MEASURE_POLICY, text("sandbox"));
	measure_event(&record, 5, MEASURE_SEPARATOR, (struct crypto_bytes){"\0\0\0\0", 4});
	measure_write_tcg(&record, &s);
	assert_int_equal(s.total, 65 + (66 + 15) + (66 + 4));
	assert_hex(out, "0000000003000000" "0000000000000000000000000000000000000000" "21000000"
			"53706563204944204576656e74303300" "00000000" "00020002" "01000000"
			"0c003000" "00"
			"0200000006000000" "01000000" "0c00"
			"77696c958b34d9602af3a84a573b7f8e423a3199abd8904576ab0dc3901052d7"
			"017814ad4f19f205ae36a73c9e3e5e76" "0f000000"
			"0400444307000000" "73616e64626f78" "0500000004000000" "010000000c00");
}

static void slices_are_parts_of_the_whole(void **state)
{
	uint8_t whole[2048];
	struct sink s = {.out = whole, .room = sizeof(whole)};

	(void)state;
	for (unsigned int i = 0; i < 10; i++) {
		measure_event(&record, i % 8, MEASURE_POLICY, text("some policy"));
	}
	measure_write_tcg(&record, &s);
	for (uint64_t at = 0; at <= s.total; at++) {
		uint8_t part[7];
		struct sink piece = {.out = part, .room = sizeof(part), .skip = at};

		measure_write_tcg(&record, &piece);
		assert_int_equal(piece.total, s.total);
		assert_int_equal(piece.kept, s.total - at < 7 ? s.total - at : 7);
		assert_memory_equal(part, whole + at, piece.kept);
	}
}

/* ---- device trees: I-ATT-4 ---- */

/* Where the big-endian words of a value are. */
static size_t find(const struct dtb *t, const char *hex)
{
	uint8_t wanted[16];
	size_t len = from_hex(hex, wanted, sizeof(wanted));

	for (size_t i = 0; i + len <= t->size; i++) {
		if (memcmp(t->bytes + i, wanted, len) == 0) {
			return i;
		}
	}
	fail_msg("%s is not in the tree", hex);
	return 0;
}

/* Is the byte behind a name or a value, and before the next token? There are no others. */
static bool fills_up(const struct dtb *t, size_t at)
{
	static const struct {
		const char *bytes;
		size_t used, len;
	} texts[] = {
		{"\0\0\0\1\0\0\0", 5, 8}, {"other\0\0", 6, 8}, {"chosen\0", 7, 8},
		{"inner\0\0", 6, 8},        {"x\0\0", 2, 4},
	};

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t from = (at & ~(size_t)3) + 4 - texts[i].len;

		if (at >= from + texts[i].used &&
		    memcmp(t->bytes + from, texts[i].bytes, texts[i].len) == 0) {
			return true;
		}
	}
	return false;
}

static bool matters(struct dtb *t, size_t at)
{
	uint8_t before[CRYPTO_SHA384_LEN];
	uint8_t after[CRYPTO_SHA384_LEN];

	tree_digest(t->bytes, t->size, before);
	t->bytes[at] ^= 0x10;
	tree_digest(t->bytes, t->size, after);
	t->bytes[at] ^= 0x10;
	return memcmp(before, after, sizeof(before)) != 0;
}

static void seeds_of_chosen_are_left_out_and_nothing_else(void **state)
{
	struct dtb t = dtb_load("seeds", 0);
	size_t rng = find(&t, "000000050000000600000007");
	size_t kaslr = find(&t, "0000000800000009");
	uint8_t wanted[CRYPTO_SHA384_LEN];
	uint8_t digest[CRYPTO_SHA384_LEN];
	unsigned int quiet = 0;

	(void)state;
	for (size_t i = 0; i < t.size; i++) {
		bool seed = (i >= rng && i < rng + 12) || (i >= kaslr && i < kaslr + 8);

		if (seed || (i > 8 && fills_up(&t, i))) {
			assert_false(matters(&t, i));
			quiet++;
		} else {
			assert_true(matters(&t, i));
		}
	}
	/* Behind names: of the root 3, "other" and "inner" 2, "chosen" 1 twice; behind "x" 2. */
	assert_int_equal(quiet, 20 + 11);
	tree_digest(t.bytes, t.size, digest);
	memset(t.bytes + rng, 0, 12);
	memset(t.bytes + kaslr, 0, 8);
	crypto_sha384(t.bytes, t.size, wanted);
	assert_memory_equal(digest, wanted, sizeof(wanted));
	free(t.bytes);
}

static void set_word(struct dtb *t, size_t at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++) {
		t->bytes[at + i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

/* What lies across another block is no seed: the strings, or the reservations. */
static void values_that_are_more_than_seeds_are_hashed(void **state)
{
	struct dtb t = dtb_load("seeds", 0);
	size_t rng = find(&t, "000000050000000600000007");
	uint32_t reserved = 40;

	(void)state;
	assert_false(matters(&t, rng));
	set_word(&t, 16, (uint32_t)t.size); /* no reservations that end */
	assert_true(matters(&t, rng));
	set_word(&t, 16, reserved);
	assert_false(matters(&t, rng));
	set_word(&t, 32, (uint32_t)t.size); /* strings that are longer than the tree */
	assert_true(matters(&t, rng));
	set_word(&t, 12, (uint32_t)rng); /* strings in the seed */
	set_word(&t, 32, 8);
	assert_true(matters(&t, rng));
	free(t.bytes);
}

/* The sanitizers guard the end of the bytes. */
static void no_tree_makes_it_read_elsewhere(void **state)
{
	struct dtb t = dtb_load("seeds", 0);
	uint8_t digest[CRYPTO_SHA384_LEN];

	(void)state;
	tree_digest(NULL, 0, digest);
	for (unsigned int round = 0; round < 20000; round++) {
		size_t size = unit_random() % (t.size + 1);
		uint8_t *bytes = malloc(size + 1);
		uint8_t *copy = bytes + 1;

		memcpy(copy, t.bytes, size);
		for (unsigned int i = 0; i < 3 && size != 0; i++) {
			copy[unit_random() % (i != 0 && size > 40 ? 40 : size)] =
				(uint8_t)unit_random_bits();
		}
		tree_digest(copy, round % 2 != 0 ? size : size / 2, digest);
		free(bytes);
	}
	free(t.bytes);
}

#define MEASURE_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MEASURE_TEST(windows_hold_their_part_and_count_all),
		MEASURE_TEST(heads_are_the_shortest),
		MEASURE_TEST(integers_have_both_signs),
		MEASURE_TEST(items_are_as_in_the_examples),
		MEASURE_TEST(registers_extend_as_computed_elsewhere),
		MEASURE_TEST(type_is_part_of_the_digest),
		MEASURE_TEST(nobody_extends_the_others_registers),
		MEASURE_TEST(replay_gives_the_registers),
		MEASURE_TEST(overflow_is_an_event_and_counted),
		MEASURE_TEST(cbor_form_is_one_item_an_event),
		MEASURE_TEST(tcg_form_has_its_head_and_fields),
		MEASURE_TEST(slices_are_parts_of_the_whole),
		MEASURE_TEST(seeds_of_chosen_are_left_out_and_nothing_else),
		MEASURE_TEST(values_that_are_more_than_seeds_are_hashed),
		MEASURE_TEST(no_tree_makes_it_read_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
