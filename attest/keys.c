/* SPDX-License-Identifier: Apache-2.0 */
/* Authorised keys (see keys.h). */
#include "attest/keys.h"

#include <assert.h>

#include "manifest_keys.h"

const struct manifest_key manifest_keys[] = MANIFEST_KEYS;
const unsigned int manifest_key_count = MANIFEST_KEYS_COUNT;
const bool manifest_keys_test = MANIFEST_KEYS_TEST;

static_assert(MANIFEST_KEYS_COUNT <= KEYS_MAX, "as many as anything has room for");

struct keys keys_authorised(void)
{
	return (struct keys){manifest_keys, manifest_key_count};
}

const struct manifest_key *keys_find(const struct keys *keys, const uint8_t kid[COSE_KID_LEN])
{
	for (unsigned int i = 0; i < keys->count; i++) {
		if (ct_equal(keys->key[i].kid, kid, COSE_KID_LEN)) {
			return &keys->key[i];
		}
	}
	return NULL;
}

bool keys_have(const struct keys *keys, enum key_kind kind)
{
	for (unsigned int i = 0; i < keys->count; i++) {
		if (keys->key[i].kind == (uint32_t)kind) {
			return true;
		}
	}
	return false;
}

void keys_authority(const struct keys *keys, uint8_t out[CRYPTO_SHA384_LEN])
{
	struct crypto_sha384 ctx;

	crypto_sha384_init(&ctx);
	for (unsigned int i = 0; i < keys->count; i++) {
		crypto_sha384_update(&ctx, keys->key[i].bytes,
				     keys->key[i].kind == KEY_HSS ? CRYPTO_HSS_PUBLIC_LEN
								  : KEYS_POINT_LEN);
	}
	crypto_sha384_finish(&ctx, out);
}
