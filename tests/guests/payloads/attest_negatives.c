/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that shows how it was entered and measured, and tries what the plan in memory says:
 * every function of attest with buffers that are not its own, a flood of its register, evidence.
 */
#include "attest.h"
#include "attest_negatives.h"

#define TOKEN_MAX 8192u
#define OWN 8u
#define FLOOD 100u
#define PAGE 4096u

/* The firmware changes it while this is measured; the test finds it by its value. */
static volatile uint64_t raced = 0x7ace7ace00000000ul;

static uint8_t log[0x4000], token[TOKEN_MAX], buffer[512];
static uint32_t request[20]; /* version, flags, lengths of nonce and key, the nonce */

/* A call with five arguments. */
static struct answer attest5(uint64_t fid, const uint64_t *in)
{
	uint64_t a = in[0], b = in[1], c = in[2], d = in[3], e = in[4];
	register uint64_t a0 __asm__("a0") = a;
	register uint64_t a1 __asm__("a1") = b;
	register uint64_t a2 __asm__("a2") = c;
	register uint64_t a3 __asm__("a3") = d;
	register uint64_t a4 __asm__("a4") = e;
	register uint64_t a6 __asm__("a6") = fid;
	register uint64_t a7 __asm__("a7") = ATTEST_EXTENSION;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1)
			 : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7) : "memory");
	return (struct answer){ a0, a1 };
}

static uint64_t read_log(void)
{
	uint64_t n = 0, got;

	do {
		got = attest5(ATTEST_LOG, (const uint64_t[]){ ATTEST_CBOR, n, (uint64_t)log + n, 0,
							      ATTEST_SLICE }).value;
		n += got;
	} while (got != 0 && n + ATTEST_SLICE < sizeof(log));
	return n;
}

/* ---- buffers ---- */

static unsigned wrong, tried;

static void refused(const char *what, uint64_t at, struct answer r)
{
	tried++;
	if ((int64_t)r.error == INVALID_ADDRESS && r.value == 0)
		return;
	wrong++;
	say("t: FAIL %s at %x: %d %x\n", what, at, (int64_t)r.error, r.value);
}

static struct answer begin(void)
{
	request[0] = ATTEST_REQUEST_VERSION;
	request[1] = PLAN->what & PLAN_RECHECK ? ATTEST_RECHECK : 0;
	request[2] = 32;
	return attest(ATTEST_BEGIN, (uint64_t)request, 0, ATTEST_REQUEST_HEAD, 0);
}

/* Each buffer of each function, at an address whose halves are these. */
static void try_buffer(uint64_t low, uint64_t high)
{
	uint64_t good = (uint64_t)buffer;

	refused("read", low, attest(ATTEST_READ, 0, low, high, DIGEST));
	refused("extend", low, attest(ATTEST_EXTEND, OWN, low, high, DIGEST));
	refused("log", low, attest5(ATTEST_LOG, (const uint64_t[]){ 0, 0, low, high, 16 }));
	refused("begin", low, attest(ATTEST_BEGIN, low, high, ATTEST_REQUEST_HEAD, 0));
	refused("continue", low, attest(ATTEST_CONTINUE, low, high, TOKEN_MAX, 0));
	refused("certificate", low, attest(ATTEST_CERTIFICATE, 0, low, high, 1024));
	refused("seal from", low, attest(ATTEST_SEAL, low, high, good, 0));
	refused("seal into", low, attest(ATTEST_SEAL, good, 0, low, high));
	refused("report from", low, attest(ATTEST_REPORT, low, high, good, 0));
	refused("report into", low, attest(ATTEST_REPORT, good, 0, low, high));
	refused("verify", low, attest(ATTEST_VERIFY, low, high, 0, 0));
}

/* Lengths that no buffer has; those that are fixed are compared before the address. */
static void try_lengths(void)
{
	static const uint64_t length[] = { 1ul << 31, 1ul << 32, 1ul << 63, -1ul, -PAGE };
	uint64_t at = (uint64_t)buffer;

	for (unsigned i = 0; i < sizeof(length) / sizeof(length[0]); i++) {
		uint64_t n = length[i];

		expect("read so much", attest(ATTEST_READ, 0, at, 0, n), INVALID_PARAM, 0);
		expect("extend so much", attest(ATTEST_EXTEND, OWN, at, 0, n), INVALID_PARAM, 0);
		expect("begin with so much", attest(ATTEST_BEGIN, at, 0, n, 0), INVALID_PARAM, 0);
		refused("log", n, attest5(ATTEST_LOG, (const uint64_t[]){ 0, 0, at, 0, n }));
		refused("continue", n, attest(ATTEST_CONTINUE, at, 0, n, 0));
		refused("certificate", n, attest(ATTEST_CERTIFICATE, 0, at, 0, n));
	}
	expect("read nothing", attest(ATTEST_READ, 0, at, 0, 0), INVALID_PARAM, 0);
	expect("no log at all", attest5(ATTEST_LOG, (const uint64_t[]){ 0, 0, 0, 0, 0 }), 0, 0);
}

