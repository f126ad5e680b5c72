/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the arena: zeros, alignment, no overlap, joining of gaps, erasure, refusal. */
#include "tests/unit/crypto_hex.h"

#include "crypto/arena.h"

#define HEAD 16u

static void test_bad_sizes_are_refused(void **state)
{
	(void)state;
	assert_null(crypto_arena_calloc(0, 8));
	assert_null(crypto_arena_calloc(8, 0));
	assert_null(crypto_arena_calloc(1, CRYPTO_ARENA_LEN));
	assert_null(crypto_arena_calloc(SIZE_MAX, 2));
	assert_null(crypto_arena_calloc(SIZE_MAX / 2 + 2, 2));
	assert_null(crypto_arena_calloc(1, SIZE_MAX));
	crypto_arena_free(NULL);
	assert_int_equal(crypto_arena_used(), 0);
}

/* All of it in one block, twice: everything came back, erased. */
static void test_the_whole_arena_is_one_block(void **state)
{
	uint8_t *all = crypto_arena_calloc(1, CRYPTO_ARENA_LEN - HEAD);

	(void)state;
	assert_non_null(all);
	assert_null(crypto_arena_calloc(1, 1));
	assert_int_equal(crypto_arena_used(), CRYPTO_ARENA_LEN);
	memset(all, 0xa5, CRYPTO_ARENA_LEN - HEAD);
	crypto_arena_free(all);
	for (size_t i = 0; i < CRYPTO_ARENA_LEN - HEAD; i++) {
		assert_int_equal(all[i], 0);
	}
	assert_ptr_equal(crypto_arena_calloc(1, CRYPTO_ARENA_LEN - HEAD), all);
	crypto_arena_free(all);
	assert_int_equal(crypto_arena_used(), 0);
	assert_int_equal(crypto_arena_peak(), CRYPTO_ARENA_LEN);
}

static void test_neighbours_join_in_any_order(void **state)
{
	static const size_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		void *block[3];
		void *all;

		for (size_t j = 0; j < 3; j++) {
			block[j] = crypto_arena_calloc(1, CRYPTO_ARENA_LEN / 3 - HEAD);
			assert_non_null(block[j]);
		}
		for (size_t j = 0; j < 3; j++) {
			crypto_arena_free(block[orders[i][j]]);
		}
		all = crypto_arena_calloc(1, CRYPTO_ARENA_LEN - HEAD);
		assert_non_null(all);
		crypto_arena_free(all);
	}
}

#define BLOCKS 24

/* What a block must hold: it was zero when it came, and nobody else has written to it. */
struct block {
	uint8_t *at;
	size_t len;
	uint8_t mark;
};

static void give_back(struct block *b)
{
	for (size_t i = 0; i < b->len; i++) {
		assert_int_equal(b->at[i], b->mark);
	}
	crypto_arena_free(b->at);
	b->at = NULL;
}

static void take(struct block *b, size_t len, uint8_t mark)
{
	b->at = crypto_arena_calloc(1, len);
	b->len = len;
	b->mark = mark;
	if (b->at != NULL) {
		assert_int_equal((uintptr_t)b->at % 16, 0);
		for (size_t i = 0; i < len; i++) {
			assert_int_equal(b->at[i], 0);
		}
		memset(b->at, mark, len);
	}
}

static void test_blocks_do_not_overlap(void **state)
{
	struct block blocks[BLOCKS] = {{NULL, 0, 0}};
	uint32_t random = 1;
	unsigned int refused = 0;

	(void)state;
	for (unsigned int step = 0; step < 4000; step++) {
		struct block *b;

		random = random * 1664525u + 1013904223u;
		b = &blocks[(random >> 16) % BLOCKS];
		if (b->at != NULL) {
			give_back(b);
		} else {
			take(b, 1 + (random >> 8) % 2000, (uint8_t)(step | 1));
			refused += b->at == NULL;
		}
	}
	assert_in_range(refused, 1, 3999);
	for (size_t i = 0; i < BLOCKS; i++) {
		if (blocks[i].at != NULL) {
			give_back(&blocks[i]);
		}
	}
	assert_int_equal(crypto_arena_used(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_sizes_are_refused),
		cmocka_unit_test(test_the_whole_arena_is_one_block),
		cmocka_unit_test(test_neighbours_join_in_any_order),
		cmocka_unit_test(test_blocks_do_not_overlap),
	};

	return cmocka_run_group_tests_name("crypto_arena", tests, NULL, NULL);
}
