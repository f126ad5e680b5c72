/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor takes over from the machine at its start, and what it leaves in hardware. */
#include "unit.h"

#include "monitor/policy.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"

static u64 written[4];
static unsigned int writes;

static void note_medeleg(unsigned int num, u64 value)
{
	if (num == CSR_MEDELEG && writes < ARRAY_SIZE(written)) {
		written[writes++] = value;
	}
}

/* An earlier stage may have delegated: that is the firmware's to read, and not in force. */
static void delegation_is_taken_over(void **state)
{
	(void)state;
	fake_reset();
	fake.csr[CSR_MEDELEG] = 0xb100;
	fake.csr[CSR_MIDELEG] = 0x222;
	fake.csr[CSR_MCOUNTEREN] = 5;
	fake.ones[CSR_MIDELEG] = 0x1444;
	fake_start(&hart);
	assert_int_equal(hart.vm.medeleg, 0xb100);
	assert_int_equal(fake.csr[CSR_MEDELEG], 0);
	assert_int_equal(hart.vm.mideleg, 0x1444);
	assert_int_equal(fake.csr[CSR_MIDELEG], 0x1444);
	assert_int_equal(hart.vm.mcounteren, 5);
	assert_int_equal(fake.csr[CSR_MCOUNTEREN], fake.mask[CSR_MCOUNTEREN]);
	assert_int_equal(hart.lr_addr, ~(u64)0);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
}

/* WARL (Priv. 2.3): what hardware makes of an illegal value may depend on what was there. */
static void hardware_judges_medeleg_by_what_was_there(void **state)
{
	(void)state;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, 0x8, 0));
	writes = 0;
	fake.on_csrw = note_medeleg;
	assert_true(vcsr_write(&hart, CSR_MEDELEG, VCSR_RW, 0x108, 0));
	fake.on_csrw = NULL;
	assert_int_equal(writes, 3);
	assert_int_equal(written[0], 0x8);
	assert_int_equal(written[1], 0x108);
	assert_int_equal(written[2], 0);
	assert_int_equal(hart.vm.medeleg, 0x108);
}

/* Priv. 3.7.2: translations may have been kept by the rules that there were before. */
static void the_first_rules_are_fenced(void **state)
{
	(void)state;
	memset(&fake.count, 0, sizeof(fake.count));
	memset(&hart.vpmp, 0, sizeof(hart.vpmp));
	vpmp_init(&hart);
	assert_int_equal(fake.count.sfence_vma, 1);
	assert_int_equal(fake.count.hfence_gvma, 1);
}

/* alpha and gamma look at traps, beta at nothing. */
static void what_policies_look_at_is_not_spared(void **state)
{
	(void)state;
	assert_true(policy_init(&hart));
	assert_int_equal(hart.spared, SPARES_ALL & ~(u32)(SPARES_FIRMWARE | SPARES_TIME));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(delegation_is_taken_over),
		UNIT_TEST(hardware_judges_medeleg_by_what_was_there),
		UNIT_TEST(the_first_rules_are_fenced),
		UNIT_TEST(what_policies_look_at_is_not_spared),
	};

	return cmocka_run_group_tests_name("start", tests, NULL, NULL);
}
