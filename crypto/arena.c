/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A heap in a static array, first fit. Blocks lie side by side, each behind its head, so that
 * neighbours are found by arithmetic; there are never more than a few dozen. What is given back
 * is erased, for it was part of a key as likely as not.
 */
#include "crypto/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "crypto/crypto.h"

#define UNIT 16u
#define BLOCKS (CRYPTO_ARENA_LEN / UNIT)

/* Lengths in units of 16 bytes, the head's own unit included. */
struct head {
	uint32_t len;
	uint32_t used;
	uint64_t unused;
};

_Static_assert(sizeof(struct head) == UNIT, "a head is one unit");

/* All zero at first: a head of length 0 in the first place means that nothing was done yet. */
static struct {
	_Alignas(UNIT) struct head unit[BLOCKS];
	uint32_t used;
	uint32_t peak;
} crypto_arena CRYPTO_MEMORY;

static struct head *next_of(struct head *block)
{
	return block + block->len;
}

static struct head *const arena_end = crypto_arena.unit + BLOCKS;

/* Joins the free blocks behind a free one to it. */
static void absorb(struct head *block)
{
	struct head *next = next_of(block);

	while (next < arena_end && next->used == 0) {
		block->len += next->len;
		next->len = 0;
		next = next_of(block);
	}
}

static struct head *find(uint32_t len)
{
	struct head *block = crypto_arena.unit;

	if (block->len == 0) {
		block->len = BLOCKS;
	}
	for (; block < arena_end; block = next_of(block)) {
		if (block->used == 0) {
			absorb(block);
			if (block->len >= len) {
				return block;
			}
		}
	}
	return NULL;
}

void *crypto_arena_calloc(size_t count, size_t size)
{
	struct head *block;
	uint32_t len;

	if (count == 0 || size == 0 || size > CRYPTO_ARENA_LEN / count) {
		return NULL;
	}
	len = (uint32_t)((count * size + UNIT - 1) / UNIT) + 1;
	block = find(len);
	if (block == NULL) {
		return NULL;
	}
	if (block->len > len) {
		block[len] = (struct head){.len = block->len - len};
		block->len = len;
	}
	block->used = 1;
	crypto_arena.used += len;
	if (crypto_arena.used > crypto_arena.peak) {
		crypto_arena.peak = crypto_arena.used;
	}
	memset(block + 1, 0, (size_t)(len - 1) * UNIT);
	return block + 1;
}

void crypto_arena_free(void *p)
{
	struct head *block;

	if (p == NULL) {
		return;
	}
	block = (struct head *)p - 1;
	wipe(p, (size_t)(block->len - 1) * UNIT);
	block->used = 0;
	crypto_arena.used -= block->len;
}

size_t crypto_arena_used(void)
{
	return (size_t)crypto_arena.used * UNIT;
}

size_t crypto_arena_peak(void)
{
	return (size_t)crypto_arena.peak * UNIT;
}
