/* SPDX-License-Identifier: Apache-2.0 */
/* A payload that the manifest names: one bit of each of its bytes, and of what is said of it. */
/* Evidence for I-BND-4. */
#include "jailed.h"

#include "crypto/crypto.h"

#define SIZE 600u

/* The fake hart's memory cannot be hashed by a plain pointer, so it begins outside of that. */
static _Alignas(64) u8 image[SIZE];

static void name_payload(void **state)
{
	struct manifest_facts *m = &machine.manifest;

	jailed_setup(state);
	reg_write(&hart, 11, 0);
	for (unsigned int i = 0; i < SIZE; i++) {
		image[i] = (u8)(7 * i + 3);
	}
	m->payload = range_make((u64)(uintptr_t)image, SIZE);
	crypto_sha384(image, SIZE, m->payload_digest);
	machine.payload = m->payload;
}

/* The firmware enters it: true if it has begun; else the machine is still the firmware's. */
static bool begins(u64 pc)
{
	jailed_mret(PRIV_S, pc);
	if (sandbox_locked()) {
		assert_int_equal(hart.world, WORLD_PAYLOAD);
		assert_int_equal(hart.pc, pc);
		return true;
	}
	assert_int_equal(hart.world, WORLD_FIRMWARE);
	assert_int_equal(hart.pc, HANDLER);
	assert_int_equal(hart.vm.mcause, CAUSE_ILLEGAL);
	return false;
}

static void every_byte_counts(void **state)
{
	unsigned int refused = 0;

	name_payload(state);
	assert_true(begins((u64)(uintptr_t)image));
	for (unsigned int i = 0; i < SIZE; i++) {
		name_payload(state);
		image[i] ^= (u8)(1u << i % 8);
		refused += begins((u64)(uintptr_t)image) ? 0 : 1;
	}
	assert_int_equal(refused, SIZE);
	print_message("payload: %u of %u changes are refused\n", refused, SIZE);
}

static void every_byte_of_the_digest_counts(void **state)
{
	unsigned int refused = 0;

	for (unsigned int i = 0; i < CRYPTO_SHA384_LEN; i++) {
		name_payload(state);
		machine.manifest.payload_digest[i] ^= (u8)(1u << i % 8);
		refused += begins((u64)(uintptr_t)image) ? 0 : 1;
	}
	assert_int_equal(refused, CRYPTO_SHA384_LEN);
}

/* It begins where it was named to begin, and is as long. */
static void place_and_length_count(void **state)
{
	name_payload(state);
	assert_false(begins((u64)(uintptr_t)image + 2));
	name_payload(state);
	machine.manifest.payload.size--;
	assert_false(begins((u64)(uintptr_t)image));
	name_payload(state);
	assert_true(begins((u64)(uintptr_t)image));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(every_byte_of_the_digest_counts),
		cmocka_unit_test(place_and_length_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
