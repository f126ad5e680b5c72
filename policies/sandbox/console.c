/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's console lines. What the terminal would obey is left out; after the lock, and
 * wherever a line could be taken for the monitor's own, they are marked as the firmware's, and a
 * call prints so much and no more.
 */
#include "policies/sandbox/sandbox.h"

#include "monitor/sbi_serve.h"

#define MARK "[firmware] "
#define MARK_LENGTH (sizeof(MARK) - 1)

/* Of all harts; a race between two printing harts spoils a line and nothing else. */
static bool inside_line;

static void mark(char c)
{
	if (!inside_line && c != '\n' && (sandbox_locked() || c == '[')) {
		sbi_console_print(MARK, MARK_LENGTH);
	}
	inside_line = c != '\n';
}

void sandbox_console_put(char c)
{
	if (c != '\n' && c != '\t' && (c < ' ' || c > '~')) {
		return; /* carriage returns too: the console adds its own */
	}
	if (sandbox_locked() && sandbox.may_print != 0) {
		sandbox.may_print--;
	} else if (sandbox_locked()) {
		return;
	}
	mark(c);
	sbi_console_print(&c, 1);
}
