/* SPDX-License-Identifier: Apache-2.0 */
/* Random instruction words run in M, S, U, VS and VU: cause, tval, pc and registers as natively. */
/* Evidence for I-MON-2, I-MON-4. */
#include "guest.h"
#include "insn.h"
#include "random.h"

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U, MODE_VS, MODE_VU };

	random_prepare();
	for (unsigned m = 0; m < (has_ext('H') ? 5 : 3); m++) {
		say("%s, FS off\n", mode_name(modes[m]));
		random_run(modes[m], 0x9e3779b97f4a7c15ul + m, 600, 0);
		say("%s, FS initial\n", mode_name(modes[m]));
		random_run(modes[m], 0xd1b54a32d192ed03ul + m, 600, 1ul << MSTATUS_FS_SHIFT);
	}
}
