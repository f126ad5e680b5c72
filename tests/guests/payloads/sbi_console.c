/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that uses the debug console, DBCN and the legacy one, and logs what the calls answer;
 * what they print are lines of the log themselves. Its script types two lines.
 */
#include "sbi.h"

#define LONG 1000u
#define FIRMWARE 0x80000000ul

static char text[LONG];

static void show(const char *name, struct answer r)
{
	say("t: %s: %d %x\n", name, (int64_t)r.error, r.value);
}

static struct answer write_text(const char *s, uint64_t size)
{
	return call(DBCN, 0, size, (uint64_t)s, 0, 0);
}

static void lines(void)
{
	static const char hello[] = "t: a line by DBCN\n";

	show("a line", write_text(hello, sizeof(hello) - 1));
	show("nothing", write_text(hello, 0));
	show("nothing, nowhere", call(DBCN, 0, 0, ALL, 0, 0));
	for (uint64_t i = 0; i < sizeof(hello) - 1; i++)
		if (call(DBCN, 2, (uint64_t)hello[i], 0, 0, 0).error)
			say("t: FAIL write_byte\n");
	show("a byte of a wide register", call(DBCN, 2, 0xffffffffffffff0a, 7, 0, 0));
	for (uint64_t i = 0; i < sizeof(hello) - 1; i++)
		if (call(1, 0, (uint64_t)hello[i], 0, 0, 0).error)
			say("t: FAIL putchar\n");
}

/* As Linux does it: what one call leaves over is the next one's (SBI 3.0, 12.1). */
static void many_lines(void)
{
	uint64_t done = 0;

	for (unsigned i = 0; i < LONG; i++)
		text[i] = i % 50 == 49 ? '\n' : "t: 0123456789"[i % 50 % 13];
	while (done < LONG) {
		struct answer r = write_text(text + done, LONG - done);

		if (r.error || r.value == 0 || r.value > LONG - done)
			say("t: FAIL partial write %d %x\n", (int64_t)r.error, r.value);
		done += r.value;
	}
	say("t: all written\n");
}

static void wrong(void)
{
	show("firmware's memory", call(DBCN, 0, 16, FIRMWARE, 0, 0));
	show("into firmware's memory", call(DBCN, 1, 16, FIRMWARE, 0, 0));
	show("address above 2^64", call(DBCN, 0, 16, (uint64_t)text, 1, 0));
	show("function 3", call(DBCN, 3, 16, (uint64_t)text, 0, 0));
	show("function -1", call(DBCN, ALL, 16, (uint64_t)text, 0, 0));
}

static void typed(void)
{
	unsigned n = 0;

	show("no input", call(DBCN, 1, sizeof(text), (uint64_t)text, 0, 0));
	show("no character", call(2, 0, 1, 2, 3, 4));
	say("t: type a line\n");
	do {
		struct answer r = call(DBCN, 1, 3, (uint64_t)text + n, 0, 0);

		if (r.error || r.value > 3)
			say("t: FAIL read %d %x\n", (int64_t)r.error, r.value);
		n += (unsigned)r.value;
	} while (!n || text[n - 1] != '\n');
	text[n - 1] = 0;
	say("t: DBCN read \"%s\"\n", text);
	say("t: type another line\n");
	for (n = 0; !n || text[n - 1] != '\n';) {
		int64_t c = (int64_t)call(2, 0, 0, 0, 0, 0).error;

		if (c >= 0)
			text[n++] = (char)c;
	}
	text[n - 1] = 0;
	say("t: getchar read \"%s\"\n", text);
}

void payload_other(uint64_t id)
{
	(void)id;
	for (;;)
		;
}

void payload_main(uint64_t id)
{
	(void)id;
	lines();
	many_lines();
	wrong();
	typed();
	power_off();
}
