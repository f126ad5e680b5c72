/* SPDX-License-Identifier: Apache-2.0 */
/* Verified boot (see verify.h). */
#include "boot/verify.h"

#include "attest/manifest.h"
#include "lib/log.h"
#include "lib/string.h"
#include "monitor/policy.h"

static_assert(sizeof(machine.manifest.digest) == CRYPTO_SHA384_LEN, "a SHA-384");
static_assert(sizeof(machine.manifest.version) > MANIFEST_TEXT_MAX, "and a zero behind it");

/* On the boot hart, before there are any others: too large for its stack. */
static struct manifest_work verify_work;
static struct manifest verify_manifest;

static void keep_facts(const struct manifest *m)
{
	struct manifest_facts *facts = &machine.manifest;

	facts->verified = true;
	facts->svn = (u32)m->svn;
	facts->min_seal = (u32)m->min_seal;
	memcpy(facts->version, m->version.data, m->version.len);
	memcpy(facts->digest, m->digest, sizeof(facts->digest));
	for (unsigned int i = 0; i < m->segment_count; i++) {
		facts->fixed |= (m->segment[i].flags & MANIFEST_W) == 0 ? 1u << i : 0;
	}
	if (!m->has_payload) {
		return;
	}
	facts->payload = range_make(m->payload.load, m->payload.file_len);
	memcpy(facts->payload_digest, m->payload.digest, sizeof(facts->payload_digest));
	if (machine.payload.size == 0) { /* it has no header that says how long it is */
		machine.payload = facts->payload;
	}
}

/* What is said of the payload must be something that can come true. */
static enum manifest_status judge_payload(const struct handoff *ho, const struct manifest *m)
{
	if (m->has_payload && !policy_binds()) {
		return MANIFEST_UNBOUND;
	}
	if (m->has_payload && !range_list_holds(&ho->platform.memory,
						range_make(m->payload.load, m->payload.file_len))) {
		return MANIFEST_NOWHERE;
	}
	return MANIFEST_OK;
}

bool verify_bundle(const struct handoff *ho, const struct image_info *info)
{
	const struct manifest_machine here = {
		.platform = board.name,
		.policies = policy_names(),
		.takes_debug_images = manifest_keys_test,
	};
	struct keys keys = keys_authorised();
	struct crypto_bytes bytes =
		manifest_find((const u8 *)(uintptr_t)ho->staged.base, info);
	enum manifest_status status = manifest_verify(bytes, &keys, &verify_work,
						      &verify_manifest);

	if (status == MANIFEST_OK) {
		status = manifest_match(&verify_manifest, info, &here);
	}
	if (status == MANIFEST_OK) {
		status = judge_payload(ho, &verify_manifest);
	}
	keys_authority(&keys, machine.manifest.authority);
	machine.manifest.test_keys = manifest_keys_test;
	if (status == MANIFEST_OK) {
		keep_facts(&verify_manifest);
		return true;
	}
	if (VERIFY_MEASURE) {
		log_line("INSECURE: not verified, and run all the same (VERIFY=measure): %s",
			 manifest_status_text(status));
		return true;
	}
	log_line("refused: %s", manifest_status_text(status));
	return false;
}

void verify_warn(void)
{
	if (machine.manifest.test_keys) {
		log_line("INSECURE: TEST keys: everybody can sign what this monitor starts; "
			 "build it with KEYS=");
	}
}
