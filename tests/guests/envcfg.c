/* SPDX-License-Identifier: Apache-2.0 */
/* menvcfg, senvcfg, henvcfg and the state-enable registers: which single bits they keep. */
/* Evidence for I-CSR-1. */
#include "guest.h"

/* Try each bit alone; PMM (bits 32 and 33) has a reserved code that ends QEMU, so both together. */
static void sweep(const char *name, unsigned csr)
{
	uint64_t kept = 0, value, cause = csr_try_read(MODE_M, csr, &value);

	if (cause != NO_TRAP) {
		say("%s: cause %x\n", name, cause);
		return;
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t one = bit == 32 || bit == 33 ? 3ul << 32 : 1ul << bit, got;

		csr_try_write(MODE_M, csr, one);
		csr_try_read(MODE_M, csr, &got);
		if (got & one)
			kept |= one;
		if (got & ~one)
			say("%s: bit %d also sets %x\n", name, (int64_t)bit, got & ~one);
		csr_try_write(MODE_M, csr, 0);
	}
	csr_try_write(MODE_M, csr, kept);
	csr_try_read(MODE_M, csr, &value);
	say("%s: single bits %x, together %x\n", name, kept, value);
}

void guest_main(void)
{
	for (unsigned round = 0; round < 2; round++) {
		sweep("menvcfg", CSR_MENVCFG);
		sweep("henvcfg", CSR_HENVCFG);
		sweep("senvcfg", CSR_SENVCFG);
		for (unsigned i = 0; i < 4; i++) {
			sweep("mstateen", CSR_MSTATEEN0 + i);
			sweep("hstateen", 0x60c + i);
			sweep("sstateen", CSR_SSTATEEN0 + i);
		}
		/* henvcfg and the stateens below M depend on what is open above them. */
		csr_try_write(MODE_M, CSR_MENVCFG, ~0ul);
		for (unsigned i = 0; i < 4; i++)
			csr_try_write(MODE_M, CSR_MSTATEEN0 + i, ~0ul);
	}
}
