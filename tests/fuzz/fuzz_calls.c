/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing what a payload says in an ecall: every service that the monitor answers in the firmware's
 * place, and attest's extension, with any eight registers, any memory behind them and any state of
 * the other hart. Whatever it is, no CHECK fails; a call that is answered goes on behind the ecall
 * and changes a0 and a1 alone, and one that is passed on changes nothing (SBI 3.0, 3).
 */
#include "attest_call.h"

#include "attest/identity.h"
#include "input.h"
#include "policies/attest/numbers.h"

#define CALLS 16u
#define RAM (FAKE_RAM_BASE + 0x2000)

static jmp_buf gone;

/* The call does not come back: it powers off, resets, or stops this hart. */
static void leave(void)
{
	longjmp(gone, 1);
}

/* Once, as boot does it: what follows may count on a key and on random numbers. */
static void make_identity(void)
{
	static struct identity_handoff none;
	static const uint8_t code[DICE_LEN];
	const struct identity_start begun = {.handoff = &none, .code = code, .policies = "attest",
					     .version = ""};

	if (!identity_is_made()) {
		promise(identity_adopt(&begun));
		promise(attest_identify(&hart));
	}
}

static void start(void)
{
	fake_reset();
	fake_start(&hart);
	sbi_start_payload();
	hart.timer.mtimecmp_addr = FAKE_CLINT_BASE + 0x4000;
	machine.timebase = 1000000;
	make_identity();
	memset(attest_take(), 0, sizeof(struct measure_log));
	attest_give();
	fake.on_wfi = leave;
}

static u64 extension_of(struct input *in)
{
	static const u64 known[] = {SBI_BASE, SBI_TIME, SBI_IPI, SBI_RFENCE, SBI_HSM, SBI_SRST,
				    SBI_DBCN, SBI_SUSP, SBI_PMU, ATTEST_EXTENSION,
				    ATTEST_EXTENSION, 0, 1, 2, 3, 4, 5, 6, 7, 8};
	u64 which = input_take(in, 1);

	return which < ARRAY_SIZE(known) ? known[which] : input_value(in, SBI_TIME);
}

static void call(struct input *in)
{
	u64 before[32], extension = extension_of(in), function = input_value(in, 0);
	enum verdict verdict;

	for (unsigned int n = 10; n < 16; n++) {
		reg_write(&hart, n, input_value(in, RAM));
	}
	reg_write(&hart, 16, function);
	reg_write(&hart, 17, extension);
	for (unsigned int n = 0; n < 32; n++) {
		before[n] = reg_read(&hart, n);
	}
	hart.pc = CALL_PC;
	verdict = policy_attest.on_ecall(&hart, CAUSE_ECALL_S);
	if (verdict == PASS) {
		verdict = sbi_serve(&hart, &sbi_all);
	}
	if (hart.world == WORLD_FIRMWARE) {
		/* A legacy call's mask could not be read: its page fault (SBI 3.0, 5.5). */
		promise(extension >= SBI_LEGACY_SEND_IPI && extension < SBI_LEGACY_SHUTDOWN);
		promise(hart.vm.mepc == CALL_PC);
		leave();
	}
	promise(verdict == PASS ? hart.pc == CALL_PC : hart.pc == CALL_PC + 4);
	for (unsigned int n = 1; n < 32; n++) {
		bool may = verdict != PASS && (n == 10 || n == 11);

		promise(may || reg_read(&hart, n) == before[n]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	start();
	for (u64 left = input_take(&in, 1) % 8; left != 0; left--) {
		fake_store(RAM + 8 * (input_take(&in, 1)), 8, input_take(&in, 8));
	}
	if (setjmp(gone) != 0) {
		return 0;
	}
	for (unsigned int i = 0; i < CALLS && in.left != 0; i++) {
		/* The other hart takes no part: what it is told to do, it is not asked again. */
		fake_other.hsm.state = HSM_STOPPED;
		call(&in);
	}
	return 0;
}