/* What must be refused is refused; the same calls at odd addresses of its own are not. */
static void buffers(void)
{
	judge("a request has begun", !begin().error);
	for (uint64_t i = 0; i < PLAN->count; i++)
		try_buffer(PLAN->list[i], 0);
	try_buffer((uint64_t)buffer, 1);
	try_buffer((uint64_t)buffer, -1ul);
	try_lengths();
	say("t: buffers %d wrong %d\n", tried, wrong);
	expect("read to an odd address", attest(ATTEST_READ, 0, (uint64_t)buffer + 1, 0, DIGEST),
	       0, DIGEST);
	expect("extend from an odd address", attest(ATTEST_EXTEND, OWN, (uint64_t)buffer + 3, 0,
						    DIGEST), 0, 0);
	for (uint64_t fid = ATTEST_STATUS + 1; fid < 64; fid++)
		if ((int64_t)attest(fid, 0, 0, 0, 0).error != NOT_SUPPORTED)
			say("t: FAIL function %d\n", fid);
	expect("function 2^32", attest(1ul << 32, 0, 0, 0, 0), NOT_SUPPORTED, 0);
}

/* ---- the log ---- */

/* Each digest is its number; the test replays them from there. */
static void flood(void)
{
	for (unsigned i = 0; i < FLOOD; i++) {
		buffer[0] = (uint8_t)i;
		if (attest(ATTEST_EXTEND, OWN, (uint64_t)buffer, 0, DIGEST).error)
			say("t: FAIL extend %d\n", i);
		buffer[0] = 0;
	}
	say("t: dropped %d\n", attest(ATTEST_INFO, ATTEST_INFO_DROPPED, 0, 0, 0).value);
	attest(ATTEST_READ, OWN, (uint64_t)buffer, 0, DIGEST);
	show("register", OWN, buffer, DIGEST);
}

static void evidence(void)
{
	struct answer r = begin();

	while (!r.error) {
		r = attest(ATTEST_CONTINUE, (uint64_t)token, 0, TOKEN_MAX, 0);
		if (r.value != 0)
			break;
	}
	if (r.error)
		say("t: FAIL evidence: %d\n", (int64_t)r.error);
	show("evidence", r.value, token, r.value);
}

/* Versions that are not allowed are denied. */
static void sealing(void)
{
	for (uint32_t svn = 0; svn <= 4; svn++) {
		struct answer r;

		request[0] = 1;
		request[1] = svn;
		do
			r = attest(ATTEST_SEAL, (uint64_t)request, 0, (uint64_t)buffer, 0);
		while (!r.error && r.value == 0);
		say("t: seal %d error %d\n", svn, (int64_t)r.error);
		if (!r.error)
			show("key", svn, buffer, ATTEST_SEAL_KEY);
	}
}

static void make_report(void)
{
	uint64_t at = (uint64_t)buffer;

	expect("a report", attest(ATTEST_REPORT, at, 0, at, 0), 0, ATTEST_REPORT_LEN);
	show("report", ATTEST_REPORT_LEN, buffer, ATTEST_REPORT_LEN);
}

static void verify_report(void)
{
	struct answer r = attest(ATTEST_VERIFY, (uint64_t)(PLAN + 1), 0, 0, 0);

	say("t: verified %d %d\n", (int64_t)r.error, r.value);
}

void payload_other(uint64_t id)
{
	(void)id;
	for (;;)
		;
}

static void show_log(void)
{
	uint64_t n = read_log();

	show("log", n, log, n);
}

void payload_main(uint64_t id)
{
	static const struct {
		uint64_t bit;
		void (*act)(void);
	} acts[] = {
		{ PLAN_BUFFERS, buffers }, { PLAN_FLOOD, flood },
		{ PLAN_EVIDENCE, evidence }, { PLAN_LOG, show_log },
		{ PLAN_SEAL, sealing },    { PLAN_REPORT, make_report },
		{ PLAN_VERIFY, verify_report },
	};
	uint64_t what = PLAN->what == 0 ? PLAN_EVIDENCE | PLAN_SEAL | PLAN_REPORT : PLAN->what;

	(void)id;
	say("t: word %x\n", raced);
	if (what & PLAN_CALL)
		call(PLAN_EID, 0, 0, 0, 0, 0);
	for (unsigned i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (what & acts[i].bit)
			acts[i].act();
	power_off();
}
