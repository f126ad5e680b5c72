/* SPDX-License-Identifier: Apache-2.0 */
/* attest's evidence, certificates, sealing keys and local reports: every answer and every error. */
#include "attest_token.h"

#include "attest/dice.h"
#include "attest/facts.h"
#include "attest/identity.h"

#define AT (FAKE_RAM_BASE + 0x2000)
#define TO (FAKE_RAM_BASE + 0x8000)
#define RAM_END (FAKE_RAM_BASE + FAKE_RAM_SIZE)
#define ROOM 8192u
#define LEN CRYPTO_SHA384_LEN
#define SVN 70u
#define LEAST_SEAL 3u
#define TIMEBASE 8000u
#define BURST 16u

/* ---- the machine of these tests ---- */

/* What boot would know of a bundle with a manifest, without a stage 0. */
static void set_facts(void)
{
	struct attest_facts *f = &attest_facts;

	memset(f->manifest, 0x3a, LEN);
	strcpy(f->platform, "fake-board");
	strcpy(f->version, "1.2");
	f->verified = true;
	f->svn = SVN;
	f->least_seal = LEAST_SEAL;
	f->confirmed = true;
	f->counter = 9;
}

static int setup(void **state)
{
	static u64 tests;

	unit_setup(state);
	sbi_start_payload();
	machine.timebase = TIMEBASE;
	fake.mtime = ++tests * 1000 * TIMEBASE; /* what the last test has spent is back */
	set_facts();
	return 0;
}

/* As boot does it without a stage 0. */
static int start(void **state)
{
	static struct identity_handoff none;
	static u8 code[LEN], authority[LEN];
	const struct identity_start begun = {.handoff = &none, .code = code, .policies = "attest",
					     .version = "1.2", .svn = SVN, .authority = authority};

	memset(code, 0xc0, LEN);
	memset(authority, 0xaa, LEN);
	assert_true(identity_adopt(&begun));
	setup(state);
	return policy_attest.init(&hart) ? 0 : -1;
}

/* Writes a request at AT. */
static void request(u32 version, u32 flags, u32 nonce, u32 cnf)
{
	fake_store(AT, 4, version);
	fake_store(AT + 4, 4, flags);
	fake_store(AT + 8, 4, nonce);
	fake_store(AT + 12, 4, cnf);
	for (u64 i = 0; i < EVIDENCE_NONCE_MAX; i++) {
		fake_store(AT + 16 + i, 1, 0x40 + i);
	}
}

/* Begins a request that is right; how long the evidence will be. */
static u64 begin(void)
{
	request(1, 0, 32, 0);
	assert_int_equal(attest(ATTEST_BEGIN, AT, 0, ATTEST_REQUEST_HEAD), HANDLED);
	assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
	return reg_read(&hart, 11);
}

/* Calls until the evidence is at TO; how often. */
static unsigned int complete(void)
{
	unsigned int calls = 0;

	do {
		assert_int_equal(attest(ATTEST_CONTINUE, TO, 0, ROOM), HANDLED);
		assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
		calls++;
	} while (reg_read(&hart, 11) == 0);
	return calls;
}

/* ---- evidence ---- */

/* I-ATT-7 */
static void evidence_comes_in_slices(void **state)
{
	u64 length = begin();
	unsigned int before = fake.count.slices;
	struct cbor_reader r;
	unsigned int calls;

	(void)state;
	calls = complete();
	assert_true(calls > 10);
	assert_int_equal(fake.count.slices, before + calls - 1);
	assert_int_equal(reg_read(&hart, 11), length);
	r = cbor_open(claim(open_token(TO, length), 10));
	assert_memory_equal(cbor_take_sized(&r, 32), ram(AT + 16), 32);
	assert_int_equal(*ram(TO + length), 0);
	assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_ERR_INVALID_STATE, 0);
}

