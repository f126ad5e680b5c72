/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin for QEMU's TCG that counts the instructions each hart executes, by whose they are and
 * by what the guest says it is doing. tests/bench/counter.py builds its arguments:
 *   monitor=LO-HI   the monitor, after it has moved; left out when there is none
 *   firmware=LO-HI  the firmware; what is in neither range is the payload's
 *   vector=ADDR     the monitor's trap vector: each arrival there is an exit
 *   profile=N       count every address of the monitor, too, while marker N is set
 *   out=FILE        where the counts go when QEMU ends
 * A guest sets the marker by `slti x0, x0, N`, a hint that does nothing (Unpriv. 2.9).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What we use of the plugin interface. Version 1 is QEMU 7's; in version 3, of QEMU 9,
 * qemu_plugin_insn_data() changed, and in version 7, of QEMU 11, the callback of a translation.
 * A QEMU loads only plugins of the versions it knows, so there is one object for each.
 */
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION 1
#endif
#define EXPORT __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;
typedef void insn_callback(unsigned vcpu, void *data);

#if PLUGIN_VERSION < 7
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*call)(uint64_t id, struct qemu_plugin_tb *tb));
#else
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*call)(struct qemu_plugin_tb *tb, void *data),
					   void *data);
#endif
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, insn_callback *call,
					    int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
#if PLUGIN_VERSION < 3
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
#else
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t length);
#endif
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv);

extern EXPORT int qemu_plugin_version;
int qemu_plugin_version = PLUGIN_VERSION;

#define MARKER_MASK  0x000fffffu	/* all of slti but its immediate */
#define MARKER_WORD  0x00002013u
#define MARKERS      4096
#define BOOT         MARKERS		/* until the monitor first leaves for a guest */
#define STARTUP      (MARKERS + 1)	/* then until the payload's first instruction */
#define CELLS        (MARKERS + 2)
#define ROM_END      0x10000u		/* the machine's own first instructions: nobody's payload */
#define HARTS        64

enum whose { MONITOR, FIRMWARE, PAYLOAD, OWNERS };

struct range {
	uint64_t low, high;
};

struct counts {
	uint64_t insns[OWNERS];
	uint64_t exits, nested;		/* traps out of a guest, and out of the monitor itself */
};

static struct range ranges[PAYLOAD];
static uint64_t vector, profiled = ~0ul;
static const char *out_name;
static struct counts table[CELLS][HARTS];
static enum whose last[HARTS];
static uint64_t *profile;
static unsigned marker = BOOT;		/* one for all harts */

static enum whose owner(uint64_t address)
{
	for (enum whose i = MONITOR; i < PAYLOAD; i++)
		if (address >= ranges[i].low && address < ranges[i].high)
			return i;
	return address < ROM_END ? FIRMWARE : PAYLOAD;
}

/* The monitor has boot behind it when a hart first leaves it; without one there is no boot. */
static void judge_phase(unsigned hart, enum whose who)
{
	if (marker == BOOT && (!ranges[MONITOR].high || (last[hart] == MONITOR && who != MONITOR)))
		marker = STARTUP;
	if (marker == STARTUP && who == PAYLOAD)
		marker = 0;
}

static void executed(unsigned hart, void *data)
{
	enum whose who = (enum whose)(uintptr_t)data;

	if (marker >= BOOT)
		judge_phase(hart, who);
	table[marker][hart].insns[marker == BOOT ? MONITOR : who]++;
	last[hart] = who;
}

static void arrived(unsigned hart, void *data)
{
	struct counts *c = &table[marker][hart];

	(void)data;
	if (last[hart] == MONITOR)
		c->nested++;
	else
		c->exits++;
}

static void marked(unsigned hart, void *data)
{
	(void)hart;
	marker = (unsigned)(uintptr_t)data;
}

static void profiled_insn(unsigned hart, void *data)
{
	(void)hart;
	if (marker == profiled)
		++*(uint64_t *)data;
}

