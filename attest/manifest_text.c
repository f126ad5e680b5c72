/* SPDX-License-Identifier: Apache-2.0 */
/* What the check of a manifest says in words; arrays of characters, as in image_text.c. */
#include "attest/manifest.h"

#define TEXT_LEN 120

static const char status_text[][TEXT_LEN] = {
	[MANIFEST_OK] = "the manifest is signed by an authorised key",
	[MANIFEST_MISSING] = "the bundle has no manifest; build it with the mkbundle of this tree",
	[MANIFEST_TOO_LONG] = "the manifest is too long; sign fewer segments",
	[MANIFEST_NOT_CBOR] = "the manifest is damaged: it is not deterministic CBOR; "
			      "build the bundle again",
	[MANIFEST_BAD_TAG] = "the manifest is not a COSE_Sign; sign the bundle again",
	[MANIFEST_BAD_SHAPE] = "the manifest has another form than a bundle's; "
			       "sign the bundle again",
	[MANIFEST_BAD_HEADER] = "the manifest's signature has a header that this monitor does not "
				"know; sign it without",
	[MANIFEST_NO_ALG] = "the manifest's signature names no algorithm; sign the bundle again",
	[MANIFEST_BAD_ALG] = "the manifest's signature is of another algorithm than its key; "
			     "sign it with ES384",
	[MANIFEST_NO_KEY] = "the manifest is signed by a key that is not authorised; "
			    "sign it with one of KEYS=",
	[MANIFEST_BAD_SIGNATURE] = "the manifest's signature is wrong; sign the bundle again",
	[MANIFEST_NO_HSS] = "the manifest has no HSS-LMS signature, and one is required; "
			    "sign it with both keys",
	[MANIFEST_BAD_HSS] = "the manifest's HSS-LMS signature is wrong; sign the bundle again",
	[MANIFEST_BAD_FIELD] = "the manifest has a field that is missing, unknown or of the wrong "
			       "type; build it again",
	[MANIFEST_BAD_FORMAT] = "the manifest has a format that this monitor does not know; "
				"build both from one tree",
	[MANIFEST_BAD_SVN] = "the manifest's security version is above 255, or below what it "
			     "demands; sign another",
	[MANIFEST_BAD_SEGMENT] = "the manifest has a segment that is empty or whose lengths lie; "
				 "build the bundle again",
	[MANIFEST_OVERLAP] = "two segments of the manifest want the same memory; "
			     "link the firmware without overlap",
	[MANIFEST_WRITABLE_CODE] = "a segment is writable and executable, and the manifest does "
				   "not allow it; link it in two",
	[MANIFEST_BAD_ENTRY] = "the manifest's entry is not in an executable segment; "
			       "link the firmware with an entry point",
	[MANIFEST_DEBUG_IMAGE] = "this is a debug image, which only the TEST key may sign; "
				 "build it without SWITCHES and SELFTEST",
	[MANIFEST_PLATFORM] = "the bundle is signed for another platform; "
			      "use the one for this board",
	[MANIFEST_POLICIES] = "the bundle is signed for other policies than this monitor has; "
			      "build it with those",
	[MANIFEST_MONITOR] = "the bundle is signed for another monitor; sign it anew",
	[MANIFEST_FIRMWARE] = "the firmware is not the one that was signed; sign the bundle anew",
	[MANIFEST_OLD] = "the bundle's security version is older than what has been confirmed "
			 "here; use a newer one",
	[MANIFEST_UNBOUND] = "the manifest names a payload, and no policy of this monitor would "
			     "keep to it; build it with sandbox",
	[MANIFEST_NOWHERE] = "the payload that the manifest names does not lie in memory; "
			     "sign it for another address",
};

static_assert(sizeof(status_text) / TEXT_LEN == MANIFEST_NOWHERE + 1, "one sentence per status");

const char *manifest_status_text(enum manifest_status status)
{
	return (uint32_t)status <= MANIFEST_NOWHERE ? status_text[status]
						: "the check of the manifest gave no answer";
}
