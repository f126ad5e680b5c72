/* SPDX-License-Identifier: Apache-2.0 */
/* AIA's CSRs without AIA's devices: indirect registers, top-interrupt registers and priorities. */
#include "guest.h"

static void sweep(unsigned select, unsigned reg)
{
	for (unsigned i = 0; i < 0x100; i++) {
		uint64_t before = 0, after = 0, cause;

		if (csr_try_write(MODE_M, select, i) != NO_TRAP)
			return;
		cause = csr_try_read(MODE_M, reg, &before);
		if (cause != NO_TRAP) {
			if (i < 4 || (i & 0x1f) == 0)
				say("%x[%x]: cause %x\n", (uint64_t)reg, (uint64_t)i, cause);
			continue;
		}
		csr_try_write(MODE_M, reg, ~0ul);
		csr_try_read(MODE_M, reg, &after);
		say("%x[%x]: %x, all ones %x\n", (uint64_t)reg, (uint64_t)i, before, after);
		csr_try_write(MODE_M, reg, before);
	}
}

void guest_main(void)
{
	static const unsigned plain[] = {
		0x308, 0x309, 0x318, 0x319, 0x150, 0x155, 0x156, 0x35c, 0x15c, 0x25c, 0x608, 0x609,
		0x646, 0x647, 0x656, 0x657, 0x250, 0x251, 0xfb0, 0xdb0, 0xeb0, 0x351, 0x151,
	};
	uint64_t value;

	for (unsigned i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		uint64_t cause = csr_try_read(MODE_M, plain[i], &value);

		say("%x: cause %x value %x\n", (uint64_t)plain[i], cause, value);
	}
	sweep(CSR_MISELECT, CSR_MIREG);
	sweep(0x150, 0x151);
	csr_try_write(MODE_M, CSR_MIE, IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_SEI));
	csr_try_write(MODE_M, CSR_MIP, IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_SEI));
	csr_try_read(MODE_M, 0xfb0, &value);
	say("mtopi with SSI and SEI pending: %x\n", value);
	csr_try_write(MODE_M, CSR_MIDELEG, IRQ_BIT(IRQ_SSI));
	csr_try_read(MODE_M, 0xdb0, &value);
	say("stopi with SSI delegated: %x\n", value);
	csr_write(CSR_MIP, 0);
	csr_write(CSR_MIE, 0);
}
