/* SPDX-License-Identifier: Apache-2.0 */
/* Each of the 128 unlocked values of a pmpcfg byte, in entries 0 to 3, and what is read back. */
/* Evidence for I-CSR-1. */
#include "guest.h"

void guest_main(void)
{
	for (unsigned i = 0; i < 4; i++) {
		for (uint64_t cfg = 0; cfg < 128; cfg++) {
			pmp_set(i, (uint8_t)cfg, 0x20001234);
			say("entry %d cfg %x: %x addr %x\n", (int64_t)i, cfg,
				(uint64_t)pmp_cfg(i), pmp_addr(i));
		}
		pmp_set(i, 0, 0);
	}
	csr_write(CSR_PMPCFG0, 0x0f1f17ul << 8);
	say("four at once: %x\n", csr_read(CSR_PMPCFG0) & 0xffffffff);
	csr_clear(CSR_PMPCFG0, 0x0000ff00);
	say("one cleared: %x\n", csr_read(CSR_PMPCFG0) & 0xffffffff);
	csr_set(CSR_PMPCFG0, 0x00000900);
	say("and set: %x\n", csr_read(CSR_PMPCFG0) & 0xffffffff);
}
