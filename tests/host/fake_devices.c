/* SPDX-License-Identifier: Apache-2.0 */
/* Devices that the monitor drives itself: the CLINT, two kinds of UART, a finisher. */
#include <string.h>

#include "fake_hart.h"
#include "hw/mmio.h"

enum { THR = 0, IER = 1, IIR = 2, LCR = 3, LSR = 5 };
enum { TXDATA = 0, RXDATA = 4, TXCTRL = 8, RXCTRL = 12 };

static bool in_uart(u64 addr, u64 base)
{
	return addr >= base && addr - base < FAKE_UART_SIZE;
}

static void uart_send(u8 c)
{
	struct fake_uart *u = &fake.uart;

	if (u->room == 0) {
		fake_stop("a character for a UART that has no room", c);
	}
	u->room--;
	if (u->sent < sizeof(u->out) - 1) {
		u->out[u->sent++] = (char)c;
	}
}

static bool uart_has_input(void)
{
	return fake.uart.in != NULL && *fake.uart.in != '\0';
}

static u8 uart_receive(void)
{
	return uart_has_input() ? (u8)*fake.uart.in++ : 0;
}

/* ---- 8250, registers of one byte ---- */

static u8 uart_status(void)
{
	fake.uart.looks++;
	if (fake.uart.room != 0) {
		fake.uart.took = 0;
	}
	return (u8)((uart_has_input() ? 1 : 0) | (fake.uart.room != 0 ? 0x20 : 0));
}

/* Reading it ends the transmitter's interrupt. */
static u8 uart_interrupt(void)
{
	if ((fake.uart.ier & 2) != 0) {
		fake_stop("the monitor acknowledges an interrupt of another's", fake.uart.ier);
	}
	return fake.uart.fifo ? 0xc1 : 1;
}

u8 mmio_read8(u64 addr)
{
	if (!in_uart(addr, FAKE_8250_BASE)) {
		fake_stop("no device has byte registers there", addr);
	}
	switch (addr - FAKE_8250_BASE) {
	case THR:
		return uart_receive();
	case LSR:
		return uart_status();
	case IER:
		return fake.uart.ier;
	case IIR:
		return uart_interrupt();
	case LCR:
		return fake.uart.lcr;
	default:
		fake_stop("not a register that the monitor needs", addr);
	}
}

void mmio_write8(u64 addr, u8 value)
{
	if (addr != FAKE_8250_BASE + THR) {
		fake_stop("no device has byte registers there", addr);
	}
	if (++fake.uart.took > (fake.uart.fifo ? 16 : 1)) {
		fake_stop("a character more than the UART has said it takes", value);
	}
	uart_send(value);
}

/* ---- SiFive ---- */

static u32 sifive_read(u64 offset)
{
	switch (offset) {
	case TXDATA:
		return fake.uart.room == 0 ? 0x80000000 : 0;
	case RXDATA:
		if ((fake.uart.rxctrl & 1) == 0 || !uart_has_input()) {
			return 0x80000000;
		}
		return uart_receive();
	case TXCTRL:
		return fake.uart.txctrl;
	case RXCTRL:
		return fake.uart.rxctrl;
	default:
		fake_stop("not a register that the monitor needs", offset);
	}
}

static void sifive_write(u64 offset, u32 value)
{
	switch (offset) {
	case TXDATA:
		uart_send((u8)value);
		break;
	case TXCTRL:
		fake.uart.txctrl = value;
		break;
	case RXCTRL:
		fake.uart.rxctrl = value;
		break;
	default:
		fake_stop("not a register that the monitor needs", offset);
	}
}

/* ---- all ---- */

u32 mmio_read32(u64 addr)
{
	u64 v;

	if (in_uart(addr, FAKE_SIFIVE_BASE)) {
		return sifive_read(addr - FAKE_SIFIVE_BASE);
	}
	if (!fake_bus_read(addr, 4, &v)) {
		fake_stop("the monitor reads a device that is not there", addr);
	}
	return (u32)v;
}

u64 mmio_read64(u64 addr)
{
	u64 v;

	if (!fake_bus_read(addr, 8, &v)) {
		fake_stop("the monitor reads a device that is not there", addr);
	}
	return v;
}

void mmio_write64(u64 addr, u64 value)
{
	if (!fake_bus_write(addr, 8, value)) {
		fake_stop("the monitor writes a device that is not there", addr);
	}
}

void mmio_write32(u64 addr, u32 value)
{
	if (in_uart(addr, FAKE_SIFIVE_BASE)) {
		sifive_write(addr - FAKE_SIFIVE_BASE, value);
	} else if (addr == FAKE_FINISHER_BASE) {
		fake.finisher = value;
	} else if (!fake_bus_write(addr, 4, value)) {
		fake_stop("the monitor writes a device that is not there", addr);
	}
}
