/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CBOR reader takes nothing from outside of its bytes, whatever they are.
 *
 * Proved: each taker but cbor_take_item(), with a reader anywhere in the bytes, failed or not, and
 * whether the bytes were checked or not, reads only bytes that are left; what it gives, and what is
 * left then, lies in what was left before. So any sequence of them does.
 * Assumed: nothing. Bounds: 4096 bytes, which is the longest manifest; loops are unrolled
 * completely.
 */
#include <stdlib.h>

#include "attest/cbor_read.c"

#define BYTES 4096u

uint64_t nondet_u64(void);
_Bool nondet_bool(void);

static const uint8_t *bytes;
static size_t count;

static void make_bytes(void)
{
	count = nondet_u64() % (BYTES + 1);
	bytes = malloc(count);
	__CPROVER_assume(bytes != NULL);
}

/* Anywhere in them, and not always up to their end. */
static struct crypto_bytes any_part(void)
{
	size_t from = nondet_u64(), len = nondet_u64();

	__CPROVER_assume(from <= count && len <= count - from);
	return (struct crypto_bytes){ bytes + from, len };
}

static struct cbor_reader any_reader(void)
{
	struct cbor_reader r = cbor_open(any_part());

	r.failed = nondet_bool();
	return r;
}

static bool lies_in(const void *data, size_t len, struct cbor_reader all)
{
	size_t from = (size_t)((const uint8_t *)data - all.next);

	return __CPROVER_same_object(data, all.next) && from <= all.left &&
	       len <= all.left - from;
}

static void check_given(struct crypto_bytes given, struct cbor_reader before)
{
	__CPROVER_assert(given.len == 0 || lies_in(given.data, given.len, before),
			 "what is given lies in what was left");
}

static struct crypto_bytes take_one(struct cbor_reader *r)
{
	struct crypto_bytes none = { NULL, 0 };
	size_t len = nondet_u64();

	switch (nondet_u64() % 9) {
	case 0: cbor_take_unsigned(r); break;
	case 1: cbor_take_integer(r); break;
	case 2: return cbor_take_bytes(r);
	case 3: return cbor_take_text(r);
	case 4: cbor_take_array(r); break;
	case 5: cbor_take_map(r); break;
	case 6: cbor_take_tag(r); break;
	case 7: cbor_take_bool(r); break;
	default:
		none.data = cbor_take_sized(r, len);
		__CPROVER_assert((none.data == NULL) == r->failed, "so many bytes, or failure");
		none.len = none.data == NULL ? 0 : len;
		break;
	}
	return none;
}

static void check_taker(void)
{
	struct cbor_reader r = any_reader(), before = r;
	struct crypto_bytes given = take_one(&r);

	check_given(given, before);
	__CPROVER_assert(!r.failed || given.len == 0, "who has failed gives nothing");
	__CPROVER_assert(r.left == 0 || lies_in(r.next, r.left, before), "what is left");
	__CPROVER_assert(given.len == 0, "witness: something is given");
}

int main(void)
{
	make_bytes();
	check_taker();
	__CPROVER_assert(0, "witness: the end is reached");
	return 0;
}
