/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/ as a command, for test_openssl.py. All arguments but the first are hexadecimal; "-" is
 * an empty string. Prints the result in hexadecimal, or "right" or "wrong".
 * Status 0: done; 1: the operation failed; 2: wrong usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"

#define ARGS_MAX 5
#define ARG_LEN 8192

struct argument {
	uint8_t bytes[ARG_LEN];
	size_t len;
};

static struct argument arguments[ARGS_MAX];

static _Noreturn void stop(int status, const char *sentence)
{
	(void)fprintf(stderr, "tool: %s\n", sentence);
	exit(status);
}

static void read_argument(const char *hex, struct argument *to)
{
	size_t digits = strcmp(hex, "-") == 0 ? 0 : strlen(hex);

	if (digits % 2 != 0 || digits / 2 > ARG_LEN) {
		stop(2, "an argument is no hexadecimal string of at most 8192 bytes");
	}
	for (to->len = 0; to->len < digits / 2; to->len++) {
		unsigned int byte;

		if (sscanf(hex + 2 * to->len, "%2x", &byte) != 1) {
			stop(2, "an argument is not hexadecimal");
		}
		to->bytes[to->len] = (uint8_t)byte;
	}
}

static struct crypto_bytes bytes(size_t i)
{
	return (struct crypto_bytes){arguments[i].bytes, arguments[i].len};
}

static void print_hex(const void *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		(void)printf("%02x", ((const uint8_t *)data)[i]);
	}
	(void)printf("\n");
}

static void take(size_t i, void *to, size_t len)
{
	if (arguments[i].len != len) {
		stop(2, "an argument has the wrong length");
	}
	memcpy(to, arguments[i].bytes, len);
}

/* Blinding whose seed everybody knows: nothing here is secret. */
static void start_random(struct crypto_drbg *drbg)
{
	static const uint8_t known[48] = {1};
	struct crypto_secret secret;

	if (!crypto_secret_adopt(&secret, known, sizeof(known)) ||
	    !crypto_drbg_seed(drbg, &secret, (struct crypto_bytes){NULL, 0})) {
		stop(1, "no generator");
	}
}

/* hash MESSAGE */
static void do_hash(void)
{
	uint8_t out[CRYPTO_SHA384_LEN];

	crypto_sha384(arguments[0].bytes, arguments[0].len, out);
	print_hex(out, sizeof(out));
}

/* hmac KEY MESSAGE */
static void do_hmac(void)
{
	uint8_t out[CRYPTO_SHA384_LEN];

	crypto_hmac(bytes(0), bytes(1), out);
	print_hex(out, sizeof(out));
}

/* hkdf SALT KEY INFO ROOM: as many bytes as ROOM has */
static void do_hkdf(void)
{
	struct crypto_hkdf_input in = {bytes(0), bytes(1), bytes(2)};
	static uint8_t out[ARG_LEN];

	if (!crypto_hkdf(&in, out, arguments[3].len)) {
		stop(1, "no key");
	}
	print_hex(out, arguments[3].len);
}

/* derive SEED: a private key */
static void do_derive(void)
{
	struct crypto_secret seed;
	struct crypto_p384_private key;

	if (!crypto_secret_adopt(&seed, arguments[0].bytes, arguments[0].len) ||
	    !crypto_p384_derive(&key, &seed)) {
		stop(1, "no key");
	}
	print_hex(&key, sizeof(key));
}

/* public D: x and y */
static void do_public(void)
{
	struct crypto_p384_private key;
	struct crypto_p384_public public;
	struct crypto_drbg drbg;

	take(0, &key, sizeof(key));
	start_random(&drbg);
	if (!crypto_p384_public(&public, &key, &drbg)) {
		stop(1, "no such key");
	}
	print_hex(&public, sizeof(public));
}

/* sign D MESSAGE: r and s */
static void do_sign(void)
{
	struct crypto_p384_private key;
	struct crypto_p384_signature signature;
	struct crypto_drbg drbg;
	uint8_t digest[CRYPTO_SHA384_LEN];

	take(0, &key, sizeof(key));
	crypto_sha384(arguments[1].bytes, arguments[1].len, digest);
	start_random(&drbg);
	if (!crypto_p384_sign(&signature, &key, digest, &drbg)) {
		stop(1, "no signature");
	}
	print_hex(&signature, sizeof(signature));
}

/* verify XY RS MESSAGE */
static void do_verify(void)
{
	struct crypto_p384_public key;
	struct crypto_p384_signature signature;
	uint8_t digest[CRYPTO_SHA384_LEN];

	take(0, &key, sizeof(key));
	take(1, &signature, sizeof(signature));
	crypto_sha384(arguments[2].bytes, arguments[2].len, digest);
	(void)puts(crypto_p384_verify(&key, digest, &signature) ? "right" : "wrong");
}

/* hss KEY MESSAGE SIGNATURE */
static void do_hss(void)
{
	(void)puts(crypto_hss_verify(bytes(0), bytes(1), bytes(2)) ? "right" : "wrong");
}

static const struct {
	const char *name;
	int count;
	void (*run)(void);
} commands[] = {
	{"hash", 1, do_hash},     {"hmac", 2, do_hmac},     {"hkdf", 4, do_hkdf},
	{"derive", 1, do_derive}, {"public", 1, do_public}, {"sign", 2, do_sign},
	{"verify", 3, do_verify}, {"hss", 3, do_hss},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0 && argc == commands[i].count + 2) {
			for (int j = 2; j < argc; j++) {
				read_argument(argv[j], &arguments[j - 2]);
			}
			commands[i].run();
			return 0;
		}
	}
	stop(2, "no such command, or not so many arguments: see tests/crypto/tool.c");
}
