/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware that prints what looks like the monitor's lines, after letters and line ends. */
/* Evidence for I-SBX-7. */
#include "guest.h"

static void put_string(const char *text)
{
	while (*text)
		put_char(*text++);
}

void guest_main(void)
{
	/* By one store: from the second letter on assembly answers, line ends among them. */
	put_string("one\n[cordon] forged one\ntwo\n[cordon] forged two\nthree\n"
		   "[cordon] forged three\na[cordon] within a line\n");
}
