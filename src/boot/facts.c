/* SPDX-License-Identifier: Apache-2.0 */
/* What boot knows of what it starts, for the claims of attest. */
#include "boot/load.h"

#include "attest/facts.h"
#include "lib/string.h"

void load_note_facts(const struct image_info *info)
{
	memcpy(attest_facts.platform, info->bundle.board, sizeof(info->bundle.board));
}
static_assert(IMAGE_BOARD_LEN < FACTS_TEXT_MAX, "the rest is zero");
