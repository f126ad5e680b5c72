/* SPDX-License-Identifier: Apache-2.0 */
/* Many more random words in M-mode alone, where every one of them is the firmware's. */
/* Evidence for I-PC-1. */
#include "guest.h"
#include "insn.h"
#include "random.h"

void guest_main(void)
{
	random_prepare();
	for (uint64_t seed = 1; seed < 5; seed++)
		random_run(MODE_M, seed * 0x2545f4914f6cdd1dul, 2000, seed & 1 ? MSTATUS_FS : 0);
}
