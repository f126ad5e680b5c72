/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers of a TPM where QEMU has them, from M, S and U: access, identity, and the last
 * locality's. Started by stage 0 with an identity in the TPM (tests/attest/test_tpm.py) none of
 * them is reached, and each access traps.
 */
#include "payload.h"
#include "insn.h"

void guest_main(void)
{
	static const enum mode modes[] = { MODE_M, MODE_S, MODE_U };
	static const uint64_t places[] = { 0x04000000, 0x04000f00, 0x04004018 };

	for (unsigned m = 0; m < 3; m++) {
		for (unsigned i = 0; i < 3; i++) {
			payload_word("lw", modes[m], insn_load(2, A0, A1, 0), places[i]);
			payload_word("sw", modes[m], insn_store(2, ZERO, A1, 0), places[i]);
		}
	}
}
