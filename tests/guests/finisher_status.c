/* SPDX-License-Identifier: Apache-2.0 */
/* A half-word written to the test finisher ends the machine as well as a word does. */
#include "guest.h"

void guest_main(void)
{
	say("the next store is sh\nend\n");
	store16(FINISHER_BASE, 0x5555);
	for (;;)
		;
}
