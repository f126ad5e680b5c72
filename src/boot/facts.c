/* SPDX-License-Identifier: Apache-2.0 */
/* What boot knows of what it starts, for the claims of attest. */
#include "boot/load.h"

#include "attest/facts.h"
#include "lib/string.h"

void load_note_facts(const struct image_info *info)
{
	const struct manifest_facts *m = &machine.manifest;
	struct attest_facts *f = &attest_facts;

	memcpy(f->platform, info->bundle.board, sizeof(info->bundle.board));
	f->test_keys = m->test_keys;
	f->verified = m->verified;
	f->svn = m->svn;
	f->least_seal = m->min_seal;
	memcpy(f->manifest, m->digest, sizeof(f->manifest));
	memcpy(f->version, m->version, sizeof(f->version));
}
static_assert(sizeof(machine.manifest.version) <= FACTS_TEXT_MAX, "with its zero");
static_assert(IMAGE_BOARD_LEN < FACTS_TEXT_MAX, "the rest is zero");
