/* SPDX-License-Identifier: Apache-2.0 */
/* Trials of a firmware: its own exits, and those of a payload that it starts. */
#include "machine.h"

#define TRAP_ROWS (1ul << R_MEPC | 1ul << R_MCAUSE | 1ul << R_MTVAL | 1ul << R_MTVAL2 | \
	1ul << R_MTINST | 1ul << R_MSTATUS)
/* QEMU 10 shows MTIP in hvip, too. */
#define DEVICE_ROWS (1ul << R_MIP | 1ul << R_HVIP)
/* QEMU 7.2 raises it once in a hundred runs of four harts, though vstimecmp is all ones. */
#define VSTIP (1ul << 6)
/* QEMU 7.2 never clears GVA by itself. */
#define TRAP_STATUS (MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_MPV | MSTATUS_GVA)

#define MACHINE_FUNCTIONS(name, mask) ROW_FUNCTIONS(name, CSR_MTVEC)
MACHINE_ROWS(MACHINE_FUNCTIONS)

struct row rows[R_COUNT] = { MACHINE_ROWS(ROW) };

static struct space spaces[2]; /* for U- and for S-mode */

void plan_trap(struct plan *p, uint64_t tval)
{
	p->traps = true;
	p->tval = tval;
}

void plan_interrupt(struct plan *p)
{
	plan_trap(p, 0);
	p->row_count = 0; /* the trap's own are checked by itself */
}

void plan_msip(struct plan *p)
{
	p->msip = true;
}

void plan_csr(struct plan *p, unsigned row, uint64_t value)
{
	p->row[p->row_count] = row;
	p->row_value[p->row_count++] = value;
}

void plan_cell(struct plan *p, unsigned cell, uint64_t value)
{
	p->cell[p->cell_count] = cell;
	p->cell_value[p->cell_count++] = value;
}

void plan_translate(struct plan *p, bool on)
{
	p->translated = on;
}

void machine_prepare(void)
{
	csr_set(CSR_MSTATUS, MSTATUS_FS | MSTATUS_VS);
	rows_probe(rows, R_COUNT);
	rows[R_MIP].unsteady = rows[R_HVIP].unsteady = VSTIP;
	for (unsigned i = 0; i < 2; i++) {
		space_init(&spaces[i], 3, false);
		for (uint64_t at = 0; at < 4; at++)
			space_map(&spaces[i], at << 30, at << 30, 2,
				PTE_RWX | (i == 0 ? PTE_U : 0));
	}
}

void machine_begin(struct trial *t)
{
	csr_set(CSR_MSTATUS, MSTATUS_FS | MSTATUS_VS);
	t->has_fp = (csr_read(CSR_MSTATUS) & MSTATUS_FS) && has_ext('D');
	t->has_vector = (csr_read(CSR_MSTATUS) & MSTATUS_VS) && has_ext('V');
	store64(CLINT_MTIMECMP(this_hart()->id), ~0ul);
}

/* QEMU 7.2 fills vsstatus.SXL, which is not a field, when it first enters V. */
void machine_begin_virtual(void)
{
	struct context c;

	if (has_ext('H')) {
		context_init(&c, MODE_VS, (uint64_t)door_home);
		run(&c);
	}
}

static uint64_t random_satp(struct trial *t)
{
	return trial_random(t) & 1 ? 0 : 8ul << 60 | trial_random(t) >> 4;
}

static void translate(const struct plan *p, bool user)
{
	if (p->translated >= 0)
		csr_write(CSR_SATP, p->translated ? space_atp(&spaces[user ? 0 : 1]) : 0);
	sfence_vma();
}

/* Fills everything but the general registers, which the door loads. */
static void fill(struct trial *t, struct plan *p, const struct kind *k, unsigned door)
{
	*p = (struct plan){ .hart = this_hart()->id, .translated = -1, .cause = NO_TRAP };
	trial_begin(t, k->name, door);
	trial_fill_units(t);
	if (rows[R_STIMECMP].present)
		csr_write(CSR_STIMECMP, ~0ul);
	if (rows[R_VSTIMECMP].present)
		csr_write(CSR_VSTIMECMP, ~0ul);
	csr_write(CSR_SATP, random_satp(t));
	rows_fill(t, rows, R_COUNT);
}

/* The devices, last: from here on the time runs. */
static void arm(const struct plan *p)
{
	if (p->msip)
		store32(CLINT_MSIP(p->hart), 1);
	if (p->delay)
		store64(CLINT_MTIMECMP(p->hart), time_now() + p->delay);
}

static void disarm(const struct plan *p)
{
	store32(CLINT_MSIP(p->hart), 0);
	store64(CLINT_MTIMECMP(p->hart), ~0ul);
}

