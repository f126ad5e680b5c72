/* SPDX-License-Identifier: Apache-2.0 */
/* The console UART, polled; the firmware or nobody has set it up. */
#ifndef HW_UART_H
#define HW_UART_H

#include "lib/base.h"

/* An 8250-compatible UART: registers 1 << shift apart, accessed in width (1 or 4) bytes. */
void uart_use_8250(u64 base, unsigned int shift, unsigned int width);

/* A SiFive UART. */
void uart_use_sifive(u64 base);

/* Is there a UART at all? */
bool uart_is_there(void);

/* Looks at a UART without room, after which nobody waits any more. */
#define UART_PATIENCE 100000

/* Sends one character; gives up waiting after a while, so that a dead UART stops nobody. */
void uart_putc(char c);

/* Sends one character, unless there is no UART, or none that takes it within the same while. */
bool uart_try_putc(char c);

/*
 * Sends size bytes, a carriage return before each line feed, until one cannot be sent in the same
 * while; returns how many it took.
 */
u64 uart_write(const char *text, u64 size);

/*
 * The address of the status byte of the UART whose characters are sent by storing bytes at data, if
 * UART_ROOM is set there; 0: it is none that is used so.
 */
u64 uart_status_of(u64 data);
#define UART_ROOM 0x20

/* The next character that has come in, 0 .. 255; -1: none has, or there is no UART. */
int uart_getc(void);

#endif
