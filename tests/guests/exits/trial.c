/* SPDX-License-Identifier: Apache-2.0 */
/* Trials: random values in, the same values out. */
#include "trial.h"

void vector_fill(const void *v, uint64_t number);
void vector_take(void *v);

_Static_assert(offsetof(struct trial, out) == 256, "door.S knows this offset");
_Static_assert(offsetof(struct trial, stack) == 512, "door.S knows this offset");

uint64_t trial_random(struct trial *t)
{
	uint64_t r;

	t->random ^= t->random << 13;
	t->random ^= t->random >> 7;
	t->random ^= t->random << 17;
	r = t->random * 0x2545f4914f6cdd1dul;
	if ((r & 7) == 0)
		return (uint64_t)((int64_t)r >> (r >> 3 & 63));
	return r;
}

void trial_begin(struct trial *t, const char *kind, unsigned door)
{
	const struct door *d = &doors[door];
	unsigned words = (unsigned)(d->end - d->entry);

	t->kind = t->failures ? t->kind : kind;
	t->door = d;
	t->used = 0;
	t->taken = 1 | 1u << d->base;
	t->may_change = 0;
	for (unsigned i = 0; i < words; i++)
		t->code[i] = d->entry[i];
	for (unsigned i = 1; i < 32; i++)
		t->in[i] = t->want[i] = trial_random(t);
	t->in[d->base] = t->want[d->base] = (uint64_t)t;
	for (unsigned i = 0; i < TRIAL_CELLS; i++)
		t->cells[i] = trial_random(t);
}

unsigned trial_pick(struct trial *t)
{
	unsigned r;

	do
		r = trial_random(t) & 31;
	while (t->taken >> r & 1);
	t->taken |= 1u << r;
	return r;
}

unsigned trial_pick_holding(struct trial *t, uint64_t value)
{
	unsigned r = trial_pick(t);

	t->in[r] = t->want[r] = value;
	return r;
}

static uint32_t *slot_of(struct trial *t)
{
	return t->code + (t->door->slot - t->door->entry);
}

void trial_emit(struct trial *t, uint32_t word)
{
	slot_of(t)[t->used++] = word;
}

uint64_t trial_slot(const struct trial *t)
{
	return (uint64_t)(t->code + (t->door->slot - t->door->entry));
}

uint64_t trial_land(const struct trial *t)
{
	return (uint64_t)(t->code + (t->door->land - t->door->entry));
}

void trial_seal(struct trial *t)
{
	(void)t;
	fence_i();
}

void trial_go(struct trial *t)
{
	((void (*)(struct trial *))t->code)(t);
}

void trial_expect(struct trial *t, const char *what, uint64_t which, uint64_t wanted, uint64_t got)
{
	if (wanted == got)
		return;
	if (t->failures == 0) {
		t->what = what;
		t->base = t->door->base;
		t->which = which;
		t->wanted = wanted;
		t->got = got;
	}
	t->failures++;
}

void trial_compare(struct trial *t, const uint64_t *out)
{
	for (unsigned i = 1; i < 32; i++)
		trial_expect(t, "x", i, t->want[i], out[i]);
}

void trial_fill_units(struct trial *t)
{
	if (t->has_fp) {
		for (unsigned i = 0; i < 33; i++)
			t->f[i] = trial_random(t);
		t->f[32] &= 31 | (uint64_t)(t->f[32] >> 8 & 3) << 5;
		fp_fill(t->f);
	}
	if (t->has_vector) {
		for (unsigned i = 0; i < VECTOR_BYTES / 8; i++)
			t->v[i] = trial_random(t);
		vector_fill(t->v, trial_random(t) & 7);
	}
}

void trial_take_units(struct trial *t)
{
	if (t->has_fp) {
		fp_take(t->f_after);
		for (unsigned i = 0; i < 33; i++)
			trial_expect(t, "f", i, t->f[i], t->f_after[i]);
	}
	if (t->has_vector) {
		for (unsigned i = 0; i < VECTOR_BYTES / 8; i++)
			t->v_after[i] = t->v[i];
		vector_take(t->v_after);
		for (unsigned i = 0; i < VECTOR_BYTES / 8; i++)
			trial_expect(t, "doubleword of the vectors", i, t->v[i], t->v_after[i]);
	}
}

void rows_probe(struct row *rows, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		rows[i].present = rows[i].probe();
}

void rows_keep(struct trial *t, const struct row *rows, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		t->before[i] = rows[i].present ? rows[i].read() : 0;
}

void rows_fill(struct trial *t, const struct row *rows, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (rows[i].present && rows[i].mask)
			rows[i].write((rows[i].read() & ~rows[i].mask) |
				(trial_random(t) & rows[i].mask));
	rows_keep(t, rows, count);
}

void rows_compare(struct trial *t, const struct row *rows, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (rows[i].present && !(t->may_change >> i & 1))
			trial_expect(t, rows[i].name, 0, t->before[i] & ~rows[i].unsteady,
				t->after[i] & ~rows[i].unsteady);
}

void trial_say(const struct trial *t, uint64_t hart, uint64_t seed)
{
	if (t->failures)
		say("FAIL hart %d, seed %x, base x%d: %s: %s %d should be %x and is %x (%d so)\n",
			hart, seed, t->base, t->kind, t->what,
			(int64_t)t->which, t->wanted, t->got, (int64_t)t->failures);
}
