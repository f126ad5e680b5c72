/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mcycle and minstret run, can be written and stopped; the hpm counters keep what they are given.
 */
#include "guest.h"

static void spin(void)
{
	for (volatile unsigned i = 0; i < 2000; i++)
		;
}

/* Does the counter move while instructions pass? */
#define MOVES(csr) __extension__({ \
	uint64_t before_ = csr_read(csr); \
	spin(); \
	csr_read(csr) != before_ ? "runs" : "stands"; })

static void say_all(const char *what)
{
	say("%s: mcycle %s, minstret %s, cycle %s, instret %s, time %s\n", what,
		MOVES(CSR_MCYCLE), MOVES(CSR_MINSTRET), MOVES(CSR_CYCLE), MOVES(CSR_INSTRET),
		MOVES(CSR_TIME));
}

static void probe_write(const char *what, uint64_t value)
{
	uint64_t after;

	csr_write(CSR_MCYCLE, value);
	after = csr_read(CSR_MCYCLE);
	say("%s: mcycle %s", what, after - value < 1ul << 40 ? "near" : "far");
	csr_write(CSR_MINSTRET, value);
	after = csr_read(CSR_MINSTRET);
	say(", minstret %s\n", after - value < 1ul << 40 ? "near" : "far");
}

void guest_main(void)
{
	say_all("at first");
	probe_write("written 0", 0);
	probe_write("written 2^62", 1ul << 62);
	say_all("after writes");
	for (unsigned n = 3; n < 32; n++) {
		uint64_t value, cause = csr_try_write(MODE_M, CSR_MCYCLE + n, 0x123456789abcdeful);

		csr_try_read(MODE_M, CSR_MCYCLE + n, &value);
		say("mhpmcounter%d: %x %x", (int64_t)n, cause, value);
		cause = csr_try_read(MODE_M, CSR_CYCLE + n, &value);
		say(", hpmcounter: %x %x\n", cause, value);
	}
}