/* I-ATT-7 */
static void another_hart_gets_nothing(void **state)
{
	(void)state;
	assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_ERR_INVALID_STATE, 0);
	begin();
	hart.index = 1;
	for (unsigned int i = 0; i < 20; i++) {
		assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_ERR_INVALID_STATE, 0);
	}
	hart.index = 0;
	complete();
	begin();
	hart.index = 1;
	begin();
	hart.index = 0;
	assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_ERR_INVALID_STATE, 0);
	hart.index = 1;
	complete();
}

/* I-ATT-6 */
static void a_request_is_copied_once(void **state)
{
	struct cbor_reader r;
	u64 length;

	(void)state;
	request(1, 0, 8, 3);
	memcpy(ram(AT + ATTEST_REQUEST_HEAD), "\xa1\x01\x02", 3);
	fake.count.accesses = 0;
	assert_int_equal(attest(ATTEST_BEGIN, AT, 0, ATTEST_REQUEST_HEAD + 3), HANDLED);
	assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
	assert_int_equal(fake.count.accesses, ATTEST_REQUEST_HEAD / 8 + 3); /* words, then bytes */
	length = reg_read(&hart, 11);
	memset(ram(AT), 0xff, ATTEST_REQUEST_MAX);
	complete();
	r = cbor_open(claim(open_token(TO, length), 10));
	assert_memory_equal(cbor_take_sized(&r, 8), "\x40\x41\x42\x43\x44\x45\x46\x47", 8);
	assert_int_equal(claim(open_token(TO, length), 8).len, 3);
}

/* I-ATT-6: with the log that has grown since, and everything that was counted. */
static void claims_are_of_the_beginning(void **state)
{
	static u8 first[ROOM];
	u64 length = begin();
	u8 digest[LEN] = {1};

	(void)state;
	complete();
	memcpy(first, ram(TO), length);
	assert_int_equal(begin(), length);
	measure_payload(attest_take(), 8, digest);
	attest_give();
	refuse(&fake_other, REFUSED_DEVICE);
	complete();
	assert_memory_equal(first, ram(TO), length);
	begin();
	complete();
	assert_memory_not_equal(first, ram(TO), length);
}

static void wrong_requests_have_their_errors(void **state)
{
	static const struct {
		u32 version, flags, nonce, cnf;
		u64 addr, high, size;
		s64 error;
	} rows[] = {
		{1, 0, 32, 0, AT, 0, 0, SBI_ERR_INVALID_PARAM},
		{1, 0, 32, 0, AT, 0, 79, SBI_ERR_INVALID_PARAM},
		{1, 0, 32, 257, AT, 0, 337, SBI_ERR_INVALID_PARAM},
		{1, 0, 32, 0, AT, 0, ~(u64)0, SBI_ERR_INVALID_PARAM},
		{1, 0, 32, 0, AT, 1, 80, SBI_ERR_INVALID_ADDRESS},
		{1, 0, 32, 0, 0, 0, 80, SBI_ERR_INVALID_ADDRESS},
		{1, 0, 32, 0, ~(u64)15, 0, 80, SBI_ERR_INVALID_ADDRESS},
		{1, 0, 32, 0, RAM_END - 79, 0, 80, SBI_ERR_INVALID_ADDRESS},
		{1, 0, 32, 0, FAKE_SELF_BASE, 0, 80, SBI_ERR_INVALID_ADDRESS},
		{1, 0, 32, 0, FAKE_CLINT_BASE, 0, 80, SBI_ERR_INVALID_ADDRESS},
		{0, 0, 32, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{2, 0, 32, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 2, 32, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 0x80000001, 32, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 0, 0, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 0, 7, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 0, 65, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 0, ~0u, 0, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 0, 32, 1, AT, 0, 80, SBI_ERR_INVALID_PARAM},
		{1, 0, 32, 0, AT, 0, 81, SBI_ERR_INVALID_PARAM},
		{1, 0, 32, 1, AT, 0, 81, SBI_ERR_INVALID_PARAM}, /* a key that is no map */
		{1, 0, 32, ~0u, AT, 0, 336, SBI_ERR_INVALID_PARAM},
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		request(rows[i].version, rows[i].flags, rows[i].nonce, rows[i].cnf);
		assert_answer(attest(ATTEST_BEGIN, rows[i].addr, rows[i].high, rows[i].size),
			      rows[i].error, 0);
		assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_ERR_INVALID_STATE, 0);
	}
}

