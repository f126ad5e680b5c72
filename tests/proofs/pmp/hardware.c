/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PMP registers that keep what is written: the proof asserts that hardware's rules would (WARL),
 * and a lock is never written (I-PMP-4), so that nothing stands in the way of a later write.
 */
#include "hw/csr.h"
#include "hw/guard.h"
#include "monitor/vpmp.h"
#include "proof.h"

struct model_hart physical;
struct machine machine;

NORETURN void panic(const char *file, int line, const char *what)
{
	(void)file;
	(void)line;
	(void)what;
	__CPROVER_assert(0, "no CHECK of the monitor fails");
	__CPROVER_assume(0);
	for (;;) {
	}
}

void pmp_write_addr(unsigned int entry, u64 value)
{
	__CPROVER_assert(entry < MODEL_PMP_MAX && value <= MODEL_PMP_ADDRESS,
			 "hardware keeps the address");
	physical.pmpaddr[entry] = value;
}

u64 pmp_read_addr(unsigned int entry)
{
	return physical.pmpaddr[entry];
}

void pmp_write_cfg(unsigned int word, u64 value)
{
	__CPROVER_assert(word % 2 == 0 && word < 16, "RV64 has the even registers");
	for (unsigned int i = 0; i < 8; i++) {
		u8 cfg = (u8)(value >> 8 * i);

		__CPROVER_assert((cfg & ~(PMP_A | PMP_RWX)) == 0, "no lock, nothing reserved");
		__CPROVER_assert((cfg & (PMP_R | PMP_W)) != PMP_W, "no right that is reserved");
		physical.pmpcfg[4 * word + i] = cfg;
	}
}

u64 pmp_read_cfg(unsigned int word)
{
	u64 value = 0;

	for (unsigned int i = 0; i < 8; i++) {
		value |= (u64)physical.pmpcfg[4 * word + i] << 8 * i;
	}
	return value;
}

void fake_csrw(unsigned int num, u64 value)
{
	pmp_write_cfg(num - CSR_PMPCFG0, value);
}

/* An access is decided by the registers, each time anew. */
void hw_sfence_vma(void)
{
}
