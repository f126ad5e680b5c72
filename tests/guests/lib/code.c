/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions made at run time: one page to put them in, and CSR access by number. */
#include "guest.h"

#define EBREAK 0x00100073u
#define A0 10u
#define A1 11u

uint32_t code_page[PAGE_SIZE / 4] __attribute__((aligned(4096)));

void code_put(const uint32_t *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		code_page[i] = words[i];
	for (; i < count + 4; i++)
		code_page[i] = EBREAK;
	fence_i();
}

void run_words(struct context *c, enum mode mode, const uint32_t *words, size_t count)
{
	code_put(words, count);
	c->pc = (uint64_t)code_page;
	c->mode = mode;
	run(c);
}

uint64_t run_word(struct context *c, enum mode mode, uint32_t word, uint64_t a, uint64_t b)
{
	context_init(c, mode, 0);
	c->x[A0] = a;
	c->x[A1] = b;
	run_words(c, mode, &word, 1);
	return c->trap.cause;
}

uint32_t csr_insn(enum csr_op op, unsigned rd, unsigned csr, unsigned rs1)
{
	return csr << 20 | rs1 << 15 | (uint32_t)op << 12 | rd << 7 | 0x73;
}

/* The single instruction got through when the ebreak behind it trapped. */
static uint64_t cause_unless_done(const struct context *c)
{
	bool done = c->trap.cause == CAUSE_BREAKPOINT && c->trap.epc == (uint64_t)code_page + 4;

	return done ? NO_TRAP : c->trap.cause;
}

uint64_t csr_try_read(enum mode mode, unsigned csr, uint64_t *value)
{
	struct context c;

	run_word(&c, mode, csr_insn(CSRRS, A0, csr, 0), 0, 0);
	*value = c.x[A0];
	return cause_unless_done(&c);
}

uint64_t csr_try_write(enum mode mode, unsigned csr, uint64_t value)
{
	struct context c;

	run_word(&c, mode, csr_insn(CSRRW, 0, csr, A1), 0, value);
	return cause_unless_done(&c);
}
