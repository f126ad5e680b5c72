/* SPDX-License-Identifier: Apache-2.0 */
/* pmpaddr0 to pmpaddr3 keep what they keep natively, in every address mode. */
#include "guest.h"

void guest_main(void)
{
	static const uint64_t values[] = {
		0, 1, 2, 3, 0x1ff, 0x3ff, 0x20000000, 0x200003ff, 0x3ffffffffffffful,
		1ul << 53, 0x5555555555555555ul, 0xaaaaaaaaaaaaaaaaul,
	};
	static const uint8_t modes[] = { 0, PMP_TOR, PMP_NA4, PMP_NAPOT };

	for (unsigned m = 0; m < 4; m++)
		for (unsigned i = 0; i < 4; i++)
			for (unsigned v = 0; v < sizeof(values) / 8; v++) {
				pmp_set(i, modes[m], values[v]);
				say("mode %x entry %d: wrote %x read %x\n", (uint64_t)modes[m],
					(int64_t)i, values[v], pmp_addr(i));
				pmp_set(i, 0, 0);
			}
}
