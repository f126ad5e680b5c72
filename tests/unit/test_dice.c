/* SPDX-License-Identifier: Apache-2.0 */
/* The derivations. The values are those of tests/attest/dice_reference.py. */
#include "crypto_hex.h"

#include "attest/dice.h"

static struct crypto_secret uds;
static struct dice_input input;

static void count_from(uint8_t *to, unsigned int first)
{
	for (unsigned int i = 0; i < DICE_LEN; i++) {
		to[i] = (uint8_t)(first + i);
	}
}

/* The device 00 01 02 ... that has started 40 41 42 ..., configured 80 81 82 ... and so on. */
static int setup(void **state)
{
	(void)state;
	uds = counting_secret();
	memset(&input, 0, sizeof(input));
	count_from(input.code, 0x40);
	count_from(input.config, 0x80);
	count_from(input.authority, 0xc0);
	input.mode = DICE_MODE_NORMAL;
	return 0;
}

static int setup_zero(void **state)
{
	static const uint8_t zeros[DICE_LEN];

	(void)state;
	assert_true(crypto_secret_adopt(&uds, zeros, sizeof(zeros)));
	memset(&input, 0, sizeof(input));
	return 0;
}

static void assert_secret(const struct crypto_secret *secret, const char *hex)
{
	assert_int_equal(secret->len, DICE_LEN);
	assert_int_equal(strlen(hex), 2 * DICE_LEN);
	assert_hex(secret->bytes, hex);
}

static void layer_is_as_computed_elsewhere(void **state)
{
	struct crypto_secret out;

	(void)state;
	assert_true(dice_derive_attest(&out, &uds, &input));
	assert_secret(&out, "1286c6f6e02556ef55cfb9370f3648ee7f9328a1c732b124"
			    "e4e30f67c0a994bd791ffdd7714ac28063db92b0f3782f9e");
	assert_true(dice_derive_seal(&out, &uds, &input));
	assert_secret(&out, "0416c02c8e99702c00c96b0d98d2271c9b43e3d77534bf0e"
			    "12caaab4bc3ac06d99d2022f9a56cff5ceb6c2e2a6b8cb26");
}

static void keys_are_as_computed_elsewhere(void **state)
{
	struct crypto_secret cdi;
	struct crypto_secret out;
	struct crypto_p384_private key;

	(void)state;
	assert_true(dice_uds_key(&key, &uds));
	assert_hex(key.d, "fee13d4d80ab8d06e23dd65311d52586e9cbde5237d3f9c4"
			  "7cbf3f53cf464717b67cd7d4de97f5bf119c2116bb177617");
	assert_true(dice_derive_attest(&cdi, &uds, &input));
	assert_true(dice_monitor_key(&key, &cdi));
	assert_hex(key.d, "9b8c404c7e651f01633d687f9d7ee573929c9ec759d1ae7c"
			  "119de02e2455954553612ee82f890367e1e22f07cfe6fb0c");
	assert_true(dice_attestation_key(&key, &cdi));
	assert_hex(key.d, "c16faa6e8ce1b36b67ed8cfb11ed64f9375ef9fc83e98e7b"
			  "2e77f0918f93b3fcf7f1428ecc6980a2d5c1c60db6112415");
	assert_true(dice_local_secret(&out, &cdi));
	assert_secret(&out, "902638373b418a2d2ec65bd89e845cdea80018213e35d0be"
			    "37f366dfef2360d3b4f2dd5344cad3e1f8844a21e55769f1");
	assert_true(dice_blind_secret(&out, &cdi));
	assert_secret(&out, "c7cbf81c67d937810921e1baab9ea6165d32ae5726906ff8"
			    "0f672f07f599df74b2a37dfd7864aeaa10d2d6dd35996a6d");
}

