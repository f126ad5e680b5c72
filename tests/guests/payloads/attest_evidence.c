/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that asks for evidence, certificates, sealing keys and local reports, and makes the
 * calls that must fail. What it gets is in the log of the test, in hexadecimal; so are costs, in
 * instructions where QEMU counts them (-icount). A second hart, if there is one, asks for remote
 * fences while the first one does nothing and while it signs, and says how long they took.
 */
#include "attest.h"

#define RFENCE_SFENCE 1u
#define TOKEN_MAX 8192u
#define FENCES 201u

struct request {
	uint32_t version, flags, nonce_len, cnf_len;
	uint8_t nonce[64];
	uint8_t cnf[256];
};

extern uint64_t secondary_opaque;
extern const char _start[];

static struct request request;
static uint8_t token[2][TOKEN_MAX];
static uint8_t key[3][ATTEST_SEAL_KEY];
static uint8_t seal_request[ATTEST_SEAL_REQUEST];
static uint8_t report[ATTEST_REPORT_LEN];
static uint8_t log[0x4000];
static uint64_t begin_cost, total_cost, longest_call, calls;

static uint64_t instructions(void)
{
	uint64_t n;

	__asm__ volatile("rdinstret %0" : "=r"(n));
	return n;
}

static void prepare(uint32_t nonce_len, uint32_t cnf_len)
{
	request.version = 1;
	request.flags = 0;
	request.nonce_len = nonce_len;
	request.cnf_len = cnf_len;
	for (unsigned i = 0; i < 64; i++)
		request.nonce[i] = (uint8_t)(0xa0 + i);
}

static struct answer begin(uint64_t size)
{
	return attest(ATTEST_BEGIN, (uint64_t)&request, 0, size, 0);
}

static struct answer go_on(uint8_t *to, uint64_t size)
{
	return attest(ATTEST_CONTINUE, (uint64_t)to, 0, size, 0);
}

/* The length of the token, 0 if something has failed. */
static uint64_t finish_into(uint8_t *to)
{
	struct answer r;

	calls = total_cost = longest_call = 0;
	do {
		uint64_t before = instructions();
		uint64_t cost;

		r = go_on(to, TOKEN_MAX);
		cost = instructions() - before;
		total_cost += cost;
		longest_call = cost > longest_call ? cost : longest_call;
		calls++;
	} while (!r.error && r.value == 0);
	return r.error ? 0 : r.value;
}

static uint64_t fetch(uint8_t *to)
{
	uint64_t before = instructions();
	struct answer r = begin(ATTEST_REQUEST_HEAD + request.cnf_len);

	begin_cost = instructions() - before;
	return r.error ? 0 : finish_into(to);
}

/* ---- what must fail ---- */

