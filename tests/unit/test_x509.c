/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DER and certificates, byte by byte and at the borders of their buffers. Whether other libraries
 * accept the certificates is asked by tests/attest/test_identity.py.
 */
#include "crypto_hex.h"

#include "attest/der.h"
#include "attest/x509.h"

/* ---- DER: X.690, 8 and 10 ---- */

static void numbers_have_the_fewest_octets(void **state)
{
	static const struct {
		uint64_t value;
		const char *hex;
	} rows[] = {
		{0, "020100"}, {1, "020101"}, {127, "02017f"}, {128, "02020080"},
		{255, "020200ff"}, {256, "02020100"}, {32768, "0203008000"},
		{UINT64_MAX, "020900ffffffffffffffff"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t out[16];
		struct der d;

		der_start(&d, out, sizeof(out));
		der_number(&d, DER_INTEGER, rows[i].value);
		assert_int_equal(der_finish(&d), strlen(rows[i].hex) / 2);
		assert_hex(out, rows[i].hex);
	}
}

static void lengths_have_the_fewest_octets(void **state)
{
	static const struct {
		size_t len;
		const char *head;
	} rows[] = {
		{0, "0400"}, {127, "047f"}, {128, "048180"}, {255, "0481ff"}, {256, "04820100"},
		{65535, "0482ffff"}, {65536, "0483010000"},
	};
	static uint8_t data[65536];
	static uint8_t out[65536 + 8];

	(void)state;
	memset(data, 0x5a, sizeof(data));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t head = strlen(rows[i].head) / 2;
		struct der d;

		der_start(&d, out, sizeof(out));
		der_value(&d, DER_OCTET_STRING, data, rows[i].len);
		assert_int_equal(der_finish(&d), head + rows[i].len);
		assert_hex(out, rows[i].head);
		assert_memory_equal(out + head, data, rows[i].len);
	}
}

static void values_lie_in_others(void **state)
{
	uint8_t out[64];
	struct der d;

	(void)state;
	der_start(&d, out, sizeof(out));
	der_text(&d, DER_UTF8, "ab");
	der_number(&d, DER_CONTEXT(3), 9);
	der_head(&d, DER_SEQUENCE, sizeof(out));
	der_head(&d, DER_CONTEXT_IN(6), sizeof(out));
	assert_int_equal(der_finish(&d), 11);
	assert_hex(out, "a609" "3007" "830109" "0c026162");
}

/* Nothing is written outside, and nothing of use remains inside. */
static void what_does_not_fit_gives_nothing(void **state)
{
	(void)state;
	for (size_t room = 0; room <= 10; room++) {
		uint8_t out[11];
		struct der d;

		memset(out, 0xee, sizeof(out));
		der_start(&d, out, room);
		der_text(&d, DER_UTF8, "abcde");
		der_head(&d, DER_SEQUENCE, room);
		assert_int_equal(der_finish(&d), room < 9 ? 0 : 9);
		for (size_t i = room < 9 ? 0 : 9; i < sizeof(out); i++) {
			assert_int_equal(out[i], i < room ? 0 : 0xee);
		}
	}
}

/* ---- certificates ---- */

static struct crypto_p384_public key;
static struct dice_input input;
static struct x509_layer layer;
static struct x509_request request;
static uint8_t descriptor[DICE_CONFIG_MAX];

static int setup(void **state)
{
	(void)state;
	memset(key.x, 0x11, sizeof(key.x));
	memset(key.y, 0x22, sizeof(key.y));
	memset(&input, 0x33, sizeof(input));
	input.mode = DICE_MODE_NORMAL;
	layer = (struct x509_layer){.input = &input,
				    .descriptor = {descriptor, sizeof(descriptor)},
				    .version = "2026.11.22-0123456789abcdef", .svn = 255};
	request = (struct x509_request){.subject = {.common = X509_MONITOR_NAME},
					.issuer = {.common = X509_UDS_NAME,
						   .organisation = X509_ZERO_NAME},
					.key = &key, .path_length = 0, .layer = &layer};
	x509_key_id(&key, request.subject.id);
	memset(request.issuer.id, 0xff, X509_ID_LEN);
	return 0;
}

static void ids_are_as_computed_elsewhere(void **state)
{
	uint8_t id[X509_ID_LEN];

	(void)state;
	x509_key_id(&key, id);
	assert_hex(id, "a7b115d55e3d2b4c2e4b9ddab1ff7220f9603316");
}

static void serials_are_positive(void **state)
{
	static const uint8_t first[][2] = {{0, 1}, {1, 1}, {0x7f, 0x7f}, {0x80, 1}, {0xff, 0x7f}};

	(void)state;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		uint8_t id[X509_ID_LEN];
		uint8_t serial[X509_ID_LEN];

		memset(id, 0xab, sizeof(id));
		id[0] = first[i][0];
		x509_serial(id, serial);
		assert_int_equal(serial[0], first[i][1]);
		assert_memory_equal(serial + 1, id + 1, X509_ID_LEN - 1);
	}
}

/* The longest that there is fits, with the longest descriptor; one byte less of room does not. */
static void bodies_fit(void **state)
{
	uint8_t body[X509_BODY_MAX];
	uint8_t same[X509_BODY_MAX];
	size_t len;

	(void)state;
	len = x509_write_body(&request, body, sizeof(body));
	assert_true(len != 0);
	assert_int_equal(x509_write_body(&request, same, len), len);
	assert_memory_equal(body, same, len);
	for (size_t room = 0; room < len; room++) {
		assert_int_equal(x509_write_body(&request, same, room), 0);
	}
}

static void certificates_fit(void **state)
{
	struct crypto_p384_signature longest;
	uint8_t body[X509_BODY_MAX] = {0};
	uint8_t out[X509_MAX];
	size_t len;

	(void)state;
	memset(&longest, 0xff, sizeof(longest));
	len = x509_assemble((struct crypto_bytes){body, sizeof(body)}, &longest, out, sizeof(out));
	assert_true(len != 0);
	assert_int_equal(x509_assemble((struct crypto_bytes){body, sizeof(body)}, &longest, out,
				       len - 1), 0);
}

/* Short numbers of a signature are not padded: DER has one form of each. */
static void signatures_are_numbers(void **state)
{
	struct crypto_p384_signature small = {{0}, {0}};
	uint8_t out[64];

	(void)state;
	small.r[47] = 0x80;
	small.s[46] = 1;
	assert_int_equal(x509_assemble((struct crypto_bytes){"\5", 1}, &small, out, sizeof(out)),
			 2 + 1 + 12 + 13);
	assert_hex(out, "301a" "05" "300a06082a8648ce3d040303"
			"030b00" "3008" "02020080" "02020100");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_the_fewest_octets),
		cmocka_unit_test(lengths_have_the_fewest_octets),
		cmocka_unit_test(values_lie_in_others),
		cmocka_unit_test(what_does_not_fit_gives_nothing),
		cmocka_unit_test_setup(ids_are_as_computed_elsewhere, setup),
		cmocka_unit_test(serials_are_positive),
		cmocka_unit_test_setup(bodies_fit, setup),
		cmocka_unit_test(certificates_fit),
		cmocka_unit_test(signatures_are_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
