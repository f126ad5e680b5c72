/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's console lines. What the terminal would obey is left out. Before the lock, where a
 * line could be taken for the monitor's own, it is marked as the firmware's; after the lock each
 * line is, and is printed in one piece: what is not at the beginning of a line for us may be at one
 * of the terminal's, when the payload has ended its own meanwhile. I-SBX-7
 */
#include "policies/sandbox/sandbox.h"

#include "lib/string.h"
#include "monitor/sbi_serve.h"

#define MARK "[firmware] "
#define MARK_LENGTH (sizeof(MARK) - 1)

static NEVER_INLINE void print_line(struct sandbox_hart *s)
{
	char text[MARK_LENGTH + SANDBOX_LINE + 1] = MARK;

	memcpy(text + MARK_LENGTH, s->line, s->line_length);
	text[MARK_LENGTH + s->line_length] = '\n';
	sbi_console_print(text, MARK_LENGTH + s->line_length + 1);
	s->line_length = 0;
}

void sandbox_console_flush(struct hart *h)
{
	struct sandbox_hart *s = sandbox_hart(h);

	if (s->line_length != 0) {
		print_line(s);
	}
}

/* How much one call prints is limited. */
static void put_locked(struct hart *h, char c)
{
	struct sandbox_hart *s = sandbox_hart(h);

	if (sandbox.may_print == 0) {
		return;
	}
	sandbox.may_print--;
	if (c != '\n') {
		s->line[s->line_length++] = c;
	}
	if (c == '\n' || s->line_length == SANDBOX_LINE) {
		sandbox_console_flush(h);
	}
}

void sandbox_console_put(struct hart *h, char c)
{
	if (c != '\n' && c != '\t' && (c < ' ' || c > '~')) {
		return; /* carriage returns too: the console adds its own */
	}
	if (sandbox_locked()) {
		put_locked(h, c);
	} else {
		sbi_console_put(c, MARK);
	}
}
