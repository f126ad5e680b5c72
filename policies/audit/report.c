/* SPDX-License-Identifier: Apache-2.0 */
/* The table that audit prints, one group of counters a line; tests/stats reads it. */
#include "lib/log.h"
#include "policies/audit/audit.h"

/* Room for one counter at the end of a line: a blank, the name, a blank, 20 digits. */
#define ITEM_MAX 48u

/* NULL, or past the end: has no name of its own and goes by its number. */
struct names {
	const char *const *name;
	unsigned int count;
	const char *plain;
};

static const char *const exception_names[] = {
	"fetch-misaligned", "fetch-access", "illegal", "breakpoint",
	"load-misaligned", "load-access", "store-misaligned", "store-access",
	"ecall-u", "ecall-s", "ecall-vs", "ecall-m",
	"fetch-page", "load-page", NULL, "store-page",
	"double-trap", NULL, "software-check", "hardware-error",
	"guest-fetch-page", "guest-load-page", "virtual-instruction", "guest-store-page",
};

static const char *const interrupt_names[] = {
	NULL, "ssi", "vssi", "msi", NULL, "sti", "vsti", "mti",
	NULL, "sei", "vsei", "mei", "sgei", "lcofi",
};

static const char *const denied_names[] = {
	[REFUSED_MONITOR] = "monitor", [REFUSED_MEMORY] = "memory",
	[REFUSED_DEVICE] = "device",   [REFUSED_CSR] = "csr",
	[REFUSED_CALL] = "call",       [REFUSED_INSTRUCTION] = "instruction",
	[REFUSED_RESUME] = "resume",   [REFUSED_INJECT] = "inject",
};
static_assert(ARRAY_SIZE(denied_names) == REFUSED_CLASSES, "every class has a name");

static const char *const call_names[] = {
	"legacy", "base", "time", "ipi", "rfence", "hsm", "srst", "pmu", "dbcn", "susp",
	"cppc", "nacl", "sta", "sse", "fwft", "dbtr", "mpxy", "audit", "other",
};
static_assert(ARRAY_SIZE(call_names) == AUDIT_CALL_COUNT, "every extension has a name");

static const char *const tick_names[] = { "firmware", "boot" };
static const char *const switch_names[] = { "to-firmware", "to-payload" };

static const struct names exceptions = { exception_names, ARRAY_SIZE(exception_names),
					 "exception" };
static const struct names interrupts = { interrupt_names, ARRAY_SIZE(interrupt_names),
					 "interrupt" };
static const struct names denials = { denied_names, ARRAY_SIZE(denied_names), "class" };
static const struct names calls = { call_names, ARRAY_SIZE(call_names), "call" };
static const struct names ticks = { tick_names, ARRAY_SIZE(tick_names), "ticks" };
static const struct names switches = { switch_names, ARRAY_SIZE(switch_names), "switches" };

static const struct group {
	const char *title;
	unsigned int first;
	unsigned int count;
	const struct names *names;
} groups[] = {
	{ "firmware-exits", AUDIT_FIRMWARE_EXCEPTIONS, 32, &exceptions },
	{ "firmware-exits", AUDIT_FIRMWARE_INTERRUPTS, 32, &interrupts },
	{ "payload-exits", AUDIT_PAYLOAD_EXCEPTIONS, 32, &exceptions },
	{ "payload-exits", AUDIT_PAYLOAD_INTERRUPTS, 32, &interrupts },
	{ "denied", AUDIT_DENIED, REFUSED_CLASSES, &denials },
	{ "ticks", AUDIT_FIRMWARE_TICKS, 2, &ticks },
	{ "switches", AUDIT_TO_FIRMWARE, 2, &switches },
	{ "calls", AUDIT_CALLS, AUDIT_CALL_COUNT, &calls },
	{ "forwarded", AUDIT_FORWARDED, AUDIT_CALL_COUNT, &calls },
};

struct line {
	char text[128];
	size_t length;
};

static void flush(struct line *l, unsigned int index, const struct group *g)
{
	if (l->length != 0) {
		log_line("audit hart %lu: %s%s", machine.harts[index]->id, g->title, l->text);
	}
	l->length = 0;
}

static size_t put(char *at, size_t room, const struct names *names, unsigned int i, u64 value)
{
	if (i < names->count && names->name[i] != NULL) {
		return fmt_print(at, room, " %s %lu", names->name[i], value);
	}
	return fmt_print(at, room, " %s-%u %lu", names->plain, i, value);
}

static void report_group(unsigned int index, const struct group *g)
{
	struct line l = { .length = 0 };

	for (unsigned int i = 0; i < g->count; i++) {
		u64 value = audit_value(index, g->first + i);

		if (value == 0) {
			continue;
		}
		if (l.length + ITEM_MAX > sizeof(l.text)) {
			flush(&l, index, g);
		}
		l.length += put(l.text + l.length, sizeof(l.text) - l.length, g->names, i, value);
	}
	flush(&l, index, g);
}

void audit_report(void)
{
	log_line("audit: version %u, %u harts", AUDIT_VERSION, machine.hart_count);
	for (unsigned int index = 0; index < machine.hart_count; index++) {
		for (unsigned int g = 0; g < ARRAY_SIZE(groups); g++) {
			report_group(index, &groups[g]);
		}
	}
	log_line("audit: end");
}
