/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's own device registers, by physical address. */
#ifndef HW_MMIO_H
#define HW_MMIO_H

#include "lib/base.h"

/* Reads / writes a device register; addr is naturally aligned and known to be there. */
ALWAYS_INLINE u32 mmio_read32(u64 addr)
{
	return *(const volatile u32 *)(uintptr_t)addr;
}

ALWAYS_INLINE void mmio_write32(u64 addr, u32 value)
{
	*(volatile u32 *)(uintptr_t)addr = value;
}

/* The same for eight bytes, of a device that is known to take them at once. */
ALWAYS_INLINE u64 mmio_read64(u64 addr)
{
	return *(const volatile u64 *)(uintptr_t)addr;
}

ALWAYS_INLINE void mmio_write64(u64 addr, u64 value)
{
	*(volatile u64 *)(uintptr_t)addr = value;
}

/* Reads two bytes of memory by physical address, which is even and known to be there. */
ALWAYS_INLINE u32 memory_read16(u64 addr)
{
	return *(const volatile u16 *)(uintptr_t)addr;
}

ALWAYS_INLINE u8 mmio_read8(u64 addr)
{
	return *(const volatile u8 *)(uintptr_t)addr;
}

ALWAYS_INLINE void mmio_write8(u64 addr, u8 value)
{
	*(volatile u8 *)(uintptr_t)addr = value;
}

#endif
