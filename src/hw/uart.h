/* SPDX-License-Identifier: Apache-2.0 */
/* The console UART, polled, output only; the firmware or nobody has set it up. */
#ifndef HW_UART_H
#define HW_UART_H

#include "lib/base.h"

/* An 8250-compatible UART: registers 1 << shift apart, accessed in width (1 or 4) bytes. */
void uart_use_8250(u64 base, unsigned int shift, unsigned int width);

/* A SiFive UART. */
void uart_use_sifive(u64 base);

/* Sends one character; gives up waiting after a while, so that a dead UART stops nobody. */
void uart_putc(char c);

#endif
