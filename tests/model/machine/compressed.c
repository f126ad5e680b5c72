/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed instructions that the generator uses, as the instructions they stand for. */
#include "machine.h"

static uint32_t field(uint32_t word, unsigned int low, unsigned int count)
{
	return (word >> low) & ((1u << count) - 1);
}

/* c.addi, c.nop and c.li: a signed immediate of 6 bits. */
static uint32_t immediate(uint32_t word)
{
	uint32_t low = field(word, 2, 5);

	return field(word, 12, 1) ? (low | 0xfe0) : low;
}

/* Quadrant 0: c.lw, c.ld, c.sw, c.sd; offset bits 5:3, and 2 and 6 or 7:6. */
static uint32_t memory(uint32_t word)
{
	uint32_t kind = field(word, 13, 3), width = (kind & 1) ? 3 : 2;
	uint32_t rs1 = field(word, 7, 3) + 8, reg = field(word, 2, 3) + 8;
	uint32_t offset = field(word, 10, 3) << 3;

	if (width == 3)
		offset |= field(word, 5, 2) << 6;
	else
		offset |= field(word, 6, 1) << 2 | field(word, 5, 1) << 6;
	if (kind == 2 || kind == 3)
		return offset << 20 | rs1 << 15 | width << 12 | reg << 7 | 0x03;
	if (kind == 6 || kind == 7)
		return (offset >> 5) << 25 | reg << 20 | rs1 << 15 | width << 12 |
			(offset & 31) << 7 | 0x23;
	return 0;
}

uint32_t compressed_expand(uint32_t word)
{
	uint32_t rd = field(word, 7, 5), rs2 = field(word, 2, 5);

	if ((word & 3) == 0)
		return memory(word);
	if ((word & 0xe003) == 0x0001)
		return immediate(word) << 20 | rd << 15 | rd << 7 | 0x13;
	if ((word & 0xe003) == 0x4001)
		return immediate(word) << 20 | rd << 7 | 0x13;
	if ((word & 0xf003) == 0x8002 && rs2)
		return rs2 << 20 | rd << 7 | 0x33;
	return 0;
}