static void zero_identity_is_as_computed_elsewhere(void **state)
{
	struct crypto_secret cdi;
	struct crypto_p384_private key;

	(void)state;
	assert_true(dice_derive_attest(&cdi, &uds, &input));
	assert_secret(&cdi, "7d5c76087b6b4b4a8e164dfa54742153bf4a3c39c33578df"
			    "cf731bd2efe3c8080f38c8809f206807b8747b185d9fffd9");
	assert_true(dice_uds_key(&key, &uds));
	assert_hex(key.d, "663b7224269a9771221cfd63567ea2812c2461febd8471e4"
			  "e54426b41ea0da2fc6c04d96acf2e2f26c549ee7f929b24c");
	assert_true(dice_attestation_key(&key, &cdi));
	assert_hex(key.d, "c12f9cf9205e63ad4973f79640705445d7e6781170996412"
			  "a702d83037dce5ac307e1f35cce1f9e275305bf2013d9ba7");
}

/* ---- versions ---- */

static void sealing_roots_are_as_computed_elsewhere(void **state)
{
	static const struct {
		uint32_t svn;
		const char *hex;
	} rows[] = {
		{255, "f33d2daab814ef20bca67790e46d1935331ea9baebf5110c"
		      "916003489458f335359022516d16c429fd23a7762dfd0352"},
		{254, "fad063bca0ad8f432f6a57514d08fa40403a970e8be6b2c0"
		      "c745ae166660937c28e1d14deb6663aa08acd7bc2f616adc"},
		{7, "7cb456d098f5cdcd11dd86f5e0885904fcbe25187c9ece7b"
		    "767d52ba3dea3d78274d022f5af94f6ffbc92488e20e31ab"},
		{0, "a2bdb3d00b560ca33b4fc56d55f784edc830df4b6f2d3e25"
		    "63424335efe8f404cc489da5854497e4592480e00e6d7fb8"},
	};
	struct crypto_secret seal;

	(void)state;
	assert_true(dice_derive_seal(&seal, &uds, &input));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct crypto_secret out;

		assert_true(dice_derive_version(&out, &seal, rows[i].svn));
		assert_secret(&out, rows[i].hex);
	}
}

/* Version 7 makes what version 3 has, from its own root alone; steps outside are refused. */
static void lower_versions_are_made_of_higher_ones(void **state)
{
	struct crypto_secret seal;
	struct crypto_secret seven;
	struct crypto_secret three;
	struct crypto_secret out;

	(void)state;
	assert_true(dice_derive_seal(&seal, &uds, &input));
	assert_true(dice_derive_version(&seven, &seal, 7));
	assert_true(dice_derive_version(&three, &seal, 3));
	assert_true(dice_lower_version(&out, &seven, 4));
	assert_memory_equal(out.bytes, three.bytes, DICE_LEN);
	assert_true(dice_lower_version(&out, &seven, 0));
	assert_memory_equal(out.bytes, seven.bytes, DICE_LEN);
	assert_false(dice_lower_version(&out, &seven, DICE_SVN_MAX + 1));
	assert_false(crypto_secret_valid(&out));
	assert_false(dice_derive_version(&out, &seal, DICE_SVN_MAX + 1));
	assert_false(crypto_secret_valid(&out));
}

/* An update keeps its sealing root, and changes the secret that it attests with. */
static void sealing_does_not_depend_on_code(void **state)
{
	struct crypto_secret before[2];
	struct crypto_secret after[2];

	(void)state;
	assert_true(dice_derive_attest(&before[0], &uds, &input));
	assert_true(dice_derive_seal(&before[1], &uds, &input));
	input.code[0] ^= 1;
	input.config[0] ^= 1;
	assert_true(dice_derive_attest(&after[0], &uds, &input));
	assert_true(dice_derive_seal(&after[1], &uds, &input));
	assert_memory_not_equal(before[0].bytes, after[0].bytes, DICE_LEN);
	assert_memory_equal(before[1].bytes, after[1].bytes, DICE_LEN);
}

/* ---- every byte counts ---- */

struct region {
	uint8_t *bytes;
	size_t len;
	bool seals; /* is it part of what sealing depends on? */
};

static void both(struct crypto_secret out[2])
{
	assert_true(dice_derive_attest(&out[0], &uds, &input));
	assert_true(dice_derive_seal(&out[1], &uds, &input));
}

