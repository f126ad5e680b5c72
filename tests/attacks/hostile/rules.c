/* SPDX-License-Identifier: Apache-2.0 */
/* Thousands of random PMP rules against a model of the PMP in software (Priv. 3.7.1). */
#include "hostile.h"

#define RULES   6u /* random ones; the next grants everything */
#define ARENA   0x80100000ul
#define ARENA_SIZE 0x8000ul
#define PROBE   0x80110000ul /* code above the arena: no random rule reaches it */
#define ROM     0x1000ul     /* below the CLINT: only a rule that begins at 0 reaches it */
#define PROBES  4u

struct rule {
	uint64_t addr;
	uint8_t cfg;
};

static struct rule rules[RULES + 1];
static uint64_t disagreements, first_disagreement, reached_monitor;

static void put_probe(void)
{
	static const uint32_t code[] = {
		0x0005c503, /* lbu a0, (a1) */
		INSN_EBREAK,
		0x00a58023, /* sb a0, (a1) */
		INSN_EBREAK,
	};

	for (unsigned i = 0; i < 4; i++)
		store32(PROBE + 4 * i, code[i]);
	fence_i();
}

/* May the payload do it? By the breakpoint behind the access. */
static bool payload_may(bool is_store, uint64_t at)
{
	struct context c;

	context_init(&c, MODE_S, PROBE + (is_store ? 8 : 0));
	c.x[A1] = at;
	run(&c);
	return c.trap.cause == CAUSE_BREAKPOINT;
}

static bool matches(unsigned i, uint64_t at)
{
	uint64_t below = i ? rules[i - 1].addr << 2 : 0, ones;

	switch (rules[i].cfg & PMP_NAPOT) {
	case PMP_TOR:
		return at >= below && at < rules[i].addr << 2;
	case PMP_NA4:
		return at >> 2 == rules[i].addr;
	case PMP_NAPOT:
		ones = rules[i].addr ^ (rules[i].addr + 1); /* the trailing ones and one more */
		return (at >> 2 & ~ones) == (rules[i].addr & ~ones);
	default:
		return false;
	}
}

static bool model_grants(uint8_t right, uint64_t at)
{
	for (unsigned i = 0; i <= RULES; i++)
		if (matches(i, at))
			return rules[i].cfg & right;
	return false;
}

static uint64_t random_address(bool anywhere)
{
	uint64_t r = random_next(), at = ARENA + (r & (ARENA_SIZE - 4));

	if (anywhere && (r >> 32 & 3) == 0)
		at = monitor_base + (r & (monitor_size - 1));
	if (anywhere && (r >> 32 & 15) == 1)
		return ~0ul >> (r >> 40 & 15);
	at >>= 2;
	return r >> 48 & 1 ? at | ((1ul << (r >> 50 & 7)) - 1) : at;
}

/* What was kept of the values is what the rules are. */
static void draw(bool anywhere)
{
	for (unsigned i = 0; i < RULES; i++) {
		uint64_t r = random_next();

		pmp_set(i, (uint8_t)(r & (PMP_NAPOT | 7)), random_address(anywhere));
	}
	for (unsigned i = 0; i <= RULES; i++)
		rules[i] = (struct rule){ pmp_addr(i), pmp_cfg(i) };
}

static void compare(bool is_store, uint64_t at)
{
	if (payload_may(is_store, at) == model_grants(is_store ? PMP_W : PMP_R, at))
		return;
	if (!disagreements++)
		first_disagreement = at << 1 | is_store;
}

static void probe_arena(void)
{
	compare(false, ROM);
	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t border = rules[random_next() % RULES].addr << 2;
		uint64_t at = border - 1 + (random_next() & 1);

		if (at < ARENA || at >= ARENA + ARENA_SIZE)
			at = ARENA + (random_next() & (ARENA_SIZE - 1));
		compare(i & 1, at);
	}
}

static void probe_monitor(void)
{
	uint64_t at = monitor_base + (random_next() & (monitor_size - 8)), value;

	reached_monitor += payload_may(false, at);
	reached_monitor += try_access(ACCESS_LOAD, at, &value) == NO_TRAP;
}

static void model_run(unsigned rounds, bool anywhere)
{
	put_probe();
	pmp_set(RULES, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	for (unsigned i = 0; i < rounds; i++) {
		draw(anywhere);
		if (model_grants(PMP_X, PROBE) && model_grants(PMP_X, PROBE + 15))
			probe_arena();
		probe_monitor();
	}
	for (unsigned i = 0; i < RULES; i++)
		pmp_set(i, 0, 0);
}

/* ---- rules in memory of the firmware's own, 10000 sets ---- */

static void random_rules(void)
{
	model_run(10000, false);
}

/* ---- over the monitor, at ends of the address space, reserved forms ---- */

static void rules_anywhere(void)
{
	model_run(2000, true);
}

static uint64_t rules_step(struct context *c, uint64_t step)
{
	c->x[A1] = step == 0 ? first_disagreement : reached_monitor;
	return step == 0 ? disagreements : reached_monitor;
}

/* ---- rules that end inside the monitor's first and last page ---- */

static uint64_t granule_step(struct context *c, uint64_t step)
{
	uint64_t through, first;

	(void)step;
	pmp_set(2, PMP_TOR | PMP_R | PMP_W | PMP_X, (monitor_base + 8) >> 2);
	through = try_monitor(&first);
	pmp_set(2, 0, (monitor_base + monitor_size - 8) >> 2);
	pmp_set(3, PMP_TOR | PMP_R | PMP_W | PMP_X, ~0ul >> 10);
	through += try_monitor(&first);
	pmp_set(2, PMP_NA4 | PMP_R | PMP_W | PMP_X, monitor_base >> 2);
	through += try_monitor(&first);
	c->x[A1] = first;
	return through;
}

/* ---- mseccfg ---- */

static uint64_t lockdown_step(struct context *c, uint64_t step)
{
	uint64_t through, first;

	(void)step;
	catch_begin();
	csr_set(CSR_MSECCFG, 6); /* MMWP, RLB */
	csr_set(CSR_MSECCFG, 3ul << 32 | 3ul << 8); /* PMM, seed */
	if (catch_end().cause != NO_TRAP) {
		c->x[A1] = CAUSE_ILLEGAL;
		return 1;
	}
	through = try_monitor(&first);
	c->x[A1] = first;
	return through;
}

const struct attack hostile_rules[] = {
	{ .name = "A-3", .before = random_rules, .step = rules_step },
	{ .name = "A-4", .before = rules_anywhere, .step = rules_step },
	{ .name = "A-5", .step = granule_step },
	{ .name = "A-24", .step = lockdown_step },
	{ 0 },
};
