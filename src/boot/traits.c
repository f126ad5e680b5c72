/* SPDX-License-Identifier: Apache-2.0 */
/* What this monitor says of itself to the tools that bundle it (attest/image_format.h). */
#include "attest/image_format.h"
#include "boot/verify.h"
#include "crypto/crypto.h"
#include "manifest_keys.h"

#define TEXT(x) TEXT_OF(x)
#define TEXT_OF(x) #x

#ifndef IMAGE_SWITCHES
#define IMAGE_SWITCHES 0 /* 1: an image whose protections can be switched off (SWITCHES=1) */
#endif

extern const struct image_traits image_traits;

#define POLICY(n) " " #n
const struct image_traits image_traits __attribute__((section(".traits"))) = {
	.magic = IMAGE_TRAITS_MAGIC,
	.version = IMAGE_VERSION,
	.flags = (IMAGE_SWITCHES || CRYPTO_SELFTEST ? IMAGE_TRAIT_DEBUG : 0) |
		 (VERIFY_MEASURE ? IMAGE_TRAIT_MEASURE : 0) |
		 (MANIFEST_KEYS_TEST ? IMAGE_TRAIT_TEST : 0),
	.board = TEXT(IMAGE_BOARD),
	.policies = ""
#include "policy_list.h"
	,
	.key = MANIFEST_KEYS,
};
