/* SPDX-License-Identifier: Apache-2.0 */
/* Console lines: a small formatter, a lock, a prefix. */
#include "lib/log.h"

#include <stdarg.h>

struct out {
	char *buf; /* NULL: to the console */
	size_t size;
	size_t len;
};

struct log_console log_console
	__attribute__((section(".scratch.console"))); /* used before there is a .bss */

void log_set_putc(void (*putc)(char c))
{
	log_console.putc = putc;
}

static void out_char(struct out *o, char c)
{
	if (o->buf == NULL) {
		log_console.putc(c);
	} else if (o->len + 1 < o->size) {
		o->buf[o->len] = c;
	}
	o->len++;
}

static void out_text(struct out *o, const char *s)
{
	while (*s != '\0') {
		out_char(o, *s++);
	}
}

static void out_number(struct out *o, u64 v, unsigned int base, unsigned int width, char pad)
{
	char digits[20];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v != 0);
	while (width > n) {
		out_char(o, pad);
		width--;
	}
	while (n > 0) {
		out_char(o, digits[--n]);
	}
}

struct spec {
	char pad;
	unsigned int width;
	bool is_long;
};

static const char *read_spec(const char *p, struct spec *s)
{
	*s = (struct spec){ .pad = ' ' };
	if (*p == '0') {
		s->pad = '0';
		p++;
	}
	while (*p >= '0' && *p <= '9') {
		s->width = s->width * 10 + (unsigned int)(*p++ - '0');
	}
	while (*p == 'l' || *p == 'z') {
		s->is_long = true;
		p++;
	}
	return p;
}

static void out_signed(struct out *o, s64 v, const struct spec *s)
{
	if (v < 0) {
		out_char(o, '-');
	}
	out_number(o, v < 0 ? 0 - (u64)v : (u64)v, 10, s->width, s->pad);
}

#define NEXT_UNSIGNED(s, ap) ((s).is_long ? va_arg(ap, u64) : (u64)va_arg(ap, unsigned int))

static void out_format(struct out *o, const char *p, va_list ap)
{
	struct spec s;

	for (; *p != '\0'; p++) {
		if (*p != '%') {
			out_char(o, *p);
			continue;
		}
		p = read_spec(p + 1, &s);
		switch (*p) {
		case 's':
			out_text(o, va_arg(ap, const char *));
			break;
		case 'c':
			out_char(o, (char)va_arg(ap, int));
			break;
		case 'd':
			out_signed(o, s.is_long ? va_arg(ap, s64) : va_arg(ap, int), &s);
			break;
		case 'u':
			out_number(o, NEXT_UNSIGNED(s, ap), 10, s.width, s.pad);
			break;
		case 'x':
			out_number(o, NEXT_UNSIGNED(s, ap), 16, s.width, s.pad);
			break;
		default:
			out_char(o, *p);
			break;
		}
	}
}

static void print_line(const char *fmt, va_list ap)
{
	struct out o = { 0 };

	out_text(&o, "[cordon] ");
	out_format(&o, fmt, ap);
	out_text(&o, "\r\n");
	log_console.inside = 0;
}

void log_hold(void)
{
	while (__atomic_exchange_n(&log_console.lock, 1, __ATOMIC_ACQUIRE) != 0) {
	}
}

void log_release(void)
{
	__atomic_store_n(&log_console.lock, 0, __ATOMIC_RELEASE);
}

void log_line(const char *fmt, ...)
{
	va_list ap;

	if (log_console.putc == NULL) {
		return;
	}
	log_hold();
	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
	log_release();
}

void log_panic(const char *fmt, ...)
{
	va_list ap;

	if (log_console.putc == NULL) {
		return;
	}
	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

size_t fmt_print(char *buf, size_t size, const char *fmt, ...)
{
	struct out o = { buf, size, 0 };
	va_list ap;

	va_start(ap, fmt);
	out_format(&o, fmt, ap);
	va_end(ap);
	buf[o.len < size ? o.len : size - 1] = '\0';
	return o.len < size ? o.len : size - 1;
}
