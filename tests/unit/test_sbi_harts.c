/* SPDX-License-Identifier: Apache-2.0 */
/* SBI services about harts (SBI 3.0, chapters 4 to 9), hostile parameters included. */
#include "sbi_call.h"

#include "monitor/ipi.h"
#include "monitor/timer.h"

#define ALL (~(u64)0)
#define MTIMECMP0 (FAKE_CLINT_BASE + 0x4000)
#define MASK_AT (FAKE_RAM_BASE + 0x2000)

static int setup(void **state)
{
	unit_setup(state);
	sbi_start_payload();
	return 0;
}

static int setup_old(void **state)
{
	unit_setup_old(state);
	sbi_start_payload();
	return 0;
}

static bool ssip(void)
{
	return (fake_mip() & BIT(IRQ_SSI)) != 0;
}

static bool stip(void)
{
	return (fake_mip() & BIT(IRQ_STI)) != 0;
}

/* ---- hart lists, by way of IPI (SBI 3.0, 3.2) ---- */

static void interrupt_reaches_the_harts_of_the_list(void **state)
{
	(void)state;
	fake_other.hsm.state = HSM_STARTED;
	assert_answer(sbi_call(SBI_IPI, 0, 1, 0, 7), SBI_SUCCESS, 0);
	assert_true(ssip());
	assert_int_equal(fake_other.ssip, 0);
	virq_set_ssip(&hart, false);
	assert_answer(sbi_call(SBI_IPI, 0, 1, 1, 7), SBI_SUCCESS, 0);
	assert_false(ssip());
	assert_int_equal(fake_other.ssip, 1);
	assert_int_equal(fake.msip[1], 1);
	fake_other.ssip = 0;
	assert_answer(sbi_call(SBI_IPI, 0, 0x5555, ALL, 7), SBI_SUCCESS, 0);
	assert_true(ssip());
	assert_int_equal(fake_other.ssip, 1);
}

static void interrupt_that_was_announced_is_taken_at_the_doorbell(void **state)
{
	(void)state;
	hart.ssip = 1;
	fake.msip[0] = 1;
	ipi_answer(&hart);
	assert_true(ssip());
	assert_int_equal(hart.ssip, 0);
	virq_set_ssip(&hart, false);
	ipi_answer(&hart);
	assert_false(ssip());
}

static void empty_lists_are_right_whatever_their_base(void **state)
{
	(void)state;
	assert_answer(sbi_call(SBI_IPI, 0, 0, 0, 0), SBI_SUCCESS, 0);
	assert_answer(sbi_call(SBI_IPI, 0, 0, 1000, 0), SBI_SUCCESS, 0);
	assert_answer(sbi_call(SBI_IPI, 0, 0, ALL - 1, 0), SBI_SUCCESS, 0);
	assert_false(ssip());
}

static void lists_with_a_hart_that_is_not_there_are_refused(void **state)
{
	static const u64 lists[][2] = {
		{1, 1},       {3, 0},       {1, 64},       {1, 100},
		{BIT(40), 0}, {BIT(63), 0}, {ALL, 0},      {1, BIT(32)},
		{1, BIT(62)}, {3, ALL - 1}, {2, ALL - 1},  {BIT(63), ALL - 62},
	};

	(void)state; /* hart 1 has not started */
	for (unsigned int i = 0; i < ARRAY_SIZE(lists); i++) {
		assert_answer(sbi_call(SBI_IPI, 0, lists[i][0], lists[i][1], 0),
			      SBI_ERR_INVALID_PARAM, 0);
		assert_answer(sbi_call(SBI_RFENCE, 1, lists[i][0], lists[i][1], 0),
			      SBI_ERR_INVALID_PARAM, 0);
		assert_false(ssip());
		assert_int_equal(fake_other.ssip, 0);
	}
}

