/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges never overflow, and mean what they say.
 *
 * Proved: range_make keeps the base and cuts the size exactly where the last byte would pass
 * 2^64 - 1; range_has, range_overlaps and range_touches say of any two ranges that range_make can
 * give, and of any address and size, what the same intervals say in numbers of 128 bits.
 * Assumed: nothing. Bounds: none, there are no loops. PROOF_PART is what is proved.
 */
#include "lib/range.h"
#include "proof.h"

typedef unsigned __int128 u128;

#define END ((u128)1 << 64)

static u128 end_of(u64 base, u64 size)
{
	return (u128)base + size;
}

static u128 cut(u128 end)
{
	return end > END ? END : end;
}

static bool meet(u64 a, u128 a_end, u64 b, u128 b_end)
{
	return a < a_end && b < b_end && a < b_end && b < a_end;
}

int main(void)
{
	u64 base = any_u64(), size = any_u64(), addr = any_u64(), length = any_u64();
	struct range r = range_make(base, size), other = range_make(addr, length);
	u128 r_end = end_of(r.base, r.size);

	(void)other;

#if PROOF_PART == 0
	__CPROVER_assert(r.base == base && r_end == cut(end_of(base, size)), "range_make cuts");
#elif PROOF_PART == 3
	__CPROVER_assert(range_has(r, addr, length) ==
				 (length > 0 && addr >= base && end_of(addr, length) <= r_end),
			 "range_has");
#elif PROOF_PART == 1
	__CPROVER_assert(range_overlaps(r, other) ==
			 meet(base, r_end, addr, end_of(other.base, other.size)), "range_overlaps");
#else
	__CPROVER_assert(range_touches(r, addr, length) ==
			 meet(base, r_end, addr, cut(end_of(addr, length))), "range_touches");
#endif
	witness();
	return 0;
}
