/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hardware enforces, view by view: for any contents of the firmware's registers and any
 * address, the composed entries say what a bare machine with these registers would have said, and
 * nothing at all inside the monitor and the shield (I-PMP-1, I-PMP-2, I-PMP-3).
 */
/* Evidence for I-PMP-1, I-PMP-2, I-PMP-3. */
#include "unit.h"

#include "monitor/vpmp.h"

/* The registers as the firmware has them, on a machine of its own. */
static struct pmp_model bare_machine(void)
{
	struct pmp_model m = {.count = hart.vpmp.count, .grain = fake.pmp.grain};

	memcpy(m.cfg, hart.vpmp.cfg, sizeof(m.cfg));
	memcpy(m.addr, hart.vpmp.addr, sizeof(m.addr));
	m.mseccfg = hart.vm.mseccfg;
	return m;
}

/* Addresses where rules meet: borders of entries, of the monitor, of the shield; and anywhere. */
static u64 pick_address(const struct pmp_model *m)
{
	u64 near = unit_random() % 24 - 12;

	switch (unit_random() % 6) {
	case 0:
		return machine.self.base + (unit_random() % 2 != 0 ? machine.self.size : 0) + near;
	case 1:
		return machine.clint.shield.base +
		       (unit_random() % 2 != 0 ? machine.clint.shield.size : 0) + near;
	case 2:
		return unit_random() & BITS(55, 0);
	case 3:
		return FAKE_RAM_BASE + unit_random() % FAKE_RAM_SIZE;
	default:
		if (m->count == 0) {
			return near & BITS(55, 0);
		}
		return ((m->addr[unit_random() % m->count] << 2) + near) & BITS(55, 0);
	}
}

/* Around RAM, around the monitor, or anything; NAPOT sizes that are not all alike. */
static u64 pick_rule_address(void)
{
	u64 ones = BIT(unit_random() % 30) - 1;

	switch (unit_random() % 5) {
	case 0:
		return unit_random_bits();
	case 1:
		return (FAKE_SELF_BASE >> 2) + unit_random() % 0x20000 - 0x8000;
	case 2:
		return FAKE_CLINT_BASE >> 2 | ones;
	case 3:
		return FAKE_RAM_BASE >> 2 | ones;
	default:
		return (FAKE_RAM_BASE >> 2) + unit_random() % (FAKE_RAM_SIZE >> 2);
	}
}

static void write_random_rules(void)
{
	unsigned int n = 1 + (unsigned int)(unit_random() % 12);

	for (unsigned int i = 0; i < n && hart.vpmp.count != 0; i++) {
		unsigned int entry = (unsigned int)(unit_random() % hart.vpmp.count);

		vpmp_write_csr(&hart, CSR_PMPADDR0 + entry, pick_rule_address());
		vpmp_write_csr(&hart, CSR_PMPCFG0 + entry / 8 * 2,
			       unit_random() & unit_random_bits());
	}
}

static bool is_forbidden(u64 addr, u64 size)
{
	return range_touches(machine.self, addr, size) ||
	       range_touches(machine.clint.shield, addr, size);
}

/* In the MPRV view loads and stores trap, wherever they go; code runs as without MPRV. */
static bool bare_answer(const struct pmp_model *m, enum pmp_view_id view, u64 addr, u64 size,
			enum pmp_access a)
{
	if (view == VIEW_PAYLOAD) {
		return pmp_model_allows(m, addr, size, 1, a);
	}
	if (view == VIEW_FIRMWARE_MPRV && a != ACCESS_EXECUTE) {
		return false;
	}
	return pmp_model_allows(m, addr, size, 3, a);
}

static void compare(const struct pmp_model *m, enum pmp_view_id view, u64 addr, u64 size)
{
	for (enum pmp_access a = ACCESS_READ; a <= ACCESS_EXECUTE; a++) {
		unsigned int mode = view == VIEW_PAYLOAD ? 1 : 0;
		bool hw = pmp_model_allows(&fake.pmp, addr, size, mode, a);
		bool want = !is_forbidden(addr, size) && bare_answer(m, view, addr, size, a);

		if (hw != want) {
			fail_msg("view %d, access %d to 0x%lx of %lu bytes: hardware says %d, the "
				 "firmware's rules %d",
				 view, a, addr, size, hw, want);
		}
	}
}

