/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's own locked rules over the CLINT bind what it loads and stores there: I-RUN-3. */
#include "guest.h"

static void try_all(const char *when)
{
	struct trap t;

	say("%s\n", when);
	/* Twice each: what the first access found out must not let the second one through. */
	for (unsigned i = 0; i < 2; i++) {
		catch_begin();
		load64(CLINT_MTIMECMP(0));
		t = catch_end();
		say_cause("ld mtimecmp", &t);
		catch_begin();
		load64(CLINT_MTIME);
		t = catch_end();
		say_cause("ld mtime", &t);
		catch_begin();
		store64(CLINT_MTIMECMP(0), ~0ul - i);
		t = catch_end();
		say_cause("sd mtimecmp", &t);
	}
}

void guest_main(void)
{
	try_all("open");
	pmp_set(0, 0, 0);
	pmp_set(1, PMP_NAPOT | PMP_L | PMP_R, PMP_NAPOT_ADDR(CLINT_BASE, 0x10000));
	try_all("read only");
	say("mtimecmp %x\n", load64(CLINT_MTIMECMP(0)));
	pmp_set(0, PMP_NAPOT | PMP_L, PMP_NAPOT_ADDR(CLINT_MTIMECMP(0), 8));
	try_all("mtimecmp closed");
}
