/* SPDX-License-Identifier: Apache-2.0 */
/* mstatus.MPV by way of a trap. */
#include "hw/mpv.h"

#include "hw/csr.h"
#include "hw/guard.h"

void hw_set_mpv(void)
{
	u64 sepc = csr_swap(CSR_SEPC, (u64)(uintptr_t)guard_ecall);
	u64 hstatus = csr_set(CSR_HSTATUS, HSTATUS_SPV);
	u64 vsatp = csr_swap(CSR_VSATP, 0); /* the address is to be a physical one */
	u64 hgatp = csr_swap(CSR_HGATP, 0);
	u64 status = csr_read(CSR_MSTATUS);

	/* sret with SPV and SPP: VS-mode at guard_ecall, which it may not execute. */
	guard_access(GUARD_SRET, 0, 0, (status & ~(MSTATUS_MDT | MSTATUS_MIE)) | MSTATUS_SPP);
	csr_write(CSR_MSTATUS, status | MSTATUS_MPV);
	csr_write(CSR_HGATP, hgatp);
	csr_write(CSR_VSATP, vsatp);
	csr_write(CSR_HSTATUS, hstatus);
	csr_write(CSR_SEPC, sepc);
}
