/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of HMAC, HKDF, secrets and the random generator: known answers and what is refused. */
#include "tests/unit/crypto_hex.h"

/* A byte string of RFC 4231: a byte repeated, or a text. */
struct part {
	const char *text;
	uint8_t byte;
	size_t times;
};

static const struct {
	struct part key;
	struct part data;
	const char *code;
} rfc4231[] = {
	{{NULL, 0x0b, 20}, {"Hi There", 0, 0},
	 "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec6"
	 "82aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
	{{"Jefe", 0, 0}, {"what do ya want for nothing?", 0, 0},
	 "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47"
	 "e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"},
	{{NULL, 0xaa, 20}, {NULL, 0xdd, 50},
	 "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9feb"
	 "e83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27"},
	{{"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13"
	  "\x14\x15\x16\x17\x18\x19", 0, 0},
	 {NULL, 0xcd, 50},
	 "3e8a69b7783c25851933ab6290af6ca77a9981480850009c"
	 "c5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb"},
	{{NULL, 0xaa, 131}, {"Test Using Larger Than Block-Size Key - Hash Key First", 0, 0},
	 "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f"
	 "3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"},
	{{NULL, 0xaa, 131},
	 {"This is a test using a larger than block-size key and a larger than block-size data. "
	  "The key needs to be hashed before being used by the HMAC algorithm.", 0, 0},
	 "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9a"
	 "dccebb82461e99c5a678cc31e799176d3860e6110c46523e"},
};

static struct crypto_bytes bytes_of(const struct part *part, uint8_t room[256])
{
	if (part->text != NULL) {
		return text(part->text);
	}
	memset(room, part->byte, part->times);
	return (struct crypto_bytes){room, part->times};
}

static void test_hmac_known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rfc4231) / sizeof(rfc4231[0]); i++) {
		uint8_t room[2][256];
		uint8_t code[CRYPTO_SHA384_LEN];

		crypto_hmac(bytes_of(&rfc4231[i].key, room[0]), bytes_of(&rfc4231[i].data, room[1]),
			    code);
		assert_hex(code, rfc4231[i].code);
	}
}

/* A key of exactly a block is taken as it is, one byte more is hashed first. */
static void test_hmac_key_of_a_block(void **state)
{
	uint8_t key[129];
	uint8_t shortened[CRYPTO_SHA384_LEN];
	uint8_t a[CRYPTO_SHA384_LEN];
	uint8_t b[CRYPTO_SHA384_LEN];

	(void)state;
	memset(key, 0x61, sizeof(key));
	crypto_hmac((struct crypto_bytes){key, 128}, text("m"), a);
	assert_hex(a, "66836c4f1b43edd6b185dee8ea1da4785b3dffa0de039912a5234ce29b022356"
			"2fa6bfb5a6ea63d9014fa99c6678a71a");
	crypto_sha384(key, 129, shortened);
	crypto_hmac((struct crypto_bytes){key, 129}, text("m"), a);
	crypto_hmac((struct crypto_bytes){shortened, sizeof(shortened)}, text("m"), b);
	assert_memory_equal(a, b, sizeof(a));
}

static void test_hmac_pieces_equal_whole_and_leave_nothing(void **state)
{
	struct crypto_hmac ctx;
	struct crypto_hmac zero;
	uint8_t whole[CRYPTO_SHA384_LEN];
	uint8_t pieces[CRYPTO_SHA384_LEN];

	(void)state;
	memset(&zero, 0, sizeof(zero));
	crypto_hmac(text("key"), text("a message"), whole);
	crypto_hmac_init(&ctx, text("key"));
	crypto_hmac_update(&ctx, "a mess", 6);
	crypto_hmac_update(&ctx, NULL, 0);
	crypto_hmac_update(&ctx, "age", 3);
	crypto_hmac_finish(&ctx, pieces);
	assert_memory_equal(whole, pieces, sizeof(whole));
	assert_memory_equal(&ctx, &zero, sizeof(zero));
}

