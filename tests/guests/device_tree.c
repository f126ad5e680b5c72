/* SPDX-License-Identifier: Apache-2.0 */
/* The device tree handed on is whole: every node and property but reservations is the machine's. */
/* Evidence for I-DTB-1. */
#include "fdt.h"
#include "guest.h"

/* The seed differs at every start; the reservation is the monitor's own. */
static bool is_expected_to_differ(const char *path, const char *name)
{
	return fdt_begins(path, "/reserved-memory") || fdt_equal(name, "rng-seed");
}

static void visit(const char *path, const char *name, uint64_t value, uint32_t size)
{
	uint64_t hash = 0xcbf29ce484222325ul;

	if (is_expected_to_differ(path, name))
		return;
	/*
	 * The monitor takes its own memory off the end, so the size is given in 32 MiB, rounded
	 * up.
	 */
	if (fdt_begins(path, "/memory@") && fdt_equal(name, "reg")) {
		say("%s: from %x, size %x\n", path, (uint64_t)fdt_word(value, 4),
			((uint64_t)fdt_word(value, 12) + 0x1ffffff) >> 25);
		return;
	}
	for (uint32_t i = 0; i < size; i++)
		hash = (hash ^ load8(value + i)) * 0x100000001b3ul;
	say("%s:%s %x %x\n", path, name, (uint64_t)size, hash);
}

void guest_main(void)
{
	check(fdt_word(boot_a1, 0) == 0xd00dfeed, "no device tree");
	check(fdt_walk(boot_a1, visit), "the device tree is broken");
}
