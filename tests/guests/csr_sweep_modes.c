/* SPDX-License-Identifier: Apache-2.0 */
/* Every CSR number is read and written from S, U, VS and VU, with few and with all doors open. */
/* Evidence for I-MON-4. */
#include "guest.h"
#include "insn.h"
#include "sweep.h"

/*
 * Write, read back, restore; a supervisor's stimecmp becomes all ones again. Says nothing when the
 * write traps as the read did. Neither mode 15 nor mode 0 of satp changes what the code runs on.
 */
static bool write_one(enum mode mode, unsigned csr, uint64_t value, uint64_t read_cause)
{
	uint32_t words[] = {
		csr_insn(CSRRW, A0, csr, A1), csr_insn(CSRRS, A2, csr, ZERO),
		csr_insn(CSRRW, ZERO, csr, csr == CSR_STIMECMP ? A3 : A0),
	};
	struct context c;

	context_init(&c, mode, 0);
	c.x[A1] = value;
	c.x[A3] = ~0ul;
	run_words(&c, mode, words, 3);
	if (c.trap.cause != CAUSE_BREAKPOINT) {
		if (c.trap.cause != read_cause)
			say("%x: write of %x: cause %x\n", (uint64_t)csr, value, c.trap.cause);
		return false;
	}
	say("%x: wrote %x: %x/%x\n", (uint64_t)csr, value, c.x[A0], c.x[A2]);
	return true;
}

static void sweep_mode(enum mode mode, bool writes)
{
	say("%s\n", mode_name(mode));
	for (unsigned csr = 0; csr < 4096; csr++) {
		uint64_t value, cause = csr_try_read(mode, csr, &value);

		sweep_say(csr, cause, value);
		if (writes && !sweep_is_volatile(csr) && write_one(mode, csr, ~0ul, cause))
			write_one(mode, csr, 0, cause);
	}
	sweep_end();
}

static void open_doors(void)
{
	csr_write(CSR_MCOUNTEREN, ~0ul);
	csr_set(CSR_MSTATUS, 1ul << MSTATUS_FS_SHIFT | 1ul << 9);
	csr_try_write(MODE_M, CSR_SCOUNTEREN, ~0ul);
	csr_try_write(MODE_M, CSR_STIMECMP, ~0ul);
	csr_try_write(MODE_M, CSR_VSTIMECMP, ~0ul);
	csr_try_write(MODE_M, CSR_MENVCFG, ~0ul);
	csr_try_write(MODE_M, CSR_HENVCFG, ~0ul);
	csr_try_write(MODE_M, CSR_HCOUNTEREN, ~0ul);
	for (unsigned i = 0; i < 4; i++) {
		csr_try_write(MODE_M, CSR_MSTATEEN0 + i, ~0ul);
		csr_try_write(MODE_M, 0x60c + i, ~0ul);
	}
}

static void sweep(bool user_writes)
{
	sweep_mode(MODE_U, user_writes);
	sweep_mode(MODE_S, true);
	if (!has_ext('H'))
		return;
	sweep_mode(MODE_VU, user_writes);
	sweep_mode(MODE_VS, true);
}

void guest_main(void)
{
	if (!has_ext('S'))
		return;
	say("doors as after reset\n");
	sweep(false);
	say("doors open\n");
	open_doors();
	sweep(true);
}
