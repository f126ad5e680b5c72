/* SPDX-License-Identifier: Apache-2.0 */
/* Address intervals that cannot overflow: the only place where a base and a size meet. */
#ifndef LIB_RANGE_H
#define LIB_RANGE_H

#include "lib/base.h"

/* The bytes base .. base + size - 1. range_make cuts one whose end would pass 2^64. */
struct range {
	u64 base;
	u64 size;
};

/* A range, cut so that its last byte is at most 2^64 - 1. */
static inline struct range range_make(u64 base, u64 size)
{
	if (size > 0 && size - 1 > ~base) {
		size = ~base + 1; /* base > 0 here: ~base + 1 == -base fits */
	}
	return (struct range){ base, size };
}

/* Does r hold all of addr .. addr + size - 1? An empty access is never held. */
static inline bool range_has(struct range r, u64 addr, u64 size)
{
	return size > 0 && addr >= r.base && size <= r.size && addr - r.base <= r.size - size;
}

/* Have a and b a byte in common? Empty ranges have none. */
static inline bool range_overlaps(struct range a, struct range b)
{
	if (a.size == 0 || b.size == 0) {
		return false;
	}
	return a.base <= b.base ? b.base - a.base < a.size : a.base - b.base < b.size;
}

/* Does r touch addr .. addr + size - 1? */
static inline bool range_touches(struct range r, u64 addr, u64 size)
{
	return range_overlaps(r, range_make(addr, size));
}

#endif
