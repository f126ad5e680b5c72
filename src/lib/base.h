/* SPDX-License-Identifier: Apache-2.0 */
/* Words every file needs: fixed-width types, bit helpers, CHECK. */
#ifndef LIB_BASE_H
#define LIB_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#define BIT(n) ((u64)1 << (n))
/* Bits hi..lo, both included. */
#define BITS(hi, lo) (((~(u64)0) >> (63 - (hi))) & ((~(u64)0) << (lo)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define static_assert _Static_assert
#define KIB ((u64)1024)

#define NORETURN __attribute__((noreturn))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NEVER_INLINE __attribute__((noinline))
/* Runs while a hart starts or ends, not while a guest runs: small matters, fast does not. */
#define COLD __attribute__((cold))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Value of the field under a contiguous mask, shifted down. */
ALWAYS_INLINE u64 field_get(u64 word, u64 mask)
{
	return (word & mask) / (mask & ~(mask << 1));
}

/* The word with the field under a contiguous mask replaced by value. */
ALWAYS_INLINE u64 field_set(u64 word, u64 mask, u64 value)
{
	return (word & ~mask) | ((value * (mask & ~(mask << 1))) & mask);
}

/* Position of the lowest set bit; word must not be 0. (The base ISA has no instruction for it.) */
static inline unsigned int lowest_bit(u64 word)
{
	unsigned int n = 0;

	while ((word >> n & 1) == 0) {
		n++;
	}
	return n;
}

/*
 * Our own bug: never a condition that firmware or payload can bring about.
 * Always compiled in; says where, parks every hart. The list of all uses is in docs/invariants.md.
 */
#define CHECK(cond)                                   \
	do {                                          \
		if (!(cond)) {                        \
			panic(__FILE__, __LINE__, #cond); \
		}                                     \
	} while (0)

/* Last words of the monitor: prints place and condition, parks all harts. Does not return. */
NORETURN COLD void panic(const char *file, int line, const char *what);

#endif
