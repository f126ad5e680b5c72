/* SPDX-License-Identifier: Apache-2.0 */
/* Debug triggers of every type, by the mode bits that the Debug specification gives them. */
#include "unit.h"

#include "monitor/vcsr.h"
#include "monitor/vtrigger.h"
#include "monitor/world.h"

/* Where tdata1 of each type has m, s, u, vs and vu (Debug, chapter 5). */
static const struct layout {
	u64 type;
	u64 m, s, u, vs, vu;
} layouts[] = {
	{2, 1 << 6, 1 << 4, 1 << 3, 0, 0},
	{3, 1 << 9, 1 << 7, 1 << 6, 1 << 26, 1 << 25},
	{4, 1 << 9, 1 << 7, 1 << 6, 1 << 12, 1 << 11},
	{5, 1 << 9, 1 << 7, 1 << 6, 1 << 12, 1 << 11},
	{6, 1 << 6, 1 << 4, 1 << 3, 1 << 24, 1 << 23},
};

#define EVERYTHING_ELSE(l) (((u64)1 << 60) - 1 - (l)->m - (l)->s - (l)->u - (l)->vs - (l)->vu)

static u64 of_modes(const struct layout *l, u64 modes)
{
	return l->type << 60 | EVERYTHING_ELSE(l) | modes;
}

/* "m" is the monitor's mode: written with anything that can match, the trigger fires there. */
static void the_monitor_was_spared(const struct layout *l)
{
	assert_true(fake.tdata1_logged <= FAKE_TRIGGER_LOG);
	for (unsigned int i = 0; i < fake.tdata1_logged; i++) {
		assert_true((fake.tdata1_log[i] & l->m) == 0 ||
			    (fake.tdata1_log[i] & EVERYTHING_ELSE(l)) == 0);
	}
	fake.tdata1_logged = 0;
}

/* The trigger written with these modes, and what hardware holds in each world. */
static void try_modes(const struct layout *l, u64 modes, u64 firmware, u64 payload)
{
	u64 v;

	assert_true(vtrigger_write(&hart, of_modes(l, modes)));
	assert_int_equal(fake.tdata1[0], of_modes(l, firmware));
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, of_modes(l, modes));
	vtrigger_switch(&hart, WORLD_PAYLOAD);
	assert_int_equal(fake.tdata1[0], of_modes(l, payload));
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, of_modes(l, modes));
	vtrigger_switch(&hart, WORLD_FIRMWARE);
	assert_int_equal(fake.tdata1[0], of_modes(l, firmware));
	the_monitor_was_spared(l);
}

static void each_type_fires_where_it_was_told_to(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct layout *l = &layouts[i];
		u64 guest = l->s | l->u | l->vs | l->vu;

		try_modes(l, 0, 0, 0);
		try_modes(l, l->m, l->u, 0);
		try_modes(l, l->m | guest, l->u, guest);
		try_modes(l, l->s, 0, l->s);
		try_modes(l, l->u, 0, l->u);
		try_modes(l, l->vs, 0, l->vs);
		try_modes(l, l->vu, 0, l->vu);
	}
}

/* Type 7 and 15 are there; of 8 to 14 nothing is written, and the trigger stays what it was. */
static void reserved_types_are_not_written(void **state)
{
	u64 kept = of_modes(&layouts[0], layouts[0].m), v;

	(void)state;
	for (u64 type = 0; type < 16; type++) {
		bool exists = type < 8 || type == 15;

		assert_true(vtrigger_write(&hart, kept));
		assert_true(vtrigger_write(&hart, type << 60 | 5));
		assert_true(vtrigger_read(&hart, &v));
		assert_int_equal(v, exists ? type << 60 | 5 : kept);
	}
}

/* Each trigger is switched by itself, those that nobody has written not at all. */
static void only_written_triggers_are_switched(void **state)
{
	const struct layout *l = &layouts[4];

	(void)state;
	for (unsigned int n = 0; n < FAKE_TRIGGERS; n++) {
		fake.tdata1[n] = of_modes(l, l->m);
	}
	for (unsigned int n = 1; n < FAKE_TRIGGERS; n += 2) {
		fake.csr[CSR_TSELECT] = n;
		assert_true(vtrigger_write(&hart, of_modes(l, l->m | (n == 1 ? l->s : l->vs))));
	}
	fake.csr[CSR_TSELECT] = 2;
	vtrigger_switch(&hart, WORLD_PAYLOAD);
	assert_int_equal(fake.csr[CSR_TSELECT], 2);
	assert_int_equal(fake.tdata1[0], of_modes(l, l->m));
	assert_int_equal(fake.tdata1[1], of_modes(l, l->s));
	assert_int_equal(fake.tdata1[2], of_modes(l, l->m));
	assert_int_equal(fake.tdata1[3], of_modes(l, l->vs));
}

