/* SPDX-License-Identifier: Apache-2.0 */
/* An instruction whose halves lie in different PMP regions faults with the half's address. */
/* Evidence for I-PMP-3. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

static void probe(const char *name, enum mode mode, uint64_t pc)
{
	struct context c;

	context_init(&c, mode, pc);
	run(&c);
	say_context(name, &c);
}

void guest_main(void)
{
	uint64_t at = (uint64_t)data_pages, end = at + PAGE_SIZE;

	for (unsigned i = 0; i < 2 * PAGE_SIZE / 4; i++)
		((uint32_t *)data_pages)[i] = INSN_EBREAK;
	store16(end - 2, (uint16_t)INSN_NOP);
	store16(end, (uint16_t)(INSN_NOP >> 16));
	store16(end + 2, C_EBREAK);
	fence_i();
	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	pmp_set(0, PMP_NAPOT | PMP_R | PMP_W, PMP_NAPOT_ADDR(end, PAGE_SIZE));
	probe("across, second page without X, S", MODE_S, end - 2);
	probe("across, second page without X, U", MODE_U, end - 2);
	probe("across, second page without X, M", MODE_M, end - 2);
	probe("in the second page, S", MODE_S, end);
	pmp_set(0, PMP_NAPOT | PMP_R | PMP_W, PMP_NAPOT_ADDR(at, PAGE_SIZE));
	probe("across, first page without X, S", MODE_S, end - 2);
	probe("in the second page, S", MODE_S, end + 2);
	pmp_set(0, PMP_NAPOT | PMP_X, PMP_NAPOT_ADDR(at, PAGE_SIZE));
	probe("execute-only, S", MODE_S, at);
	probe("execute-only, U", MODE_U, at);
}
