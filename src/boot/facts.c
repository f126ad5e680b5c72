/* SPDX-License-Identifier: Apache-2.0 */
/* What boot knows of what it starts, for the claims of attest. */
#include "boot/load.h"

#include "attest/facts.h"
#include "lib/string.h"

static const u8 *digest_of(const struct image_bundle_header *b, enum image_part_type type)
{
	for (unsigned int i = 0; i < b->part_count; i++) {
		if (b->part[i].type == (u32)type) {
			return b->part[i].digest;
		}
	}
	return NULL;
}

void load_note_facts(const struct image_info *info)
{
	struct attest_facts *f = &attest_facts;
	const u8 *code = digest_of(&info->bundle, IMAGE_PART_MONITOR);

	CHECK(code != NULL); /* image_check wants one */
	memcpy(f->code, code, sizeof(f->code));
	memcpy(f->platform, info->bundle.board, sizeof(info->bundle.board));
	f->slot = FACTS_NO_SLOT;
	f->replayable = true; /* nothing counts */
}
static_assert(IMAGE_BOARD_LEN < FACTS_TEXT_MAX, "the rest is zero");
