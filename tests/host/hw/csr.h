/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's own CSRs, on the fake hart: the same names as src/hw/csr.h. */
#ifndef HW_CSR_H
#define HW_CSR_H

#include "hw/csr_num.h"
#include "lib/base.h"

/* Unguarded accesses: one to a CSR that the fake hart lacks ends the program. */
u64 fake_csrr(unsigned int num);
void fake_csrw(unsigned int num, u64 value);
u64 fake_csrrs(unsigned int num, u64 mask);
u64 fake_csrrc(unsigned int num, u64 mask);
u64 fake_csrrw(unsigned int num, u64 value);

#define csr_read(csr) fake_csrr(csr)
#define csr_write(csr, val) fake_csrw(csr, (u64)(val))
#define csr_swap(csr, val) fake_csrrw(csr, (u64)(val))
#define csr_set(csr, mask) fake_csrrs(csr, (u64)(mask))
#define csr_clear(csr, mask) fake_csrrc(csr, (u64)(mask))

/* Counted, so that tests can ask whether a fence was there (fake_hart.h, struct fake_counts). */
void hw_fence(void);
void hw_fence_i(void);
void hw_sfence_vma(void);
void hw_hfence_gvma(void);
void hw_hfence_vvma(void);
void hw_wfi(void);

#endif
