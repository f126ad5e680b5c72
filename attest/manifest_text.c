/* SPDX-License-Identifier: Apache-2.0 */
/* What the check of a manifest says in words. */
#include "attest/manifest.h"
#include "attest/sentences.h"

#define SENTENCES(SAY) \
	SAY(MANIFEST_OK, "the manifest is signed by an authorised key") \
	SAY(MANIFEST_MISSING, \
	    "the bundle has no manifest; build it with the mkbundle of this tree") \
	SAY(MANIFEST_TOO_LONG, "the manifest is too long; sign fewer segments") \
	SAY(MANIFEST_NOT_CBOR, \
	    "the manifest is damaged: it is not deterministic CBOR; build the bundle again") \
	SAY(MANIFEST_BAD_TAG, "the manifest is not a COSE_Sign; sign the bundle again") \
	SAY(MANIFEST_BAD_SHAPE, \
	    "the manifest has another form than a bundle's; sign the bundle again") \
	SAY(MANIFEST_BAD_HEADER, \
	    "the manifest's signature has a header that this monitor does not " \
	    "know; sign it without") \
	SAY(MANIFEST_NO_ALG, "the manifest's signature names no algorithm; sign the bundle again") \
	SAY(MANIFEST_BAD_ALG, \
	    "the manifest's signature is of another algorithm than its key; sign it with ES384") \
	SAY(MANIFEST_NO_KEY, \
	    "the manifest is signed by a key that is not authorised; sign it with one of KEYS=") \
	SAY(MANIFEST_BAD_SIGNATURE, "the manifest's signature is wrong; sign the bundle again") \
	SAY(MANIFEST_NO_HSS, \
	    "the manifest has no HSS-LMS signature, and one is required; sign it with both keys") \
	SAY(MANIFEST_BAD_HSS, "the manifest's HSS-LMS signature is wrong; sign the bundle again") \
	SAY(MANIFEST_BAD_FIELD, \
	    "the manifest has a field that is missing, unknown or of the wrong " \
	    "type; build it again") \
	SAY(MANIFEST_BAD_FORMAT, \
	    "the manifest has a format that this monitor does not know; build both from one tree") \
	SAY(MANIFEST_BAD_SVN, \
	    "the manifest's security version is above 255, or below what it " \
	    "demands; sign another") \
	SAY(MANIFEST_BAD_SEGMENT, \
	    "the manifest has a segment that is empty or whose lengths lie; " \
	    "build the bundle again") \
	SAY(MANIFEST_OVERLAP, \
	    "two segments of the manifest want the same memory; " \
	    "link the firmware without overlap") \
	SAY(MANIFEST_WRITABLE_CODE, \
	    "a segment is writable and executable, and the manifest does " \
	    "not allow it; link it in two") \
	SAY(MANIFEST_BAD_ENTRY, \
	    "the manifest's entry is not in an executable segment; " \
	    "link the firmware with an entry point") \
	SAY(MANIFEST_DEBUG_IMAGE, \
	    "this is a debug image, which only the TEST key may sign; " \
	    "build it without SWITCHES and SELFTEST") \
	SAY(MANIFEST_PLATFORM, \
	    "the bundle is signed for another platform; use the one for this board") \
	SAY(MANIFEST_POLICIES, \
	    "the bundle is signed for other policies than this monitor has; build it with those") \
	SAY(MANIFEST_MONITOR, "the bundle is signed for another monitor; sign it anew") \
	SAY(MANIFEST_FIRMWARE, \
	    "the firmware is not the one that was signed; sign the bundle anew") \
	SAY(MANIFEST_OLD, \
	    "the bundle's security version is older than what has been confirmed " \
	    "here; use a newer one") \
	SAY(MANIFEST_UNBOUND, \
	    "the manifest names a payload, and no policy of this monitor would keep to it; " \
	    "build it with sandbox") \
	SAY(MANIFEST_NOWHERE, \
	    "the payload that the manifest names does not lie in memory; " \
	    "sign it for another address")

SENTENCES_DEFINE(SENTENCES);

static_assert(SENTENCE_COUNT == MANIFEST_NOWHERE + 1, "one sentence per status");

const char *manifest_status_text(enum manifest_status status)
{
	return (uint32_t)status <= MANIFEST_NOWHERE ? SENTENCE_OF(status)
		: "the check of the manifest gave no answer";
}