static void wrong_buffers_disturb_nothing(void **state)
{
	u64 length = begin();

	(void)state;
	for (unsigned int round = 0; round < 2; round++) {
		assert_answer(attest(ATTEST_CONTINUE, TO, 0, 0), SBI_ERR_INVALID_PARAM, length);
		assert_answer(attest(ATTEST_CONTINUE, TO, 0, length - 1), SBI_ERR_INVALID_PARAM,
			      length);
		assert_answer(attest(ATTEST_CONTINUE, TO, 1, ROOM), SBI_ERR_INVALID_ADDRESS, 0);
		assert_answer(attest(ATTEST_CONTINUE, RAM_END - 16, 0, ROOM),
			      SBI_ERR_INVALID_ADDRESS, 0);
		assert_answer(attest(ATTEST_CONTINUE, TO, 0, ~(u64)0), SBI_ERR_INVALID_ADDRESS, 0);
		assert_answer(attest(ATTEST_CONTINUE, FAKE_SELF_BASE - 8, 0, ROOM),
			      SBI_ERR_INVALID_ADDRESS, 0);
		assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_SUCCESS, 0);
	}
	complete();
	open_token(TO, length);
}

/* I-ATT-8 */
static void signatures_are_budgeted(void **state)
{
	u64 denied = hart.counts.refused[REFUSED_CALL];

	(void)state;
	for (unsigned int i = 0; i < BURST; i++) {
		begin();
	}
	for (unsigned int i = 0; i < 3; i++) {
		assert_answer(attest(ATTEST_BEGIN, AT, 0, 80), SBI_ERR_DENIED, 0);
	}
	assert_int_equal(hart.counts.refused[REFUSED_CALL], denied + 3);
	complete(); /* of the last one that was granted */
	fake.mtime += TIMEBASE / 8 - 1;
	assert_answer(attest(ATTEST_BEGIN, AT, 0, 80), SBI_ERR_DENIED, 0);
	fake.mtime += 1;
	begin();
	assert_answer(attest(ATTEST_BEGIN, AT, 0, 80), SBI_ERR_DENIED, 0);
	fake.mtime += 1000 * TIMEBASE;
	for (unsigned int i = 0; i < BURST; i++) {
		begin();
	}
	assert_answer(attest(ATTEST_BEGIN, AT, 0, 80), SBI_ERR_DENIED, 0);
}

/* Who begins anew gives up what was begun, and all that it held. */
static void a_request_that_is_given_up_leaves_nothing(void **state)
{
	size_t held;

	(void)state;
	begin();
	held = crypto_arena_used();
	for (unsigned int i = 0; i < 3; i++) {
		begin();
		assert_int_equal(crypto_arena_used(), held);
	}
	complete();
	assert_true(crypto_arena_used() < held);
	held = crypto_arena_used();
	begin(); /* and an ended one is not ended again */
	complete();
	assert_int_equal(crypto_arena_used(), held);
}