/* The software's own judgement, used for what the monitor does on a guest's behalf. */
static void compare_software(const struct pmp_model *m, u64 addr, u64 size)
{
	for (unsigned int a = 0; a < 3; a++) {
		assert_int_equal(vpmp_firmware_may(&hart, addr, size, 1u << a),
				 pmp_model_allows(m, addr, size, 3, (enum pmp_access)a));
		assert_int_equal(vpmp_payload_may(&hart, addr, size, 1u << a),
				 pmp_model_allows(m, addr, size, 1, (enum pmp_access)a));
	}
}

static void compare_everywhere(unsigned int samples, bool software)
{
	struct pmp_model m = bare_machine();

	for (enum pmp_view_id view = 0; view < VIEW_COUNT; view++) {
		vpmp_use(&hart, view);
		for (unsigned int i = 0; i < samples; i++) {
			u64 size = (u64)1 << unit_random() % 4;
			u64 addr = pick_address(&m);

			if (unit_random() % 4 != 0) {
				addr &= ~(size - 1);
			}
			compare(&m, view, addr, size);
			if (software) {
				compare_software(&m, addr, size);
			}
		}
	}
}

static void start_with(unsigned int count, unsigned int grain)
{
	fake_reset();
	fake.pmp.count = count;
	fake.pmp.grain = grain;
	fake.pmp_registers = count > 16 ? 64 : 16;
	fake_start(&hart);
	hart.vm.mseccfg = unit_random() % 3 == 0 ? unit_random() & 7 : 0;
	vpmp_rebuild(&hart);
}

static void views_say_what_the_rules_say_for_any_number_of_entries(void **state)
{
	(void)state;
	for (unsigned int count = 4; count <= 64; count++) {
		start_with(count, 0);
		for (unsigned int round = 0; round < 3; round++) {
			compare_everywhere(40, true);
			write_random_rules();
		}
	}
}

static void views_say_what_the_rules_say_on_a_hart_of_sixteen(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 150; round++) {
		start_with(16, 0);
		write_random_rules();
		compare_everywhere(80, true);
	}
}

static void views_say_what_the_rules_say_with_a_coarse_grain(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 100; round++) {
		start_with(16, 1 + round % 10);
		write_random_rules();
		compare_everywhere(60, false);
	}
}

/* Priv. 3.7.1: low bits of pmpaddr below the grain decide nothing, in software as in hardware. */
static void software_judges_by_the_grain_too(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 100; round++) {
		start_with(16, 1 + round % 10);
		write_random_rules();
		compare_everywhere(60, true);
	}
}

/* Priv. 3.7.1.3: a TOR rule in entry 0 begins at 0; another at the address below it. */
static void tor_borders_are_exact(void **state)
{
	struct pmp_model m;

	(void)state;
	start_with(16, 0);
	hart.vm.mseccfg = 0;
	vpmp_write_csr(&hart, CSR_PMPADDR0, 0x1000 >> 2);
	vpmp_write_csr(&hart, CSR_PMPADDR0 + 1, 0x3000 >> 2);
	vpmp_write_csr(&hart, CSR_PMPADDR0 + 2, 0x2000 >> 2); /* empty: below its predecessor */
	vpmp_write_csr(&hart, CSR_PMPADDR0 + 3, 0x5000 >> 2);
	vpmp_write_csr(&hart, CSR_PMPCFG0, 0x090f0b09);
	m = bare_machine();
	vpmp_use(&hart, VIEW_PAYLOAD);
	for (u64 addr = 0; addr < 0x6000; addr += 4) {
		compare(&m, VIEW_PAYLOAD, addr, 4);
		compare(&m, VIEW_PAYLOAD, addr + 2, 4);
	}
	assert_true(pmp_model_allows(&fake.pmp, 0, 8, 1, ACCESS_READ));
	assert_false(pmp_model_allows(&fake.pmp, 0xffc, 8, 1, ACCESS_READ));
	assert_true(pmp_model_allows(&fake.pmp, 0x4ff8, 8, 1, ACCESS_READ));
	assert_false(pmp_model_allows(&fake.pmp, 0x5000, 1, 1, ACCESS_READ));
}