static void every_byte_changes_the_secrets(void **state)
{
	const struct region regions[] = {
		{uds.bytes, DICE_LEN, true},       {input.code, DICE_LEN, false},
		{input.config, DICE_LEN, false},   {input.authority, DICE_LEN, true},
		{&input.mode, 1, true},            {input.hidden, DICE_LEN, true},
	};
	struct crypto_secret was[2];
	unsigned int flips = 0;

	(void)state;
	both(was);
	for (size_t r = 0; r < sizeof(regions) / sizeof(regions[0]); r++) {
		for (size_t i = 0; i < regions[r].len; i++) {
			struct crypto_secret is[2];

			regions[r].bytes[i] ^= (uint8_t)(1u << i % 8);
			both(is);
			regions[r].bytes[i] ^= (uint8_t)(1u << i % 8);
			assert_memory_not_equal(is[0].bytes, was[0].bytes, DICE_LEN);
			assert_int_equal(memcmp(is[1].bytes, was[1].bytes, DICE_LEN) != 0,
					 regions[r].seals);
			flips++;
		}
	}
	assert_int_equal(flips, 5 * DICE_LEN + 1);
}

static void no_secret_gives_none(void **state)
{
	static const struct crypto_secret none;
	struct crypto_secret out = counting_secret();
	struct crypto_p384_private key;
	static const struct crypto_p384_private no_key;

	(void)state;
	assert_false(dice_derive_attest(&out, &none, &input));
	assert_false(crypto_secret_valid(&out));
	assert_false(dice_derive_seal(&out, &none, &input));
	assert_false(dice_lower_version(&out, &none, 1));
	assert_false(dice_local_secret(&out, &none));
	memset(&key, 1, sizeof(key));
	assert_false(dice_uds_key(&key, &none));
	assert_memory_equal(&key, &no_key, sizeof(key));
}

/* ---- the descriptor ---- */

static void descriptor_is_as_computed_elsewhere(void **state)
{
	static const struct {
		struct dice_config config;
		const char *hex;
	} rows[] = {
		{{"1.2", "sandbox attest", 300, DICE_CLASS_FLASH, 5},
		 "a6016e636f72646f6e2d6d6f6e69746f720263312e320319012c0402"
		 "05826773616e64626f78666174746573740605"},
		{{"", "", 0, DICE_CLASS_HW, 0},
		 "a6016e636f72646f6e2d6d6f6e69746f72026003000400" "05800600"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t out[DICE_CONFIG_MAX];
		struct sink s = {.out = out, .room = sizeof(out)};

		dice_write_config(&rows[i].config, &s);
		assert_int_equal(s.total, strlen(rows[i].hex) / 2);
		assert_hex(out, rows[i].hex);
	}
}

static void only_two_classes_are_worth_anything(void **state)
{
	(void)state;
	assert_false(dice_class_insecure(DICE_CLASS_HW));
	assert_false(dice_class_insecure(DICE_CLASS_TPM));
	assert_true(dice_class_insecure(DICE_CLASS_FLASH));
	assert_true(dice_class_insecure(DICE_CLASS_ZERO));
	assert_true(dice_class_insecure(4));
	assert_string_equal(dice_class_name(DICE_CLASS_HW), "hw");
	assert_string_equal(dice_class_name(DICE_CLASS_TPM), "tpm");
	assert_string_equal(dice_class_name(DICE_CLASS_FLASH), "flash-dev");
	assert_string_equal(dice_class_name(DICE_CLASS_ZERO), "zero");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(layer_is_as_computed_elsewhere, setup),
		cmocka_unit_test_setup(keys_are_as_computed_elsewhere, setup),
		cmocka_unit_test_setup(zero_identity_is_as_computed_elsewhere, setup_zero),
		cmocka_unit_test_setup(sealing_roots_are_as_computed_elsewhere, setup),
		cmocka_unit_test_setup(lower_versions_are_made_of_higher_ones, setup),
		cmocka_unit_test_setup(sealing_does_not_depend_on_code, setup),
		cmocka_unit_test_setup(every_byte_changes_the_secrets, setup),
		cmocka_unit_test_setup(no_secret_gives_none, setup),
		cmocka_unit_test(descriptor_is_as_computed_elsewhere),
		cmocka_unit_test(only_two_classes_are_worth_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
