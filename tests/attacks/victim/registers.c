/* SPDX-License-Identifier: Apache-2.0 */
/* Registers and CSRs of the payload across calls and traps. */
#include "victim.h"

enum { A0 = 10, A1 = 11, A2 = 12, A6 = 16, A7 = 17 };

static void write_float(uint64_t value)
{
	csr_set(CSR_SSTATUS, MSTATUS_FS);
	__asm__ volatile(FLOAT("fmv.d.x f8, %0") :: "r"(value));
}

static uint64_t read_float(void)
{
	uint64_t value;

	__asm__ volatile(FLOAT("fmv.x.d %0, f8") : "=r"(value));
	return value;
}

/* Registers full of secrets, set up for the agreed call. */
static void fill(uint64_t r[32], uint64_t step)
{
	for (unsigned n = 1; n < 32; n++)
		r[n] = SECRET(n);
	r[A6] = step;
	r[A7] = ATTACK_EID;
}

static void plant_csrs(void)
{
	csr_write(CSR_SEPC, SECRET(33) & ~3ul);
	csr_write(CSR_SCAUSE, SECRET(34));
	csr_write(CSR_STVAL, SECRET(35));
}

/* The call shows its arguments and nothing else. */
static void leak_call(void)
{
	uint64_t r[32];

	fill(r, 0);
	plant_csrs();
	write_float(SECRET(40));
	full_call(r);
	verdict(r[A1] == 0, "bits of registers that held a secret", r[A1]);
}

/* Illegal instruction and timer while registers hold secrets; the firmware tells afterwards. */
static void leak_traps(void)
{
	struct answer r;

	write_float(SECRET(40));
	plant_csrs();
	fault_begin();
	__asm__ volatile("mv s0, %0\n mv s1, %0\n mv a4, %0\n mv t3, %0\n .word 0xffffffff"
			 :: "r"(SECRET(50)) : "s0", "s1", "a4", "t3", "memory");
	if (!require(fault_end() == CAUSE_ILLEGAL, "no illegal instruction", self()->cause))
		return;
	sbi(SBI_TIME, 0, ticks() + 20000, 0, 0);
	__asm__ volatile("mv s0, %0\n mv s1, %0\n mv a4, %0\n mv t3, %0\n"
			 "1: csrr t0, sip\n andi t0, t0, 32\n beqz t0, 1b"
			 :: "r"(SECRET(50)) : "s0", "s1", "a4", "t0", "t3", "memory");
	r = attack(1, 0, 0, 0);
	verdict(r.error == 0 && r.value == 0, "bits of registers that held a secret", r.value);
}

static void forge(void)
{
	uint64_t r[32], changed = 0;

	fill(r, 0);
	full_call(r);
	for (unsigned n = 1; n < 32; n++) {
		uint64_t was = n == A6 ? 0 : n == A7 ? ATTACK_EID : SECRET(n);

		if (n != A0 && n != A1 && r[n] != was)
			changed |= 1ul << n;
	}
	verdict(!changed, "registers that changed", changed);
}

static void floating(void)
{
	for (uint64_t step = 0; step < 2; step++) {
		uint64_t status;

		write_float(SECRET(40));
		attack(step, 0, 0, 0);
		status = csr_read(CSR_SSTATUS);
		if (!require((status & MSTATUS_FS) == MSTATUS_FS, "sstatus", status) ||
		    !require(status >> 63, "sstatus.SD is clear", status) ||
		    !require(read_float() == SECRET(40), "f8", read_float()))
			return;
	}
	verdict(true, "floating-point state is as it was", 0);
}

static uint64_t supervisor_value(unsigned i)
{
	switch (i) {
	case 0: return csr_read(CSR_STVEC);
	case 1: return csr_read(CSR_SSCRATCH);
	case 2: return csr_read(CSR_SEPC);
	case 3: return csr_read(CSR_SCAUSE);
	case 4: return csr_read(CSR_STVAL);
	case 5: return csr_read(CSR_SATP);
	case 6: return csr_read(CSR_SIE);
	case 7: return csr_read(CSR_SCOUNTEREN);
	case 8: return csr_read(CSR_SSTATUS);
	default: return csr_read(CSR_SENVCFG);
	}
}

#define SUPERVISOR_CSRS 10u

/* The same memory by another satp, so that a change of it shows and does not kill. */
static uint64_t identity[512] __attribute__((aligned(4096)));

static void supervisor(void)
{
	uint64_t before[SUPERVISOR_CSRS], changed = 0;

	for (uint64_t i = 0; i < 4; i++)
		identity[i] = i << 28 | PTE_RWX;
	fence();
	csr_write(CSR_SEPC, SECRET(2) & 0xfffffffc);
	csr_write(CSR_SCOUNTEREN, 0);
	csr_write(CSR_SENVCFG, 0);
	for (unsigned i = 0; i < SUPERVISOR_CSRS; i++)
		before[i] = supervisor_value(i);
	for (unsigned i = 0; i < SUPERVISOR_CSRS; i++)
		attack(i, i == 5 ? (uint64_t)identity : (uint64_t)secret_page, 0, 0);
	for (unsigned i = 0; i < SUPERVISOR_CSRS; i++)
		changed |= (uint64_t)(supervisor_value(i) != before[i]) << i;
	csr_write(CSR_SSCRATCH, before[1]);
	csr_write(CSR_STVEC, before[0]);
	csr_write(CSR_SATP, before[5]);
	verdict(!changed, "CSRs that changed", changed);
}

const struct trial victim_registers[] = {
	{ "A-34.call", leak_call },
	{ "A-34.traps", leak_traps },
	{ "A-14", forge },
	{ "A-35", floating },
	{ "A-12", supervisor },
	{ 0 },
};