/* Somebody else has all of the arena: the request is over, and the next one is served again. */
static void a_full_arena_is_an_error(void **state)
{
	static struct crypto_drbg drbg[64];
	unsigned int drbgs = 0;

	(void)state;
	begin();
	while (crypto_drbg_seed(&drbg[drbgs], identity_local(),
				(struct crypto_bytes){NULL, 0})) {
		assert_true(++drbgs < ARRAY_SIZE(drbg));
	}
	request(1, 0, 32, 0);
	assert_int_equal(attest(ATTEST_BEGIN, AT, 0, 80), HANDLED);
	if ((s64)reg_read(&hart, 10) == SBI_SUCCESS) {
		do {
			attest(ATTEST_CONTINUE, TO, 0, ROOM);
		} while ((s64)reg_read(&hart, 10) == SBI_SUCCESS);
	}
	assert_int_equal((s64)reg_read(&hart, 10), SBI_ERR_FAILED);
	assert_answer(attest(ATTEST_CONTINUE, TO, 0, ROOM), SBI_ERR_INVALID_STATE, 0);
	while (drbgs != 0) {
		crypto_drbg_end(&drbg[--drbgs]);
	}
	begin();
	complete();
}

/* ---- certificates ---- */

static void certificates_are_those_of_the_chain(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < EVIDENCE_CERTIFICATES; i++) {
		struct crypto_bytes der = identity_certificate((enum identity_certificate)i);
		u64 length = der.len;

		assert_answer(attest(ATTEST_CERTIFICATE, i, TO, 0, length), SBI_SUCCESS, length);
		assert_memory_equal(ram(TO), der.data, length);
		assert_answer(attest(ATTEST_CERTIFICATE, i, TO, 0, length - 1),
			      SBI_ERR_INVALID_PARAM, length);
		assert_answer(attest(ATTEST_CERTIFICATE, i, TO, 2, length),
			      SBI_ERR_INVALID_ADDRESS, 0);
		assert_answer(attest(ATTEST_CERTIFICATE, i, RAM_END - 8, 0, length),
			      SBI_ERR_INVALID_ADDRESS, 0);
	}
	assert_answer(attest(ATTEST_CERTIFICATE, 3, TO, 0, ROOM), SBI_ERR_INVALID_PARAM, 0);
	assert_answer(attest(ATTEST_CERTIFICATE, ~(u64)0, TO, 0, ROOM), SBI_ERR_INVALID_PARAM, 0);
}

/* ---- sealing ---- */

static void seal_request(u32 version, u32 svn, u8 label)
{
	fake_store(AT, 4, version);
	fake_store(AT + 4, 4, svn);
	memset(ram(AT + 8), label, 32);
}

/* The key as the manual has it, of a device whose secret is zero. */
static void wanted_key(u32 svn, u8 label, u8 out[ATTEST_SEAL_KEY])
{
	static const u8 zeros[DICE_LEN];
	struct dice_input in = {.mode = DICE_MODE_NONE};
	struct crypto_secret uds, seal;
	u8 info[11 + LEN + 32];
	struct crypto_hkdf_input hkdf = {.info = {info, sizeof(info)}};

	memset(in.authority, 0xaa, LEN);
	memcpy(info, "cordon seal", 11);
	memset(info + 11, 0xaa, LEN);
	memset(info + 11 + LEN, label, 32);
	assert_true(crypto_secret_adopt(&uds, zeros, sizeof(zeros)));
	assert_true(dice_derive_seal(&seal, &uds, &in));
	assert_true(dice_derive_version(&seal, &seal, svn));
	hkdf.key = (struct crypto_bytes){seal.bytes, seal.len};
	assert_true(crypto_hkdf(&hkdf, out, ATTEST_SEAL_KEY));
}

static void sealing_keys_are_of_signer_version_and_label(void **state)
{
	static const u32 svn[] = {SVN, SVN - 1, LEAST_SEAL, 40, LEAST_SEAL, SVN};
	u8 key[ATTEST_SEAL_KEY];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(svn); i++) {
		unsigned int calls = 0;

		seal_request(1, svn[i], (u8)i);
		do {
			assert_int_equal(attest(ATTEST_SEAL, AT, 0, TO, 0), HANDLED);
			assert_int_equal(reg_read(&hart, 10), SBI_SUCCESS);
			calls++;
		} while (reg_read(&hart, 11) == 0);
		assert_int_equal(reg_read(&hart, 11), ATTEST_SEAL_KEY);
		assert_true(calls <= 1 + (SVN - svn[i]) / 32);
		wanted_key(svn[i], (u8)i, key);
		assert_memory_equal(ram(TO), key, sizeof(key));
	}
}

