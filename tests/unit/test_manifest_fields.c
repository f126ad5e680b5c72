/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of what a manifest says: one field at a time is made wrong and everything signed again, so
 * that only the rule under test can refuse it; and bundles that are not the one meant.
 */
#include "tests/unit/manifest_made.h"

static void test_segments(void **state)
{
	struct manifest m = good();

	(void)state;
	m.segment[1].load = 0x80000fff;
	assert_int_equal(verify_fields(&m), MANIFEST_OVERLAP);
	m = good();
	m.segment[1].load = 0x7fffe001;
	assert_int_equal(verify_fields(&m), MANIFEST_OVERLAP);
	m = good();
	m.segment[0].file_len = 0x1001;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SEGMENT);
	m.segment[0].file_len = UINT64_MAX;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SEGMENT);
	m = good();
	m.segment[0].file_len = m.segment[0].mem_len = 0;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SEGMENT);
	m = good();
	m.segment[1].load = UINT64_MAX - 0xfff;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SEGMENT);
	m.segment[1].load = IMAGE_ADDR_LIMIT - 0x1fff;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SEGMENT);
	m.segment[1].load = IMAGE_ADDR_LIMIT - 0x2000;
	assert_int_equal(verify_fields(&m), MANIFEST_OK);
	m.segment[1].flags = 8;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SEGMENT);
	m = good();
	m.segment_count = 0;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_FIELD);
}

static void test_entry_and_code(void **state)
{
	static const uint64_t bad[] = {0x80000005, 0x80001000, 0x7ffffffe, 0};
	struct manifest m = good();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		m.entry = bad[i];
		assert_int_equal(verify_fields(&m), MANIFEST_BAD_ENTRY);
	}
	m = good();
	m.segment[0].flags = MANIFEST_R;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_ENTRY);
	m.segment[0].flags = MANIFEST_R | MANIFEST_W | MANIFEST_X;
	assert_int_equal(verify_fields(&m), MANIFEST_WRITABLE_CODE);
	m.flags = MANIFEST_RWX;
	assert_int_equal(verify_fields(&m), MANIFEST_OK);
}

static void test_numbers(void **state)
{
	struct manifest m = good();

	(void)state;
	m.svn = MANIFEST_SVN_MAX + 1;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SVN);
	m.svn = UINT64_MAX;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SVN);
	m = good();
	m.has_min_seal = true;
	m.min_seal = m.svn + 1;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SVN);
	m = good();
	m.flags = MANIFEST_FLAGS + 1;
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_FIELD);
	m = good();
	m.name = text("clear\x1b[2J");
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_FIELD);
	m = good();
	m.has_payload = true;
	m.payload.digest = digest[0];
	assert_int_equal(verify_fields(&m), MANIFEST_BAD_SEGMENT);
	m.payload.file_len = 0x1000;
	m.payload.load = m.segment[0].load - 0xfff;
	assert_int_equal(verify_fields(&m), MANIFEST_OVERLAP);
	m.payload.load = m.segment[0].load - 0x1000;
	assert_int_equal(verify_fields(&m), MANIFEST_OK);
}

/* Payloads that the writer cannot be made to write: the good one, cut and changed by hand. */
static enum manifest_status verify_payload(const uint8_t *bytes, size_t len)
{
	struct made x;

	assert_true(len <= sizeof(x.payload));
	memcpy(x.payload, bytes, len);
	x.payload_len = len;
	sign(&x);
	assemble(&x, 1);
	return verify(&x, ES384_ONLY);
}

static void test_payloads_by_hand(void **state)
{
	struct manifest m = good();
	struct made x = made_of(&m, 1);
	uint8_t *p = x.payload;
	size_t len = x.payload_len;

	(void)state;
	assert_int_equal(verify_payload(p, len), MANIFEST_OK);
	assert_int_equal(p[2], MANIFEST_FORMAT);
	p[2] = 2;
	assert_int_equal(verify_payload(p, len), MANIFEST_BAD_FORMAT);
	p[2] = MANIFEST_FORMAT;
	p[1] = 0; /* label 0 in the place of 1 */
	assert_int_equal(verify_payload(p, len), MANIFEST_BAD_FIELD);
	p[1] = 1;
	p[3] = 1; /* label 1 twice */
	assert_int_equal(verify_payload(p, len), MANIFEST_NOT_CBOR);
	p[3] = 2;
	p[4] = 0x40 | (p[4] & 31u); /* the name is bytes */
	assert_int_equal(verify_payload(p, len), MANIFEST_BAD_FIELD);
	p[4] = 0x60 | (p[4] & 31u);
	p[0]--; /* the last pair is behind the map */
	assert_int_equal(verify_payload(p, len), MANIFEST_NOT_CBOR);
	assert_int_equal(verify_payload(p, len - 51), MANIFEST_BAD_FIELD);
	p[0] += 2;
	memcpy(p + len, "\x0e\x00", 2); /* a label that is not known */
	assert_int_equal(verify_payload(p, len + 2), MANIFEST_BAD_FIELD);
	assert_int_equal(verify_payload((const uint8_t[]){0x00}, 1), MANIFEST_BAD_FIELD);
	assert_int_equal(verify_payload((const uint8_t[]){0xa0}, 1), MANIFEST_BAD_FIELD);
}

