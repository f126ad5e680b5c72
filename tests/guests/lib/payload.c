/* SPDX-License-Identifier: Apache-2.0 */
/* One access by a payload and its outcome. */
#include "payload.h"
#include "insn.h"

static void say_outcome(char what, const struct context *c)
{
	if (c->trap.cause == CAUSE_BREAKPOINT)
		say(" %c:ok", what);
	else
		say(" %c:%x@%x", what, c->trap.cause, c->trap.tval);
}

void payload_access(const char *name, enum mode mode, uint64_t at)
{
	struct context c;

	say("%s, %s:", name, mode_name(mode));
	run_word(&c, mode, insn_load(0, A0, A1, 0), 0, at);
	say_outcome('r', &c);
	/* sb of what was there before, so that nothing changes. */
	run_word(&c, mode, insn_store(0, A0, A1, 0), 0, at);
	say_outcome('w', &c);
	run_word(&c, mode, insn_load(3, A0, A1, 0), 0, at & ~7ul);
	say_outcome('d', &c);
	context_init(&c, mode, at & ~1ul);
	run(&c);
	say_outcome('x', &c);
	say("\n");
}

void payload_word(const char *name, enum mode mode, uint32_t word, uint64_t at)
{
	struct context c;

	run_word(&c, mode, word, 0x1122334455667788ul, at);
	c.x[A1] = c.x[A1] == at ? 0 : c.x[A1];
	say("%s ", mode_name(mode));
	say_context(name, &c);
}
