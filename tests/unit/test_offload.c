/* SPDX-License-Identifier: Apache-2.0 */
/* offload: which calls, instructions and accesses of the payload it answers, and which not. */
#include "sbi_call.h"

#include "monitor/policy.h"
#include "monitor/timer.h"

#define DATA (FAKE_RAM_BASE + 0x2000)
#define DENIED (FAKE_RAM_BASE + 0x4000)
#define RDTIME_X5 0xc01022f3u
#define LD_X5_X10 0x00053283u
#define SD_X5_X10 0x00553023u
#define LRD_X5_X10 0x100532afu

extern const struct policy policy_offload;

/* The payload in S-mode on a hart without Sstc; vPMP 0 denies a page, vPMP 1 grants the rest. */
static int setup(void **state)
{
	unit_setup_old(state);
	hart.timer.mtimecmp_addr = FAKE_CLINT_BASE + 0x4000;
	fake.mtime = 1000;
	assert_true(policy_offload.init(&hart));
	sbi_start_payload();
	world_enter_firmware(&hart);
	assert_true(vcsr_write(&hart, CSR_PMPADDR0, VCSR_RW, DENIED >> 2 | 0x1ff, 0));
	assert_true(vcsr_write(&hart, CSR_PMPADDR0 + 1, VCSR_RW, ~(u64)0, 0));
	assert_true(vcsr_write(&hart, CSR_PMPCFG0, VCSR_RW, 0x1f18, 0));
	world_enter_payload(&hart, PRIV_S, false);
	fake.misaligned_traps = true;
	hart.pc = CALL_PC;
	return 0;
}

static enum verdict ecall(u64 cause, u64 extension, u64 function, u64 a0)
{
	hart.pc = CALL_PC;
	reg_write(&hart, 10, a0);
	reg_write(&hart, 11, 0);
	reg_write(&hart, 16, function);
	reg_write(&hart, 17, extension);
	return policy_offload.on_ecall(&hart, cause);
}

static enum verdict trapped(u64 cause, u32 word)
{
	hart.pc = CALL_PC;
	fake_store(CALL_PC, 4, word);
	fake.csr[CSR_MTVAL] = cause == CAUSE_ILLEGAL ? word : 0;
	return policy_offload.on_trap(&hart, cause);
}

static void timer_is_shared_from_the_start(void **state)
{
	(void)state;
	assert_true(hart.timer.shared);
}

static void time_is_set_without_the_firmware(void **state)
{
	(void)state;
	assert_answer(ecall(CAUSE_ECALL_S, SBI_TIME, 0, 5000), 0, 0);
	assert_int_equal(hart.timer.deadline, 5000);
	assert_int_equal(ecall(CAUSE_ECALL_S, SBI_LEGACY_SET_TIMER, 0, 6000), HANDLED);
	assert_int_equal(hart.timer.deadline, 6000);
	assert_int_equal(hart.pc, CALL_PC + 4);
}

/* What is probed and what ends the machine is the firmware's; so is each call of another mode. */
static void other_calls_are_the_firmwares(void **state)
{
	static const u64 others[] = {SBI_BASE, SBI_HSM, SBI_SRST, 0x12345,
				     SBI_LEGACY_SHUTDOWN, SBI_LEGACY_PUTCHAR, SBI_LEGACY_GETCHAR};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(others); i++) {
		assert_passed(ecall(CAUSE_ECALL_S, others[i], 0, 0));
	}
	assert_passed(ecall(CAUSE_ECALL_U, SBI_TIME, 0, 5000));
	assert_passed(ecall(CAUSE_ECALL_VS, SBI_TIME, 0, 5000));
	assert_passed(ecall(CAUSE_ECALL_M, SBI_TIME, 0, 5000));
	assert_false(hart.timer.waits);
}

static void fences_and_interrupts_are_answered(void **state)
{
	(void)state;
	assert_answer(ecall(CAUSE_ECALL_S, SBI_IPI, 0, 1), SBI_SUCCESS, 0);
	assert_int_not_equal(fake_mip() & BIT(IRQ_SSI), 0);
	assert_int_equal(ecall(CAUSE_ECALL_S, SBI_LEGACY_CLEAR_IPI, 0, 0), HANDLED);
	assert_int_equal(fake_mip() & BIT(IRQ_SSI), 0);
	assert_answer(ecall(CAUSE_ECALL_S, SBI_RFENCE, SBI_RFENCE_FENCE_I, 1), SBI_SUCCESS, 0);
	assert_int_equal(fake.count.fence_i, 1);
}

static void time_is_read_without_the_firmware(void **state)
{
	(void)state;
	assert_int_equal(trapped(CAUSE_ILLEGAL, RDTIME_X5), HANDLED);
	assert_int_equal(reg_read(&hart, 5), 1000);
	assert_int_equal(hart.pc, CALL_PC + 4);
	assert_passed(trapped(CAUSE_ILLEGAL, 0x00000000));
	assert_passed(trapped(CAUSE_BREAKPOINT, RDTIME_X5));
}

static void misaligned_accesses_are_carried_out(void **state)
{
	(void)state;
	fake_store(DATA + 1, 8, 0x1122334455667788);
	reg_write(&hart, 10, DATA + 1);
	assert_int_equal(trapped(CAUSE_LOAD_MISALIGNED, LD_X5_X10), HANDLED);
	assert_int_equal(reg_read(&hart, 5), 0x1122334455667788);
	assert_int_equal(hart.pc, CALL_PC + 4);
	reg_write(&hart, 5, 0x0102030405060708);
	reg_write(&hart, 10, DATA + 3);
	assert_int_equal(trapped(CAUSE_STORE_MISALIGNED, SD_X5_X10), HANDLED);
	assert_int_equal(fake_load(DATA + 3, 8), 0x0102030405060708);
	assert_int_equal(hart.pc, CALL_PC + 4);
	assert_passed(trapped(CAUSE_LOAD_MISALIGNED, LRD_X5_X10));
	assert_passed(trapped(CAUSE_LOAD_ACCESS, LD_X5_X10));
}

/* The fault of the access is the firmware's, or whose medeleg says. */
static void misaligned_access_without_a_right_faults_where_it_must(void **state)
{
	(void)state;
	reg_write(&hart, 10, DENIED + 1);
	assert_int_equal(trapped(CAUSE_LOAD_MISALIGNED, LD_X5_X10), HANDLED);
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.vm.mcause, CAUSE_LOAD_ACCESS);
	assert_int_equal(hart.vm.mtval, DENIED + 1);
	assert_int_equal(hart.vm.mepc, CALL_PC);
}

static void firmware_is_left_alone(void **state)
{
	(void)state;
	world_enter_firmware(&hart);
	reg_write(&hart, 10, DATA + 1);
	assert_passed(trapped(CAUSE_ILLEGAL, RDTIME_X5));
	assert_passed(trapped(CAUSE_LOAD_MISALIGNED, LD_X5_X10));
}

#define OFFLOAD_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFLOAD_TEST(timer_is_shared_from_the_start),
		OFFLOAD_TEST(time_is_set_without_the_firmware),
		OFFLOAD_TEST(other_calls_are_the_firmwares),
		OFFLOAD_TEST(fences_and_interrupts_are_answered),
		OFFLOAD_TEST(time_is_read_without_the_firmware),
		OFFLOAD_TEST(misaligned_accesses_are_carried_out),
		OFFLOAD_TEST(misaligned_access_without_a_right_faults_where_it_must),
		OFFLOAD_TEST(firmware_is_left_alone),
	};

	return cmocka_run_group_tests_name("offload", tests, NULL, NULL);
}