/* Linux goes on as if it had been done: a stopped hart must not keep the others from fencing. */
static void fences_reach_those_of_a_list_that_are_there(void **state)
{
	(void)state;
	memset(&fake.count, 0, sizeof(fake.count));
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_SFENCE_VMA, 3, 0, 0), SBI_ERR_INVALID_PARAM,
		      0);
	assert_int_equal(fake.count.sfence_vma, 1);
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_FENCE_I, ALL, 0, 0), SBI_ERR_INVALID_PARAM,
		      0);
	assert_int_equal(fake.count.fence_i, 1);
	fake_store(MASK_AT, 8, 3);
	assert_answer(sbi_call(SBI_LEGACY_SFENCE_VMA, 3, MASK_AT, UNTOUCHED, 0),
		      SBI_ERR_INVALID_PARAM, UNTOUCHED);
	assert_int_equal(fake.count.sfence_vma, 2);
}

static void hart_ids_need_not_be_indices(void **state)
{
	(void)state;
	hart.id = 65;
	assert_answer(sbi_call(SBI_IPI, 0, 1, 0, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(sbi_call(SBI_IPI, 0, BIT(1), 64, 0), SBI_SUCCESS, 0);
	assert_true(ssip());
}

static void functions_that_do_not_exist_are_not_supported(void **state)
{
	static const u64 extensions[] = {SBI_TIME, SBI_IPI, SBI_RFENCE, SBI_BASE, SBI_SRST};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(extensions); i++) {
		assert_answer(sbi_call(extensions[i], 7, 1, 0, 0), SBI_ERR_NOT_SUPPORTED, 0);
		assert_answer(sbi_call(extensions[i], ALL, 1, 0, 0), SBI_ERR_NOT_SUPPORTED, 0);
		assert_answer(sbi_call(extensions[i], BIT(32), 1, 0, 0), SBI_ERR_NOT_SUPPORTED, 0);
	}
	assert_false(ssip());
	assert_int_equal(fake.finisher, 0);
}

/* ---- RFENCE ---- */

static void each_fence_is_executed_whole(void **state)
{
	(void)state;
	memset(&fake.count, 0, sizeof(fake.count));
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_FENCE_I, 1, 0, 0), SBI_SUCCESS, 0);
	assert_int_equal(fake.count.fence_i, 1);
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_SFENCE_VMA, 1, 0, 0), SBI_SUCCESS, 0);
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_SFENCE_VMA_ASID, 0, ALL, 0), SBI_SUCCESS, 0);
	assert_int_equal(fake.count.sfence_vma, 2);
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_HFENCE_GVMA, 1, 0, 0), SBI_SUCCESS, 0);
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_HFENCE_GVMA_VMID, 1, 0, 0), SBI_SUCCESS, 0);
	assert_int_equal(fake.count.hfence_gvma, 2);
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_HFENCE_VVMA, 1, 0, 0), SBI_SUCCESS, 0);
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_HFENCE_VVMA_ASID, 1, 0, 0), SBI_SUCCESS, 0);
	assert_int_equal(fake.count.hfence_vvma, 2);
}

static void guests_fences_need_the_hypervisor_extension(void **state)
{
	(void)state;
	assert_answer(sbi_call(SBI_RFENCE, SBI_RFENCE_SFENCE_VMA, 1, 0, 0), SBI_SUCCESS, 0);
	for (u64 f = SBI_RFENCE_HFENCE_GVMA_VMID; f <= SBI_RFENCE_HFENCE_VVMA; f++) {
		assert_answer(sbi_call(SBI_RFENCE, f, 1, 0, 0), SBI_ERR_NOT_SUPPORTED, 0);
	}
}

/* ---- TIME ---- */

