/* SPDX-License-Identifier: Apache-2.0 */
/* msip and mtimecmp registers of every hart there is and of the first ones that there are not. */
/* Evidence for I-IPI-1. */
#include "guest.h"

void guest_main(void)
{
	hart_count();
	for (uint64_t i = 0; i < 12; i++) {
		struct trap t;
		uint64_t v;

		catch_begin();
		v = load64(CLINT_MTIMECMP(i));
		t = catch_end();
		say("hart %x mtimecmp %x, ", i, i && t.cause == NO_TRAP ? 0 : v);
		say_cause("load", &t);
		catch_begin();
		store64(CLINT_MTIMECMP(i), 0x5555555500000000ul + i);
		v = load64(CLINT_MTIMECMP(i));
		t = catch_end();
		say("  now %x, ", v);
		say_cause("store", &t);
		catch_begin();
		v = load32(CLINT_MSIP(i));
		t = catch_end();
		say("  msip %x, ", v);
		say_cause("load", &t);
	}
}
