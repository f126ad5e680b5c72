/* SPDX-License-Identifier: Apache-2.0 */
/* Polled console output and input. */
#include "hw/uart.h"

#include "hw/mmio.h"

/*
 * A 16550A and what is compatible with it takes sixteen bytes when it says that there is room: so
 * many characters, even if each of them ends a line.
 */
#define AT_ONCE 8u
#define UART_8250_THR 0u
#define UART_8250_RBR 0u
#define UART_8250_IER 1u
#define UART_8250_IIR 2u
#define UART_8250_LCR 3u
#define UART_8250_LSR 5u
#define IER_TRANSMITTER 0x82u /* its interrupt, and what may make it mean another thing */
#define IIR_FIFO 0xc0u
#define LCR_DIVISOR 0x80u
#define LSR_DR 0x01u
#define SIFIVE_TXDATA 0u
#define SIFIVE_RXDATA 4u
#define SIFIVE_TXCTRL 8u
#define SIFIVE_RXCTRL 12u
#define TXDATA_FULL 0x80000000u
#define RXDATA_EMPTY 0x80000000u
#define CTRL_ENABLE 1u

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
	mmio_write32(base + SIFIVE_TXCTRL, mmio_read32(base + SIFIVE_TXCTRL) | CTRL_ENABLE);
}

static u64 reg(unsigned int n)
{
	return uart.base + ((u64)n << uart.shift);
}

static u32 read_8250(unsigned int n)
{
	return uart.width == 4 ? mmio_read32(reg(n)) : mmio_read8(reg(n));
}

static bool is_ready(void)
{
	if (uart.sifive) {
		return (mmio_read32(uart.base + SIFIVE_TXDATA) & TXDATA_FULL) == 0;
	}
	return (read_8250(UART_8250_LSR) & UART_ROOM) != 0;
}

/* Is there room for a character, now or after a while? */
static bool wait_for_room(void)
{
	for (unsigned int i = 0; i < UART_PATIENCE; i++) {
		if (is_ready()) {
			return true;
		}
	}
	return false;
}

static void send(char c)
{
	if (uart.sifive) {
		mmio_write32(uart.base + SIFIVE_TXDATA, (u8)c);
	} else if (uart.width == 4) {
		mmio_write32(reg(UART_8250_THR), (u8)c);
	} else {
		mmio_write8(reg(UART_8250_THR), (u8)c);
	}
}

bool uart_is_there(void)
{
	return uart.base != 0;
}

void uart_putc(char c)
{
	if (uart.base != 0) {
		wait_for_room();
		send(c);
	}
}

bool uart_try_putc(char c)
{
	if (uart.base == 0 || !wait_for_room()) {
		return false;
	}
	send(c);
	return true;
}

static int get_8250(void)
{
	if ((read_8250(UART_8250_LSR) & LSR_DR) == 0) {
		return -1;
	}
	return (int)(read_8250(UART_8250_RBR) & 0xff);
}

/* Does the usual kind take its bytes one by one? */
static bool is_usual(void)
{
	return !uart.sifive && uart.width != 4 && uart.base != 0;
}

u64 uart_status_of(u64 data)
{
	return is_usual() && data == uart.base ? reg(UART_8250_LSR) : 0;
}

/*
 * Is the usual kind's FIFO on? To ask acknowledges the transmitter's interrupt; so one for which
 * that is enabled is not asked. Should the payload enable it on another hart just then, it is not
 * lost: what is sent next leaves the transmitter empty again, which is what interrupts.
 */
static bool has_fifo(void)
{
	return (mmio_read8(reg(UART_8250_LCR)) & LCR_DIVISOR) == 0 &&
	       (mmio_read8(reg(UART_8250_IER)) & IER_TRANSMITTER) == 0 &&
	       (mmio_read8(reg(UART_8250_IIR)) & IIR_FIFO) == IIR_FIFO;
}

static inline void send_as_text(u64 data, char c)
{
	if (c == '\n') {
		mmio_write8(data, '\r');
	}
	mmio_write8(data, (u8)c);
}

/* The usual kind with its FIFO on, up to a byte that has to wait for room. */
static u64 fill(const char *text, u64 size)
{
	u64 status = reg(UART_8250_LSR);
	u64 data = uart.base;
	u64 n = 0;

	for (; n < size && (mmio_read8(status) & UART_ROOM) != 0; n += AT_ONCE) {
		if (size - n < AT_ONCE) {
			while (n < size) {
				send_as_text(data, text[n++]);
			}
			break;
		}
#pragma GCC unroll 8
		for (u64 i = 0; i < AT_ONCE; i++) {
			send_as_text(data, text[n + i]);
		}
	}
	return n;
}

/* The usual kind, up to the end of the line, or to a byte that has to wait for room. */
static u64 write_line(const char *text, u64 size)
{
	u64 status = reg(UART_8250_LSR);
	u64 data = uart.base;
	const char *end = text + size;
	const char *at = text;

	while (at != end && *at != '\n' && (mmio_read8(status) & UART_ROOM) != 0) {
		mmio_write8(data, (u8)*at++);
	}
	return (u64)(at - text);
}

u64 uart_write(const char *text, u64 size)
{
	bool usual = is_usual();
	bool fifo = usual && has_fifo();
	u64 n = 0;

	for (;;) {
		if (usual) {
			n += fifo ? fill(text + n, size - n) : write_line(text + n, size - n);
		}
		if (n == size || (text[n] == '\n' && !uart_try_putc('\r')) ||
		    !uart_try_putc(text[n])) {
			return n;
		}
		n++;
	}
}

/* Nobody may have switched the receiver on yet. */
static int get_sifive(void)
{
	u32 control = mmio_read32(uart.base + SIFIVE_RXCTRL);
	u32 data;

	if ((control & CTRL_ENABLE) == 0) {
		mmio_write32(uart.base + SIFIVE_RXCTRL, control | CTRL_ENABLE);
	}
	data = mmio_read32(uart.base + SIFIVE_RXDATA);
	return (data & RXDATA_EMPTY) != 0 ? -1 : (int)(data & 0xff);
}

int uart_getc(void)
{
	if (uart.base == 0) {
		return -1;
	}
	return uart.sifive ? get_sifive() : get_8250();
}
