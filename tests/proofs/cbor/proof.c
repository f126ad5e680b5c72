/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CBOR reader stays within its bytes, whatever they are.
 *
 * Proved, for any PROOF_BYTES bytes or fewer and any depth: cbor_check() reads and writes nothing
 * outside the bytes and its own state and comes to an end; so do three takers of any kind, in any
 * order, whether the bytes were checked or not, and what they give lies within the bytes.
 * Assumed: nothing. Bounds: PROOF_BYTES bytes; loops are unrolled completely.
 */
#include <stdlib.h>

#include "attest/cbor_read.h"

uint64_t nondet_u64(void);

static const uint8_t *bytes;
static size_t count;

static void check_inside(struct crypto_bytes b)
{
	__CPROVER_assert(b.len == 0 || (b.data >= bytes && b.data <= bytes + count &&
					b.len <= (size_t)(bytes + count - b.data)),
			 "what is given lies within the bytes");
}

static void take_one(struct cbor_reader *r)
{
	switch (nondet_u64() % 10) {
	case 0: cbor_take_unsigned(r); break;
	case 1: cbor_take_integer(r); break;
	case 2: check_inside(cbor_take_bytes(r)); break;
	case 3: check_inside(cbor_take_text(r)); break;
	case 4: cbor_take_array(r); break;
	case 5: cbor_take_map(r); break;
	case 6: cbor_take_tag(r); break;
	case 7: cbor_take_bool(r); break;
	case 8: cbor_take_sized(r, nondet_u64()); break;
	default: check_inside(cbor_take_item(r)); break;
	}
}

int main(void)
{
	struct crypto_bytes item;
	struct cbor_reader r;

	count = nondet_u64() % (PROOF_BYTES + 1);
	bytes = malloc(count);
	__CPROVER_assume(bytes != NULL);
	item = (struct crypto_bytes){ bytes, count };
	cbor_check(item, (unsigned int)nondet_u64());
	r = cbor_open(item);
	for (int i = 0; i < 3; i++) {
		take_one(&r);
	}
	__CPROVER_assert(r.left <= count, "what is left lies within the bytes");
	__CPROVER_assert(0, "witness: the end is reached");
	return 0;
}
