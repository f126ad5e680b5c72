/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware that wants to be asked about the machine in the monitor's place: it calls attest
 * itself, as if it were the payload, and answers every call of the payload that it gets with
 * success and a number of its own. The payload is the one that QEMU has loaded.
 */
#include "../../policies/attest/numbers.h"
#include "guest.h"

#define PAYLOAD 0x80200000ul
#define FORGED 0x600dul
#define BASE 0x10ul
#define PROBE 3ul
#define SRST 0x53525354ul

static uint64_t stolen;

/* Cause of an ecall with this function of attest's; what it answers must be nobody's. */
static uint64_t call_attest(uint64_t function)
{
	uint64_t error, value, cause;

	catch_begin();
	{
		register uint64_t a0 __asm__("a0") = PAYLOAD;
		register uint64_t a1 __asm__("a1") = FORGED;
		register uint64_t a6 __asm__("a6") = function;
		register uint64_t a7 __asm__("a7") = ATTEST_EXTENSION;

		__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
		error = a0;
		value = a1;
	}
	cause = catch_end().cause;
	check(error == PAYLOAD && value == FORGED, "attest has answered the firmware");
	return cause;
}

static void ask_as_payload(void)
{
	for (uint64_t function = 0; function <= ATTEST_STATUS; function++)
		check(call_attest(function) == CAUSE_ECALL_M, "a call of attest's is no ecall");
	say("f: the firmware is not answered\n");
}

/* The payload's call; true: it wants the machine to end. */
static bool answer(struct context *c)
{
	bool is_probe = c->x[17] == BASE && c->x[16] == PROBE && c->x[10] == ATTEST_EXTENSION;

	if (c->x[17] == ATTEST_EXTENSION || is_probe)
		stolen++;
	if (c->x[17] == SRST)
		return true;
	c->x[10] = 0;
	c->x[11] = FORGED;
	c->pc = c->trap.epc + 4;
	return false;
}

void guest_main(void)
{
	struct context c;

	pmp_open();
	csr_write(CSR_MCOUNTEREN, 7);
	ask_as_payload();
	context_init(&c, MODE_S, PAYLOAD);
	c.x[11] = boot_a1;
	do {
		run(&c);
		check(c.trap.cause == CAUSE_ECALL_S, "the payload has trapped");
	} while (c.trap.cause == CAUSE_ECALL_S && !answer(&c));
	check(stolen == 0, "a call of attest's came to the firmware");
	ask_as_payload();
	say("f: the firmware has got none of them\n");
}
