/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The byte swaps that gcc calls instead of emitting them where the Zbb extension
 * may not be assumed. They are normally found in the compiler's runtime library,
 * which the monitor is linked without. For the target only.
 */
#include <stdint.h>

uint32_t __bswapsi2(uint32_t x);
uint64_t __bswapdi2(uint64_t x);

uint32_t __bswapsi2(uint32_t x)
{
	x = ((x & 0x00ff00ffu) << 8) | ((x >> 8) & 0x00ff00ffu);
	return (x << 16) | (x >> 16);
}

uint64_t __bswapdi2(uint64_t x)
{
	x = ((x & 0x00ff00ff00ff00ffu) << 8) | ((x >> 8) & 0x00ff00ff00ff00ffu);
	x = ((x & 0x0000ffff0000ffffu) << 16) | ((x >> 16) & 0x0000ffff0000ffffu);
	return (x << 32) | (x >> 32);
}