/* The inputs of RFC 5869, A.1 to A.3, with SHA-384; computed with OpenSSL 3.0. */
static void test_hkdf_known_answers(void **state)
{
	uint8_t key[80];
	uint8_t salt[80];
	uint8_t info[80];
	uint8_t out[82];
	struct crypto_hkdf_input in = {{salt, 13}, {key, 22}, {info, 10}};

	(void)state;
	memset(key, 0x0b, 22);
	for (uint8_t i = 0; i < 80; i++) {
		salt[i] = i;
		info[i] = (uint8_t)(0xf0 + i);
	}
	assert_true(crypto_hkdf(&in, out, 42));
	assert_hex(out, "9b5097a86038b805309076a44b3a9f38063e25b516dcbf369f394cfab43685f7"
			"48b6457763e4f0204fc5");
	in.salt.len = 0;
	in.info.len = 0;
	assert_true(crypto_hkdf(&in, out, 42));
	assert_hex(out, "c8c96e710f89b0d7990bca68bcdec8cf854062e54c73a7abc743fade9b242daa"
			"cc1cea5670415b52849c");
	for (uint8_t i = 0; i < 80; i++) {
		key[i] = i;
		salt[i] = (uint8_t)(0x60 + i);
		info[i] = (uint8_t)(0xb0 + i);
	}
	in = (struct crypto_hkdf_input){{salt, 80}, {key, 80}, {info, 80}};
	assert_true(crypto_hkdf(&in, out, 82));
	assert_hex(out, "484ca052b8cc724fd1c4ec64d57b4e818c7e25a8e0f4569ed72a6a05fe0649ee"
			"bf69f8d5c832856bf4e4fbc17967d54975324a94987f7f41835817d8994fdbd6"
			"f4c09c5500dca24a56222fea53d8967a8b2e");
}

static void test_hkdf_length_is_limited(void **state)
{
	static uint8_t out[CRYPTO_HKDF_MAX + 1];
	struct crypto_hkdf_input in = {text(""), text("key"), text("")};

	(void)state;
	assert_true(crypto_hkdf(&in, out, CRYPTO_HKDF_MAX));
	assert_hex(out + CRYPTO_HKDF_MAX - 16, "fadde03691987ff48aca03c8ade27803");
	assert_false(crypto_hkdf(&in, out, CRYPTO_HKDF_MAX + 1));
	assert_true(crypto_hkdf(&in, out, 0));
}

static void test_secret_needs_256_bits(void **state)
{
	struct crypto_secret secret;
	struct crypto_secret derived;
	uint8_t bytes[65] = {1};

	(void)state;
	assert_false(crypto_secret_adopt(&secret, bytes, 31));
	assert_false(crypto_secret_valid(&secret));
	assert_false(crypto_secret_derive(&derived, &secret, text(""), text("x")));
	assert_false(crypto_secret_valid(&derived));
	assert_false(crypto_secret_adopt(&secret, bytes, 65));
	assert_true(crypto_secret_adopt(&secret, bytes, 32));
	assert_true(crypto_secret_adopt(&secret, bytes, 64));
	assert_true(crypto_secret_valid(&secret));
}

/* Every bit of the secret, the salt and the info counts; out may be the secret itself. */
static void test_secret_derivation_takes_every_bit(void **state)
{
	struct crypto_secret from = counting_secret();
	struct crypto_secret first;
	struct crypto_secret other;

	(void)state;
	assert_true(crypto_secret_derive(&first, &from, text("salt"), text("info")));
	assert_hex(first.bytes, "c8b74b732ce84f82850523664b7f43b00d4f9b184db59212839d5dcd862f1914"
			"9c80f3de5dc1fc69cb91389a8883e61c");
	for (size_t bit = 0; bit < 8 * from.len; bit++) {
		struct crypto_secret changed = from;

		changed.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_true(crypto_secret_derive(&other, &changed, text("salt"), text("info")));
		assert_memory_not_equal(first.bytes, other.bytes, CRYPTO_SHA384_LEN);
	}
	assert_true(crypto_secret_derive(&other, &from, text("Salt"), text("info")));
	assert_memory_not_equal(first.bytes, other.bytes, CRYPTO_SHA384_LEN);
	assert_true(crypto_secret_derive(&from, &from, text("salt"), text("info")));
	assert_memory_equal(first.bytes, from.bytes, CRYPTO_SHA384_LEN);
}

