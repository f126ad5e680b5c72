/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed access to the hart's own CSRs. csr_ touches hardware; vcsr_ (monitor/) never does.
 * The number must be a compile-time constant here; accesses by number go through hw/guard.h.
 */
#ifndef HW_CSR_H
#define HW_CSR_H

#include "hw/csr_num.h"
#include "lib/base.h"

/* Reads the CSR. It must exist. */
#define csr_read(csr)                                                     \
	__extension__({                                                   \
		u64 csr_v_;                                               \
		__asm__ volatile("csrr %0, %1" : "=r"(csr_v_) : "i"(csr) : "memory"); \
		csr_v_;                                                   \
	})

/* Writes the CSR. It must exist. */
#define csr_write(csr, val) \
	__extension__({ __asm__ volatile("csrw %0, %1" ::"i"(csr), "rK"((u64)(val)) : "memory"); })

/* Writes the CSR and returns what it held before. */
#define csr_swap(csr, val)                                                \
	__extension__({                                                   \
		u64 csr_v_;                                               \
		__asm__ volatile("csrrw %0, %1, %2"                       \
				 : "=r"(csr_v_)                           \
				 : "i"(csr), "rK"((u64)(val))             \
				 : "memory");                             \
		csr_v_;                                                   \
	})

/* Sets the bits of mask; returns what the CSR held before. */
#define csr_set(csr, mask)                                                \
	__extension__({                                                   \
		u64 csr_v_;                                               \
		__asm__ volatile("csrrs %0, %1, %2"                       \
				 : "=r"(csr_v_)                           \
				 : "i"(csr), "rK"((u64)(mask))            \
				 : "memory");                             \
		csr_v_;                                                   \
	})

/* Clears the bits of mask; returns what the CSR held before. */
#define csr_clear(csr, mask)                                              \
	__extension__({                                                   \
		u64 csr_v_;                                               \
		__asm__ volatile("csrrc %0, %1, %2"                       \
				 : "=r"(csr_v_)                           \
				 : "i"(csr), "rK"((u64)(mask))            \
				 : "memory");                             \
		csr_v_;                                                   \
	})

/* Orders memory of this hart against all others and devices. */
ALWAYS_INLINE void hw_fence(void)
{
	__asm__ volatile("fence iorw, iorw" ::: "memory");
}

/* Makes stores to code visible to this hart's fetches (Zifencei). */
ALWAYS_INLINE void hw_fence_i(void)
{
	__asm__ volatile("fence.i" ::: "memory");
}

/* Forgets all first-stage translations and, with them, cached PMP checks (Priv. 12.2.1, 3.7.2). */
ALWAYS_INLINE void hw_sfence_vma(void)
{
	__asm__ volatile("sfence.vma" ::: "memory");
}

/* Forgets all guest-stage translations (Priv. 18.3.2). The H extension must be present. */
ALWAYS_INLINE void hw_hfence_gvma(void)
{
	__asm__ volatile(".insn r 0x73, 0, 0x31, x0, x0, x0" ::: "memory");
}

/* Forgets all VS-stage translations of the current VMID (Priv. 18.3.1). H must be present. */
ALWAYS_INLINE void hw_hfence_vvma(void)
{
	__asm__ volatile(".insn r 0x73, 0, 0x11, x0, x0, x0" ::: "memory");
}

/* Sleeps until an interrupt is pending that mie enables (Priv. 3.3.3); may return early. */
ALWAYS_INLINE void hw_wfi(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

#endif
