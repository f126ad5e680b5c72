/* SPDX-License-Identifier: Apache-2.0 */
/* Polled console output. */
#include "hw/uart.h"

#include "hw/mmio.h"

#define PATIENCE 100000u
#define UART_8250_THR 0u
#define UART_8250_LSR 5u
#define LSR_THRE 0x20u
#define SIFIVE_TXDATA 0u
#define SIFIVE_TXCTRL 8u
#define TXDATA_FULL 0x80000000u

static struct {
	u64 base;
	unsigned int shift;
	unsigned int width;
	bool sifive;
} uart __attribute__((section(".scratch.uart")));

void uart_use_8250(u64 base, unsigned int shift, unsigned int width)
{
	uart.base = base;
	uart.shift = shift;
	uart.width = width;
	uart.sifive = false;
}

void uart_use_sifive(u64 base)
{
	uart.base = base;
	uart.sifive = true;
	mmio_write32(base + SIFIVE_TXCTRL, mmio_read32(base + SIFIVE_TXCTRL) | 1);
}

static u64 reg(unsigned int n)
{
	return uart.base + ((u64)n << uart.shift);
}

static void put_8250(char c)
{
	for (unsigned int i = 0; i < PATIENCE; i++) {
		u32 lsr = uart.width == 4 ? mmio_read32(reg(UART_8250_LSR)) :
					    mmio_read8(reg(UART_8250_LSR));
		if ((lsr & LSR_THRE) != 0) {
			break;
		}
	}
	if (uart.width == 4) {
		mmio_write32(reg(UART_8250_THR), (u8)c);
	} else {
		mmio_write8(reg(UART_8250_THR), (u8)c);
	}
}

void uart_putc(char c)
{
	if (uart.base == 0) {
		return;
	}
	if (!uart.sifive) {
		put_8250(c);
		return;
	}
	for (unsigned int i = 0; i < PATIENCE; i++) {
		if ((mmio_read32(uart.base + SIFIVE_TXDATA) & TXDATA_FULL) == 0) {
			break;
		}
	}
	mmio_write32(uart.base + SIFIVE_TXDATA, (u8)c);
}
