/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attest's updates and confirmations: every answer and every error, on a flash in memory and with
 * what stage 0 would have left. Between two starts the log is chosen from as stage 0 does it.
 */
/* Evidence for I-ATT-9. */
#include "attest_call.h"

#include "attest/facts.h"
#include "attest/identity.h"
#include "fake_tpm.h"
#include "lib/log.h"
#include "tests/unit/fake_flash.h"

#define AT (FAKE_RAM_BASE + 0x2000)
#define RAM_END (FAKE_RAM_BASE + FAKE_RAM_SIZE)
#define SVN 5u

#define COUNTED 100u /* by the TPM's counter before it was ours */

static struct identity_handoff left;
static bool has_tpm;
static struct crypto_secret root;

#define stage(offset, size) attest(ATTEST_STAGE, offset, AT, 0, size)

#define assert_status(which, wanted) \
	assert_answer(attest(ATTEST_STATUS, which), SBI_SUCCESS, wanted)

/* What stage 0 has left of a start from this slot. */
static void leave(u32 slot, u32 mode)
{
	memset(&left, 0, sizeof(left));
	left.magic = IDENTITY_MAGIC;
	left.version = IDENTITY_VERSION;
	left.size = sizeof(left);
	left.class = has_tpm ? DICE_CLASS_TPM : DICE_CLASS_FLASH;
	left.tpm_base = FAKE_TPM_BASE;
	left.tpm_len = has_tpm ? 0x5000 : 0;
	left.counter_base = COUNTED;
	left.mode = mode;
	left.svn = SVN;
	left.slot = slot;
	left.uds_cert_len = left.mon_cert_len = 100;
	left.flash_base = 0x20000000;
	left.flash_len = 0x4000000;
	left.store_base = 0x22000000;
	left.store_len = SLOTS_FLASH_LEN;
	memset(left.cdi_attest, 0x21, DICE_LEN);
	memset(left.seal_key, 0x22, DICE_LEN);
}

static void adopt(void)
{
	const struct identity_start begun = {.handoff = &left, .code = left.code,
					     .policies = "attest", .version = "1"};

	assert_true(identity_adopt(&begun));
}

/* Stage 0 and monitor start from the log as it is; returns the slot. */
static enum slots_slot boot(void)
{
	static struct slots s;
	static struct counter c = {.tpm.port.base = FAKE_TPM_BASE, .base = COUNTED};
	const struct flash flash = {.base = 0x22000000, .size = SLOTS_FLASH_LEN};
	enum slots_slot slot;

	assert_int_equal(slots_open(&s, &flash, &root, has_tpm ? &c : NULL), SLOTS_OK);
	assert_int_equal(slots_choose(&s, &slot), SLOTS_OK);
	leave((u32)slot, DICE_MODE_NORMAL);
	left.flags = slots_on_trial(&s) ? IDENTITY_TRIAL : 0;
	adopt();
	attest_open_store(&hart);
	return slot;
}

/* The keys are made once; they need no flash. */
static int start(void **state)
{
	(void)state;
	leave(0, DICE_MODE_DEBUG);
	adopt();
	if (unit_setup(state) != 0 || !policy_attest.init(&hart) ||
	    !crypto_secret_adopt(&root, left.seal_key, DICE_LEN)) {
		return -1;
	}
	leave(0, DICE_MODE_NORMAL);
	adopt();
	return identity_sealing_root(&root, 0) ? 0 : -1;
}

static int setup(void **state)
{
	unit_setup(state);
	has_tpm = false;
	fake_tpm_start(COUNTED);
	sbi_start_payload();
	(void)fake_new();
	for (u64 i = 0; i < ATTEST_STAGE_MAX; i++) {
		fake.ram[AT - FAKE_RAM_BASE + i] = (u8)(i * 7);
	}
	assert_int_equal(boot(), SLOT_A);
	return 0;
}

static void update(void)
{
	assert_answer(stage(0, ATTEST_STAGE_MAX), SBI_SUCCESS, 0);
	assert_answer(stage(ATTEST_STAGE_MAX, 4), SBI_SUCCESS, 0);
	assert_answer(stage(ATTEST_STAGE_MAX + 4, 0), SBI_SUCCESS, 0);
}

