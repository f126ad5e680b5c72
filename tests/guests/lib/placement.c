/* SPDX-License-Identifier: Apache-2.0 */
/* What a loader must get right: addresses, initialised data, zeroed bss, pointers in data. */
#include "placement.h"
#include "guest.h"

extern const char _start[];

/* Position-dependent data: pointers that only fit at the link address. */
static const char *const words[] = { "data", "with", "pointers" };
static void (*const functions[])(const char *, ...) = { say };
static uint64_t initialised[3] = { 0x1111, 0x2222, 0x3333 };
static uint64_t zeroed[40000];

void placement_check(uint64_t base)
{
	uint64_t pc, sum = 0;

	__asm__ volatile("auipc %0, 0" : "=r"(pc));
	check((uint64_t)_start == base, "_start is not at the link address");
	check(pc >= base && pc < base + 0x10000, "the code runs somewhere else");
	for (unsigned i = 0; i < sizeof(zeroed) / sizeof(zeroed[0]); i++)
		sum |= ((volatile uint64_t *)zeroed)[i];
	check(!sum, "bss is not zero");
	((volatile uint64_t *)initialised)[0]++;
	functions[0]("%s %s %s %x %x %x\n", words[0], words[1], words[2], initialised[0],
		initialised[1], initialised[2]);
	say("start %x, pc offset below 64 KiB, bss zero\n", (uint64_t)_start);
}
