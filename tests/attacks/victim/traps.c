/* SPDX-License-Identifier: Apache-2.0 */
/* The payload's traps, interrupts, counters and environment are as it has arranged them. */
#include "victim.h"

/* ---- exceptions: each arrives, with what the manual says of it ---- */

#define TRY(insn) \
	__asm__ volatile("la %0, 1f\n .option push\n .option norvc\n1: " insn "\n.option pop" \
			 : "=&r"(at) :: "memory", "t0")

/* stval is the word, the address, or 0, as the hart likes it (Priv. 4.1.9). */
static bool arrived(uint64_t cause, uint64_t tval, uint64_t at)
{
	uint64_t seen = fault_end();
	bool stval_is_right = self()->tval == tval || self()->tval == 0;

	return require(seen == cause, "in place of an exception", seen) &&
		require(self()->epc == at, "sepc", self()->epc) &&
		require(stval_is_right, "stval", self()->tval);
}

static bool exceptions_arrive(void)
{
	uint64_t at;

	fault_begin();
	TRY(".word 0x30002573"); /* csrr a0, mstatus */
	if (!arrived(CAUSE_ILLEGAL, 0x30002573, at))
		return false;
	fault_begin();
	TRY("ebreak");
	if (!arrived(CAUSE_BREAKPOINT, at, at))
		return false;
	fault_begin();
	TRY("lw t0, 0(zero)"); /* nothing answers at 0 */
	return arrived(CAUSE_LOAD_ACCESS, 0, at);
}

static uint64_t identity[512] __attribute__((aligned(4096)));

/* Instructions that a firmware can take from a kernel. */
static bool privileges_left(void)
{
	for (uint64_t i = 0; i < 4; i++)
		identity[i] = i << 28 | PTE_RWX;
	fence();
	fault_begin();
	csr_write(CSR_SATP, 8ul << 60 | (uint64_t)identity >> 12);
	sfence_vma();
	csr_write(CSR_SATP, 0);
	return require(fault_end() == NO_TRAP, "a privilege is gone", self()->tval);
}

static void delegation(void)
{
	struct answer r;

	attack(0, 0, 0, 0);
	if (!privileges_left() || !exceptions_arrive())
		return;
	r = attack(1, 0, 0, 0);
	verdict(r.error == 0 && r.value == 0, "exceptions that the firmware saw", r.value);
}

static void swallowed(void)
{
	attack(0, 0, 0, 0);
	if (exceptions_arrive())
		verdict(true, "every exception arrived", 0);
}

/* ---- interrupts ---- */

static void injected(void)
{
	static const uint64_t expect[] = {
		IRQ_BIT(IRQ_SSI), IRQ_BIT(IRQ_STI), IRQ_BIT(IRQ_SEI), IRQ_BIT(IRQ_SSI),
	};

	sbi(SBI_TIME, 0, ~0ul, 0, 0);
	for (uint64_t i = 0; i < 4; i++) {
		attack(i, 0, 0, 0);
		if (!require(!(csr_read(CSR_SIP) & expect[i]), "sip", csr_read(CSR_SIP)))
			return;
	}
	verdict(true, "nothing is pending", csr_read(CSR_SIP));
}

/* ---- triggers ---- */

static void __attribute__((noinline)) target(void)
{
	__asm__ volatile("nop");
}

static void triggers(void)
{
	static volatile uint64_t data;

	fault_begin();
	store64(0x80300000, 1);
	if (!require(fault_end() == NO_TRAP, "a watchpoint of before fired", self()->cause))
		return;
	sbi(ATTACK_EID, 0, (uint64_t)target, 0, (uint64_t)&data);
	fault_begin();
	target();
	data = 1;
	verdict(fault_end() == NO_TRAP, "a trigger fired, cause", self()->cause);
}

/* ---- counters ---- */

static uint64_t retired(void)
{
	uint64_t value = 0;

	fault_begin();
	value = csr_read(CSR_INSTRET);
	return fault_end() == NO_TRAP ? value : 0;
}

static void counters(void)
{
	uint64_t last = retired();

	if (!require(last != 0, "there is no instret", 0))
		return;
	for (uint64_t step = 0; step < 4; step++) {
		uint64_t now;

		attack(step, 0, 0, 0);
		victim_spin(1000);
		now = retired();
		if (!require(now > last + 100, "instret after the step is", now))
			return;
		last = now;
	}
	verdict(true, "instret goes on", last);
}

