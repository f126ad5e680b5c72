/* SPDX-License-Identifier: Apache-2.0 */
/* stimecmp: who may use it, how it drives STIP, and the payload's timer interrupt. */
#include "guest.h"
#include "insn.h"

#define STCE (1ul << 63)

static void try_access(const char *what, enum mode mode)
{
	uint64_t value, cause;

	csr_try_write(MODE_M, CSR_STIMECMP, ~0ul);
	cause = csr_try_read(mode, CSR_STIMECMP, &value);
	say("%s, %s: read %x %x", what, mode_name(mode), cause, value);
	cause = csr_try_write(mode, CSR_STIMECMP, 1ul << 60);
	csr_try_read(MODE_M, CSR_STIMECMP, &value);
	say(", write %x %x\n", cause, value);
}

void guest_main(void)
{
	uint64_t value;

	if (!has_csr(CSR_STIMECMP)) {
		say("no stimecmp\n");
		return;
	}
	csr_write(CSR_STIMECMP, ~0ul);
	for (unsigned doors = 0; doors < 4; doors++) {
		csr_write(CSR_MENVCFG, doors & 1 ? STCE : 0);
		csr_write(CSR_MCOUNTEREN, doors & 2);
		say("menvcfg %x mcounteren %x\n", csr_read(CSR_MENVCFG), csr_read(CSR_MCOUNTEREN));
		try_access(" stimecmp", MODE_M);
		try_access(" stimecmp", MODE_S);
		try_access(" stimecmp", MODE_U);
	}
	csr_write(CSR_STIMECMP, ~0ul);
	say("far: mip %x\n", csr_read(CSR_MIP));
	csr_write(CSR_STIMECMP, 0);
	say("due: mip %x\n", csr_read(CSR_MIP));
	csr_write(CSR_MIP, 0);
	say("mip cannot clear it: %x\n", csr_read(CSR_MIP));
	csr_write(CSR_STIMECMP, ~0ul);
	csr_write(CSR_MIP, IRQ_BIT(IRQ_STI));
	say("nor set it: %x\n", csr_read(CSR_MIP));
	for (unsigned i = 0; i < 3; i++) {
		uint64_t deadline = csr_read(CSR_TIME) + 20000;

		csr_write(CSR_STIMECMP, deadline);
		while (!(csr_read(CSR_MIP) & IRQ_BIT(IRQ_STI)))
			;
		check(csr_read(CSR_TIME) >= deadline, "STIP before its time");
	}
	csr_write(CSR_STIMECMP, ~0ul);
	csr_try_read(MODE_S, CSR_TIME, &value);
	check(value != 0, "the payload reads no time");
	say("done, mip %x\n", csr_read(CSR_MIP));
}
