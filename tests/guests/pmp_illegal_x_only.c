/* SPDX-License-Identifier: Apache-2.0 */
/* Illegal instructions of the payload in execute-only memory are reported with the right tval. */
#include "guest.h"
#include "insn.h"
#include "probe.h"

void guest_main(void)
{
	static const uint32_t words[] = { INSN_MRET, 0x30002573, 0xffffffff, 0x0000000b, 0 };
	uint64_t at = (uint64_t)data_pages;

	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	for (unsigned i = 0; i < 5; i++) {
		struct context c;

		pmp_set(0, PMP_NAPOT | PMP_R | PMP_W | PMP_X, PMP_NAPOT_ADDR(at, PAGE_SIZE));
		store32(at, words[i]);
		fence_i();
		pmp_set(0, PMP_NAPOT | PMP_X, PMP_NAPOT_ADDR(at, PAGE_SIZE));
		context_init(&c, MODE_S, at);
		run(&c);
		say_context("S", &c);
		context_init(&c, MODE_U, at);
		run(&c);
		say_context("U", &c);
		context_init(&c, MODE_M, at);
		csr_write(CSR_SEPC, at + 8);
		run(&c);
		say_context("M", &c);
	}
}
