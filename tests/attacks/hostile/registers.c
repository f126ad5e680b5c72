/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware reads and forges the payload's registers. */
#include "hostile.h"

/* ---- which registers hold a secret of the payload? ---- */

/* Arguments of a call: a0 to a5, a6, a7 are the firmware's to see. */
static bool is_argument(unsigned n)
{
	return n >= A0 && n <= A7;
}

static uint64_t secret_csrs(void)
{
	uint64_t found = 0;

	found |= (uint64_t)is_secret(csr_read(CSR_SSCRATCH)) << 32;
	found |= (uint64_t)is_secret(csr_read(CSR_SEPC)) << 33;
	found |= (uint64_t)is_secret(csr_read(CSR_SCAUSE)) << 34;
	found |= (uint64_t)is_secret(csr_read(CSR_STVAL)) << 35;
	found |= (uint64_t)is_secret(csr_read(CSR_MTVAL)) << 36;
	found |= (uint64_t)is_secret(csr_read(CSR_MSCRATCH)) << 37;
	return found;
}

static uint64_t secret_fp(void)
{
	uint64_t bits = 0;

	catch_begin();
	csr_set(CSR_MSTATUS, MSTATUS_FS);
	__asm__ volatile(FLOAT("fmv.x.d %0, f8") : "+r"(bits));
	if (catch_end().cause != NO_TRAP)
		return 0;
	return (uint64_t)is_secret(bits) << 40;
}

static uint64_t seen_at_traps;

static uint64_t scan(const struct context *c)
{
	uint64_t found = secret_csrs() | secret_fp();

	for (unsigned n = 1; n < 32; n++)
		if (!is_argument(n) && is_secret(c->x[n]))
			found |= 1ul << n;
	return found;
}

static uint64_t leak_step(struct context *c, uint64_t step)
{
	c->x[A1] = step == 1 ? seen_at_traps : scan(c);
	return 0;
}

/* Every other trap may show as little, arguments included. */
static bool leak_trap(struct context *c)
{
	bool call = c->trap.cause == CAUSE_ECALL_S;

	if (call)
		return false;
	seen_at_traps |= scan(c);
	for (unsigned n = A0; n <= A7; n++)
		if (is_secret(c->x[n]))
			seen_at_traps |= 1ul << n;
	return false;
}

/* ---- every register comes back with another value ---- */

static uint64_t forge_step(struct context *c, uint64_t step)
{
	(void)step;
	for (unsigned n = 1; n < 32; n++)
		c->x[n] = 0xf0f0f0f0f0f0f000ul + n;
	return 0xf0f0f0f0f0f0f0f0ul;
}

/* ---- floating-point state is changed and marked clean ---- */

static uint64_t float_step(struct context *c, uint64_t step)
{
	catch_begin();
	csr_set(CSR_MSTATUS, MSTATUS_FS);
	__asm__ volatile(FLOAT("fmv.d.x f8, zero"));
	csr_clear(CSR_MSTATUS, MSTATUS_FS);
	if (step == 1)
		csr_set(CSR_MSTATUS, 1ul << MSTATUS_FS_SHIFT);
	c->x[A1] = catch_end().cause;
	return 0;
}

/* ---- the supervisor's CSRs ---- */

static uint64_t supervisor_step(struct context *c, uint64_t step)
{
	catch_begin();
	switch (step) {
	case 0: csr_write(CSR_STVEC, c->x[A0]); break;
	case 1: csr_write(CSR_SSCRATCH, 0); break;
	case 2: csr_write(CSR_SEPC, c->x[A0]); break;
	case 3: csr_write(CSR_SCAUSE, 5); break;
	case 4: csr_write(CSR_STVAL, 77); break;
	case 5: csr_write(CSR_SATP, 8ul << 60 | c->x[A0] >> 12); break;
	case 6: csr_set(CSR_MIE, IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI)); break;
	case 7: csr_write(CSR_SCOUNTEREN, 7); break;
	case 8: csr_set(CSR_MSTATUS, MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_SUM); break;
	default: csr_write(CSR_SENVCFG, 0x51); break;
	}
	c->x[A1] = catch_end().cause;
	return 0;
}

const struct attack hostile_registers[] = {
	{ .name = "A-34.call", .step = leak_step },
	{ .name = "A-34.traps", .step = leak_step, .trap = leak_trap },
	{ .name = "A-14", .step = forge_step },
	{ .name = "A-35", .step = float_step },
	{ .name = "A-12", .step = supervisor_step },
	{ 0 },
};
