/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor's identity made of what a stage 0 left: what is refused, what is kept, what is
 * erased. There is one identity in a program, so the tests build on each other. The one without a
 * stage 0 is in tests/attest/test_identity.py.
 */
#include "crypto_hex.h"

#include "attest/identity.h"

static struct identity_handoff left;
static struct identity_start start;

static const uint8_t *bytes_of(const void *p)
{
	return p;
}

static bool is_zero(const void *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes_of(p)[i] != 0) {
			return false;
		}
	}
	return true;
}

static int setup(void **state)
{
	struct crypto_secret cdi = counting_secret();

	(void)state;
	memset(&left, 0x5a, sizeof(left));
	left.magic = IDENTITY_MAGIC;
	left.version = IDENTITY_VERSION;
	left.size = sizeof(left);
	left.class = DICE_CLASS_FLASH;
	left.mode = DICE_MODE_NORMAL;
	left.svn = 3;
	left.slot = 1;
	left.flags = IDENTITY_REPLAYABLE;
	left.uds_cert_len = 700;
	left.mon_cert_len = X509_MAX;
	left.boot_count = 9;
	left.flash_base = 0x20000000;
	left.flash_len = 0x4000000;
	left.store_base = 0x22000000;
	left.store_len = 0x2000000;
	left.tpm_len = 0;
	memcpy(left.cdi_attest, cdi.bytes, DICE_LEN);
	memcpy(left.seal_key, cdi.bytes, DICE_LEN);
	start = (struct identity_start){.handoff = &left, .code = left.code, .policies = "",
					.version = ""};
	return 0;
}

static void nothing_is_made_of_nothing(void **state)
{
	(void)state;
	assert_false(identity_make());
	assert_false(identity_is_made());
	assert_null(identity_warning());
}

static void refuse(void)
{
	assert_false(identity_adopt(&start));
	assert_true(is_zero(&left, sizeof(left)));
	assert_false(identity_is_made());
}

static void what_is_not_understood_is_refused_and_erased(void **state)
{
	uint32_t *fields[] = {&left.version, &left.size};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		setup(state);
		++*fields[i];
		refuse();
	}
	setup(state);
	left.svn = DICE_SVN_MAX + 1;
	refuse();
}

/* No board has a secret in fuses, so no first stage of ours can mean it; and no other numbers. */
static void class_hw_is_claimed_by_nobody(void **state)
{
	static const uint32_t bad[] = {DICE_CLASS_HW, DICE_CLASS_ZERO + 1, UINT32_MAX};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setup(state);
		left.class = bad[i];
		refuse();
	}
	setup(state);
	assert_true(identity_adopt(&start));
	identity_forget();
}

static void lengths_of_certificates_are_believed_in_bounds(void **state)
{
	static const uint32_t bad[] = {0, X509_MAX + 1, UINT32_MAX};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setup(state);
		left.uds_cert_len = bad[i];
		refuse();
		setup(state);
		left.mon_cert_len = bad[i];
		refuse();
	}
}

/* Class tpm and a TPM go together, and its registers do not reach over the end of memory. */
static void a_tpm_is_believed_in_bounds(void **state)
{
	static const struct {
		uint32_t class;
		uint64_t base;
		uint64_t len;
		bool good;
	} cases[] = {
		{DICE_CLASS_TPM, 0x4000000, 0x5000, true},
		{DICE_CLASS_TPM, 0x4000000, 0, false},
		{DICE_CLASS_FLASH, 0x4000000, 0x5000, false},
		{DICE_CLASS_TPM, UINT64_MAX - 0x4000, 0x5000, false},
		{DICE_CLASS_TPM, 0, UINT64_MAX, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct crypto_secret fresh;

		setup(state);
		left.class = cases[i].class;
		left.tpm_base = cases[i].base;
		left.tpm_len = cases[i].len;
		assert_int_equal(identity_adopt(&start), cases[i].good);
		if (cases[i].good) {
			assert_int_equal(identity_facts()->tpm_len, cases[i].len);
			assert_int_equal(identity_counter_key()->bytes[47], 0x5a);
			assert_true(identity_take_fresh(&fresh));
			assert_int_equal(fresh.bytes[0], 0x5a);
			assert_false(identity_take_fresh(&fresh));
		}
		identity_forget();
		assert_false(crypto_secret_valid(identity_counter_key()));
	}
}

/* A monitor that makes no identity keeps none of the secrets. */
static void what_was_not_used_is_forgotten(void **state)
{
	(void)state;
	assert_true(identity_adopt(&start));
	assert_true(is_zero(&left, sizeof(left)));
	identity_forget();
	assert_false(identity_make());
}

static void identity_is_made_of_what_was_left(void **state)
{
	struct crypto_secret cdi = counting_secret();
	struct crypto_secret wanted;
	struct crypto_p384_private key;
	const struct identity_facts *f = identity_facts();

	(void)state;
	assert_true(identity_adopt(&start));
	assert_true(is_zero(&left, sizeof(left)));
	assert_true(identity_make());
	assert_true(identity_make());
	assert_true(identity_is_made());
	assert_true(dice_attestation_key(&key, &cdi));
	assert_memory_equal(identity_key(), &key, sizeof(key));
	assert_true(dice_local_secret(&wanted, &cdi));
	assert_memory_equal(identity_local(), &wanted, sizeof(wanted));
	assert_true(dice_blind_secret(&wanted, &cdi));
	assert_memory_equal(identity_blind(), &wanted, sizeof(wanted));
	assert_int_equal(identity_certificate(IDENTITY_DEVICE).len, 700);
	assert_int_equal(identity_certificate(IDENTITY_MONITOR).len, X509_MAX);
	assert_in_range(identity_certificate(IDENTITY_ATTESTATION).len, 400, 700);
	assert_true(f->has_stage0);
	assert_int_equal(f->class, DICE_CLASS_FLASH);
	assert_int_equal(f->svn, 3);
	assert_int_equal(f->slot, 1);
	assert_int_equal(f->flags, IDENTITY_REPLAYABLE);
	assert_int_equal(f->boot_count, 9);
	assert_int_equal(f->code[0], 0x5a);
	assert_int_equal(crypto_arena_used(), 0);
}

static void warning_names_the_class(void **state)
{
	(void)state;
	assert_non_null(identity_warning());
	assert_non_null(strstr(identity_warning(), "INSECURE identity: flash-dev"));
}

/* Its own version and those below; none above. */
static void sealing_roots_go_down(void **state)
{
	struct crypto_secret cdi = counting_secret();
	struct crypto_secret wanted;
	struct crypto_secret out;

	(void)state;
	for (uint32_t svn = 0; svn <= 3; svn++) {
		assert_true(dice_lower_version(&wanted, &cdi, 3 - svn));
		assert_true(identity_sealing_root(&out, svn));
		assert_memory_equal(&out, &wanted, sizeof(out));
	}
	assert_false(identity_sealing_root(&out, 4));
	assert_false(crypto_secret_valid(&out));
	assert_false(identity_sealing_root(&out, UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_made_of_nothing),
		cmocka_unit_test(what_is_not_understood_is_refused_and_erased),
		cmocka_unit_test(class_hw_is_claimed_by_nobody),
		cmocka_unit_test(lengths_of_certificates_are_believed_in_bounds),
		cmocka_unit_test(a_tpm_is_believed_in_bounds),
		cmocka_unit_test_setup(what_was_not_used_is_forgotten, setup),
		cmocka_unit_test_setup(identity_is_made_of_what_was_left, setup),
		cmocka_unit_test(warning_names_the_class),
		cmocka_unit_test(sealing_roots_go_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