/* A source that fails after `good` samples, and repeats itself from sample `stuck` on. */
struct source {
	size_t calls;
	size_t good;
	size_t stuck;
};

static bool sample(void *arg, uint16_t *out)
{
	struct source *source = arg;

	*out = (uint16_t)(source->calls < source->stuck ? source->calls * 77u : 0x5555u);
	return source->calls++ < source->good;
}

static void test_entropy_is_gathered(void **state)
{
	struct source source = {0, 64, 64};
	struct crypto_secret secret;

	(void)state;
	assert_true(crypto_secret_gather(&secret, &(struct crypto_entropy){sample, &source}));
	assert_int_equal(source.calls, 64);
	assert_int_equal(secret.len, 48);
	assert_hex(secret.bytes, "d194ec34371b2273853b1772738f7dd44c4e8342491780119f08790cfd198766"
			"defb4a191d552e670b65da2434a92733");
}

static void test_entropy_source_that_fails_or_sticks_gives_no_secret(void **state)
{
	struct source fails = {0, 63, 64};
	struct source sticks = {0, 64, 60};
	struct source nearly = {0, 64, 61};
	struct crypto_secret secret = counting_secret();

	(void)state;
	assert_false(crypto_secret_gather(&secret, &(struct crypto_entropy){sample, &fails}));
	assert_false(crypto_secret_valid(&secret));
	assert_false(crypto_secret_gather(&secret, &(struct crypto_entropy){sample, &sticks}));
	assert_true(crypto_secret_gather(&secret, &(struct crypto_entropy){sample, &nearly}));
}

/* CAVP, HMAC_DRBG without prediction resistance, [SHA-384], personalisation of 256 bits. */
static const struct {
	const char *seed;
	const char *personal;
	const char *reseed;
	const char *out;
} cavp[] = {
	{"1378443dfec3c03d36b16bacc480edfcb1a4a509c17cf4b3"
	 "5787dae3bc91ade6c113a1e0df927a4449ff9e2f4f1cd9a2",
	 "f67cd35afbc96756499c68a5ea19991cd1ad4880fdc13afaa817608a141e9646",
	 "7b07f57ccd6777f6d6bbfc9655f0676d7b4f91712efd43315be7c7f30e51da89",
	 "b32d9838b3f45e3c4b3ede1181bf0aadab96d22790d8536f5913fe95c3ec0179"
	 "dd1c7ae69430bc8c68f4f30105199b785a11adf7abec007d18abcee2e65df5a2"
	 "11adfda35fed8b9389a61d2fad33fe020119e72c782a316f17f8a58823956731"
	 "5bda461f5f4518a1aece4d0ae028c153d67a8d4ce620e571faa0403c56bcaa86"
	 "4822e4d8ae6d14feafefccbe879ce4baeca70d436218e0eb3a62bf15c018fd4c"
	 "f66a50e3d9d7cc9e4744e29e9c945eabf03a6a2c4ca57e582b60914417da57f6"},
	{"69e9396c58ed867eb52fcd046504922e2e9a9b059234cdd3"
	 "f0a09eee9fdfd45dedf5d3860b25115f8a3d0e2f3f543890",
	 "1b6e1bb613d199a5e6f1b5c2ed041cf6f6633e2ef4d50ecad89b28102bf70554",
	 "a23a5aa278f836577956944a098d18f05900d1b076d30ea745be745b9efc0dcc",
	 "ee09f7b24cdc6b51a8212ca00613633c1a5f044fa921bec31baf679f5ba66bfd"
	 "723721a03e0f260a44ad5cc4c580080667a781427a34c3d2fdfaceb4b040ee67"
	 "5491c4dd0c0d13abbe81336384806e37f2729e7fd080fd57011b54b664d58534"
	 "c831c90d182d4d955676938d484087b0086d2bf2737a912afb66101575ca2bc5"
	 "acf845f4970bb1ce4441eb667d5096319d6282714a8a9708ef9964cadf596ac3"
	 "e7b1ba18fdec7e2e22f5e6352e825e965a494cb880aae78477aa3bcba9428107"},
};

