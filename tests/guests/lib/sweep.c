/* SPDX-License-Identifier: Apache-2.0 */
/* Output of the CSR sweeps: one line per readable CSR, one line per run of equal traps. */
#include "sweep.h"

static unsigned run_first, run_last;
static uint64_t run_cause = NO_TRAP;

bool sweep_is_volatile(unsigned csr)
{
	bool user = csr >= CSR_CYCLE && csr < CSR_CYCLE + 32;
	bool machine = csr >= CSR_MCYCLE && csr < CSR_MCYCLE + 32;

	return user || machine || csr == CSR_SEED;
}

bool sweep_is_far_pmp(unsigned csr)
{
	return (csr > CSR_PMPCFG0 && csr < CSR_PMPADDR0) ||
		(csr >= CSR_PMPADDR4 && csr < CSR_PMPADDR0 + 64);
}

void sweep_end(void)
{
	if (run_cause != NO_TRAP)
		say("%x-%x: cause %x\n", (uint64_t)run_first, (uint64_t)run_last, run_cause);
	run_cause = NO_TRAP;
}

void sweep_say(unsigned csr, uint64_t cause, uint64_t value)
{
	if (cause != NO_TRAP && cause == run_cause && csr == run_last + 1) {
		run_last = csr;
		return;
	}
	sweep_end();
	if (cause != NO_TRAP) {
		run_first = run_last = csr;
		run_cause = cause;
		return;
	}
	if (sweep_is_volatile(csr) || sweep_is_far_pmp(csr))
		say("%x: ok\n", (uint64_t)csr);
	else
		say("%x: %x\n", (uint64_t)csr, value);
}