/* Smepmp, table 1 and the rules without MML: every cfg byte, mode, access and mseccfg. */
static void permissions_of_one_rule_are_those_of_the_table(void **state)
{
	struct range r = range_make(FAKE_RAM_BASE + 0x10000, 0x1000);

	(void)state;
	for (unsigned int n = 0; n < 256 * 4; n++) {
		struct pmp_model m;

		fake_reset();
		fake_start(&hart);
		hart.vm.mseccfg = MSECCFG_RLB | n >> 8;
		vpmp_rebuild(&hart);
		vpmp_write_csr(&hart, CSR_PMPADDR0, pmp_napot(r));
		vpmp_write_csr(&hart, CSR_PMPCFG0, n & 0xff);
		m = bare_machine();
		for (enum pmp_view_id view = 0; view < VIEW_COUNT; view++) {
			vpmp_use(&hart, view);
			compare(&m, view, r.base, 4);
			compare(&m, view, r.base + 0x2000, 4);
			compare_software(&m, r.base, 4);
			compare_software(&m, r.base + 0x2000, 4);
		}
	}
}

/* Priv. 3.7.1.3: on a hart without PMP the payload may do everything; the monitor stays closed. */
static void hart_with_no_entry_left_lets_the_payload_do_everything_else(void **state)
{
	(void)state;
	start_with(4, 0);
	assert_int_equal(hart.vpmp.count, 0);
	vpmp_use(&hart, VIEW_PAYLOAD);
	assert_true(pmp_model_allows(&fake.pmp, FAKE_RAM_BASE, 8, 1, ACCESS_EXECUTE));
	assert_true(pmp_model_allows(&fake.pmp, 0, 8, 0, ACCESS_WRITE));
	assert_false(pmp_model_allows(&fake.pmp, FAKE_SELF_BASE, 1, 1, ACCESS_READ));
	assert_false(pmp_model_allows(&fake.pmp, FAKE_CLINT_BASE, 4, 1, ACCESS_READ));
}

static void machine_without_a_clint_has_no_shield(void **state)
{
	(void)state;
	fake_reset();
	fake_start(&hart);
	machine.clint = (struct clint_map){0};
	memset(&hart.vpmp, 0, sizeof(hart.vpmp));
	vpmp_init(&hart);
	assert_true(pmp_model_allows(&fake.pmp, FAKE_CLINT_BASE, 4, 0, ACCESS_READ));
	assert_true(pmp_model_allows(&fake.pmp, 0, 4, 0, ACCESS_READ));
	assert_false(pmp_model_allows(&fake.pmp, FAKE_SELF_BASE, 4, 0, ACCESS_READ));
}

/* What wraps is nobody's, nor is no byte at all; the last byte that a rule has is. */
static void what_wraps_is_nobodys(void **state)
{
	(void)state;
	start_with(16, 0);
	vpmp_write_csr(&hart, CSR_PMPADDR0, ~(u64)0);
	vpmp_write_csr(&hart, CSR_PMPCFG0, PMP_A_NAPOT | PMP_RWX);
	for (u64 size = 2; size <= 8; size++) {
		assert_true(vpmp_view_may(&hart, VIEW_PAYLOAD, BIT(56) - size, size, PMP_R));
		assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, ~(u64)0 - size + 2, size, 0));
	}
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_RAM_BASE, 0, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_RAM_BASE, ~(u64)0, PMP_R));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_say_what_the_rules_say_for_any_number_of_entries),
		cmocka_unit_test(views_say_what_the_rules_say_on_a_hart_of_sixteen),
		cmocka_unit_test(views_say_what_the_rules_say_with_a_coarse_grain),
		cmocka_unit_test(software_judges_by_the_grain_too),
		cmocka_unit_test(tor_borders_are_exact),
		cmocka_unit_test(permissions_of_one_rule_are_those_of_the_table),
		cmocka_unit_test(hart_with_no_entry_left_lets_the_payload_do_everything_else),
		cmocka_unit_test(machine_without_a_clint_has_no_shield),
		cmocka_unit_test(what_wraps_is_nobodys),
	};

	return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
