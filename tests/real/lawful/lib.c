/* SPDX-License-Identifier: Apache-2.0 */
/* lawful's helpers: lines of output, signals that are recorded, CPUs, children. */
#include <stdarg.h>
#include <stddef.h>
#include "linux.h"

struct siginfo {
	int signo, error, code, pad;
	u64 addr;
};

/* Linux on riscv: flags, link, stack and a signal set of 128 bytes stand before the registers. */
struct ucontext {
	u8 before[176];
	u64 pc;
	u64 x[31];
};

/*
 * Everything that is said, written at the end: firmware that comments illegal instructions on the
 * console would do so in the middle of our lines.
 */
static struct {
	char text[65536];
	u64 used;
} output;

static u32 all_cpus[MAX_CPUS], cpu_count;
static volatile bool armed;
static volatile struct outcome last;
static u64 wrong;

/* The compiler may ask for these two. */
void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

void *memset(void *to, int value, size_t size)
{
	for (u8 *at = to; size--; at++)
		*at = (u8)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	const u8 *in = from;

	for (u8 *at = to; size--; at++)
		*at = *in++;
	return to;
}

static void put(char c)
{
	if (output.used < sizeof(output.text))
		output.text[output.used++] = c;
}

static void put_number(u64 value, u64 base)
{
	if (value >= base)
		put_number(value / base, base);
	put("0123456789abcdef"[value % base]);
}

static void put_signed(s64 value)
{
	if (value < 0)
		put('-');
	put_number(value < 0 ? -(u64)value : (u64)value, 10);
}

static void put_text(const char *text)
{
	while (*text)
		put(*text++);
}

void say(const char *format, ...)
{
	va_list list;

	put_text("lawful: ");
	va_start(list, format);
	for (; *format; format++) {
		if (*format != '%')
			put(*format);
		else if (*++format == 's')
			put_text(va_arg(list, const char *));
		else if (*format == 'd')
			put_signed(va_arg(list, s64));
		else
			put_number(va_arg(list, u64), 16);
	}
	va_end(list);
	put('\n');
}

void finish(int status)
{
	u64 from = 0;
	s64 wrote = 1;

	sys3(NR_WRITE, 1, "\n", 1);
	for (; from < output.used && wrote > 0; from += (u64)wrote)
		wrote = sys3(NR_WRITE, 1, output.text + from, output.used - from);
	sys1(NR_EXIT_GROUP, status);
}

void count_wrong(void)
{
	wrong++;
}

u64 wrong_count(void)
{
	return wrong;
}

void judge(const char *name, bool right)
{
	wrong += !right;
	say("%s: %s", name, right ? "right" : "WRONG");
}

const char *signal_name(int sig)
{
	switch (sig) {
	case 0: return "runs";
	case SIGILL: return "SIGILL";
	case SIGTRAP: return "SIGTRAP";
	case SIGBUS: return "SIGBUS";
	case SIGSEGV: return "SIGSEGV";
	default: return "another signal";
	}
}

static void on_signal(int sig, struct siginfo *info, struct ucontext *context)
{
	if (!armed) {
		say("%s out of place at %x, address %x", signal_name(sig), context->pc, info->addr);
		finish(3);
	}
	armed = false;
	last.sig = sig;
	last.code = info->code;
	last.addr = info->addr;
	last.pc = context->pc;
	context->pc = (u64)probe_land;
}

static void on_message(int sig)
{
	(void)sig;
	fp_clobber();
}

static void handle(int sig, const void *handler, u64 flags)
{
	const u64 action[3] = { (u64)handler, flags, 0 };

	sys(NR_RT_SIGACTION, (u64)sig, (u64)action, 0, 8, 0);
}

void signals_init(void)
{
	handle(SIGILL, (const void *)on_signal, SA_SIGINFO | SA_NODEFER);
	handle(SIGTRAP, (const void *)on_signal, SA_SIGINFO | SA_NODEFER);
	handle(SIGBUS, (const void *)on_signal, SA_SIGINFO | SA_NODEFER);
	handle(SIGSEGV, (const void *)on_signal, SA_SIGINFO | SA_NODEFER);
	handle(SIGUSR1, (const void *)on_message, 0);
}

struct outcome probe(const void *code, u64 a, u64 b)
{
	struct outcome got;

	last.sig = 0;
	last.code = 0;
	last.addr = 0;
	last.pc = 0;
	armed = true;
	got.value = probe_run(code, a, b);
	armed = false;
	got.sig = last.sig;
	got.code = last.code;
	got.addr = last.addr;
	got.pc = last.pc;
	return got;
}

void cpus_init(void)
{
	u64 mask = 0;

	sys3(NR_SCHED_GETAFFINITY, 0, sizeof(mask), &mask);
	for (u32 cpu = 0; cpu < MAX_CPUS; cpu++)
		if (mask >> cpu & 1)
			all_cpus[cpu_count++] = cpu;
}

u32 cpu_list(u32 *cpus)
{
	for (u32 i = 0; i < cpu_count; i++)
		cpus[i] = all_cpus[i];
	return cpu_count;
}

void cpu_pin(u32 cpu)
{
	u64 mask = 1ul << cpu;

	if (sys3(NR_SCHED_SETAFFINITY, 0, sizeof(mask), &mask) != 0) {
		say("cpu %d cannot be used", (s64)cpu);
		finish(3);
	}
}

void *map_pages(u64 size, u64 prot)
{
	s64 at = sys(NR_MMAP, 0, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, ~0ul);

	if (at < 0) {
		say("no memory: error %d", -at);
		finish(3);
	}
	return (void *)at;
}

bool on_every_cpu(u32 each, bool (*job)(u64 arg))
{
	u32 cpus[MAX_CPUS], count = cpu_list(cpus), born = 0;
	bool good = true;

	for (u32 i = 0; i < count * each; i++) {
		s64 child = sys2(NR_CLONE, SIGCHLD, 0);

		if (child == 0) {
			cpu_pin(cpus[i % count]);
			sys1(NR_EXIT_GROUP, job(i) ? 0 : 1);
		}
		born += child > 0;
	}
	for (u32 i = 0; i < born; i++) {
		u32 status = 0;

		good &= sys(NR_WAIT4, ~0ul, (u64)&status, 0, 0, 0) > 0 && status == 0;
	}
	return good && born == count * each;
}

bool read_text(const char *path, char *buffer, u64 size)
{
	s64 file = sys3(NR_OPENAT, -100, path, 0);
	u64 used = 0;
	s64 got = 0;

	if (file < 0)
		return false;
	while (used + 1 < size && (got = sys3(NR_READ, file, buffer + used, size - 1 - used)) > 0)
		used += (u64)got;
	buffer[used] = 0;
	sys1(NR_CLOSE, file);
	return got >= 0;
}
