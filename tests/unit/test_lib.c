/* SPDX-License-Identifier: Apache-2.0 */
/* src/lib: ranges that cannot overflow, the formatter, memory and string functions. */
#include "unit.h"

#include "lib/log.h"
#include "lib/range.h"

#define TOP (~(u64)0)

/* src/lib/string.c under these names (tests/host/rename_string.h). */
void *our_memcpy(void *restrict to, const void *restrict from, size_t len);
void *our_memmove(void *to, const void *from, size_t len);
void *our_memset(void *to, int value, size_t len);
int our_memcmp(const void *a, const void *b, size_t len);
void *our_memchr(const void *s, int c, size_t len);
size_t our_strlen(const char *s);
size_t our_strnlen(const char *s, size_t max);
int our_strcmp(const char *a, const char *b);
int our_strncmp(const char *a, const char *b, size_t max);
char *our_strchr(const char *s, int c);
char *our_strrchr(const char *s, int c);

/* ---- ranges ---- */

static void range_is_cut_at_the_end_of_memory(void **state)
{
	(void)state;
	assert_int_equal(range_make(TOP, 1).size, 1);
	assert_int_equal(range_make(TOP, 2).size, 1);
	assert_int_equal(range_make(TOP - 7, TOP).size, 8);
	assert_int_equal(range_make(0, TOP).size, TOP);
	assert_int_equal(range_make(1, TOP).size, TOP);
	assert_int_equal(range_make(2, TOP).size, TOP - 1);
	assert_int_equal(range_make(TOP, 0).size, 0);
}

/* The same questions in 128 bits, where nothing overflows. */
typedef unsigned __int128 wide;

static bool wide_has(struct range r, u64 addr, u64 size)
{
	return size > 0 && addr >= r.base && (wide)addr + size <= (wide)r.base + r.size;
}

static bool wide_touches(struct range r, u64 addr, u64 size)
{
	return size > 0 && r.size > 0 && (wide)addr < (wide)r.base + r.size &&
	       (wide)r.base < (wide)addr + size;
}

static u64 corner(void)
{
	static const u64 corners[] = {0, 1, 2, 8, (u64)1 << 63, TOP / 2, TOP - 8, TOP - 1, TOP};

	return unit_random() % 3 == 0 ? corners[unit_random() % ARRAY_SIZE(corners)]
				      : unit_random_bits();
}

static void ranges_answer_as_in_arithmetic_without_overflow(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 200000; n++) {
		struct range r = range_make(corner(), corner());
		u64 addr = n % 2 != 0 ? corner() : r.base + r.size - unit_random() % 4;
		u64 size = n % 3 != 0 ? unit_random() % 16 : corner();
		struct range other = range_make(addr, size);

		assert_int_equal(range_has(r, addr, size), wide_has(r, addr, size));
		assert_int_equal(range_touches(r, addr, size), wide_touches(r, addr, other.size));
		assert_int_equal(range_overlaps(r, other), range_overlaps(other, r));
	}
}

static void empty_ranges_hold_and_touch_nothing(void **state)
{
	struct range empty = range_make(0x1000, 0);
	struct range all = range_make(0, TOP);

	(void)state;
	assert_false(range_has(empty, 0x1000, 0));
	assert_false(range_has(all, 0x1000, 0));
	assert_false(range_overlaps(empty, all));
	assert_false(range_overlaps(all, empty));
	assert_false(range_touches(all, 5, 0));
}

/* ---- bit helpers ---- */

static void fields_are_taken_and_put(void **state)
{
	(void)state;
	for (unsigned int hi = 0; hi < 64; hi++) {
		for (unsigned int lo = 0; lo <= hi; lo++) {
			u64 mask = BITS(hi, lo);
			u64 word = unit_random();
			u64 value = unit_random();

			assert_int_equal(field_get(word, mask), (word & mask) >> lo);
			assert_int_equal(field_set(word, mask, value),
					 (word & ~mask) | (value << lo & mask));
		}
		assert_int_equal(
			lowest_bit(BIT(hi) | (unit_random() << hi << 1 >> 1 & ~(BIT(hi) - 1))), hi);
	}
}

/* ---- the formatter against the C library ---- */

static void check_text(const char *got, const char *want)
{
	if (strcmp(got, want) != 0) {
		fail_msg("'%s' instead of '%s'", got, want);
	}
}

static void numbers_are_printed_as_the_c_library_does(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 5000; n++) {
		u64 v = unit_random_bits();
		char got[200];
		char want[200];

		fmt_print(got, sizeof(got), "%lx %lu %ld %x %u %d|%016lx|%4u|%08x|%%|%c", v, v,
			  (s64)v, (u32)v, (u32)v, (s32)v, v, (u32)v % 100000, (u32)v,
			  'a' + (int)(v % 26));
		snprintf(want, sizeof(want), "%lx %lu %ld %x %u %d|%016lx|%4u|%08x|%%|%c", v, v,
			 (s64)v, (u32)v, (u32)v, (s32)v, v, (u32)v % 100000, (u32)v,
			 'a' + (int)(v % 26));
		check_text(got, want);
	}
}

