/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of crypto/: bytes written as hexadecimal text, and secrets that are none. */
#ifndef TESTS_UNIT_CRYPTO_HEX_H
#define TESTS_UNIT_CRYPTO_HEX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"

static inline struct crypto_bytes text(const char *s)
{
	return (struct crypto_bytes){s, strlen(s)};
}

/* Writes the bytes that hex says to out, which has room for max; their number. */
static inline size_t from_hex(const char *hex, void *out, size_t max)
{
	size_t len = strlen(hex) / 2;
	uint8_t *to = out;

	assert_true(len <= max && strlen(hex) % 2 == 0);
	for (size_t i = 0; i < len; i++) {
		unsigned int byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		to[i] = (uint8_t)byte;
	}
	return len;
}

static inline void assert_hex(const void *bytes, const char *hex)
{
	uint8_t wanted[512];
	size_t len = from_hex(hex, wanted, sizeof(wanted));

	assert_memory_equal(bytes, wanted, len);
}

/* The secret 00 01 02 ..., of 48 bytes. */
static inline struct crypto_secret counting_secret(void)
{
	struct crypto_secret secret;
	uint8_t bytes[48];

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)i;
	}
	assert_true(crypto_secret_adopt(&secret, bytes, sizeof(bytes)));
	return secret;
}

#endif
