/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges never overflow, and hold and meet what they should, up to the last byte.
 *
 * Proved, by PROOF_PART: 0: range_overlaps() says of any two ranges that range_make() gives what
 * the same intervals say in numbers of 128 bits. 1: range_make() keeps the base, never ends
 * behind 2^64 - 1, keeps a size that fits, and cuts another one exactly there. 2: range_has() holds
 * for those accesses of at least one byte whose first and last byte lie in the range and that do
 * not wrap around; and then every byte between them does, too.
 * Assumed: nothing. Bounds: none, there are no loops.
 */
#include "lib/range.h"
#include "proof.h"

#if PROOF_PART == 0
typedef unsigned __int128 u128;

static u128 end_of(struct range r)
{
	return (u128)r.base + r.size;
}

static bool meet(struct range a, struct range b)
{
	return a.size > 0 && b.size > 0 && a.base < end_of(b) && b.base < end_of(a);
}

static void check(struct range r, u64 addr, u64 length)
{
	struct range other = range_make(addr, length);

	__CPROVER_assert(range_overlaps(r, other) == meet(r, other), "range_overlaps");
}
#elif PROOF_PART == 1
static void check(struct range r, u64 base, u64 size)
{
	struct range made = range_make(base, size);

	(void)r;
	__CPROVER_assert(made.base == base, "the base is kept");
	__CPROVER_assert(made.size <= size, "no byte is added");
	__CPROVER_assert((size == 0) == (made.size == 0), "nothing stays nothing, and only that");
	if (made.size == 0) {
		return;
	}
	__CPROVER_assert(base + (made.size - 1) >= base, "the last byte is in the address space");
	__CPROVER_assert(made.size == size || base + (made.size - 1) == UINT64_MAX,
			 "what is cut, is cut at its end");
}
#else
/* A range that does not wrap around, which range_make() sees to, has a last byte. */
static bool holds(struct range r, u64 byte)
{
	return r.size > 0 && byte >= r.base && byte <= r.base + (r.size - 1);
}

static void check(struct range r, u64 addr, u64 size)
{
	u64 byte = any_u64();
	bool whole = size > 0 && addr + (size - 1) >= addr && holds(r, addr) &&
		     holds(r, addr + (size - 1));

	__CPROVER_assume(r.size == 0 || r.base + (r.size - 1) >= r.base);
	__CPROVER_assert(range_has(r, addr, size) == whole, "range_has");
	__CPROVER_assert(!whole || byte < addr || byte > addr + (size - 1) || holds(r, byte),
			 "the bytes between the first and the last");
}
#endif

int main(void)
{
	struct range r = { any_u64(), any_u64() };

	if (PROOF_PART == 0) {
		r = range_make(r.base, r.size);
	}
	check(r, any_u64(), any_u64());
	witness();
	return 0;
}
