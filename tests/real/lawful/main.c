/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lawful: a static user program for Linux that finds out whether the machine below the kernel is
 * the machine it should be. Its lines depend on neither time nor place, so that those of a run on
 * the bare machine and of one on the monitor can be compared.
 */
#include "linux.h"

#define AT_HWCAP 16u

void lawful_main(const u64 *stack);

/* The kernel puts argc, arguments, environment and auxiliary values there, each list ended by 0. */
static u64 hwcap_of(const u64 *stack)
{
	const u64 *at = stack + 1 + *stack + 1;

	while (*at)
		at++;
	for (at++; at[0]; at += 2)
		if (at[0] == AT_HWCAP)
			return at[1];
	return 0;
}

void lawful_main(const u64 *stack)
{
	u64 hwcap = hwcap_of(stack);
	u32 cpus[MAX_CPUS];

	signals_init();
	cpus_init();
	say("cpus: %d", (s64)cpu_list(cpus));
	check_illegal();
	check_memory();
	check_floating();
	check_vector(hwcap);
	check_counters(hwcap);
	check_harts();
	check_interrupts();
	say("%d wrong", (s64)wrong_count());
	finish(wrong_count() != 0);
}
