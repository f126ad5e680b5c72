/* SPDX-License-Identifier: Apache-2.0 */
/* Comparison and erasure of secrets: what a compiler would like to optimise, and may not. */
#include "crypto/crypto.h"

/* May lie over objects of any type (gcc 6.33.1, "may_alias"). */
typedef uint64_t __attribute__((may_alias)) word;

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
	volatile uint8_t *byte = p;

	/* By words where they are aligned: the library erases every number that it lets go. */
	for (; len != 0 && (uintptr_t)byte % sizeof(word) != 0; len--) {
		*byte++ = 0;
	}
	for (; len >= sizeof(word); len -= sizeof(word)) {
		*(volatile word *)(volatile void *)byte = 0;
		byte += sizeof(word);
	}
	for (; len != 0; len--) {
		*byte++ = 0;
	}
}
