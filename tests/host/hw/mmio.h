/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's own device accesses, on the fake hart's bus: the same names as src/hw/mmio.h. */
#ifndef HW_MMIO_H
#define HW_MMIO_H

#include "lib/base.h"

/* An address at which the fake machine has no such register ends the program. */
u32 mmio_read32(u64 addr);
void mmio_write32(u64 addr, u32 value);
u64 mmio_read64(u64 addr);
void mmio_write64(u64 addr, u64 value);
u8 mmio_read8(u64 addr);
void mmio_write8(u64 addr, u8 value);

/* Two bytes of RAM. */
u32 memory_read16(u64 addr);

#endif
