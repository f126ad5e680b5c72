/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The byte swap that gcc calls instead of emitting one where the Zbb extension
 * may not be assumed. It is normally found in the compiler's runtime library,
 * which the monitor is linked without. For the target only.
 */
#include <stdint.h>

uint64_t __bswapdi2(uint64_t x);

uint64_t __bswapdi2(uint64_t x)
{
	x = ((x & 0x00ff00ff00ff00ffu) << 8) | ((x >> 8) & 0x00ff00ff00ff00ffu);
	x = ((x & 0x0000ffff0000ffffu) << 16) | ((x >> 16) & 0x0000ffff0000ffffu);
	return (x << 32) | (x >> 32);
}