static void wrong_sealing_has_its_errors(void **state)
{
	static const u64 bad[][2] = {{AT, 1}, {0, 0}, {RAM_END - 39, 0}, {FAKE_SELF_BASE, 0},
				     {FAKE_CLINT_BASE, 0}, {~(u64)0, 0}};

	(void)state;
	seal_request(1, SVN, 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_answer(attest(ATTEST_SEAL, bad[i][0], bad[i][1], TO, 0),
			      SBI_ERR_INVALID_ADDRESS, 0);
		assert_answer(attest(ATTEST_SEAL, AT, 0, bad[i][0], bad[i][1]),
			      SBI_ERR_INVALID_ADDRESS, 0);
	}
	seal_request(1, SVN + 1, 1);
	assert_answer(attest(ATTEST_SEAL, AT, 0, TO, 0), SBI_ERR_DENIED, 0);
	seal_request(1, ~0u, 1);
	assert_answer(attest(ATTEST_SEAL, AT, 0, TO, 0), SBI_ERR_DENIED, 0);
	seal_request(1, LEAST_SEAL - 1, 1);
	assert_answer(attest(ATTEST_SEAL, AT, 0, TO, 0), SBI_ERR_DENIED, 0);
	seal_request(0, SVN, 1);
	assert_answer(attest(ATTEST_SEAL, AT, 0, TO, 0), SBI_ERR_INVALID_PARAM, 0);
	assert_int_equal(*ram(TO), 0);
}

/* ---- local reports, status ---- */

static void local_reports_are_verified(void **state)
{
	(void)state;
	memset(ram(AT), 0x77, ATTEST_REPORT_DATA);
	assert_answer(attest(ATTEST_REPORT, AT, 0, TO, 0), SBI_SUCCESS, ATTEST_REPORT_LEN);
	assert_memory_equal(ram(AT), ram(TO), ATTEST_REPORT_DATA);
	assert_answer(attest(ATTEST_VERIFY, TO, 0), SBI_SUCCESS, 1);
	for (unsigned int i = 0; i < ATTEST_REPORT_LEN; i++) {
		*ram(TO + i) ^= 1;
		assert_answer(attest(ATTEST_VERIFY, TO, 0), SBI_ERR_FAILED, 0);
		*ram(TO + i) ^= 1;
	}
	assert_answer(attest(ATTEST_VERIFY, TO, 1), SBI_ERR_INVALID_ADDRESS, 0);
	assert_answer(attest(ATTEST_VERIFY, RAM_END - 159, 0), SBI_ERR_INVALID_ADDRESS, 0);
	assert_answer(attest(ATTEST_REPORT, RAM_END - 63, 0, TO, 0), SBI_ERR_INVALID_ADDRESS, 0);
	assert_answer(attest(ATTEST_REPORT, AT, 0, RAM_END - 159, 0), SBI_ERR_INVALID_ADDRESS, 0);
	assert_answer(attest(ATTEST_REPORT, AT, 0, FAKE_SELF_BASE, 0), SBI_ERR_INVALID_ADDRESS, 0);
}

static void status_is_told(void **state)
{
	static const u64 wanted[] = {IDENTITY_NO_SLOT, 0, 1, 9, DICE_CLASS_ZERO, SVN, 0};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(wanted); i++) {
		assert_answer(attest(ATTEST_STATUS, i), SBI_SUCCESS, wanted[i]);
	}
	assert_answer(attest(ATTEST_STATUS, ARRAY_SIZE(wanted)), SBI_ERR_INVALID_PARAM, 0);
	machine.firmware_stopped = 2;
	assert_answer(attest(ATTEST_STATUS, ATTEST_STATUS_STOPPED), SBI_SUCCESS, 1);
}

