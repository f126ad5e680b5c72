/* SPDX-License-Identifier: Apache-2.0 */
/* Every CSR number is read and written from S, U, VS and VU, with few and with all doors open. */
/* Evidence for I-MON-4. */
#include "guest.h"
#include "insn.h"
#include "sweep.h"

static void sweep_reads(enum mode mode)
{
	say("reads in %s\n", mode_name(mode));
	for (unsigned csr = 0; csr < 4096; csr++) {
		uint64_t value, cause = csr_try_read(mode, csr, &value);

		sweep_say(csr, cause, value);
	}
	sweep_end();
}

/* Write ones or zeroes, read back, restore; a supervisor's stimecmp becomes all ones again. */
static void write_one(enum mode mode, unsigned csr, uint64_t value)
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
	if (c.trap.cause == CAUSE_BREAKPOINT)
		say("%x: wrote %x: %x/%x\n", (uint64_t)csr, value, c.x[A0], c.x[A2]);
	else
		sweep_say(csr, c.trap.cause, 0);
}

static void sweep_writes(enum mode mode, uint64_t value)
{
	say("writes of %x in %s\n", value, mode_name(mode));
	for (unsigned csr = 0; csr < 4096; csr++) {
		/* Neither mode 15 nor 0 of satp changes anything; the rest is what is swept. */
		if (!sweep_is_volatile(csr))
			write_one(mode, csr, value);
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

static void sweep(void)
{
	enum mode modes[] = { MODE_U, MODE_S, MODE_VU, MODE_VS };

	for (unsigned i = 0; i < (has_ext('H') ? 4 : 2); i++) {
		sweep_reads(modes[i]);
		sweep_writes(modes[i], 0);
		sweep_writes(modes[i], ~0ul);
	}
}

void guest_main(void)
{
	if (!has_ext('S'))
		return;
	say("doors as after reset\n");
	sweep();
	say("doors open\n");
	open_doors();
	sweep();
}
