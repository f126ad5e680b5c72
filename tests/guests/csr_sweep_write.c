/* SPDX-License-Identifier: Apache-2.0 */
/* Every CSR number is written with every access form in M-mode, read back and restored. */
/* Evidence for I-MON-1, I-CSR-1, I-CSR-2. */
#include "guest.h"
#include "insn.h"
#include "sweep.h"

/* Bits that would end the guest or that cannot be taken back: left as they are. */
static uint64_t writable_mask(unsigned csr)
{
	if (csr >= CSR_PMPCFG0 && csr < CSR_PMPADDR0)
		return 0x7f7f7f7f7f7f7f7ful;
	if (csr == CSR_MSECCFG)
		return ~7ul;
	return ~0ul;
}

/* A mixed pattern, with legal codes in the fields whose reserved codes end QEMU itself. */
static uint64_t mixed_value(unsigned csr, uint64_t ones)
{
	uint64_t value = ones & 0xa5a5a5a5a5a5a5a5ul;

	if (csr == CSR_TDATA1)
		return (value & 0x00fffffffffffffful) | 2ul << 60;
	if (csr == CSR_MSECCFG || csr == CSR_MENVCFG || csr == CSR_SENVCFG || csr == CSR_HENVCFG)
		return (value & ~(3ul << 32)) | 2ul << 32;
	return value;
}

/* op rd=a0; read back in a2; put the first value (a0) back, or all ones for the timers. */
static uint64_t access(enum csr_op op, unsigned csr, unsigned source, uint64_t value,
	struct context *c)
{
	bool timer = csr == CSR_STIMECMP || csr == CSR_VSTIMECMP;
	uint32_t words[] = {
		csr_insn(op, A0, csr, source),
		csr_insn(CSRRS, A2, csr, ZERO),
		csr_insn(CSRRW, ZERO, csr, timer ? A3 : A0),
	};

	context_init(c, MODE_M, 0);
	c->x[A1] = value;
	c->x[A3] = ~0ul;
	run_words(c, MODE_M, words, 3);
	return c->trap.cause == CAUSE_BREAKPOINT ? NO_TRAP : c->trap.cause;
}

static void say_access(const char *name, enum csr_op op, unsigned csr, unsigned source,
	uint64_t value)
{
	struct context c;
	uint64_t cause = access(op, csr, source, value, &c);

	if (cause != NO_TRAP)
		say(" %s:c%x", name, cause);
	else if (sweep_is_volatile(csr) || sweep_is_far_pmp(csr))
		say(" %s:ok", name);
	else
		say(" %s:%x/%x", name, c.x[A0], c.x[A2]);
}

static void sweep_one(unsigned csr)
{
	uint64_t ones = writable_mask(csr);

	say("%x:", (uint64_t)csr);
	say_access("rw1", CSRRW, csr, A1, ones);
	say_access("rw0", CSRRW, csr, A1, 0);
	say_access("rs", CSRRS, csr, A1, ones);
	say_access("rc", CSRRC, csr, A1, ones);
	say_access("rwi", CSRRWI, csr, csr == CSR_MSECCFG ? 8 : 31, 0);
	say_access("rsi", CSRRSI, csr, csr == CSR_MSECCFG ? 8 : 31, 0);
	say_access("rci", CSRRCI, csr, 31, 0);
	say_access("rsx0", CSRRS, csr, ZERO, 0);
	say_access("rci0", CSRRCI, csr, 0, 0);
	say_access("alt", CSRRW, csr, A1, mixed_value(csr, ones));
	say("\n");
}

void guest_main(void)
{
	csr_set(CSR_MSTATUS, 1ul << MSTATUS_FS_SHIFT | 1ul << 9);
	for (unsigned csr = 0; csr < 4096; csr++) {
		uint64_t value, cause = csr_try_read(MODE_M, csr, &value);

		if (cause == NO_TRAP) {
			sweep_end();
			sweep_one(csr);
			continue;
		}
		/* Few registers can be written and not read; seed is one of them. */
		if (csr_try_write(MODE_M, csr, 0) != cause)
			say("%x: writable though not readable\n", (uint64_t)csr);
		sweep_say(csr, cause, value);
	}
	sweep_end();
}
