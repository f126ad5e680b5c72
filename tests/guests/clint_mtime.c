/* SPDX-License-Identifier: Apache-2.0 */
/* mtime can be written, whole and in halves, goes on from there, and time follows it. */
#include "guest.h"

static void probe(const char *name, uint64_t wanted)
{
	uint64_t got = time_now(), csr = csr_read(CSR_TIME), again = time_now();

	say("%s: %s, %s, %s\n", name, got - wanted < 10000000 ? "near" : "far",
		csr - got < 10000000 ? "time follows" : "time does not follow",
		again > got ? "runs" : "stands");
}

void guest_main(void)
{
	struct trap t;

	probe("before", time_now());
	catch_begin();
	store64(CLINT_MTIME, 0x1000000000ul);
	t = catch_end();
	say_cause("write", &t);
	probe("written", 0x1000000000ul);
	store32(CLINT_MTIME + 4, 0x20);
	probe("upper half", 0x2000000000ul);
	store32(CLINT_MTIME, 0x40000000);
	probe("lower half", 0x2040000000ul);
	say("upper half reads %x\n", (uint64_t)load32(CLINT_MTIME + 4));
	store64(CLINT_MTIMECMP(0), 0x2000000000ul);
	say("mtimecmp behind: mip %x\n", csr_read(CSR_MIP));
	store64(CLINT_MTIMECMP(0), 0x3000000000ul);
	say("mtimecmp ahead: mip %x\n", csr_read(CSR_MIP));
	store64(CLINT_MTIME, 0x3000000000ul);
	say("mtime moved over it: mip %x\n", csr_read(CSR_MIP));
}
