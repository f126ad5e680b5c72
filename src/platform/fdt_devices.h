/* SPDX-License-Identifier: Apache-2.0 */
/* The devices of a machine, from its device tree. */
#ifndef PLATFORM_FDT_DEVICES_H
#define PLATFORM_FDT_DEVICES_H

#include "lib/device.h"
#include "platform/platform.h"

/*
 * Fills *d, which is all zero, from a tree that fdt_check_full has found sound; console is the UART
 * that was chosen.
 */
COLD void fdt_devices_read(struct devices *d, const struct uart_desc *console, const void *fdt);

#endif