static void timer_is_set_where_there_is_one(void **state)
{
	(void)state;
	assert_passed(sbi_call(SBI_TIME, 0, 5000, UNTOUCHED, 0));
	assert_passed(sbi_call(SBI_LEGACY_SET_TIMER, 0, 5000, UNTOUCHED, 0));
	hart.timer.mtimecmp_addr = MTIMECMP0;
	timer_share(&hart);
	assert_answer(sbi_call(SBI_TIME, 0, 5000, UNTOUCHED, 0), SBI_SUCCESS, 0);
	assert_int_equal(fake.mtimecmp[0], 5000);
	assert_answer(sbi_call(SBI_LEGACY_SET_TIMER, 9, 7000, UNTOUCHED, 0), 0, UNTOUCHED);
	assert_int_equal(fake.mtimecmp[0], 7000);
	fake.mtime = 7000;
	timer_interrupt(&hart);
	assert_true(stip());
	assert_answer(sbi_call(SBI_TIME, 0, ALL, 0, 0), SBI_SUCCESS, 0);
	assert_false(stip());
}

/* ---- legacy ---- */

static void legacy_interrupt_reads_its_mask_with_the_payloads_rights(void **state)
{
	(void)state;
	fake_store(MASK_AT, 8, 1);
	assert_answer(sbi_call(SBI_LEGACY_SEND_IPI, 3, MASK_AT, UNTOUCHED, 0), 0, UNTOUCHED);
	assert_true(ssip());
	assert_answer(sbi_call(SBI_LEGACY_CLEAR_IPI, 3, 0, UNTOUCHED, 0), 1, UNTOUCHED);
	assert_false(ssip());
	assert_answer(sbi_call(SBI_LEGACY_CLEAR_IPI, 3, 0, UNTOUCHED, 0), 0, UNTOUCHED);
	assert_answer(sbi_call(SBI_LEGACY_SEND_IPI, 3, 0, UNTOUCHED, 0), 0, UNTOUCHED);
	assert_true(ssip());
	fake_store(MASK_AT, 8, BIT(40));
	assert_answer(sbi_call(SBI_LEGACY_SEND_IPI, 3, MASK_AT, UNTOUCHED, 0),
		      SBI_ERR_INVALID_PARAM, UNTOUCHED);
}

static void legacy_fences_are_executed(void **state)
{
	(void)state;
	fake_store(MASK_AT, 8, 1);
	memset(&fake.count, 0, sizeof(fake.count));
	assert_answer(sbi_call(SBI_LEGACY_FENCE_I, 3, MASK_AT, UNTOUCHED, 0), 0, UNTOUCHED);
	assert_int_equal(fake.count.fence_i, 1);
	assert_int_equal(fake.count.sfence_vma, 0);
	assert_answer(sbi_call(SBI_LEGACY_SFENCE_VMA, 3, MASK_AT, UNTOUCHED, 0), 0, UNTOUCHED);
	assert_answer(sbi_call(SBI_LEGACY_SFENCE_VMA_ASID, 3, 0, UNTOUCHED, 0), 0, UNTOUCHED);
	assert_int_equal(fake.count.sfence_vma, 2);
	assert_int_equal(fake.count.fence_i, 1);
	fake_store(MASK_AT, 8, BIT(1)); /* there, but not started */
	assert_answer(sbi_call(SBI_LEGACY_SFENCE_VMA, 3, MASK_AT, UNTOUCHED, 0),
		      SBI_ERR_INVALID_PARAM, UNTOUCHED);
	assert_int_equal(fake.count.sfence_vma, 2);
}

/* "redirected back to the supervisor with sepc pointing to the faulting ECALL" (chapter 5) */
static void masks_that_cannot_be_read_are_the_payloads_fault(void **state)
{
	static const u64 pointers[] = {FAKE_SELF_BASE, FAKE_SELF_BASE - 4, FAKE_CLINT_BASE,
				       8, ALL - 7, ALL};

	(void)state;
	for (u64 e = SBI_LEGACY_SEND_IPI; e <= SBI_LEGACY_SFENCE_VMA_ASID; e++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(pointers); i++) {
			hart.vm.medeleg = BIT(CAUSE_LOAD_ACCESS);
			fake.csr[CSR_STVEC] = 0x80003000;
			fake.count.sfence_vma = fake.count.fence_i = 0;
			assert_int_equal(sbi_call(e, 0, pointers[i], UNTOUCHED, 0), HANDLED);
			assert_int_equal(hart.pc, 0x80003000);
			assert_int_equal(fake.csr[CSR_SEPC], CALL_PC);
			assert_int_equal(fake.csr[CSR_SCAUSE], CAUSE_LOAD_ACCESS);
			assert_int_equal(fake.csr[CSR_STVAL], pointers[i]);
			assert_int_equal(reg_read(&hart, 10), pointers[i]);
			assert_false(ssip());
			assert_int_equal(fake.count.sfence_vma + fake.count.fence_i, 0);
		}
	}
}

