/* SPDX-License-Identifier: Apache-2.0 */
/* The entropy source: read and written as its specification says, closed to S and U by mseccfg. */
#include "guest.h"

static void probe(const char *what, enum mode mode)
{
	uint64_t value, cause = csr_try_read(mode, CSR_SEED, &value);

	say("%s, %s: csrr %x", what, mode_name(mode), cause);
	say(", csrw %x\n", csr_try_write(mode, CSR_SEED, 0));
}

void guest_main(void)
{
	uint64_t status = 0;

	probe("at first", MODE_M);
	probe("at first", MODE_S);
	probe("at first", MODE_U);
	if (csr_try_write(MODE_M, CSR_SEED, 0) == NO_TRAP) {
		for (unsigned i = 0; i < 100; i++)
			status |= 1ul << ((csr_swap(CSR_SEED, 0) >> 30) & 3);
		check(status & 4, "no entropy in a hundred polls");
		check(!(status & 8), "the source is dead");
	}
	if (!has_csr(CSR_MSECCFG))
		return;
	for (uint64_t open = 1; open < 4; open++) {
		csr_try_write(MODE_M, CSR_MSECCFG, open << 8);
		say("mseccfg %x\n", open << 8);
		probe("opened", MODE_S);
		probe("opened", MODE_U);
		probe("opened", MODE_VS);
	}
}
