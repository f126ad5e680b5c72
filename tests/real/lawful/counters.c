/* SPDX-License-Identifier: Apache-2.0 */
/* Time, the counters and what perf makes of them, interrupts between CPUs as the kernel counts. */
#include "linux.h"

#define PERF_HARDWARE 0u
#define PERF_SOFTWARE 1u
#define PERF_CACHE 3u
#define PERF_RAW 4u
#define ATTR_BYTES 64u
#define READS 2000u

struct event {
	const char *name;
	u32 type;
	u64 config;
};

static const struct event events[] = {
	{ "cycles", PERF_HARDWARE, 0 }, { "instructions", PERF_HARDWARE, 1 },
	{ "cache misses", PERF_HARDWARE, 3 }, { "branches", PERF_HARDWARE, 4 },
	{ "data TLB load misses", PERF_CACHE, 0x10003 }, { "raw 1", PERF_RAW, 1 },
	{ "task clock", PERF_SOFTWARE, 1 }, { "page faults", PERF_SOFTWARE, 2 },
};

static const char *error_name(s64 error)
{
	switch (error) {
	case 1: return "EPERM";
	case 2: return "ENOENT";
	case 13: return "EACCES";
	case 16: return "EBUSY";
	case 19: return "ENODEV";
	case 22: return "EINVAL";
	case 38: return "ENOSYS";
	case 95: return "EOPNOTSUPP";
	default: return "another error";
	}
}

/* Count an event over some work, for the user alone or the kernel, too. */
static void count(const struct event *event, bool user_only)
{
	u64 attr[ATTR_BYTES / 8] = {
		event->type | (u64)ATTR_BYTES << 32, event->config, 0, 0, 0, user_only ? 0x60 : 0
	};
	const char *whom = user_only ? "the user" : "all";
	s64 file = sys(NR_PERF_EVENT_OPEN, (u64)attr, 0, ~0ul, ~0ul, 0);
	u64 value = 0;

	if (file < 0) {
		say("perf %s of %s: %s", event->name, whom, error_name(-file));
		return;
	}
	for (u64 i = 0; i < 2000; i++) {
		u8 *page = i % 100 ? 0 : map_pages(PAGE, PROT_RW);

		if (page)
			*page = 1;
		sys0(NR_GETPID);
	}
	sys3(NR_READ, file, &value, sizeof(value));
	sys1(NR_CLOSE, file);
	say("perf %s of %s: %s", event->name, whom, value ? "counts" : "stays zero");
}

static void check_time(void)
{
	u32 cpus[MAX_CPUS], number = cpu_list(cpus);
	u64 last = 0, first = read_time();
	bool forward = true, agree = true;

	for (u32 i = 0; i < READS; i++) {
		u64 now;

		if (i % 50 == 0)
			cpu_pin(cpus[i / 50 % number]);
		now = read_time();
		forward &= now >= last;
		last = now;
	}
	judge("time never goes back, from cpu to cpu", forward);
	for (u32 i = 0; i < 200; i++) {
		u64 kernel[2], before = read_time(), after;

		sys2(NR_CLOCK_GETTIME, 1, kernel);
		after = read_time();
		agree &= after >= before && kernel[1] < 1000000000;
	}
	judge("time goes on", agree && read_time() > first);
}

/* The user's own view of cycle and instret is the kernel's choice; if it is there it must grow. */
static void tell_counter(const char *name, u64 (*read)(void))
{
	struct outcome first = probe((const void *)read, 0, 0), second;

	for (volatile u32 i = 0; i < 1000; i++)
		;
	second = probe((const void *)read, 0, 0);
	say("%s: %s", name, first.sig ? signal_name(first.sig) :
	    second.value > first.value ? "grows" : "stands still");
}

static u64 read_cycle(void)
{
	u64 value;

	__asm__ volatile("rdcycle %0" : "=r"(value));
	return value;
}

static u64 read_instret(void)
{
	u64 value;

	__asm__ volatile("rdinstret %0" : "=r"(value));
	return value;
}

void check_counters(u64 hwcap)
{
	say("hwcap: %x", hwcap);
	check_time();
	tell_counter("cycle", read_cycle);
	tell_counter("instret", read_instret);
	for (u64 i = 0; i < sizeof(events) / sizeof(*events); i++) {
		count(&events[i], true);
		count(&events[i], false);
	}
}

/* Whether text begins with word. */
static bool begins(const char *text, const char *word)
{
	while (*word && *text == *word) {
		text++;
		word++;
	}
	return !*word;
}

/* The sum of the numbers of a line, which ends where letters begin. */
static u64 sum_of(const char *line)
{
	u64 sum = 0, number = 0;

	for (; *line == ' ' || (*line >= '0' && *line <= '9'); line++) {
		if (*line == ' ') {
			sum += number;
			number = 0;
		} else {
			number = number * 10 + (u64)(*line - '0');
		}
	}
	return sum + number;
}

/* One CPU has nobody to interrupt; several do, but not without end. */
static void tell_interrupts(const char *name, const char *line, u32 cpus)
{
	u64 sum = sum_of(line);

	if (sum > 10000000 || (cpus > 1) != (sum > 0))
		count_wrong();
	say("%s: %s", name, !sum ? "none" : sum > 10000000 ? "a storm" : "some");
}

void check_interrupts(void)
{
	static char text[16384];
	u32 cpus[MAX_CPUS], number = cpu_list(cpus), found = 0;

	if (!read_text("/proc/interrupts", text, sizeof(text))) {
		judge("/proc/interrupts", false);
		return;
	}
	for (const char *at = text; *at; at++) {
		while (*at == ' ')
			at++;
		if (begins(at, "IPI0:") || begins(at, "IPI1:")) {
			tell_interrupts(at[3] == '0' ? "rescheduling interrupts" :
					"calls between cpus", at + 5, number);
			found++;
		}
		while (*at && *at != '\n')
			at++;
		if (!*at)
			break;
	}
	judge("the kernel counts interrupts between cpus", found == 2);
}
