/* SPDX-License-Identifier: Apache-2.0 */
/* A fuzzer's input, read from its front; at its end there are zeros. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	size_t left;
};

/* The next bytes, little-endian. */
static inline uint64_t input_take(struct input *in, size_t bytes)
{
	uint64_t value = 0;
	size_t n = bytes < in->left ? bytes : in->left;

	memcpy(&value, in->at, n);
	in->at += n;
	in->left -= n;
	return value;
}

/* A value of 64 bits by a byte that says which kind it is: few bits, many, one, or a place. */
static inline uint64_t input_value(struct input *in, uint64_t place)
{
	uint64_t how = input_take(in, 1);

	switch (how >> 5) {
	case 0:
		return how & 31;
	case 1:
		return (uint64_t)1 << (how & 31) << (input_take(in, 1) & 32);
	case 2:
		return ~(uint64_t)0 << (how & 31);
	case 3:
		return place + (uint64_t)(int8_t)input_take(in, 1);
	case 4:
		return place + input_take(in, 2);
	case 5:
		return place + (input_take(in, 3) << (how & 7));
	default:
		return input_take(in, 8);
	}
}

/* A promise that does not hold is a crash. */
#define promise(holds)                                                            \
	do {                                                                      \
		if (!(holds)) {                                                   \
			fprintf(stderr, "%s:%d: not kept: %s\n", __FILE__,        \
				__LINE__, #holds);                                \
			abort();                                                  \
		}                                                                 \
	} while (0)

#endif