static uint32_t word_of(const struct qemu_plugin_insn *insn)
{
	uint32_t word = 0;

	if (qemu_plugin_insn_size(insn) < sizeof(word))
		return 0;
#if PLUGIN_VERSION < 3
	memcpy(&word, qemu_plugin_insn_data(insn), sizeof(word));
#else
	qemu_plugin_insn_data(insn, &word, sizeof(word));
#endif
	return word;
}

/* Callbacks of one instruction run in the order in which they are registered. */
static void watch_insn(struct qemu_plugin_insn *insn)
{
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	uint32_t word = word_of(insn);
	enum whose who = owner(address);

	if (vector && address == vector)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, arrived, 0, NULL);
	qemu_plugin_register_vcpu_insn_exec_cb(insn, executed, 0, (void *)(uintptr_t)who);
	if (profile && who == MONITOR)
		qemu_plugin_register_vcpu_insn_exec_cb(
			insn, profiled_insn, 0,
			&profile[(address - ranges[MONITOR].low) / 2]);
	if (who != MONITOR && (word & MARKER_MASK) == MARKER_WORD)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, marked, 0,
						       (void *)(uintptr_t)(word >> 20));
}

static void watch_block(struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		watch_insn(qemu_plugin_tb_get_insn(tb, i));
}

#if PLUGIN_VERSION < 7
static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	watch_block(tb);
}

static void watch(uint64_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
}
#else
static void translated(struct qemu_plugin_tb *tb, void *data)
{
	(void)data;
	watch_block(tb);
}

static void watch(uint64_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated, NULL);
}
#endif

static void write_counts(FILE *out, unsigned mark, unsigned hart)
{
	const struct counts *c = &table[mark][hart];

	if (!(c->insns[MONITOR] | c->insns[FIRMWARE] | c->insns[PAYLOAD]))
		return;
	fprintf(out, "count %d %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		mark < BOOT ? (int)mark : -1 - (int)(mark - BOOT), hart, c->insns[MONITOR],
		c->insns[FIRMWARE], c->insns[PAYLOAD], c->exits, c->nested);
}

static void write_all(void)
{
	FILE *out = fopen(out_name, "w");
	uint64_t size = profile ? ranges[MONITOR].high - ranges[MONITOR].low : 0;

	if (!out) {
		fprintf(stderr, "count: cannot write %s\n", out_name);
		return;
	}
	for (unsigned mark = 0; mark < CELLS; mark++)
		for (unsigned hart = 0; hart < HARTS; hart++)
			write_counts(out, mark, hart);
	for (uint64_t at = 0; at < size; at += 2)
		if (profile[at / 2])
			fprintf(out, "at %" PRIx64 " %" PRIu64 "\n", at, profile[at / 2]);
	fprintf(out, "end\n");
	fclose(out);
}

static bool read_range(const char *text, struct range *range)
{
	char *end;

	range->low = strtoull(text, &end, 0);
	if (*end != '-')
		return false;
	range->high = strtoull(end + 1, &end, 0);
	return !*end && range->low < range->high;
}

static bool read_argument(const char *word)
{
	const char *value = strchr(word, '=');

	if (!value++)
		return false;
	if (!strncmp(word, "monitor=", 8))
		return read_range(value, &ranges[MONITOR]);
	if (!strncmp(word, "firmware=", 9))
		return read_range(value, &ranges[FIRMWARE]);
	if (!strncmp(word, "vector=", 7))
		vector = strtoull(value, NULL, 0);
	else if (!strncmp(word, "profile=", 8))
		profiled = strtoull(value, NULL, 0);
	else if (!strncmp(word, "out=", 4))
		out_name = value;
	else
		return false;
	return true;
}

int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!read_argument(argv[i])) {
			fprintf(stderr, "count: cannot read the argument \"%s\"\n", argv[i]);
			return 1;
		}
	if (!out_name) {
		fprintf(stderr, "count: say out=FILE\n");
		return 1;
	}
	if (profiled < CELLS)
		profile = calloc((ranges[MONITOR].high - ranges[MONITOR].low) / 2 + 1,
				 sizeof(*profile));
	for (unsigned hart = 0; hart < HARTS; hart++)
		last[hart] = FIRMWARE;
	watch(id);
	return atexit(write_all);
}
