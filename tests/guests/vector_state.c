/* SPDX-License-Identifier: Apache-2.0 */
/* VS off traps vector instructions and CSRs; with VS on they work and make it dirty. */
#include "guest.h"
#include "insn.h"

static const struct {
	const char *name;
	uint32_t word;
} words[] = {
	{ "vsetvli", 0x0c05f557 }, { "vadd.vv", 0x02110157 }, { "vle8.v", 0x02058007 },
	{ "vse8.v", 0x02058027 }, { "csrr vstart", 0x00802573 }, { "csrw vxrm", 0x00a59073 },
	{ "csrr vlenb", 0xc2202573 }, { "csrw vcsr", 0x00f59073 }, { "csrr vl", 0xc2002573 },
};

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };
	static uint64_t cell[64];

	for (unsigned m = 0; m < 3; m++)
		for (uint64_t vs = 0; vs < 4; vs++)
			for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
				struct context c;

				csr_clear(CSR_MSTATUS, MSTATUS_VS);
				csr_set(CSR_MSTATUS, vs << 9);
				run_word(&c, modes[m], words[i].word, 0, (uint64_t)cell);
				say("%s VS %x %s: cause=%x tval=%x status=%x a0=%x\n",
					mode_name(modes[m]), vs, words[i].name, c.trap.cause,
					c.trap.tval, c.trap.status, c.x[A0]);
			}
	csr_set(CSR_MSTATUS, MSTATUS_VS);
	/* Vector accesses to an emulated device. */
	store64(CLINT_MTIMECMP(0), 0x8123456789abcdeful);
	for (unsigned i = 2; i < 4; i++) {
		struct context c;

		run_word(&c, MODE_M, words[i].word, 0, CLINT_MTIMECMP(0));
		say("%s on the CLINT: cause=%x tval=%x, mtimecmp %x\n", words[i].name, c.trap.cause,
			c.trap.tval, load64(CLINT_MTIMECMP(0)));
	}
}