static void wrong_requests(void)
{
	static const struct {
		const char *what;
		uint32_t version, flags, nonce, cnf;
		uint64_t size;
	} rows[] = {
		{ "no nonce", 1, 0, 0, 0, 80 },      { "a nonce of 7", 1, 0, 7, 0, 80 },
		{ "a nonce of 65", 1, 0, 65, 0, 80 }, { "version 0", 0, 0, 32, 0, 80 },
		{ "version 2", 2, 0, 32, 0, 80 },     { "a flag", 1, 2, 32, 0, 80 },
		{ "size 79", 1, 0, 32, 0, 79 },       { "size 0", 1, 0, 32, 0, 0 },
		{ "size 337", 1, 0, 32, 257, 337 },   { "a size of 2^63", 1, 0, 32, 0, 1ul << 63 },
		{ "a key that is not there", 1, 0, 32, 1, 80 },
		{ "a key that nobody names", 1, 0, 32, 0, 81 },
		{ "a key of 2^32 - 1", 1, 0, 32, ~0u, 80 },
		{ "a key that is no map", 1, 0, 32, 1, 81 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prepare(rows[i].nonce, rows[i].cnf);
		request.version = rows[i].version;
		request.flags = rows[i].flags;
		expect(rows[i].what, begin(rows[i].size), INVALID_PARAM, 0);
	}
}

static void wrong_addresses(void)
{
	static const struct {
		const char *what;
		uint64_t low, high;
	} rows[] = {
		{ "the firmware", FIRMWARE, 0 }, { "a device", CLINT, 0 },
		{ "nothing", 0, 0 },             { "above 2^64", 0x80300000, 1 },
		{ "the end", -16ul, 0 },         { "the first byte behind memory", 0x88000000, 0 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t low = rows[i].low, high = rows[i].high;

		expect(rows[i].what, attest(ATTEST_BEGIN, low, high, 80, 0), INVALID_ADDRESS, 0);
		expect(rows[i].what, attest(ATTEST_CERTIFICATE, 0, low, high, 1024),
		       INVALID_ADDRESS, 0);
		expect(rows[i].what, attest(ATTEST_SEAL, low, high, (uint64_t)key, 0),
		       INVALID_ADDRESS, 0);
		expect(rows[i].what, attest(ATTEST_SEAL, (uint64_t)seal_request, 0, low, high),
		       INVALID_ADDRESS, 0);
		expect(rows[i].what, attest(ATTEST_REPORT, low, high, (uint64_t)report, 0),
		       INVALID_ADDRESS, 0);
		expect(rows[i].what, attest(ATTEST_REPORT, (uint64_t)report, 0, low, high),
		       INVALID_ADDRESS, 0);
		expect(rows[i].what, attest(ATTEST_VERIFY, low, high, 0, 0), INVALID_ADDRESS, 0);
	}
}

/* A request that goes on is not disturbed by what fails beside it. */
static void wrong_buffers(void)
{
	struct answer r;
	uint64_t length;

	prepare(32, 0);
	r = begin(80);
	length = r.value;
	expect("no room", go_on(token[0], 0), INVALID_PARAM, length);
	expect("a byte too little", go_on(token[0], length - 1), INVALID_PARAM, length);
	expect("into the firmware", attest(ATTEST_CONTINUE, FIRMWARE, 0, TOKEN_MAX, 0),
	       INVALID_ADDRESS, 0);
	expect("past the end of memory", attest(ATTEST_CONTINUE, 0x87fffff0, 0, TOKEN_MAX, 0),
	       INVALID_ADDRESS, 0);
	expect("above 2^64", attest(ATTEST_CONTINUE, (uint64_t)token, 1, TOKEN_MAX, 0),
	       INVALID_ADDRESS, 0);
	request.nonce_len = 7;
	expect("another request that fails", begin(80), INVALID_PARAM, 0);
	judge("the first one still comes", finish_into(token[0]) == length);
	expect("and only once", go_on(token[0], TOKEN_MAX), INVALID_STATE, 0);
}

/* ---- what is asked for ---- */

static void evidence(void)
{
	uint64_t length, again;

	prepare(64, 0);
	length = fetch(token[0]);
	say("t: cost %d %d %d %d\n", begin_cost, total_cost, longest_call, calls);
	again = fetch(token[1]);
	show("evidence", length, token[0], length);
	show("again", again, token[1], again);
	prepare(64, 0);
	request.flags = ATTEST_RECHECK;
	length = fetch(token[1]);
	say("t: recheck %d %d %d %d\n", begin_cost, total_cost, longest_call, calls);
	show("rechecked", length, token[1], length);
	prepare(8, 3); /* {1: 2} */
	request.cnf[0] = 0xa1;
	request.cnf[1] = 1;
	request.cnf[2] = 2;
	length = fetch(token[0]);
	show("keyed", length, token[0], length);
	for (uint64_t i = 0; i < 3; i++) {
		struct answer r = attest(ATTEST_CERTIFICATE, i, (uint64_t)token[0], 0, TOKEN_MAX);

		show(i == 0 ? "ak" : i == 1 ? "mon" : "uds", r.value, token[0], r.value);
		expect("a certificate needs room",
		       attest(ATTEST_CERTIFICATE, i, (uint64_t)token[0], 0, r.value - 1),
		       INVALID_PARAM, r.value);
	}
	expect("no certificate 3", attest(ATTEST_CERTIFICATE, 3, (uint64_t)token[0], 0, TOKEN_MAX),
	       INVALID_PARAM, 0);
}

static struct answer seal(uint32_t svn, uint8_t label, uint8_t *to)
{
	struct answer r;

	seal_request[0] = 1;
	seal_request[4] = (uint8_t)svn;
	seal_request[8] = label;
	do
		r = attest(ATTEST_SEAL, (uint64_t)seal_request, 0, (uint64_t)to, 0);
	while (!r.error && r.value == 0);
	return r;
}

static void sealing(void)
{
	uint32_t own = (uint32_t)attest(ATTEST_STATUS, ATTEST_STATUS_SVN, 0, 0, 0).value;
	uint64_t before = instructions();

	expect("a sealing key", seal(0, 1, key[0]), 0, ATTEST_SEAL_KEY);
	say("t: seal %d\n", instructions() - before);
	expect("the same again", seal(0, 1, key[1]), 0, ATTEST_SEAL_KEY);
	expect("of another label", seal(0, 2, key[2]), 0, ATTEST_SEAL_KEY);
	judge("keys are as their labels", same(key[0], key[1], ATTEST_SEAL_KEY) &&
						  !same(key[0], key[2], ATTEST_SEAL_KEY));
	expect("above the own version", seal(own + 1, 1, key[2]), DENIED, 0);
	seal_request[0] = 2;
	expect("a request of version 2",
	       attest(ATTEST_SEAL, (uint64_t)seal_request, 0, (uint64_t)key, 0), INVALID_PARAM, 0);
	show("sealing", 0, key[0], ATTEST_SEAL_KEY);
}

static void local_reports(void)
{
	uint64_t at = (uint64_t)report, before;

	for (unsigned i = 0; i < ATTEST_REPORT_DATA; i++)
		report[i] = (uint8_t)i;
	before = instructions();
	expect("a local report", attest(ATTEST_REPORT, at, 0, at, 0), 0, ATTEST_REPORT_LEN);
	say("t: report %d\n", instructions() - before);
	before = instructions();
	expect("is right", attest(ATTEST_VERIFY, at, 0, 0, 0), 0, 1);
	say("t: verify %d\n", instructions() - before);
	for (unsigned i = 0; i < ATTEST_REPORT_LEN; i += 13) {
		report[i] ^= 0x40;
		expect("a changed one is not", attest(ATTEST_VERIFY, at, 0, 0, 0), FAILED, 0);
		report[i] ^= 0x40;
	}
	for (uint64_t i = 0; i < ATTEST_STATUSES; i++)
		say("t: status %d %d\n", i, attest(ATTEST_STATUS, i, 0, 0, 0).value);
	expect("no such status", attest(ATTEST_STATUS, ATTEST_STATUSES, 0, 0, 0), INVALID_PARAM,
	       0);
}

/* What is spent comes back with time, and nobody gets more by asking more. */
static void flood(void)
{
	struct answer r = { 0, 0 };
	unsigned most = 0;

	prepare(16, 0);
	while (!r.error && most < 1000) {
		r = begin(80);
		most++;
	}
	expect("the budget ends", r, DENIED, 0);
	judge("after a few", most > 4 && most < 40);
}

static void show_log(const char *what, uint64_t form)
{
	uint64_t n = 0, got;

	do {
		register uint64_t a0 __asm__("a0") = form;
		register uint64_t a1 __asm__("a1") = n;
		register uint64_t a2 __asm__("a2") = (uint64_t)log + n;
		register uint64_t a3 __asm__("a3") = 0;
		register uint64_t a4 __asm__("a4") = ATTEST_SLICE;
		register uint64_t a6 __asm__("a6") = ATTEST_LOG;
		register uint64_t a7 __asm__("a7") = ATTEST_EXTENSION;

		__asm__ volatile("ecall" : "+r"(a0), "+r"(a1)
				 : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7) : "memory");
		got = a1;
		n += got;
	} while (got != 0 && n + ATTEST_SLICE < sizeof(log));
	show(what, n, log, n);
}

/* ---- a second hart ---- */

static uint64_t first_hart, phase, fence_time[FENCES];

static uint64_t ticks(void)
{
	uint64_t n;

	__asm__ volatile("rdtime %0" : "=r"(n));
	return n;
}

static void reach(uint64_t wanted)
{
	while (__atomic_load_n(&phase, __ATOMIC_ACQUIRE) < wanted)
		;
}

/* Sorted as they come. */
static void time_fences(const char *what)
{
	for (unsigned i = 0; i < FENCES; i++) {
		uint64_t before = ticks(), took;
		unsigned j = i;

		call(RFENCE, RFENCE_SFENCE, 1ul << first_hart, 0, 0, ALL);
		took = ticks() - before;
		for (; j != 0 && fence_time[j - 1] > took; j--)
			fence_time[j] = fence_time[j - 1];
		fence_time[j] = took;
	}
	say("t: fences %s: %d median, %d nine in ten, %d longest\n", what,
	    fence_time[FENCES / 2], fence_time[FENCES * 9 / 10], fence_time[FENCES - 1]);
}

void payload_other(uint64_t id)
{
	(void)id;
	expect("continue of another hart", go_on(token[1], TOKEN_MAX), INVALID_STATE, 0);
	time_fences("idle");
	__atomic_store_n(&phase, 1, __ATOMIC_RELEASE);
	time_fences("signing");
	__atomic_store_n(&phase, 2, __ATOMIC_RELEASE);
	for (;;)
		__asm__ volatile("wfi");
}

static void with_second_hart(void)
{
	uint64_t other = first_hart == 0;
	uint64_t rounds = 0;

	prepare(32, 0);
	begin(80);
	if (call(HSM, 0, other, (uint64_t)_start, (uint64_t)&secondary_opaque, 0).error)
		return;
	reach(1);
	while (__atomic_load_n(&phase, __ATOMIC_ACQUIRE) != 2) {
		if (go_on(token[0], TOKEN_MAX).error)
			begin(80);
		rounds++;
	}
	say("t: slices %d\n", rounds);
}

void payload_main(uint64_t id)
{
	first_hart = id;
	expect("continue without begin", go_on(token[0], TOKEN_MAX), INVALID_STATE, 0);
	wrong_requests();
	wrong_addresses();
	evidence();
	show_log("log", ATTEST_CBOR);
	show_log("tcg", ATTEST_TCG);
	wrong_buffers();
	sealing();
	local_reports();
	with_second_hart();
	flood();
	power_off();
}
