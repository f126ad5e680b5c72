/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that reads attest's registers and log, twice, extends a register of its own, and makes
 * the calls that must fail. Registers and log are in the log of the test, in hexadecimal.
 */
#include "attest.h"

#define REGISTERS 12u
#define OWN 8u
#define MOST 0x4000u

static uint8_t value[2][REGISTERS][DIGEST];
static uint8_t text[2][MOST];
static uint8_t digest[DIGEST];

static struct answer read_register(uint64_t n, void *to)
{
	return attest(ATTEST_READ, n, (uint64_t)to, 0, DIGEST);
}

static void read_registers(unsigned round)
{
	for (uint64_t n = 0; n < REGISTERS; n++)
		if (read_register(n, value[round][n]).value != DIGEST)
			say("t: FAIL register %d\n", n);
}

/* In pieces that are no divisor of anything; the call has five arguments. */
static uint64_t read_log(uint64_t format, uint8_t *to)
{
	uint64_t done = 0;

	for (;;) {
		register uint64_t a0 __asm__("a0") = format;
		register uint64_t a1 __asm__("a1") = done;
		register uint64_t a2 __asm__("a2") = (uint64_t)to + done;
		register uint64_t a3 __asm__("a3") = 0;
		register uint64_t a4 __asm__("a4") = MOST - done < 101 ? MOST - done : 101;
		register uint64_t a6 __asm__("a6") = ATTEST_LOG;
		register uint64_t a7 __asm__("a7") = ATTEST_EXTENSION;

		__asm__ volatile("ecall" : "+r"(a0), "+r"(a1)
				 : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7) : "memory");
		if (a0 || a1 == 0)
			return done;
		done += a1;
	}
}

static void read_logs(void)
{
	for (uint64_t format = 0; format < ATTEST_FORMATS; format++) {
		uint64_t n = read_log(format, text[0]);
		uint64_t again = read_log(format, text[1]);

		judge("the log is the same when it is read again",
		      n == again && same(text[0], text[1], n));
		expect("it is as long as info says",
		       attest(ATTEST_INFO, ATTEST_INFO_LENGTH + format, 0, 0, 0), 0, n);
		show(format == ATTEST_CBOR ? "cbor" : "tcg", n, text[0], n);
	}
}

static void wrong(void)
{
	uint64_t at = (uint64_t)digest;

	expect("no such function", attest(99, 0, 0, 0, 0), NOT_SUPPORTED, 0);
	expect("info past the end", attest(ATTEST_INFO, ATTEST_INFO_FLAGS + 1, 0, 0, 0),
	       INVALID_PARAM, 0);
	expect("no such register", attest(ATTEST_READ, REGISTERS, at, 0, DIGEST), INVALID_PARAM, 0);
	expect("half a register", attest(ATTEST_READ, 0, at, 0, 24), INVALID_PARAM, 0);
	expect("into the firmware", attest(ATTEST_READ, 0, FIRMWARE, 0, DIGEST), INVALID_ADDRESS,
	       0);
	expect("above 2^64", attest(ATTEST_READ, 0, at, 1, DIGEST), INVALID_ADDRESS, 0);
	expect("extend out of the firmware", attest(ATTEST_EXTEND, OWN, FIRMWARE, 0, DIGEST),
	       INVALID_ADDRESS, 0);
	expect("extend by half", attest(ATTEST_EXTEND, OWN, at, 0, 24), INVALID_PARAM, 0);
	for (uint64_t n = 0; n < OWN; n++)
		expect("extend the monitor's", attest(ATTEST_EXTEND, n, at, 0, DIGEST), DENIED, 0);
}

void payload_main(uint64_t id)
{
	struct answer r = call(BASE, 3, ATTEST_EXTENSION, 0, 0, 0);

	(void)id;
	expect("the probe", r, 0, 1);
	expect("version", attest(ATTEST_INFO, ATTEST_INFO_VERSION, 0, 0, 0), 0, ATTEST_VERSION);
	expect("flags of a request", attest(ATTEST_INFO, ATTEST_INFO_FLAGS, 0, 0, 0), 0,
	       ATTEST_REQUEST_FLAGS);
	read_registers(0);
	wrong();
	read_registers(1);
	judge("what failed has changed nothing but runtime",
	      same(value[0], value[1], 6 * DIGEST) &&
		      same(value[0][7], value[1][7], 5 * DIGEST) &&
		      !same(value[0][6], value[1][6], DIGEST));
	for (unsigned i = 0; i < DIGEST; i++)
		digest[i] = (uint8_t)i;
	expect("extend", attest(ATTEST_EXTEND, OWN, (uint64_t)digest, 0, DIGEST), 0, 0);
	read_registers(0);
	judge("it is extended", !same(value[0][OWN], value[1][OWN], DIGEST));
	read_registers(1);
	judge("registers stay", same(value[0], value[1], sizeof(value[0])));
	for (uint64_t n = 0; n < REGISTERS; n++)
		show("register", n, value[0][n], DIGEST);
	read_logs();
	power_off();
}

void payload_other(uint64_t id)
{
	(void)id;
	for (;;)
		__asm__ volatile("wfi");
}
