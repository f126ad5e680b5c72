/* SPDX-License-Identifier: Apache-2.0 */
/* Fences that reach other harts: a page that goes, and code that changes, are gone everywhere. */
#include "linux.h"

#define ROUNDS 60u
#define STACK 16384u

/* A page that holds a number, and code that returns it. */
struct content {
	u64 number;
	u32 code[2];
};

/* What the threads share. A round is announced after the kernel's call has returned. */
static volatile u64 announced, arrived[MAX_CPUS], bad[MAX_CPUS], ready;
static volatile struct content *shared;
static u32 cpu_of[MAX_CPUS];

static void watch(u64 index)
{
	cpu_pin(cpu_of[index]);
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	while (arrived[index] < ROUNDS) {
		u64 round = __atomic_load_n(&announced, __ATOMIC_SEQ_CST);

		/* Whatever is read is of this round or a later one, never of one before. */
		if (shared->number < round || ((u64 (*)(void))(u64)shared->code)() < round)
			bad[index]++;
		__atomic_store_n(&arrived[index], round, __ATOMIC_SEQ_CST);
		sys0(NR_SCHED_YIELD);
	}
	__atomic_sub_fetch(&ready, 1, __ATOMIC_SEQ_CST);
}

/*
 * A new page with that number takes the place of the old one, in one step. The code is complete
 * before it is there: QEMU may keep a translation of code that changes while another hart runs it.
 */
static void change(u64 round)
{
	struct content *fresh = map_pages(PAGE, PROT_RWX);

	fresh->number = round;
	fresh->code[0] = 0x00000513u | (u32)round << 20; /* li a0, round */
	fresh->code[1] = 0x00008067;                     /* ret */
	sys3(NR_FLUSH_ICACHE, fresh, fresh + 1, 0);
	sys(NR_MREMAP, (u64)fresh, PAGE, PAGE, MREMAP_TO, (u64)shared);
	__atomic_store_n(&announced, round, __ATOMIC_SEQ_CST);
}

static void drive(u32 count)
{
	for (u64 round = 1; round <= ROUNDS; round++) {
		change(round);
		for (u32 i = 0; i < count; i++)
			while (__atomic_load_n(&arrived[i], __ATOMIC_SEQ_CST) < round)
				sys0(NR_SCHED_YIELD);
	}
	while (__atomic_load_n(&ready, __ATOMIC_SEQ_CST))
		sys0(NR_SCHED_YIELD);
}

void check_harts(void)
{
	u32 count = cpu_list(cpu_of);
	u64 wrong = 0;

	shared = map_pages(PAGE, PROT_RWX);
	change(0);
	for (u32 i = 0; i < count; i++)
		if (thread_start((u8 *)map_pages(STACK, PROT_RW) + STACK, watch, i) < 0)
			count_wrong();
	while (__atomic_load_n(&ready, __ATOMIC_SEQ_CST) < count)
		sys0(NR_SCHED_YIELD);
	drive(count);
	for (u32 i = 0; i < count; i++)
		wrong += bad[i];
	judge("pages and code that change are new on every cpu", wrong == 0);
}
