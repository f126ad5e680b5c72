/* SPDX-License-Identifier: Apache-2.0 */
/* hart_probe() finds what the hart has, and leaves it as it was. */
#include "unit.h"

#include "hw/csr_num.h"

static void probe_finds_every_extension_of_a_full_hart(void **state)
{
	const struct hart_caps *c = &hart.caps;

	(void)state;
	assert_true(c->has_s && c->has_h && c->has_menvcfg && c->has_mcounteren && c->has_stateen);
	assert_true(c->has_mtinst && c->has_mtval2 && c->has_mseccfg && c->has_smepmp);
	assert_true(c->has_triggers && c->mret_clears_mprv);
	assert_false(c->irq_lowest_first);
	assert_int_equal(c->menvcfg_cbo, ENVCFG_CBO);
	assert_int_equal(c->pmp_count, 16);
	assert_int_equal(c->pmp_grain, 0);
	assert_int_equal(c->pmp_addr_mask, BITS(53, 0));
}

static void probe_finds_nothing_that_an_old_hart_lacks(void **state)
{
	const struct hart_caps *c = &hart.caps;

	(void)state;
	assert_true(c->has_s && c->has_mcounteren && c->irq_lowest_first);
	assert_false(c->has_h || c->has_menvcfg || c->has_stateen || c->has_mtinst ||
		     c->has_mtval2 || c->has_mseccfg || c->has_smepmp || c->has_triggers ||
		     c->mret_clears_mprv);
	assert_int_equal(c->menvcfg_cbo, 0);
}

/* Priv. 3.7.1: the number of entries and the grain G show in what pmpaddr keeps. */
static void probe_finds_pmp_count_and_grain(void **state)
{
	static const u8 counts[] = {0, 1, 4, 8, 16, 63, 64};

	(void)state;
	for (unsigned int i = 0; i < sizeof(counts); i++) {
		for (unsigned int grain = 0; grain < 11; grain++) {
			struct hart_caps caps;

			fake_reset();
			fake.pmp.count = counts[i];
			fake.pmp.grain = grain;
			fake.pmp_registers = counts[i] > 16 ? 64 : counts[i] > 0 ? 16 : 0;
			hart_probe(&caps);
			assert_int_equal(caps.pmp_count, counts[i]);
			assert_int_equal(caps.pmp_grain, counts[i] != 0 ? grain : 0);
		}
	}
}

/* Priv. 3.7.1: R=0 W=1 is reserved; NA4 is not to be had with a coarse grain. */
static void probe_finds_legal_pmp_configurations(void **state)
{
	(void)state;
	assert_int_equal(hart.caps.pmp_cfg_legal[0x1f], 0x1f);
	assert_int_equal(hart.caps.pmp_cfg_legal[0x17], 0x17);
	assert_int_equal(hart.caps.pmp_cfg_legal[0x02] & 0x02, 0);
	fake_reset();
	fake.pmp.grain = 2;
	fake_start(&hart);
	assert_int_equal(hart.caps.pmp_cfg_legal[0x17] & 0x18, 0);
}

static void compare_with(const struct fake_hart *before)
{
	static const u16 trap_csrs[] = {CSR_MCAUSE, CSR_MEPC, CSR_MTVAL, CSR_MTVAL2, CSR_MTINST};

	for (unsigned int i = 0; i < ARRAY_SIZE(trap_csrs); i++) {
		fake.csr[trap_csrs[i]] = before->csr[trap_csrs[i]];
	}
	for (unsigned int n = 0; n < 4096; n++) {
		if (fake.csr[n] != before->csr[n]) {
			fail_msg("CSR 0x%x is 0x%lx, was 0x%lx", n, fake.csr[n], before->csr[n]);
		}
	}
	assert_memory_equal(&fake.pmp, &before->pmp, sizeof(fake.pmp));
}

static void probe_leaves_every_csr_as_it_was(void **state)
{
	static const u16 legal_any[] = {CSR_MIE, CSR_MEDELEG, CSR_MENVCFG, CSR_SATP};
	static struct fake_hart before;
	struct hart_caps caps;

	(void)state;
	for (unsigned int round = 0; round < 20; round++) {
		fake_reset();
		for (unsigned int i = 0; i < ARRAY_SIZE(legal_any); i++) {
			fake_csr_put(legal_any[i], unit_random());
		}
		fake_csr_put(CSR_MIP, round % 2 != 0 ? BIT(IRQ_SSI) : BIT(IRQ_SEI));
		fake.pmp.addr[0] = unit_random() & BITS(53, 0);
		fake.pmp.cfg[0] = 0x18;
		before = fake;
		hart_probe(&caps);
		compare_with(&before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(probe_finds_every_extension_of_a_full_hart),
		UNIT_TEST_OLD(probe_finds_nothing_that_an_old_hart_lacks),
		UNIT_TEST(probe_finds_pmp_count_and_grain),
		UNIT_TEST(probe_finds_legal_pmp_configurations),
		UNIT_TEST(probe_leaves_every_csr_as_it_was),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
