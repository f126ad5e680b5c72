/* SPDX-License-Identifier: Apache-2.0 */
/* What both sides read in the device tree. */
#include "attack.h"
#include "fdt.h"

static char *chosen_name;
static bool found;
static const char *range_node;
static uint64_t range[2];

static void copy_word(const char *from)
{
	unsigned n = 0;

	while (from[n] && from[n] != ' ' && n + 1 < ATTACK_NAME_SIZE) {
		chosen_name[n] = from[n];
		n++;
	}
	chosen_name[n] = 0;
	found = n > 0;
}

static void look_at_arguments(const char *path, const char *name, uint64_t value, uint32_t size)
{
	(void)size;
	if (!fdt_equal(path, "/chosen") || !fdt_equal(name, "bootargs"))
		return;
	for (const char *at = (const char *)value; *at; at++)
		if (fdt_begins(at, "attack="))
			copy_word(at + 7);
}

bool attack_chosen(uint64_t dtb, char name[ATTACK_NAME_SIZE])
{
	chosen_name = name;
	found = false;
	fdt_walk(dtb, look_at_arguments);
	return found;
}

static uint64_t two_words(uint64_t at)
{
	return (uint64_t)fdt_word(at, 0) << 32 | fdt_word(at, 4);
}

static void look_at_range(const char *path, const char *name, uint64_t value, uint32_t size)
{
	if (found || !fdt_begins(path, range_node) || !fdt_equal(name, "reg") || size < 16)
		return;
	range[0] = two_words(value);
	range[1] = two_words(value + 8);
	found = true;
}

static bool find_range(uint64_t dtb, const char *node, uint64_t *base, uint64_t *size)
{
	range_node = node;
	found = false;
	fdt_walk(dtb, look_at_range);
	*base = range[0];
	*size = range[1];
	return found;
}

bool attack_monitor_range(uint64_t dtb, uint64_t *base, uint64_t *size)
{
	return find_range(dtb, "/reserved-memory/cordon@", base, size);
}

bool attack_ram_range(uint64_t dtb, uint64_t *base, uint64_t *size)
{
	return find_range(dtb, "/memory@", base, size);
}
