/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges meet where they have a byte in common, up to the last byte of the address space.
 *
 * Proved: range_overlaps() says of any two ranges that range_make() gives what the same intervals
 * say in numbers of 128 bits.
 * Assumed: nothing. Bounds: none, there are no loops.
 */
#include "lib/range.h"
#include "proof.h"

typedef unsigned __int128 u128;

static u128 end_of(struct range r)
{
	return (u128)r.base + r.size;
}

static bool meet(struct range a, struct range b)
{
	return a.size > 0 && b.size > 0 && a.base < end_of(b) && b.base < end_of(a);
}

int main(void)
{
	u64 base = any_u64(), size = any_u64(), addr = any_u64(), length = any_u64();
	struct range r = range_make(base, size), other = range_make(addr, length);

	__CPROVER_assert(range_overlaps(r, other) == meet(r, other), "range_overlaps");
	witness();
	return 0;
}
