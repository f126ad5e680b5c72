/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every kind of exit of a payload in S-mode, with random values in all registers: calls that a
 * policy answers, calls that the firmware answers, traps that it hands back, the timer's interrupt,
 * time. Afterwards each register is what it was, but for what the call returns. On all harts at
 * once, on any SBI firmware.
 */
/* Evidence for I-MON-3. */
#include "sbi.h"
#include "../exits/trial.h"

#define ROUNDS 4
#define BASE 0x10ul
#define SSIP 2ul
#define STIP 32ul

/* CSRs and the bits of each that get random values. Those of 0 are only watched. */
#define PAYLOAD_ROWS(x) \
	x(SSTATUS, 0xc0120) x(SSCRATCH, ~0ul) x(SEPC, ~0ul) x(SCAUSE, ~0ul) x(STVAL, ~0ul) \
	x(STVEC, 0) x(SIE, 0x202) x(SATP, 0) x(SCOUNTEREN, 5) x(SENVCFG, 0xf1) \
	x(HSTATUS, 0x7003c0) x(HEDELEG, ~0ul) x(HIDELEG, ~0ul) x(HCOUNTEREN, 0xffffffff) \
	x(HTVAL, ~0ul) x(HGATP, 0) x(VSSTATUS, 0xc0122) x(VSTVEC, ~2ul) x(VSSCRATCH, ~0ul) \
	x(VSEPC, ~0ul) x(VSCAUSE, ~0ul) x(VSTVAL, ~0ul) x(VSATP, 0) \
	x(VSTART, 0) x(VCSR, 0) x(VL, 0) x(VTYPE, 0)

#define PAYLOAD_INDEX(name, mask) R_##name,
enum { PAYLOAD_ROWS(PAYLOAD_INDEX) R_COUNT };

#define PAYLOAD_FUNCTIONS(name, mask) ROW_FUNCTIONS(name, CSR_STVEC)
PAYLOAD_ROWS(PAYLOAD_FUNCTIONS)

static struct row rows[R_COUNT] = { PAYLOAD_ROWS(ROW) };

/* What came of a trial, and what its words ask for. */
struct plan {
	bool traps, shown, waits;
	uint64_t tval, cause, at, value;
	unsigned result;     /* register whose value is shown */
};

struct kind {
	const char *name;
	void (*make)(struct trial *t, struct plan *p);
};

extern uint64_t secondary_opaque;
extern const char _start[];
static struct trial trials[8];
static uint64_t seed, arrived;
static uint64_t root[512] __attribute__((aligned(4096)));

static void set(struct trial *t, unsigned reg, uint64_t value)
{
	t->in[reg] = t->want[reg] = value;
}

/* The call answers success and value. */
static void sbi(struct trial *t, uint64_t eid, uint64_t fid, uint64_t value)
{
	set(t, A7, eid);
	set(t, A6, fid);
	t->want[A0] = 0;
	t->want[A1] = value;
	trial_emit(t, INSN_ECALL);
}

/* ---- kinds ---- */

static void base_call(struct trial *t, struct plan *p)
{
	sbi(t, BASE, 3, 0); /* probe: no such extension */
	set(t, A0, 0x0aaaaaaa);
	t->want[A0] = 0;
	(void)p;
}

/* Nobody knows this one: the firmware is asked, and says so. */
static void unknown_call(struct trial *t, struct plan *p)
{
	sbi(t, 0x0aaaaaaa, trial_random(t), 0);
	t->want[A0] = (uint64_t)-2;
	p->shown = true;
	p->result = A1;
}

static void timer_call(struct trial *t, struct plan *p)
{
	(void)p;
	sbi(t, TIME, 0, 0);
	t->in[A0] = trial_random(t) | 1ul << 63;
}

static void ipi_call(struct trial *t, struct plan *p)
{
	(void)p;
	sbi(t, IPI, 0, 0);
	t->in[A0] = 0;
	t->in[A1] = 0;
}

static void fence_call(struct trial *t, struct plan *p)
{
	(void)p;
	sbi(t, RFENCE, trial_random(t) & 1, 0);
	t->in[A0] = ~0ul;
	t->in[A1] = ~0ul;
	set(t, A2, 0);
	set(t, A3, ~0ul);
}

static void status_call(struct trial *t, struct plan *p)
{
	(void)p;
	sbi(t, HSM, 2, 0);
	t->in[A0] = (uint64_t)(t - trials);
}

/* Comes back to stvec: the firmware gets it and hands it on. */
static void illegal(struct trial *t, struct plan *p)
{
	uint32_t word = insn_i(0x73, CSRRW, trial_pick(t), trial_pick(t), 0x5c0);

	trial_emit(t, word);
	p->traps = true;
	p->tval = word;
}

static void misaligned(struct trial *t, struct plan *p)
{
	unsigned at = trial_pick_holding(t, (uint64_t)t->cells + 1);

	trial_emit(t, insn_amo(2, 3, trial_pick(t), at, 0));
	p->traps = true;
	p->tval = (uint64_t)t->cells + 1;
}