static void read_secret(const char *hex, struct crypto_secret *secret)
{
	uint8_t bytes[CRYPTO_SECRET_MAX];
	size_t len = from_hex(hex, bytes, sizeof(bytes));

	assert_true(crypto_secret_adopt(secret, bytes, len));
}

static void test_drbg_known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cavp) / sizeof(cavp[0]); i++) {
		struct crypto_secret seed;
		struct crypto_secret fresh;
		struct crypto_drbg drbg;
		uint8_t personal[32];
		uint8_t out[192];

		read_secret(cavp[i].seed, &seed);
		read_secret(cavp[i].reseed, &fresh);
		from_hex(cavp[i].personal, personal, sizeof(personal));
		assert_true(crypto_drbg_seed(&drbg, &seed,
					     (struct crypto_bytes){personal, sizeof(personal)}));
		assert_true(crypto_drbg_reseed(&drbg, &fresh));
		assert_true(crypto_drbg_bytes(&drbg, out, sizeof(out)));
		assert_true(crypto_drbg_bytes(&drbg, out, sizeof(out)));
		assert_hex(out, cavp[i].out);
		crypto_drbg_end(&drbg);
		assert_int_equal(crypto_arena_used(), 0);
	}
}

static void test_drbg_refuses_what_is_no_secret(void **state)
{
	struct crypto_secret none = {0};
	struct crypto_secret seed = counting_secret();
	struct crypto_drbg drbg;
	uint8_t personal[129] = {0};

	(void)state;
	assert_false(crypto_drbg_seed(&drbg, &none, text("")));
	assert_false(crypto_drbg_seed(&drbg, &seed, (struct crypto_bytes){personal, 129}));
	assert_int_equal(crypto_arena_used(), 0);
	assert_true(crypto_drbg_seed(&drbg, &seed, (struct crypto_bytes){personal, 128}));
	assert_false(crypto_drbg_reseed(&drbg, &none));
	crypto_drbg_end(&drbg);
}

static void test_drbg_output_is_limited_and_erased(void **state)
{
	static uint8_t out[CRYPTO_DRBG_MAX + 1];
	struct crypto_secret seed = counting_secret();
	struct crypto_drbg zero;
	struct crypto_drbg drbg;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	assert_true(crypto_drbg_seed(&drbg, &seed, text("")));
	assert_true(crypto_drbg_bytes(&drbg, out, CRYPTO_DRBG_MAX));
	assert_false(crypto_drbg_bytes(&drbg, out, CRYPTO_DRBG_MAX + 1));
	crypto_drbg_end(&drbg);
	assert_memory_equal(&drbg, &zero, sizeof(zero));
}

static void test_selftest_passes_and_gives_everything_back(void **state)
{
	const char *wrong = crypto_selftest();

	(void)state;
	assert_null(wrong);
	assert_int_equal(crypto_arena_used(), 0);
	assert_in_range(crypto_arena_peak(), 1, CRYPTO_ARENA_LEN * 2 / 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hmac_known_answers),
		cmocka_unit_test(test_hmac_key_of_a_block),
		cmocka_unit_test(test_hmac_pieces_equal_whole_and_leave_nothing),
		cmocka_unit_test(test_hkdf_known_answers),
		cmocka_unit_test(test_hkdf_length_is_limited),
		cmocka_unit_test(test_secret_needs_256_bits),
		cmocka_unit_test(test_secret_derivation_takes_every_bit),
		cmocka_unit_test(test_entropy_is_gathered),
		cmocka_unit_test(test_entropy_source_that_fails_or_sticks_gives_no_secret),
		cmocka_unit_test(test_drbg_known_answers),
		cmocka_unit_test(test_drbg_refuses_what_is_no_secret),
		cmocka_unit_test(test_drbg_output_is_limited_and_erased),
		cmocka_unit_test(test_selftest_passes_and_gives_everything_back),
	};

	return cmocka_run_group_tests_name("crypto_mac", tests, NULL, NULL);
}