/* ---- is it this bundle? ---- */

static struct image_info bundle_of(const struct manifest *m)
{
	struct image_info info = {
		.bundle = {
			.fw_entry = m->entry,
			.board = "qemu-virt",
			.policies = "sandbox offload",
			.fw_name = "fw_dynamic.elf",
			.part_count = 5,
			.part = {
				{.type = IMAGE_PART_MONITOR},
				{.type = IMAGE_PART_RELOCS},
				{.type = IMAGE_PART_FIRMWARE},
				{.type = IMAGE_PART_FIRMWARE},
				{.type = IMAGE_PART_MANIFEST},
			},
		},
	};

	memcpy(info.bundle.part[0].digest, m->monitor, CRYPTO_SHA384_LEN);
	memcpy(info.bundle.part[1].digest, m->relocations, CRYPTO_SHA384_LEN);
	for (unsigned int i = 0; i < 2; i++) {
		struct image_part *p = &info.bundle.part[2 + i];

		p->load_addr = m->segment[i].load;
		p->len = m->segment[i].file_len;
		p->mem_len = m->segment[i].mem_len;
		memcpy(p->digest, m->segment[i].digest, CRYPTO_SHA384_LEN);
	}
	return info;
}

static const struct manifest_machine here = {"qemu-virt", "sandbox offload", 7, false};

static void test_match_machine(void **state)
{
	static const char *const others[] = {"", "sandbox", "offload sandbox", "sandbox offloa",
					     "sandbox offload audit", "sandbox offloads",
					     "sandboxoffload", "sandbox  offload"};
	struct manifest m = good();
	struct image_info info = bundle_of(&m);
	struct manifest_machine other = here;

	(void)state;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_OK);
	other.platform = "qemu-virt2";
	assert_int_equal(manifest_match(&m, &info, &other), MANIFEST_PLATFORM);
	other = here;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		other.policies = others[i];
		assert_int_equal(manifest_match(&m, &info, &other), MANIFEST_POLICIES);
	}
	other = here;
	other.least_svn = 8;
	assert_int_equal(manifest_match(&m, &info, &other), MANIFEST_OLD);
	m.flags = MANIFEST_DEBUG;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_DEBUG_IMAGE);
	other = here;
	other.takes_debug_images = true;
	assert_int_equal(manifest_match(&m, &info, &other), MANIFEST_OK);
	m.policy_count = 0;
	other.policies = "";
	info.bundle.policies[0] = '\0';
	assert_int_equal(manifest_match(&m, &info, &other), MANIFEST_OK);
}

/* The header is not signed, but its texts are shown, and the policies are part of an identity. */
static void test_match_texts(void **state)
{
	struct manifest m = good();
	struct image_info info = bundle_of(&m);

	(void)state;
	info.bundle.board[0] ^= 1;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_PLATFORM);
	info = bundle_of(&m);
	info.bundle.policies[3] ^= 1;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_POLICIES);
	info = bundle_of(&m);
	info.bundle.fw_name[13] ^= 1;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
	info = bundle_of(&m);
	info.bundle.fw_name[14] = 'x';
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
}

static void test_match_parts(void **state)
{
	struct manifest m = good();
	struct image_info info = bundle_of(&m);
	struct image_part *p = info.bundle.part;

	(void)state;
	p[0].digest[47] ^= 1;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_MONITOR);
	p[0].digest[47] ^= 1;
	p[1].digest[0] ^= 1;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_MONITOR);
	p[1].digest[0] ^= 1;
	p[1].type = IMAGE_PART_SCRATCH; /* no relocations: their digest must be that of nothing */
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_MONITOR);
	info = bundle_of(&m);
	p[3].digest[1] ^= 1;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
	info = bundle_of(&m);
	p[2].load_addr += 0x1000;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
	info = bundle_of(&m);
	p[3].mem_len++;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
	info = bundle_of(&m);
	p[2].len--;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
	info = bundle_of(&m);
	info.bundle.fw_entry += 2;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
	info = bundle_of(&m);
	info.bundle.part_count = 3; /* a segment less, a segment more */
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
	info = bundle_of(&m);
	p[4].type = IMAGE_PART_FIRMWARE;
	assert_int_equal(manifest_match(&m, &info, &here), MANIFEST_FIRMWARE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_entry_and_code),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_payloads_by_hand),
		cmocka_unit_test(test_match_machine),
		cmocka_unit_test(test_match_texts),
		cmocka_unit_test(test_match_parts),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
