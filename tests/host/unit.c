/* SPDX-License-Identifier: Apache-2.0 */
/* The common part of the unit tests. */
#include "unit.h"

#include "lib/log.h"

struct hart hart;

static u64 seed = 0x9e3779b97f4a7c15;

int unit_setup(void **state)
{
	(void)state;
	fake_reset();
	fake_start(&hart);
	return 0;
}

int unit_setup_old(void **state)
{
	(void)state;
	fake_reset();
	fake_make_old();
	fake_start(&hart);
	return 0;
}

char unit_printed[8192];
static size_t unit_printed_length;

static void keep(char c)
{
	assert_true(unit_printed_length + 1 < sizeof(unit_printed));
	unit_printed[unit_printed_length++] = c;
	unit_printed[unit_printed_length] = '\0';
}

void unit_listen(void)
{
	unit_printed_length = 0;
	unit_printed[0] = '\0';
	log_set_putc(keep);
}

/* xorshift64* */
u64 unit_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1d;
}

u64 unit_random_bits(void)
{
	u64 v = unit_random();

	switch (unit_random() % 8) {
	case 0:
		return 0;
	case 1:
		return ~(u64)0;
	case 2:
		return v & unit_random() & unit_random();
	case 3:
		return v | unit_random() | unit_random();
	case 4:
		return BIT(v % 64);
	case 5:
		return BIT(v % 64) - 1;
	default:
		return v;
	}
}