static void interrupted(struct trial *t, struct plan *p)
{
	unsigned on = trial_pick_holding(t, 2); /* sstatus.SIE */

	csr_write(CSR_SIE, STIP);
	trial_emit(t, insn_i(0x73, CSRRS, 0, on, CSR_SSTATUS));
	trial_emit(t, 0x0000006f); /* j . */
	p->traps = true;
	p->waits = true;
}

static void read_time(struct trial *t, struct plan *p)
{
	unsigned rd = trial_pick(t);

	(void)p;
	trial_emit(t, insn_i(0x73, CSRRS, 0, 0, CSR_TIME));
	trial_emit(t, insn_i(0x73, CSRRS, rd, 0, CSR_TIME));
	p->result = rd;
}

static const struct kind kinds[] = {
	{ "base", base_call }, { "unknown", unknown_call }, { "timer", timer_call },
	{ "ipi", ipi_call }, { "fence", fence_call }, { "status", status_call },
	{ "illegal", illegal }, { "misaligned", misaligned }, { "interrupted", interrupted },
	{ "time", read_time },
};

/* ---- one trial ---- */

static void fill(struct trial *t, const struct kind *k, unsigned door)
{
	csr_write(CSR_SIE, 0);
	call(TIME, 0, ALL, 0, 0, 0);
	csr_clear(CSR_SIP, SSIP);
	trial_begin(t, k->name, door);
	trial_fill_units(t);
	csr_write(CSR_SATP, trial_random(t) & 1 ? 8ul << 60 | (uint64_t)root >> 12 : 0);
	sfence_vma();
	rows_fill(t, rows, R_COUNT);
}

static void check_trap(struct trial *t, struct plan *p)
{
	p->cause = t->after[R_SCAUSE];
	p->at = t->after[R_SEPC] - trial_slot(t);
	trial_expect(t, "stval", 0, p->tval, t->after[R_STVAL]);
	trial_expect(t, "sstatus.SPP and SIE", 0, 0x100, t->after[R_SSTATUS] & 0x102);
	t->may_change |= 1ul << R_SCAUSE | 1ul << R_SEPC | 1ul << R_STVAL | 1ul << R_SSTATUS |
		1ul << R_HSTATUS | 1ul << R_HTVAL;
}

static void run_trial(struct trial *t, const struct kind *k, unsigned door, struct plan *p)
{
	*p = (struct plan){ .cause = NO_TRAP };
	fill(t, k, door);
	k->make(t, p);
	csr_write(CSR_STVEC, trial_land(t));
	trial_seal(t);
	if (p->waits)
		call(TIME, 0, csr_read(CSR_TIME) + 2000 + (trial_random(t) & 1023), 0, 0, 0);
	rows_keep(t, rows, R_COUNT);
	trial_go(t);
	for (unsigned i = 0; i < R_COUNT; i++)
		t->after[i] = rows[i].present ? rows[i].read() : 0;
	csr_clear(CSR_SSTATUS, 2);
	csr_write(CSR_SIE, 0);
	trial_take_units(t);
	if (p->result) {
		p->value = t->out[p->result];
		t->out[p->result] = t->want[p->result];
	}
	trial_compare(t, t->out);
	if (p->traps)
		check_trap(t, p);
	rows_compare(t, rows, R_COUNT);
}

static void all_rounds(struct trial *t, bool talks)
{
	struct plan p;

	t->random = seed ^ (uint64_t)(t - trials + 1) * 0x9e3779b97f4a7c15ul;
	csr_set(CSR_SSTATUS, MSTATUS_FS | MSTATUS_VS);
	t->has_fp = true;
	t->has_vector = rows[R_VCSR].present;
	for (unsigned k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (unsigned i = 0; i < 3 * ROUNDS; i++)
			run_trial(t, &kinds[k], i % 3, &p);
		if (talks)
			say("t: %s: cause %x at %d, answer %x\n", kinds[k].name, p.cause,
				p.traps ? (int64_t)p.at : 0, p.shown ? p.value : 0);
	}
	csr_write(CSR_SATP, 0);
	sfence_vma();
	__atomic_fetch_add(&arrived, 1, __ATOMIC_ACQ_REL);
}

void payload_other(uint64_t id)
{
	all_rounds(&trials[id], false);
	for (;;)
		__asm__ volatile("wfi");
}

void payload_main(uint64_t id)
{
	uint64_t started = 0, failures = 0;

	seed = exits_seed ? exits_seed : csr_read(CSR_TIME);
	say("t: seed %x\n", seed);
	csr_set(CSR_SSTATUS, MSTATUS_FS | MSTATUS_VS);
	rows_probe(rows, R_COUNT);
	for (uint64_t at = 0; at < 4; at++)
		root[at] = at << 28 | PTE_RWX;
	for (uint64_t other = 0; other < 8; other++)
		if (other != id)
			started += call(HSM, 0, other, (uint64_t)_start,
				(uint64_t)&secondary_opaque, 0).error == 0;
	all_rounds(&trials[id], true);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < started + 1)
		;
	say("t: %d harts\n", (int64_t)started + 1);
	for (unsigned i = 0; i < 8; i++) {
		failures += trials[i].failures;
		trial_say(&trials[i], i, seed);
	}
	if (failures == 0)
		say("t: all kept\n");
	power_off();
}
