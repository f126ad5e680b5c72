/* SPDX-License-Identifier: Apache-2.0 */
/* Comparison and erasure of secrets: what a compiler would like to optimise, and may not. */
#include "crypto/crypto.h"

bool ct_equal(const void *a, const void *b, size_t len)
{
	/* volatile: every byte is read, whatever the bytes before it said. */
	const volatile uint8_t *x = a;
	const volatile uint8_t *y = b;
	volatile uint8_t different = 0;

	for (size_t i = 0; i < len; i++) {
		different = (uint8_t)(different | (x[i] ^ y[i]));
	}
	return different == 0;
}

void wipe(void *p, size_t len)
{
	/* volatile: a store to it is a side effect (C11 5.1.2.3), so it stays. */
	volatile uint8_t *x = p;

	for (size_t i = 0; i < len; i++) {
		x[i] = 0;
	}
}
