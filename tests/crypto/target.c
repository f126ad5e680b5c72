/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The self-test of crypto/ on the machine it is for, and what each operation costs there: one
 * line each with the instructions, the longest slice of them, and the stack. Run by test_target.py.
 */
#include <stdint.h>
#include <string.h>

#include "crypto/selftest.h"

#define UART_DATA UINT64_C(0x10000000)
#define FINISHER  UINT64_C(0x100000)
#define PASS      0x5555u
#define FAIL      0x13333u /* failure with code 1 */
#define PAINT     UINT64_C(0x7061696e74206d65)

extern uint64_t __stack[];
extern uint64_t __stack_end[];

void target_main(void);

/* What is measured between two points. */
struct cost {
	uint64_t instructions;
	uint64_t longest; /* of one call */
	uint64_t calls;
};

static uint8_t buffer[65536];
static struct crypto_drbg drbg;

static void print(const char *text)
{
	for (; *text != '\0'; text++) {
		*(volatile uint8_t *)UART_DATA = (uint8_t)*text;
	}
}

static void print_number(uint64_t n)
{
	char digits[21];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n != 0);
	print(" ");
	print(digits + at);
}

static _Noreturn void power_off(uint32_t how)
{
	*(volatile uint32_t *)FINISHER = how;
	for (;;) {
	}
}

static void fail(const char *what)
{
	print("FAIL ");
	print(what);
	print("\n");
	power_off(FAIL);
}

static uint64_t instructions(void)
{
	uint64_t n;

	__asm__ volatile("csrr %0, minstret" : "=r"(n) : : "memory");
	return n;
}

/* Paints the stack below the caller's frame, but for what painting itself needs. */
static void paint(void)
{
	volatile uint64_t here;
	uint64_t *end = (uint64_t *)((uintptr_t)&here - 64);

	for (uint64_t *p = __stack; p < end; p++) {
		*(volatile uint64_t *)p = PAINT;
	}
}

static uint64_t painted_over(uintptr_t top)
{
	const uint64_t *p = __stack;

	while (*p == PAINT) {
		p++;
	}
	return top - (uintptr_t)p;
}

/* An operation: true if it did what it should. */
typedef bool operation(struct cost *cost);

static void measure(const char *name, operation *op)
{
	volatile uint64_t top = 0;
	struct cost cost = {0, 0, 0};
	uint64_t begin;
	uint64_t total;

	paint();
	begin = instructions();
	if (!op(&cost)) {
		fail(name);
	}
	total = instructions() - begin;
	print(name);
	print_number(total);
	print_number(cost.calls == 0 ? total : cost.longest);
	print_number(cost.calls == 0 ? 1 : cost.calls);
	print_number(painted_over((uintptr_t)&top));
	print("\n");
}

static bool hash(struct cost *cost)
{
	uint8_t digest[CRYPTO_SHA384_LEN];

	(void)cost;
	crypto_sha384(buffer, sizeof(buffer), digest);
	return true;
}

static bool hmac(struct cost *cost)
{
	uint8_t code[CRYPTO_SHA384_LEN];

	(void)cost;
	crypto_hmac((struct crypto_bytes){buffer, 48}, (struct crypto_bytes){buffer, 64}, code);
	return true;
}

static bool hkdf(struct cost *cost)
{
	struct crypto_hkdf_input in = {{buffer, 48}, {buffer, 48}, {buffer, 16}};
	uint8_t key[CRYPTO_SHA384_LEN];

	(void)cost;
	return crypto_hkdf(&in, key, sizeof(key));
}

static bool seed(struct cost *cost)
{
	struct crypto_secret secret;

	(void)cost;
	return crypto_secret_adopt(&secret, buffer, 48) &&
	       crypto_drbg_seed(&drbg, &secret, (struct crypto_bytes){NULL, 0});
}

static bool random_bytes(struct cost *cost)
{
	(void)cost;
	return crypto_drbg_bytes(&drbg, buffer, 48);
}

static bool derive(struct cost *cost)
{
	struct crypto_p384_private key;
	struct crypto_secret secret;

	(void)cost;
	return crypto_secret_adopt(&secret, buffer, 48) && crypto_p384_derive(&key, &secret);
}

static bool public_key(struct cost *cost)
{
	struct crypto_p384_public public;

	(void)cost;
	return crypto_p384_public(&public, &selftest_private, &drbg) &&
	       memcmp(&public, &selftest_public, sizeof(public)) == 0;
}

static enum crypto_progress run(struct crypto_p384_job *job, struct cost *cost)
{
	enum crypto_progress progress;

	do {
		uint64_t begin = instructions();
		uint64_t took;

		progress = crypto_p384_continue(job, CRYPTO_SLICE_OPS);
		took = instructions() - begin;
		cost->longest = took > cost->longest ? took : cost->longest;
		cost->calls++;
	} while (progress == CRYPTO_MORE);
	return progress;
}

static bool sign(struct cost *cost)
{
	static struct crypto_p384_job job;
	struct crypto_p384_signature signature;
	uint8_t digest[CRYPTO_SHA384_LEN];

	crypto_sha384("sample", 6, digest);
	if (!crypto_p384_sign_begin(&job, &selftest_private, digest, &drbg) ||
	    run(&job, cost) != CRYPTO_DONE) {
		return false;
	}
	crypto_p384_signature(&job, &signature);
	crypto_p384_end(&job);
	return memcmp(&signature, &selftest_signature, sizeof(signature)) == 0;
}

static bool verify(struct cost *cost)
{
	static struct crypto_p384_job job;
	uint8_t digest[CRYPTO_SHA384_LEN];
	bool right;

	crypto_sha384("sample", 6, digest);
	if (!crypto_p384_verify_begin(&job, &selftest_public, digest, &selftest_signature)) {
		return false;
	}
	right = run(&job, cost) == CRYPTO_DONE;
	crypto_p384_end(&job);
	return right;
}

static bool hss(struct cost *cost)
{
	(void)cost;
	return crypto_hss_verify(
		(struct crypto_bytes){selftest_hss_key, sizeof(selftest_hss_key)},
		(struct crypto_bytes){selftest_hss_message, SELFTEST_HSS_MESSAGE_LEN},
		(struct crypto_bytes){selftest_hss_signature, sizeof(selftest_hss_signature)});
}

/* An operation's name, and the most of the arena that was taken since the program began. */
static void run_all(void)
{
	measure("sha384_64KiB", hash);
	measure("hmac", hmac);
	measure("hkdf", hkdf);
	measure("drbg_seed", seed);
	measure("drbg_48", random_bytes);
	measure("p384_derive", derive);
	measure("p384_public", public_key);
	measure("p384_sign", sign);
	measure("p384_verify", verify);
	measure("hss_verify", hss);
}

void target_main(void)
{
	const char *wrong = crypto_selftest();

	if (wrong != NULL) {
		fail(wrong);
	}
	print("selftest ok\n");
	run_all();
	crypto_drbg_end(&drbg);
	print("arena");
	print_number(crypto_arena_peak());
	print_number(crypto_arena_used());
	print_number(CRYPTO_ARENA_LEN);
	print("\nstack");
	print_number(CRYPTO_STACK_LEN);
	print("\n");
	power_off(PASS);
}
