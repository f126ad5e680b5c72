/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSRs after the lock. While the payload on a hart has stopped and will go on, firmware has the
 * registers of its own trap handling and no others: what it reads of them is 0, what it writes is
 * dropped. On a hart without a payload it may set up what it likes: isolate_apply undoes it.
 */
#include "policies/sandbox/sandbox.h"

#include "monitor/vcsr.h"
#include "monitor/vpmp.h"

/* The machine-level bits of mie and mip that are left to firmware. */
#define IRQS_OF_FIRMWARE (BIT(IRQ_MSI) | BIT(IRQ_MTI))

static enum verdict mstatus(struct csr_access *a)
{
	if (a->is_write && mechanism_on(MECH_MPRV)) {
		a->value &= ~MSTATUS_MPRV;
	}
	return PASS;
}

/* Floating point, vectors and the supervisor's bits are hidden: they stay off. */
static enum verdict guarded_mstatus(struct csr_access *a)
{
	if (a->is_write && mechanism_on(MECH_FLOAT)) {
		a->value &= ~(MSTATUS_LIVE | MSTATUS_SWITCHED | MSTATUS_SXL);
		a->value |= field_set(0, MSTATUS_UXL, XL_64) | field_set(0, MSTATUS_SXL, XL_64);
	}
	return mstatus(a);
}

static enum verdict mie(struct hart *h, struct csr_access *a, bool guarded)
{
	u64 mine = guarded ? IRQS_OF_FIRMWARE : ~(u64)0;

	if (mechanism_on(MECH_EXTERNAL)) {
		mine &= ~BIT(IRQ_MEI);
	}
	if (!a->is_write) {
		a->value = h->vm.mie & mine;
		return HANDLED;
	}
	a->value = (h->vm.mie & ~mine) | (a->value & mine);
	return PASS;
}

static enum verdict mip(struct hart *h, struct csr_access *a)
{
	if (!mechanism_on(MECH_INJECT)) {
		return PASS;
	}
	if (!a->is_write) {
		a->value = vcsr_mip(h) & IRQS_OF_FIRMWARE;
	} else {
		sandbox_write_mip(h, a->value);
	}
	return HANDLED;
}

static enum verdict out_of_reach(struct csr_access *a)
{
	a->value = a->is_write ? a->value : 0;
	return HANDLED;
}

static bool is_counter(unsigned int num)
{
	return (num >= 0xb00 && num < 0xb20) || (num >= 0xc00 && num < 0xc20) ||
	       (num >= 0x320 && num < 0x340);
}

static enum verdict guarded_csr(struct hart *h, struct csr_access *a)
{
	switch (a->num) {
	case CSR_MSTATUS:
		return guarded_mstatus(a);
	case CSR_MIE:
		return mie(h, a, true);
	case CSR_MIP:
		return mip(h, a);
	case CSR_STIMECMP:
		if (a->is_write) {
			sandbox_write_stimecmp(h, a->value);
		}
		return out_of_reach(a);
	case CSR_MTVEC:
	case CSR_MSCRATCH:
	case CSR_MEPC:
	case CSR_MCAUSE:
	case CSR_MTVAL:
	case CSR_MTVAL2:
	case CSR_MTINST:
	case CSR_MISA:
		return PASS;
	default:
		break;
	}
	if (is_counter(a->num)) {
		return mechanism_on(MECH_COUNTERS) ? out_of_reach(a) : PASS;
	}
	if (a->num >> 10 == 3) { /* read-only: what the hart is */
		return a->num >= CSR_MVENDORID && a->num < CSR_MVENDORID + 5 ? PASS :
									       out_of_reach(a);
	}
	if (a->num >= 0x7a0 && a->num < 0x7b0) {
		return mechanism_on(MECH_TRIGGERS) ? out_of_reach(a) : PASS;
	}
	return mechanism_on(MECH_SUPERVISOR) ? out_of_reach(a) : PASS;
}

/* Registers that isolate_set_aside leaves where they are: vectors, and floats without D. */
static u64 still_there(const struct hart *h)
{
	return MSTATUS_VS | ((h->caps.misa & MISA_EXT('D')) == 0 ? MSTATUS_FS : 0);
}

static enum verdict fresh_mstatus(struct hart *h, struct csr_access *a)
{
	if (a->is_write && sandbox_hart(h)->set_aside && mechanism_on(MECH_FLOAT)) {
		a->value &= ~still_there(h);
	}
	return mstatus(a);
}

/* On a hart that has not begun: all but what would reach into the payload beside it. */
static enum verdict fresh_csr(struct hart *h, struct csr_access *a)
{
	switch (a->num) {
	case CSR_MSTATUS:
	case CSR_SSTATUS:
		return fresh_mstatus(h, a);
	case CSR_MIE:
		return mie(h, a, false);
	default:
		break;
	}
	if (a->num >= 0x7a0 && a->num < 0x7b0 && mechanism_on(MECH_TRIGGERS)) {
		return out_of_reach(a);
	}
	return PASS;
}

enum verdict sandbox_csr(struct hart *h, struct csr_access *a)
{
	if (!sandbox_locked()) { /* asked for another policy's sake */
		return PASS;
	}
	return sandbox_hart(h)->guarded ? guarded_csr(h, a) : fresh_csr(h, a);
}
