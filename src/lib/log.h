/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor's console lines. Every line starts with "[cordon] ".
 * Levels are chosen per area at build time and compared by `if`, so that all is type-checked.
 */
#ifndef LIB_LOG_H
#define LIB_LOG_H

#include "lib/base.h"

enum log_level { LOG_NONE, LOG_ERROR, LOG_INFO, LOG_DEBUG };

#ifndef LOG_LEVEL_BOOT
#define LOG_LEVEL_BOOT LOG_INFO
#endif
#ifndef LOG_LEVEL_TRAP
#define LOG_LEVEL_TRAP LOG_ERROR
#endif
#ifndef LOG_TRACE
#define LOG_TRACE 0 /* 1: one line per exit (make trace) */
#endif

/* log_at(BOOT, LOG_INFO, "fmt", ...): one line, if that area is that talkative. */
#define log_at(area, level, ...)                          \
	do {                                              \
		if ((level) <= LOG_LEVEL_##area) {        \
			log_line(__VA_ARGS__);            \
		}                                         \
	} while (0)

/* The console, as those share it who print there. */
struct log_console {
	u32 lock;   /* 1 while a hart prints: exchanged (acquire), given back (release) */
	u32 inside; /* under the lock: not 0: a line that is not the monitor's has begun there */
	void (*putc)(char c);
};
extern struct log_console log_console;

/* Where characters go; set once by boot. NULL: nowhere. Called with the console lock held. */
COLD void log_set_putc(void (*putc)(char c));

/* One console line with prefix and line end. Knows %s %c %d %u %x %lx %lu %%, and widths with 0. */
COLD void log_line(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * Takes and gives back the console, whose lines nobody else prints meanwhile: for who uses the
 * device himself. Between the two nothing is logged, and nothing waits for another hart.
 */
void log_hold(void);
void log_release(void);

/* Like log_line, but ignores the console lock: for panic only. */
COLD void log_panic(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Prints into buf, always ends it with NUL; returns the length without NUL. size >= 1. */
COLD size_t fmt_print(char *buf, size_t size, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
