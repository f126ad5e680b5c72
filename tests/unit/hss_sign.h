/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HSS-LMS signer for tests (RFC 8554). Its tree has one leaf that can sign; what would be the
 * rest of it are numbers of the test's choice, so that a key costs 34 chains and not a thousand
 * times as much. For a verifier that makes no difference.
 */
#ifndef TESTS_UNIT_HSS_SIGN_H
#define TESTS_UNIT_HSS_SIGN_H

#include <string.h>

#include <mbedtls/sha256.h>

#include "crypto/crypto.h"

#define HSS_HEIGHT 10u
#define HSS_CHAINS 34u /* LMOTS_SHA256_N32_W8: 32 of the digest, 2 of the checksum */
#define HSS_LEAF   5u

static const uint8_t hss_id[16] = {0xc0, 0xff, 0xee};

static void hss_put32(uint8_t *out, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++) {
		out[i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

/* I || number || D, which all hashes begin with; number is q or a node. */
static void hss_begin(mbedtls_sha256_context *ctx, uint32_t number, uint16_t d)
{
	uint8_t front[22];

	memcpy(front, hss_id, sizeof(hss_id));
	hss_put32(front + 16, number);
	front[20] = (uint8_t)(d >> 8);
	front[21] = (uint8_t)d;
	mbedtls_sha256_init(ctx);
	(void)mbedtls_sha256_starts(ctx, 0);
	(void)mbedtls_sha256_update(ctx, front, sizeof(front));
}

/* Steps from..to-1 of a chain (RFC 8554, 4.3). */
static void hss_chain(uint8_t value[32], unsigned int i, unsigned int from, unsigned int to)
{
	for (unsigned int j = from; j < to; j++) {
		mbedtls_sha256_context ctx;
		uint8_t step = (uint8_t)j;

		hss_begin(&ctx, HSS_LEAF, (uint16_t)i);
		(void)mbedtls_sha256_update(&ctx, &step, 1);
		(void)mbedtls_sha256_update(&ctx, value, 32);
		(void)mbedtls_sha256_finish(&ctx, value);
	}
}

static void hss_secret(uint8_t value[32], unsigned int i)
{
	memset(value, (int)(i + 1), 32);
}

static void hss_neighbour(uint8_t value[32], unsigned int height)
{
	memset(value, (int)(0x80 + height), 32);
}

/* The public key: HSS of one level around the root above the one leaf (RFC 8554, 5.3 and 6.1). */
static void hss_public(uint8_t out[CRYPTO_HSS_PUBLIC_LEN])
{
	mbedtls_sha256_context ctx;
	uint32_t node = (1u << HSS_HEIGHT) + HSS_LEAF;
	uint8_t value[32];
	uint8_t other[32];

	hss_begin(&ctx, HSS_LEAF, 0x8080); /* D_PBLC */
	for (unsigned int i = 0; i < HSS_CHAINS; i++) {
		hss_secret(value, i);
		hss_chain(value, i, 0, 255);
		(void)mbedtls_sha256_update(&ctx, value, 32);
	}
	(void)mbedtls_sha256_finish(&ctx, value);
	hss_begin(&ctx, node, 0x8282); /* D_LEAF */
	(void)mbedtls_sha256_update(&ctx, value, 32);
	(void)mbedtls_sha256_finish(&ctx, value);
	for (unsigned int height = 0; height < HSS_HEIGHT; height++, node /= 2) {
		hss_neighbour(other, height);
		hss_begin(&ctx, node / 2, 0x8383); /* D_INTR */
		(void)mbedtls_sha256_update(&ctx, node % 2 != 0 ? other : value, 32);
		(void)mbedtls_sha256_update(&ctx, node % 2 != 0 ? value : other, 32);
		(void)mbedtls_sha256_finish(&ctx, value);
	}
	hss_put32(out, 1);     /* levels */
	hss_put32(out + 4, 6); /* LMS_SHA256_M32_H10 */
	hss_put32(out + 8, 4); /* LMOTS_SHA256_N32_W8 */
	memcpy(out + 12, hss_id, sizeof(hss_id));
	memcpy(out + 28, value, 32);
}

/* Always with the same leaf: never do this with a key that matters. */
static void hss_sign(uint8_t out[CRYPTO_HSS_SIGNATURE_LEN], struct crypto_bytes message)
{
	mbedtls_sha256_context ctx;
	uint8_t digit[HSS_CHAINS];
	uint8_t *at = out + 12 + 32;
	uint32_t sum = 0;

	hss_put32(out, 0); /* Nspk */
	hss_put32(out + 4, HSS_LEAF);
	hss_put32(out + 8, 4);
	memset(out + 12, 0x5a, 32); /* C */
	hss_begin(&ctx, HSS_LEAF, 0x8181); /* D_MESG */
	(void)mbedtls_sha256_update(&ctx, out + 12, 32);
	(void)mbedtls_sha256_update(&ctx, message.data, message.len);
	(void)mbedtls_sha256_finish(&ctx, digit);
	for (unsigned int i = 0; i < 32; i++) {
		sum += 255u - digit[i];
	}
	digit[32] = (uint8_t)(sum >> 8);
	digit[33] = (uint8_t)sum;
	for (unsigned int i = 0; i < HSS_CHAINS; i++, at += 32) {
		hss_secret(at, i);
		hss_chain(at, i, 0, digit[i]);
	}
	hss_put32(at, 6);
	at += 4;
	for (unsigned int height = 0; height < HSS_HEIGHT; height++, at += 32) {
		hss_neighbour(at, height);
	}
}

#endif