/* A type that hardware has not: the trigger keeps what it has, the modes that firmware gave too. */
static void a_missing_type_changes_nothing(void **state)
{
	u64 kept = of_modes(&layouts[0], layouts[0].m | layouts[0].s), v;

	(void)state;
	fake.no_trigger_types = 1 << 3 | 1 << 7;
	for (u64 type = 3; type < 8; type += 4) {
		assert_true(vtrigger_write(&hart, kept));
		assert_true(vtrigger_write(&hart, type << 60 | 0x2c0));
		assert_true(vtrigger_read(&hart, &v));
		assert_int_equal(v, kept);
		assert_int_equal(fake.tdata1[0], of_modes(&layouts[0], layouts[0].u));
	}
}

/* Modes that hardware has not are not seen; those that it has are, whoever runs. */
static void missing_modes_are_not_kept(void **state)
{
	const struct layout *l = &layouts[4];
	u64 v;

	(void)state;
	fake.mask[CSR_TDATA1] &= ~(l->vs | l->vu | l->s);
	assert_true(vtrigger_write(&hart, of_modes(l, l->m | l->s | l->vu)));
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, of_modes(l, l->m));
}

/* dmode is a debugger's alone: asking for it in vain loses nothing else. */
static void dmode_is_not_kept(void **state)
{
	const struct layout *l = &layouts[0];
	u64 v;

	(void)state;
	fake.mask[CSR_TDATA1] &= ~BIT(59);
	assert_true(vtrigger_write(&hart, of_modes(l, l->m | l->s) | BIT(59)));
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, of_modes(l, l->m | l->s) & ~BIT(59));
}

/* An unwritten trigger reads as hardware has it; what hardware counts is seen, too. */
static void hardware_has_the_rest_of_the_word(void **state)
{
	const struct layout *l = &layouts[1];
	u64 v;

	(void)state;
	fake.tdata1[0] = of_modes(l, l->u);
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, of_modes(l, l->u));
	assert_true(vtrigger_write(&hart, of_modes(l, l->m)));
	fake.tdata1[0] &= ~(u64)(0x3fff << 10); /* the count runs down */
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, of_modes(l, l->m) & ~(u64)(0x3fff << 10));
	vtrigger_switch(&hart, WORLD_PAYLOAD);
	assert_int_equal(fake.tdata1[0], of_modes(l, 0) & ~(u64)(0x3fff << 10));
}

static void disarmed_triggers_are_free_and_the_others_stay(void **state)
{
	u64 kept = of_modes(&layouts[0], layouts[0].u), v;

	(void)state;
	for (unsigned int n = 0; n < FAKE_TRIGGERS; n++) {
		fake.tdata1[n] = kept;
	}
	fake.csr[CSR_TSELECT] = 1;
	assert_true(vtrigger_write(&hart, of_modes(&layouts[0], layouts[0].m)));
	assert_int_equal(hart.triggers_armed, 2);
	assert_int_equal(hart.quick_firmware, 0); /* an armed trigger may fire on any instruction */
	fake.csr[CSR_TSELECT] = 3;
	vtrigger_disarm(&hart);
	assert_int_equal(fake.csr[CSR_TSELECT], 3);
	assert_int_equal(hart.triggers_armed, 0);
	for (unsigned int n = 0; n < FAKE_TRIGGERS; n++) {
		assert_int_equal(fake.tdata1[n], n == 1 ? 0 : kept);
	}
	fake.csr[CSR_TSELECT] = 1;
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, 0);
}

/* More triggers than the monitor keeps: they cannot be written, and read as hardware has them. */
static void triggers_beyond_those_kept_stay_as_they_are(void **state)
{
	u64 v;

	(void)state;
	fake.csr[CSR_TSELECT] = TRIGGERS_MAX; /* the fake hart has number 0 there */
	fake.tdata1[0] = 77;
	assert_true(vtrigger_write(&hart, of_modes(&layouts[0], layouts[0].m)));
	assert_int_equal(fake.tdata1[0], 77);
	assert_int_equal(hart.triggers_armed, 0);
	assert_true(vtrigger_read(&hart, &v));
	assert_int_equal(v, 77);
	fake.csr[CSR_TSELECT] = TRIGGERS_MAX - 1;
	assert_true(vtrigger_write(&hart, of_modes(&layouts[0], layouts[0].m)));
	assert_int_equal(hart.triggers_armed, 1u << (TRIGGERS_MAX - 1));
}

static void hart_without_triggers_has_none(void **state)
{
	u64 v = 5;

	(void)state;
	assert_false(vtrigger_read(&hart, &v));
	assert_false(vtrigger_write(&hart, 0));
	vtrigger_disarm(&hart); /* uses no register that is not there */
	assert_int_equal(hart.triggers_armed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(each_type_fires_where_it_was_told_to),
		UNIT_TEST(reserved_types_are_not_written),
		UNIT_TEST(only_written_triggers_are_switched),
		UNIT_TEST(a_missing_type_changes_nothing),
		UNIT_TEST(missing_modes_are_not_kept),
		UNIT_TEST(dmode_is_not_kept),
		UNIT_TEST(hardware_has_the_rest_of_the_word),
		UNIT_TEST(disarmed_triggers_are_free_and_the_others_stay),
		UNIT_TEST(triggers_beyond_those_kept_stay_as_they_are),
		UNIT_TEST_OLD(hart_without_triggers_has_none),
	};

	return cmocka_run_group_tests_name("vtrigger", tests, NULL, NULL);
}
