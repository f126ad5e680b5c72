/* SPDX-License-Identifier: Apache-2.0 */
/* The binary encoding of SBI calls (SBI 3.0, chapter 3), for policies that answer or judge them. */
#ifndef MONITOR_SBI_H
#define MONITOR_SBI_H

#include "monitor/regs.h"

/* Extension ids (a7). */
#define SBI_LEGACY_SET_TIMER 0x00u
#define SBI_LEGACY_PUTCHAR 0x01u
#define SBI_LEGACY_GETCHAR 0x02u
#define SBI_LEGACY_CLEAR_IPI 0x03u
#define SBI_LEGACY_SEND_IPI 0x04u
#define SBI_LEGACY_FENCE_I 0x05u
#define SBI_LEGACY_SFENCE_VMA 0x06u
#define SBI_LEGACY_SFENCE_VMA_ASID 0x07u
#define SBI_LEGACY_SHUTDOWN 0x08u
#define SBI_LEGACY_LAST 0x0fu
#define SBI_BASE 0x10u
#define SBI_CPPC 0x43505043u
#define SBI_DBCN 0x4442434eu
#define SBI_DBTR 0x44425452u
#define SBI_FWFT 0x46574654u
#define SBI_HSM 0x48534du
#define SBI_IPI 0x735049u
#define SBI_MPXY 0x4d505859u
#define SBI_NACL 0x4e41434cu
#define SBI_PMU 0x504d55u
#define SBI_RFENCE 0x52464e43u
#define SBI_SRST 0x53525354u
#define SBI_SSE 0x535345u
#define SBI_STA 0x535441u
#define SBI_SUSP 0x53555350u
#define SBI_TIME 0x54494d45u

/* Function ids (a6). */
#define SBI_BASE_SPEC_VERSION 0u
#define SBI_BASE_IMPL_ID 1u
#define SBI_BASE_IMPL_VERSION 2u
#define SBI_BASE_PROBE 3u
#define SBI_BASE_MVENDORID 4u
#define SBI_BASE_MARCHID 5u
#define SBI_BASE_MIMPID 6u
#define SBI_DBCN_WRITE 0u
#define SBI_DBCN_READ 1u
#define SBI_DBCN_WRITE_BYTE 2u
#define SBI_HSM_START 0u
#define SBI_HSM_STOP 1u
#define SBI_HSM_STATUS 2u
#define SBI_HSM_SUSPEND 3u
#define SBI_IPI_SEND 0u
#define SBI_RFENCE_FENCE_I 0u
#define SBI_RFENCE_SFENCE_VMA 1u
#define SBI_RFENCE_SFENCE_VMA_ASID 2u
#define SBI_RFENCE_HFENCE_GVMA_VMID 3u
#define SBI_RFENCE_HFENCE_GVMA 4u
#define SBI_RFENCE_HFENCE_VVMA_ASID 5u
#define SBI_RFENCE_HFENCE_VVMA 6u
#define SBI_SRST_RESET 0u
#define SBI_SUSP_SUSPEND 0u
#define SBI_TIME_SET_TIMER 0u

/* SRST's types and reasons (SBI 3.0, 10). */
#define SBI_SRST_SHUTDOWN 0u
#define SBI_SRST_COLD_REBOOT 1u
#define SBI_SRST_WARM_REBOOT 2u
#define SBI_SRST_NO_REASON 0u
#define SBI_SRST_FAILURE 1u

/* Errors (a0). */
#define SBI_SUCCESS 0
#define SBI_ERR_FAILED (-1)
#define SBI_ERR_NOT_SUPPORTED (-2)
#define SBI_ERR_INVALID_PARAM (-3)
#define SBI_ERR_DENIED (-4)
#define SBI_ERR_INVALID_ADDRESS (-5)
#define SBI_ERR_ALREADY_AVAILABLE (-6)
#define SBI_ERR_INVALID_STATE (-10)

/*
 * The extension and the function of the ecall being handled. Ids are signed 32-bit integers (SBI
 * 3.0, chapter 3): a register whose upper half is not the sign matches none.
 */
static inline u64 sbi_extension(const struct hart *h)
{
	return reg_read(h, 17);
}

static inline u64 sbi_function(const struct hart *h)
{
	return reg_read(h, 16);
}

/* Argument n, 0 .. 5. */
static inline u64 sbi_arg(const struct hart *h, unsigned int n)
{
	return reg_read(h, 10 + n);
}

/* Ends the call: a0, a1, and on behind the ecall. */
static inline void sbi_return(struct hart *h, s64 error, u64 value)
{
	reg_write(h, 10, (u64)error);
	reg_write(h, 11, value);
	h->pc += 4;
}

/* Ends a legacy call: a1 stays as it was (SBI 3.0, chapter 5). */
static inline void sbi_return_legacy(struct hart *h, s64 value)
{
	reg_write(h, 10, (u64)value);
	h->pc += 4;
}

#endif
