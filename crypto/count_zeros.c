/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The count of leading zeros that gcc calls where the Zbb extension may not be assumed; see
 * crypto/byteswap.c. Without a branch or a table: the numbers may be secret. For the target only.
 */
#include <stdint.h>

int __clzdi2(uint64_t x);

/* How far x is to be shifted so that its highest `width` bits are not all 0: width or nothing. */
static unsigned int shift_of(uint64_t x, unsigned int width)
{
	uint64_t high = x >> (64 - width);

	/* high is below 2^32, so that high - 1 has its top bit set only if high is 0. */
	return width & (unsigned int)-((high - 1) >> 63);
}

int __clzdi2(uint64_t x)
{
	unsigned int zeros = 0;

	for (unsigned int width = 32; width != 0; width /= 2) {
		unsigned int shift = shift_of(x, width);

		x <<= shift;
		zeros += shift;
	}
	return (int)zeros;
}