static void text_is_cut_at_the_size_of_the_buffer(void **state)
{
	char buf[8];

	(void)state;
	for (size_t size = 1; size <= sizeof(buf); size++) {
		memset(buf, '#', sizeof(buf));
		assert_int_equal(fmt_print(buf, size, "%s", "0123456789"), size - 1);
		assert_int_equal(strlen(buf), size - 1);
		assert_memory_equal(buf, "0123456789", size - 1);
		assert_true(size == sizeof(buf) || buf[size] == '#');
	}
	assert_int_equal(fmt_print(buf, sizeof(buf), "ab%s", ""), 2);
}

static char line[200];
static size_t line_len;

static void keep_char(char c)
{
	if (line_len < sizeof(line) - 1) {
		line[line_len++] = c;
	}
}

static void console_lines_have_prefix_and_end(void **state)
{
	(void)state;
	log_line("to nowhere");
	log_set_putc(keep_char);
	log_line("hart %u at %lx", 3, (u64)0x80000000);
	assert_string_equal(line, "[cordon] hart 3 at 80000000\r\n");
	memset(line, 0, sizeof(line));
	line_len = 0;
	log_panic("%s", "last words");
	assert_string_equal(line, "[cordon] last words\r\n");
	log_set_putc(NULL);
}

/* ---- memory and strings against the C library ---- */

static u8 ours[600];
static u8 theirs[600];

static void fill_both(void)
{
	for (size_t i = 0; i < sizeof(ours); i++) {
		ours[i] = theirs[i] = (u8)unit_random();
	}
}

static void memmove_copies_any_overlap(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 20000; n++) {
		size_t len = unit_random() % 70;
		size_t from = unit_random() % 80;
		size_t to = unit_random() % 80;

		if (n % 100 == 0) {
			fill_both();
		}
		assert_ptr_equal(our_memmove(ours + to, ours + from, len), ours + to);
		memmove(theirs + to, theirs + from, len);
		assert_memory_equal(ours, theirs, sizeof(ours));
	}
}

static void memcpy_and_memset_reach_their_bytes_alone(void **state)
{
	(void)state;
	fill_both();
	for (unsigned int n = 0; n < 5000; n++) {
		size_t len = unit_random() % 70;
		size_t from = 300 + unit_random() % 100;
		size_t to = unit_random() % 100;
		int value = (int)unit_random();

		our_memcpy(ours + to, ours + from, len);
		memcpy(theirs + to, theirs + from, len);
		assert_memory_equal(ours, theirs, sizeof(ours));
		our_memset(ours + to, value, len);
		memset(theirs + to, value, len);
		assert_memory_equal(ours, theirs, sizeof(ours));
	}
}

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

/* Short strings of few letters, so that many are equal in part. */
static void random_text(char *s, size_t size)
{
	size_t len = unit_random() % size;

	for (size_t i = 0; i < len; i++) {
		s[i] = "ab\xff"[unit_random() % 3];
	}
	s[len] = '\0';
}

static void string_functions_answer_as_the_c_library(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 20000; n++) {
		char a[10];
		char b[10];
		size_t max = unit_random() % 12;
		int c = "ab\xff\0x"[unit_random() % 5];

		memset(a, 0, sizeof(a));
		memset(b, 0, sizeof(b));
		random_text(a, sizeof(a));
		random_text(b, sizeof(b));
		assert_int_equal(our_strlen(a), strlen(a));
		assert_int_equal(our_strnlen(a, max), strnlen(a, max));
		assert_int_equal(sign(our_strcmp(a, b)), sign(strcmp(a, b)));
		assert_int_equal(sign(our_strncmp(a, b, max)), sign(strncmp(a, b, max)));
		assert_int_equal(sign(our_memcmp(a, b, sizeof(a))), sign(memcmp(a, b, sizeof(a))));
		assert_ptr_equal(our_strchr(a, c), strchr(a, c));
		assert_ptr_equal(our_strrchr(a, c), strrchr(a, c));
		assert_ptr_equal(our_memchr(a, c, sizeof(a)), memchr(a, c, sizeof(a)));
	}
}

/* No byte past the end is looked at: the sanitizer watches these buffers of exact size. */
static void string_functions_stop_at_the_end(void **state)
{
	char *s = test_malloc(4);

	(void)state;
	memcpy(s, "abc", 4);
	assert_int_equal(our_strlen(s), 3);
	assert_int_equal(our_strnlen(s, 100), 3);
	s[3] = 'd';
	assert_int_equal(our_strnlen(s, 4), 4);
	assert_null(our_memchr(s, 'z', 4));
	assert_int_equal(our_strncmp(s, "abcd", 4), 0);
	test_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_is_cut_at_the_end_of_memory),
		cmocka_unit_test(ranges_answer_as_in_arithmetic_without_overflow),
		cmocka_unit_test(empty_ranges_hold_and_touch_nothing),
		cmocka_unit_test(fields_are_taken_and_put),
		cmocka_unit_test(numbers_are_printed_as_the_c_library_does),
		cmocka_unit_test(text_is_cut_at_the_size_of_the_buffer),
		cmocka_unit_test(console_lines_have_prefix_and_end),
		cmocka_unit_test(memmove_copies_any_overlap),
		cmocka_unit_test(memcpy_and_memset_reach_their_bytes_alone),
		cmocka_unit_test(string_functions_answer_as_the_c_library),
		cmocka_unit_test(string_functions_stop_at_the_end),
	};

	return cmocka_run_group_tests_name("lib", tests, NULL, NULL);
}