static void what_is_not_selected_is_passed_on(void **state)
{
	static const struct sbi_services none;
	static const u64 extensions[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, SBI_BASE, SBI_HSM, SBI_IPI,
					 SBI_DBCN, SBI_RFENCE, SBI_SRST, SBI_TIME};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(extensions); i++) {
		reg_write(&hart, 17, extensions[i]);
		hart.pc = CALL_PC;
		assert_passed(sbi_serve(&hart, &none));
	}
	for (u64 e = 9; e < 16; e++) {
		assert_passed(sbi_call(e, 0, 0, 0, 0));
	}
	assert_passed(sbi_call(BIT(32) | SBI_TIME, 0, 0, 0, 0));
	assert_passed(sbi_call(0x0a000000, 0, 0, 0, 0));
	assert_passed(sbi_call(ALL, 0, 0, 0, 0));
	assert_passed(sbi_call(64, 0, 0, 0, 0));
}

/* ---- HSM ---- */

static void status_of_harts(void **state)
{
	(void)state;
	assert_answer(sbi_call(SBI_HSM, SBI_HSM_STATUS, 0, 0, 0), SBI_SUCCESS, HSM_STARTED);
	assert_answer(sbi_call(SBI_HSM, SBI_HSM_STATUS, 1, 0, 0), SBI_SUCCESS, HSM_STOPPED);
	assert_answer(sbi_call(SBI_HSM, SBI_HSM_STATUS, 2, 0, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(sbi_call(SBI_HSM, SBI_HSM_STATUS, BIT(32), 0, 0), SBI_ERR_INVALID_PARAM, 0);
	machine.online = 1; /* a hart that boot has parked */
	assert_answer(sbi_call(SBI_HSM, SBI_HSM_STATUS, 1, 0, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_passed(sbi_call(SBI_HSM, SBI_HSM_START, 1, 0, 0));
	assert_passed(sbi_call(SBI_HSM, SBI_HSM_STOP, 0, 0, 0));
	assert_passed(sbi_call(SBI_HSM, BIT(32) | SBI_HSM_STATUS, 0, 0, 0));
}

#define HARTS_TEST(name) cmocka_unit_test_setup(name, setup)
#define HARTS_TEST_OLD(name) cmocka_unit_test_setup(name, setup_old)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARTS_TEST(interrupt_reaches_the_harts_of_the_list),
		HARTS_TEST(interrupt_that_was_announced_is_taken_at_the_doorbell),
		HARTS_TEST(empty_lists_are_right_whatever_their_base),
		HARTS_TEST(lists_with_a_hart_that_is_not_there_are_refused),
		HARTS_TEST(fences_reach_those_of_a_list_that_are_there),
		HARTS_TEST(hart_ids_need_not_be_indices),
		HARTS_TEST(functions_that_do_not_exist_are_not_supported),
		HARTS_TEST(each_fence_is_executed_whole),
		HARTS_TEST_OLD(guests_fences_need_the_hypervisor_extension),
		HARTS_TEST(timer_is_set_where_there_is_one),
		HARTS_TEST(legacy_interrupt_reads_its_mask_with_the_payloads_rights),
		HARTS_TEST(legacy_fences_are_executed),
		HARTS_TEST(masks_that_cannot_be_read_are_the_payloads_fault),
		HARTS_TEST(what_is_not_selected_is_passed_on),
		HARTS_TEST(status_of_harts),
	};

	return cmocka_run_group_tests_name("sbi_harts", tests, NULL, NULL);
}
