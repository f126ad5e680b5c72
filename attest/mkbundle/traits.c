/* SPDX-License-Identifier: Apache-2.0 */
/* What a monitor says of itself (attest/image_format.h). */
#include <string.h>

#include "mkbundle.h"

static_assert(sizeof(struct manifest_key) == sizeof(struct image_key), "the same fields");
static_assert(offsetof(struct manifest_key, bytes) == offsetof(struct image_key, bytes),
	      "the same fields");
static_assert(IMAGE_TRAIT_KEYS == KEYS_MAX, "as many keys");

static bool is_ended(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

struct image_traits traits_find(const char *name, const uint8_t *bytes, size_t len)
{
	struct image_traits found = {.magic = 0};
	size_t at = IMAGE_MONITOR_HEADER_LEN;

	for (; at + sizeof(found) <= len; at += sizeof(uint64_t)) {
		struct image_traits t;

		memcpy(&t, bytes + at, sizeof(t));
		if (t.magic != IMAGE_TRAITS_MAGIC) {
			continue;
		}
		if (found.magic != 0 || t.version != IMAGE_VERSION ||
		    !is_ended(t.board, sizeof(t.board)) ||
		    !is_ended(t.policies, sizeof(t.policies))) {
			die(EXIT_MONITOR, "%s says of itself what this tool does not understand; "
			    "build monitor and mkbundle from one tree", name);
		}
		found = t;
		memcpy(found.policies, t.policies + (t.policies[0] == ' ' ? 1 : 0),
		       sizeof(t.policies) - 1);
	}
	return found;
}

struct keys traits_keys(const struct image_traits *traits, struct manifest_key *out)
{
	struct keys keys = {out, 0};

	for (size_t i = 0; i < IMAGE_TRAIT_KEYS && traits->key[i].kind != 0; i++) {
		memcpy(&out[i], &traits->key[i], sizeof(out[i]));
		keys.count++;
	}
	return keys;
}
