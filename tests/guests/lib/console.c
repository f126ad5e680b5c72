/* SPDX-License-Identifier: Apache-2.0 */
/* The guests' log: polled output on the ns16550 and the end of the test. */
#include <stdarg.h>
#include "guest.h"

#define UART_LSR  5
#define LSR_EMPTY 0x20
#define FINISHER_PASS 0x5555

static bool failed;

void put_char(char c)
{
	while (!(load8(UART_BASE + UART_LSR) & LSR_EMPTY))
		;
	store8(UART_BASE, (uint8_t)c);
}

static void put_string(const char *s)
{
	while (*s)
		put_char(*s++);
}

static void put_hex(uint64_t v)
{
	unsigned shift = 60;

	while (shift && !(v >> shift))
		shift -= 4;
	for (;; shift -= 4) {
		put_char("0123456789abcdef"[(v >> shift) & 15]);
		if (!shift)
			return;
	}
}

static void put_decimal(int64_t v)
{
	char digits[20];
	unsigned n = 0;
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;

	if (v < 0)
		put_char('-');
	do
		digits[n++] = (char)('0' + u % 10);
	while (u /= 10);
	while (n)
		put_char(digits[--n]);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		if (*format != '%') {
			put_char(*format);
			continue;
		}
		switch (*++format) {
		case 'x': put_hex(va_arg(args, uint64_t)); break;
		case 'd': put_decimal(va_arg(args, int64_t)); break;
		case 's': put_string(va_arg(args, const char *)); break;
		case 'c': put_char((char)va_arg(args, int)); break;
		default: put_char(*format); break;
		}
	}
	va_end(args);
}

void fail(const char *sentence)
{
	failed = true;
	say("FAIL %s\n", sentence);
}

void finish(void)
{
	say(failed ? "end, failed\n" : "end\n");
	for (;;)
		store32(FINISHER_BASE, FINISHER_PASS);
}