/* Once in a run: this test has to come before others that stop it. */
static void the_end_of_the_firmware_is_measured(void **state)
{
	const struct measure_log *log = attest_take();
	unsigned int before = log->count;

	(void)state;
	attest_give();
	machine.firmware_stopped = 2;
	policy_attest.on_leave(&hart, WORLD_FIRMWARE);
	policy_attest.on_leave(&hart, WORLD_FIRMWARE);
	attest(ATTEST_INFO, 0);
	assert_int_equal(log->count, before + 1);
	assert_int_equal(log->event[before].type, MEASURE_STOPPED);
	assert_int_equal(log->event[before].reg, MEASURE_RUNTIME);
	assert_int_equal(log->event[before].data[0], fake_other.id);
}

#define REQUEST_TEST(name) cmocka_unit_test_setup(name, setup)

/* ---- one at a time ---- */

static unsigned int waited;

static void give_back(struct hart *h, const u64 *args)
{
	(void)h;
	(void)args;
	waited++;
	attest_unlock();
}

/* Another hart computes; it is done when this one serves its call, which it does waiting. */
static void expect_to_wait(u64 function, const u64 *args)
{
	waited = 0;
	attest_lock(&fake_other);
	fake_other.remote.call.fn = give_back;
	fake_other.remote.waiting = 1;
	hart.remote.from = 2;
	assert_int_equal(ask(function, args), HANDLED);
	assert_int_equal(waited, 1);
	attest_lock(&hart); /* and it has let go of it */
	attest_unlock();
}

static void computations_wait_for_each_other(void **state)
{
	(void)state;
	request(1, 0, 32, 0);
	expect_to_wait(ATTEST_BEGIN, (const u64[ATTEST_CALL_ARGS]){AT, 0, ATTEST_REQUEST_HEAD});
	expect_to_wait(ATTEST_CONTINUE, (const u64[ATTEST_CALL_ARGS]){TO, 0, ROOM});
	expect_to_wait(ATTEST_REPORT, (const u64[ATTEST_CALL_ARGS]){AT, 0, TO, 0});
	expect_to_wait(ATTEST_STATUS, (const u64[ATTEST_CALL_ARGS]){0});
	expect_to_wait(ATTEST_STAGE, (const u64[ATTEST_CALL_ARGS]){0, AT, 0, 4});
	expect_to_wait(ATTEST_CONFIRM, (const u64[ATTEST_CALL_ARGS]){0});
	seal_request(1, SVN, 1);
	expect_to_wait(ATTEST_SEAL, (const u64[ATTEST_CALL_ARGS]){AT, 0, TO, 0});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		REQUEST_TEST(evidence_comes_in_slices),
		REQUEST_TEST(another_hart_gets_nothing),
		REQUEST_TEST(a_request_is_copied_once),
		REQUEST_TEST(claims_are_of_the_beginning),
		REQUEST_TEST(wrong_requests_have_their_errors),
		REQUEST_TEST(wrong_buffers_disturb_nothing),
		REQUEST_TEST(signatures_are_budgeted),
		REQUEST_TEST(a_request_that_is_given_up_leaves_nothing),
		REQUEST_TEST(a_full_arena_is_an_error),
		REQUEST_TEST(certificates_are_those_of_the_chain),
		REQUEST_TEST(sealing_keys_are_of_signer_version_and_label),
		REQUEST_TEST(wrong_sealing_has_its_errors),
		REQUEST_TEST(local_reports_are_verified),
		REQUEST_TEST(computations_wait_for_each_other),
		REQUEST_TEST(the_end_of_the_firmware_is_measured),
		REQUEST_TEST(status_is_told),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