/* I-ATT-9 */
static void an_update_becomes_a_trial(void **state)
{
	(void)state;
	update();
	assert_memory_equal(fake_bytes + SLOTS_LEN, &fake.ram[AT - FAKE_RAM_BASE],
			    ATTEST_STAGE_MAX);
	assert_status(ATTEST_STATUS_PENDING, 0);
	assert_int_equal(boot(), SLOT_B);
	assert_status(ATTEST_STATUS_SLOT, SLOT_B);
	assert_status(ATTEST_STATUS_PENDING, 1);
	assert_status(ATTEST_STATUS_CONFIRMED, 0);
	assert_answer(stage(0, 4), SBI_ERR_INVALID_STATE, 0);
	assert_int_equal(boot(), SLOT_A);
	assert_status(ATTEST_STATUS_PENDING, 0);
}

/* I-BND-3 */
static void a_confirmation_raises_the_counter(void **state)
{
	static struct evidence_claims claims;

	(void)state;
	update();
	assert_int_equal(boot(), SLOT_B);
	assert_status(ATTEST_STATUS_COUNTER, 0);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_SUCCESS, SVN);
	assert_status(ATTEST_STATUS_PENDING, 0);
	assert_status(ATTEST_STATUS_CONFIRMED, 1);
	assert_status(ATTEST_STATUS_COUNTER, SVN);
	attest_claim(&hart, &claims);
	assert_int_equal(claims.firmware.least_svn, SVN);
	assert_int_equal(claims.update.slot, SLOT_B);
	assert_true(claims.update.confirmed);
	assert_false(claims.update.pending);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_SUCCESS, SVN);
	assert_int_equal(boot(), SLOT_B);
	assert_status(ATTEST_STATUS_CONFIRMED, 1);
	assert_status(ATTEST_STATUS_COUNTER, SVN);
}

/* The first start of all is not confirmed before somebody says so, for its version is above 0. */
static void a_start_is_not_confirmed_by_itself(void **state)
{
	(void)state;
	assert_status(ATTEST_STATUS_CONFIRMED, 0);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_SUCCESS, SVN);
	assert_status(ATTEST_STATUS_CONFIRMED, 1);
}

