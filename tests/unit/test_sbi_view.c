/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What software says that a view grants is what hardware with these entries would grant, byte by
 * byte, for any entries (Priv. 3.7.1.3).
 */
#include "unit.h"

#include "monitor/vpmp.h"

#define BYTES 24u

/* Entries that hardware can hold, close enough to each other that they overlap. */
static void fill(struct pmp_model *m, unsigned int grain)
{
	struct pmp_view *view = &hart.vpmp.view[VIEW_PAYLOAD];

	memset(view, 0, sizeof(*view));
	*m = (struct pmp_model){.count = hart.vpmp.entries, .grain = grain};
	for (unsigned int i = 0; i < m->count; i++) {
		u64 ones = BIT(unit_random() % 5) - 1;
		u64 addr = (FAKE_RAM_BASE >> 2) + (unit_random() % 64 << grain);

		addr = unit_random() % 4 == 0 ? unit_random_bits() : addr | ones;
		pmp_model_write_addr(m, i, addr);
		pmp_model_write_cfg(m, i, unit_random() % 3 == 0 ? 0 : unit_random() & 0x1f);
		view->addr[i] = m->addr[i];
		view->cfg[i / 8] |= (u64)m->cfg[i] << i % 8 * 8;
	}
}

static bool each_byte_may(const struct pmp_model *m, u64 addr, u64 size, unsigned int need)
{
	for (u64 i = 0; i < size; i++) {
		for (unsigned int a = ACCESS_READ; a <= ACCESS_EXECUTE; a++) {
			if ((need >> a & 1) != 0 &&
			    !pmp_model_allows(m, addr + i, 1, 1, (enum pmp_access)a)) {
				return false;
			}
		}
	}
	return true;
}

static u64 pick_address(const struct pmp_model *m)
{
	u64 near = unit_random() % 16 - 8;

	if (unit_random() % 2 == 0) {
		return FAKE_RAM_BASE + (unit_random() % 300 << m->grain);
	}
	return ((m->addr[unit_random() % m->count] << 2) + near) & BITS(55, 0);
}

static void view_is_read_as_hardware_reads_it(void **state)
{
	unsigned int granted = 0;

	(void)state;
	for (unsigned int round = 0; round < 30000; round++) {
		struct pmp_model m;
		unsigned int need = (unsigned int)(unit_random() % 7 + 1);

		hart.caps.pmp_grain = round % 3 == 0 ? 2 : 0;
		fill(&m, hart.caps.pmp_grain);
		for (unsigned int i = 0; i < 8; i++) {
			u64 addr = pick_address(&m);
			u64 size = unit_random() % BYTES + 1;
			bool want = each_byte_may(&m, addr, size, need);

			assert_true(vpmp_view_may(&hart, VIEW_PAYLOAD, addr, size, need) == want);
			granted += want ? 1 : 0;
		}
	}
	assert_true(granted > 1000); /* the entries are not such that nothing is ever granted */
}

/* As composed: the monitor's memory and the shield belong to nobody. */
static void composed_view_ends_at_the_monitors_border(void **state)
{
	u64 end = FAKE_SELF_BASE + FAKE_SELF_SIZE;

	(void)state;
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_RAM_BASE, 4, PMP_R));
	assert_true(vpmp_write_csr(&hart, CSR_PMPADDR0, ~(u64)0));
	assert_true(vpmp_write_csr(&hart, CSR_PMPCFG0, PMP_A_NAPOT | PMP_RWX));
	assert_true(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_RAM_BASE, 4, PMP_RWX));
	assert_true(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_SELF_BASE - 64, 64, PMP_RWX));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_SELF_BASE - 64, 65, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_SELF_BASE, 1, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, end - 1, 1, PMP_R));
	assert_true(vpmp_view_may(&hart, VIEW_PAYLOAD, end, 1, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, end - 1, 2, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_RAM_BASE, FAKE_RAM_SIZE, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_CLINT_BASE, 4, PMP_R));
	assert_true(vpmp_view_may(&hart, VIEW_FIRMWARE, FAKE_RAM_BASE, 4, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_FIRMWARE_MPRV, FAKE_RAM_BASE, 4, PMP_R));
}

static void nothing_and_what_wraps_is_refused(void **state)
{
	(void)state;
	assert_true(vpmp_write_csr(&hart, CSR_PMPADDR0, ~(u64)0));
	assert_true(vpmp_write_csr(&hart, CSR_PMPCFG0, PMP_A_NAPOT | PMP_RWX));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_RAM_BASE, 0, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, ~(u64)0, 2, PMP_R));
	assert_false(vpmp_view_may(&hart, VIEW_PAYLOAD, FAKE_RAM_BASE, ~(u64)0, PMP_R));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(view_is_read_as_hardware_reads_it),
		UNIT_TEST(composed_view_ends_at_the_monitors_border),
		UNIT_TEST(nothing_and_what_wraps_is_refused),
	};

	return cmocka_run_group_tests_name("sbi_view", tests, NULL, NULL);
}
