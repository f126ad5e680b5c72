/* SPDX-License-Identifier: Apache-2.0 */
/* FS off traps every floating-point instruction and CSR; use makes FS dirty, reads do not. */
#include "guest.h"
#include "insn.h"

static const struct {
	const char *name;
	uint32_t word;
} words[] = {
	{ "fadd.d", 0x02c5f553 }, { "fmv.x.d", 0xe2050553 }, { "fmv.d.x", 0xf2050553 },
	{ "fld", 0x0005b507 }, { "fsd", 0x00a5b027 }, { "csrr fcsr", 0x00302573 },
	{ "csrw fcsr", 0x00359073 }, { "csrw frm", 0x00259073 }, { "csrr fflags", 0x00102573 },
	{ "csrwi fflags", 0x0010d073 }, { "c.fld", 0x00012188 }, { "c.fsd", 0x0001a188 },
	{ "fcvt.d.l", 0xd2250553 }, { "reserved rounding", 0x02c5d553 },
};

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };
	static uint64_t cell[2];

	for (unsigned m = 0; m < 3; m++)
		for (uint64_t fs = 0; fs < 4; fs++)
			for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
				struct context c;

				csr_clear(CSR_MSTATUS, MSTATUS_FS);
				csr_set(CSR_MSTATUS, fs << MSTATUS_FS_SHIFT);
				run_word(&c, modes[m], words[i].word, 0, (uint64_t)cell);
				say("%s FS %x %s: cause=%x tval=%x status=%x\n",
					mode_name(modes[m]), fs, words[i].name, c.trap.cause,
					c.trap.tval, c.trap.status);
			}
}