static void wrong_bytes_are_refused(void **state)
{
	(void)state;
	assert_answer(stage(4, 4), SBI_ERR_INVALID_STATE, 0);
	assert_answer(stage(0, 0), SBI_ERR_INVALID_STATE, 0);
	assert_answer(stage(0, 3), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(stage(0, ATTEST_STAGE_MAX + 4), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(stage(0, ~(u64)3), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(stage(0, 8), SBI_SUCCESS, 0);
	assert_answer(stage(4, 4), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(stage(SLOTS_LEN, 4), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(stage(~(u64)0, 4), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(stage(4, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(stage(8, 4), SBI_SUCCESS, 0);
	assert_answer(stage(12, 0), SBI_SUCCESS, 0);
	assert_answer(stage(12, 4), SBI_ERR_INVALID_STATE, 0);
	assert_answer(stage(12, 0), SBI_ERR_INVALID_STATE, 0);
}

static void only_the_payloads_memory_is_read(void **state)
{
	(void)state;
	assert_answer(attest(ATTEST_STAGE, 0, AT, 1, 4), SBI_ERR_INVALID_ADDRESS, 0);
	assert_answer(attest(ATTEST_STAGE, 0, RAM_END - 4, 0, 8), SBI_ERR_INVALID_ADDRESS, 0);
	assert_answer(attest(ATTEST_STAGE, 0, machine.self.base, 0, 4), SBI_ERR_INVALID_ADDRESS, 0);
	assert_int_equal(fake_bytes[SLOTS_LEN], 0xff);
}

/* I-ATT-9: each call writes at most so much, and erases at most one sector. */
static void a_call_writes_little(void **state)
{
	unsigned int before;

	(void)state;
	for (u64 at = 0; at < 2 * FLASH_SECTOR; at += ATTEST_STAGE_MAX) {
		before = fake_writes;
		assert_answer(stage(at, ATTEST_STAGE_MAX), SBI_SUCCESS, 0);
		assert_in_range(fake_writes - before, 1, ATTEST_STAGE_MAX / FLASH_WORD + 1);
	}
}

static void the_flash_may_fail(void **state)
{
	(void)state;
	assert_answer(stage(0, 8), SBI_SUCCESS, 0);
	fake_fail_after(1);
	assert_answer(stage(8, 8), SBI_ERR_FAILED, 0);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_ERR_FAILED, 0);
	assert_status(ATTEST_STATUS_CONFIRMED, 0);
	fake_power_on();
	assert_answer(stage(16, 8), SBI_ERR_INVALID_STATE, 0);
}

static void not_without_the_log(void **state)
{
	static const u32 modes[] = {DICE_MODE_NONE, DICE_MODE_DEBUG, DICE_MODE_RECOVERY};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		leave(SLOT_RECOVERY, modes[i]);
		adopt();
		attest_open_store(&hart);
		assert_answer(stage(0, 4), SBI_ERR_NOT_SUPPORTED, 0);
		assert_answer(attest(ATTEST_CONFIRM, 0), SBI_ERR_NOT_SUPPORTED, 0);
		assert_status(ATTEST_STATUS_CONFIRMED, 0);
	}
	leave(SLOT_A, DICE_MODE_NORMAL);
	adopt();
	fake_answers = false;
	unit_listen();
	attest_open_store(&hart);
	log_set_putc(NULL);
	assert_non_null(strstr(unit_printed, "attest: no updates: "));
	assert_answer(stage(0, 4), SBI_ERR_NOT_SUPPORTED, 0);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_ERR_NOT_SUPPORTED, 0);
}

/* I-ATT-9: the last of the suite, for it uses up what a start has. */
static void updates_are_counted(void **state)
{
	unsigned int begun = 0;
	u64 denied;

	(void)state;
	while (begun <= ATTEST_UPDATES) {
		ask(ATTEST_STAGE, (const u64[ATTEST_CALL_ARGS]){0, AT, 0, 4});
		if (reg_read(&hart, 10) != SBI_SUCCESS) {
			break;
		}
		begun++;
	}
	assert_in_range(begun, 0, ATTEST_UPDATES);
	denied = hart.counts.refused[REFUSED_CALL];
	assert_answer(stage(0, 4), SBI_ERR_DENIED, 0);
	assert_int_equal(hart.counts.refused[REFUSED_CALL], denied + 1);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_SUCCESS, SVN);
}

/* ---- with a TPM ---- */

static int setup_tpm(void **state)
{
	(void)setup(state);
	(void)fake_new();
	has_tpm = true;
	assert_int_equal(boot(), SLOT_A);
	return 0;
}

/* I-BND-5 */
static void with_a_tpm_everything_is_counted(void **state)
{
	(void)state;
	assert_int_equal(fake_tpm.count, COUNTED + 1);
	update();
	assert_int_equal(fake_tpm.count, COUNTED + 2);
	assert_int_equal(boot(), SLOT_B);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_SUCCESS, SVN);
	assert_int_equal(fake_tpm.count, COUNTED + 4);
	assert_status(ATTEST_STATUS_COUNTER, SVN);
}

/* I-BND-5 */
static void without_its_answer_nothing_is_confirmed(void **state)
{
	(void)state;
	fake_tpm.is_deaf = true;
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_ERR_FAILED, 0);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_ERR_FAILED, 0);
	fake_tpm.fault = FAKE_TPM_ABSENT;
	attest_open_store(&hart);
	assert_answer(attest(ATTEST_CONFIRM, 0), SBI_ERR_NOT_SUPPORTED, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_update_becomes_a_trial, setup),
		cmocka_unit_test_setup(a_confirmation_raises_the_counter, setup),
		cmocka_unit_test_setup(a_start_is_not_confirmed_by_itself, setup),
		cmocka_unit_test_setup(wrong_bytes_are_refused, setup),
		cmocka_unit_test_setup(only_the_payloads_memory_is_read, setup),
		cmocka_unit_test_setup(a_call_writes_little, setup),
		cmocka_unit_test_setup(the_flash_may_fail, setup),
		cmocka_unit_test_setup(with_a_tpm_everything_is_counted, setup_tpm),
		cmocka_unit_test_setup(without_its_answer_nothing_is_confirmed, setup_tpm),
		cmocka_unit_test_setup(not_without_the_log, setup),
		cmocka_unit_test_setup(updates_are_counted, setup),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