static void check_status(struct trial *t, const struct plan *p, uint64_t mode)
{
	uint64_t was = t->before[R_MSTATUS] | p->status_set, is = t->after[R_MSTATUS];
	uint64_t bits = TRAP_STATUS & ~MSTATUS_GVA;
	uint64_t want = (mode & 3) << MSTATUS_MPP_SHIFT | (mode & 4 ? MSTATUS_MPV : 0);

	/* Interrupts are on where one is taken: in a payload by its mode. */
	if (p->tval == 0 && (int64_t)p->cause < 0 && mode == MODE_M)
		want |= MSTATUS_MPIE;
	trial_expect(t, "mstatus, but for the trap's fields,", 0, was & ~TRAP_STATUS,
		is & ~TRAP_STATUS);
	trial_expect(t, "mstatus, the trap's fields,", 0, want, is & bits);
}

static void check_trap(struct trial *t, struct plan *p, uint64_t mode)
{
	uint64_t at = t->after[R_MEPC] - trial_slot(t);

	trial_expect(t, "mtval", 0, p->tval, t->after[R_MTVAL]);
	p->cause = t->after[R_MCAUSE];
	p->at = at;
	check_status(t, p, mode);
	if (p->anywhere)
		trial_expect(t, "the interrupted pc, after the slot,", 0, 0, at > 12);
}

/* Rows and cells that the words have changed on purpose. */
static void check_changes(struct trial *t, const struct plan *p)
{
	for (unsigned i = 0; i < p->row_count; i++)
		t->before[p->row[i]] = p->row_value[i];
	for (unsigned i = 0; i < p->cell_count; i++)
		trial_expect(t, "cell", p->cell[i], p->cell_value[i], t->cells[p->cell[i]]);
}

static void check_rows(struct trial *t, struct plan *p, uint64_t mode)
{
	if (p->msip || p->delay)
		t->may_change |= DEVICE_ROWS;
	check_changes(t, p);
	if (p->traps) {
		t->may_change |= TRAP_ROWS;
		check_trap(t, p, mode);
	}
	rows_compare(t, rows, R_COUNT);
}

static void take_rows(struct trial *t)
{
	for (unsigned i = 0; i < R_COUNT; i++)
		t->after[i] = rows[i].present ? rows[i].read() : 0;
}

void machine_trial(struct trial *t, const struct kind *k, unsigned door, struct plan *p)
{
	uint64_t vector = csr_read(CSR_MTVEC);
	bool user = trial_random(t) & 1;

	mpv_make(false);
	fill(t, p, k, door);
	csr_clear(CSR_MSTATUS, MSTATUS_MPP | MSTATUS_MPV | MSTATUS_GVA);
	csr_set(CSR_MSTATUS, user ? 0 : 1ul << MSTATUS_MPP_SHIFT);
	rows_keep(t, rows, R_COUNT);
	k->make(t, p);
	translate(p, user);
	csr_write(CSR_MTVEC, trial_land(t));
	trial_seal(t);
	arm(p);
	rows_keep(t, rows, R_COUNT);
	trial_go(t);
	take_rows(t);
	csr_write(CSR_MTVEC, vector);
	csr_write(CSR_MSCRATCH, this_hart());
	csr_clear(CSR_MSTATUS, MSTATUS_MPRV | MSTATUS_MIE);
	csr_write(CSR_MIE, 0);
	disarm(p);
	trial_take_units(t);
	trial_compare(t, t->out);
	check_rows(t, p, MODE_M);
}

/* Where the payload's door goes at its end: to door_home, with nothing else of use. */
static uint64_t home[MAX_HARTS][16];

static void enter(struct trial *t, struct context *c, uint64_t pc)
{
	c->pc = pc;
	run(c);
	take_rows(t);
}

void payload_trial(struct trial *t, const struct kind *k, enum mode mode, unsigned door,
	struct plan *p)
{
	struct context c;
	bool is_virtual = (mode & 4) != 0;

	fill(t, p, k, door);
	csr_write(CSR_MSCRATCH, this_hart());
	p->translated = is_virtual ? -1 : (int)(trial_random(t) & 1);
	rows_keep(t, rows, R_COUNT);
	k->make(t, p);
	translate(p, mode == MODE_U);
	context_init(&c, mode, 0);
	for (unsigned i = 1; i < 32; i++)
		c.x[i] = t->in[i];
	home[p->hart][0] = (uint64_t)door_out;
	t->stack = (uint64_t)home[p->hart];
	trial_seal(t);
	arm(p);
	rows_keep(t, rows, R_COUNT);
	enter(t, &c, trial_slot(t));
	disarm(p);
	if (p->traps) {
		trial_compare(t, c.x);
		check_rows(t, p, mode);
		enter(t, &c, c.trap.epc + 4);
	}
	trial_expect(t, "the payload's last pc,", 0, (uint64_t)door_home, c.trap.epc);
	csr_write(CSR_MIE, 0);
	t->may_change |= TRAP_ROWS | DEVICE_ROWS;
	rows_compare(t, rows, R_COUNT);
	trial_take_units(t);
	trial_compare(t, t->out);
}