/* ---- environment ---- */

static uint64_t __attribute__((aligned(64))) block[8];

static uint64_t zero_block(void)
{
	fault_begin();
	__asm__ volatile("mv t0, %0\n .word 0x0042a00f" :: "r"(block) : "t0", "memory");
	return fault_end();
}

static void environment(void)
{
	if (!require(zero_block() == NO_TRAP, "cbo.zero traps from the start", self()->cause))
		return;
	attack(0, 0, 0, 0);
	verdict(zero_block() == NO_TRAP, "cbo.zero traps", self()->cause);
}

/* ---- what the payload opens for its own U-mode ---- */

static void doors(void)
{
	struct answer r;

	csr_write(CSR_SCOUNTEREN, ~0ul);
	csr_set(CSR_HSTATUS, HSTATUS_HU | HSTATUS_SPVP);
	r = attack(0, (uint64_t)secret_page, 0, 0);
	if (require(!is_secret((uint64_t)r.error), "read", (uint64_t)r.error))
		verdict(csr_read(CSR_HSTATUS) & HSTATUS_HU, "hstatus", csr_read(CSR_HSTATUS));
}

/* ---- every CSR of the payload after all numbers were written ---- */

#define CSRS(x) \
	x(CSR_SSTATUS) x(CSR_SIE) x(CSR_STVEC) x(CSR_SCOUNTEREN) x(CSR_SENVCFG) x(CSR_SSCRATCH) \
	x(CSR_SEPC) x(CSR_SCAUSE) x(CSR_STVAL) x(CSR_SIP) x(CSR_SATP) x(CSR_HSTATUS) \
	x(CSR_HEDELEG) x(CSR_HIDELEG) x(CSR_HIE) x(CSR_HCOUNTEREN) x(CSR_HGEIE) x(CSR_HTVAL) \
	x(CSR_HIP) x(CSR_HVIP) x(CSR_HTINST) x(CSR_HGATP) x(CSR_HTIMEDELTA) x(CSR_HENVCFG) \
	x(CSR_VSSTATUS) x(CSR_VSIE) x(CSR_VSTVEC) x(CSR_VSSCRATCH) x(CSR_VSEPC) x(CSR_VSCAUSE) \
	x(CSR_VSTVAL) x(CSR_VSIP) x(CSR_VSATP)

static void read_all(uint64_t *values)
{
	unsigned n = 0;

#define READ(csr) values[n++] = csr_read(csr);
	CSRS(READ)
}

static void sweep(void)
{
	uint64_t before[40] = { 0 }, after[40] = { 0 };

	csr_write(CSR_SSCRATCH, csr_read(CSR_SSCRATCH));
	for (uint64_t step = 0; step < 2; step++) {
		read_all(before);
		attack(step, 0, 0, 0);
		read_all(after);
		csr_write(CSR_SATP, 0);
		for (unsigned i = 0; i < 40; i++)
			if (!require(before[i] == after[i], "CSR of the list changed", i))
				return;
	}
	verdict(true, "nothing has changed", 0);
}

static void custom(void)
{
	struct answer r = attack(0, 0, 0, 0);

	verdict(r.error == 0, "the firmware has reached, last", r.value);
}

/* ---- nothing of the monitor's own in registers ---- */

enum { A0 = 10, A7 = 17 };

static void traces(void)
{
	uint64_t base = attack(1, 0, 0, 0).value, size = attack(2, 0, 0, 0).value;
	uint64_t r[32], found = 0;

	for (unsigned round = 0; round < 200; round++) {
		for (unsigned n = 1; n < 32; n++)
			r[n] = 0;
		r[A7] = round % 2 ? SBI_BASE : ATTACK_EID;
		full_call(r);
		for (unsigned n = 1; n < 32; n++)
			found |= (uint64_t)(r[n] - base < size) << n;
	}
	if (require(!found && size, "registers of the payload with such an address", found))
		verdict(attack(0, 0, 0, 0).value == 0, "registers of the firmware",
			attack(0, 0, 0, 0).value);
}

const struct trial victim_traps[] = {
	{ "A-11", delegation },
	{ "A-51", swallowed },
	{ "A-13", injected },
	{ "A-22", triggers },
	{ "A-23", counters },
	{ "A-25", environment },
	{ "A-59", doors },
	{ "A-26", sweep },
	{ "A-31", custom },
	{ "A-36", traces },
	{ 0 },
};
