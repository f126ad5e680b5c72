/* SPDX-License-Identifier: Apache-2.0 */
/* What the payloads that call attest share: the call, judgements, hexadecimal lines. */
#ifndef PAYLOADS_ATTEST_H
#define PAYLOADS_ATTEST_H

#include "../../../policies/attest/numbers.h"
#include "sbi.h"

#define BASE 0x10ul
#define DIGEST 48u
#define FIRMWARE 0x80000000ul
#define CLINT 0x2000000ul
#define FAILED (-1)
#define NOT_SUPPORTED (-2)
#define INVALID_PARAM (-3)
#define DENIED (-4)
#define INVALID_ADDRESS (-5)
#define INVALID_STATE (-10)

static inline struct answer attest(uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return call(ATTEST_EXTENSION, fid, a, b, c, d);
}

static inline void expect(const char *what, struct answer r, int64_t error, uint64_t wanted)
{
	if ((int64_t)r.error == error && r.value == wanted)
		say("t: PASS %s\n", what);
	else
		say("t: FAIL %s: %d %x\n", what, (int64_t)r.error, r.value);
}

static inline void judge(const char *what, bool right)
{
	say("t: %s %s\n", right ? "PASS" : "FAIL", what);
}

static inline int same(const void *a, const void *b, uint64_t n)
{
	const uint8_t *x = a, *y = b;

	while (n--)
		if (*x++ != *y++)
			return 0;
	return 1;
}

static inline void show(const char *what, uint64_t number, const uint8_t *bytes, uint64_t n)
{
	static const char digits[] = "0123456789abcdef";
	char line[2 * DIGEST + 1];

	for (uint64_t i = 0; i < n; i += DIGEST) {
		unsigned k = 0;

		for (uint64_t j = i; j < n && j < i + DIGEST; j++) {
			line[k++] = digits[bytes[j] >> 4];
			line[k++] = digits[bytes[j] & 15];
		}
		line[k] = 0;
		say("t: %s %d %s\n", what, number, line);
	}
}

#endif
