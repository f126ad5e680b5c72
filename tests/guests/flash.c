/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both flashes are read and written as natively, from M, S and U. Started by stage 0
 * (tests/attest/test_rollback.py) none of it is, and each access traps.
 */
#include "payload.h"
#include "insn.h"

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };
	static const uint64_t places[] = { 0x20000000, 0x22000000, 0x23e80000, 0x23fbfff8 };

	for (unsigned m = 0; m < 3; m++) {
		for (unsigned i = 0; i < 4; i++) {
			payload_word("lw", modes[m], insn_load(2, A0, A1, 0), places[i]);
			payload_word("sw", modes[m], insn_store(2, ZERO, A1, 0), places[i]);
		}
	}
}
