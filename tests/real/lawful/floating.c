/* SPDX-License-Identifier: Apache-2.0 */
/* Floating-point and vector registers: whoever else runs on the hart, they stay as they are. */
#include "linux.h"

#define HOLDS 60u
#define HWCAP_V (1ul << ('v' - 'a'))
#define VLENB_MAX 256u

static void fill(u64 *words, u64 seed)
{
	for (u64 i = 0; i < FP_WORDS - 1; i++)
		words[i] = (seed + i) * 0x9e3779b97f4a7c15;
	words[FP_WORDS - 1] = (seed * 0x29 & 0x1f) | (seed % 5) << 5; /* flags; a rounding mode */
}

/* The kinds of things that happen while the registers are held. */
static void choose(u64 *call, u64 step)
{
	const u64 kinds[][4] = {
		{ NR_SCHED_YIELD, 0, 0, 0 },
		{ NR_GETPID, 0, 0, 0 },
		{ NR_KILL, (u64)sys0(NR_GETPID), SIGUSR1, 0 }, /* the handler overwrites them */
		{ 0, 400000, 0, 0 },                           /* ticks and other processes */
	};

	for (u64 i = 0; i < 4; i++)
		call[i] = kinds[step % 4][i];
}

static bool hold_floats(u64 arg)
{
	u64 in[FP_WORDS], out[FP_WORDS], call[4];

	for (u64 step = 0; step < HOLDS; step++) {
		fill(in, arg * 1000 + step);
		choose(call, step);
		fp_hold(in, out, call);
		for (u64 i = 0; i < FP_WORDS; i++)
			if (in[i] != out[i])
				return false;
	}
	return true;
}

/* System calls may change vector registers by Linux's convention, so time passes without any. */
static bool hold_vectors(u64 arg)
{
	static u8 in[32 * VLENB_MAX], out[32 * VLENB_MAX];
	u64 size = 32 * vector_length();

	for (u64 step = 0; step < HOLDS / 4; step++) {
		for (u64 i = 0; i < size; i++)
			in[i] = (u8)((arg + step) * 0x4f + i * 0x1d);
		vector_hold(in, out, 1000000);
		for (u64 i = 0; i < size; i++)
			if (in[i] != out[i])
				return false;
	}
	return true;
}

void check_floating(void)
{
	judge("floating-point registers on all cpus", on_every_cpu(2, hold_floats));
}

void check_vector(u64 hwcap)
{
	if (!(hwcap & HWCAP_V))
		say("vector registers: the hart has none");
	else if (vector_length() > VLENB_MAX)
		judge("vector registers of a size that can be tried", false);
	else
		judge("vector registers on all cpus", on_every_cpu(2, hold_vectors));
}
