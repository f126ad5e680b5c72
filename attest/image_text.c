/* SPDX-License-Identifier: Apache-2.0 */
/* What the check of a bundle says in words. */
#include "attest/image.h"
#include "attest/sentences.h"

#define SENTENCES(SAY) \
	SAY(IMAGE_OK, "the bundle is sound") \
	SAY(IMAGE_TRUNCATED, "the bundle is cut short; copy the whole file again") \
	SAY(IMAGE_NOT_A_MONITOR, \
	    "there is no monitor at the start of the file; pass a file made by `make image`") \
	SAY(IMAGE_BAD_VERSION, \
	    "the bundle has a format that this monitor does not know; build both from one tree") \
	SAY(IMAGE_NO_BUNDLE, \
	    "this is a monitor without a bundle; start a file made by `make image`") \
	SAY(IMAGE_BAD_MONITOR, "the monitor header is damaged; build the bundle again") \
	SAY(IMAGE_NOT_A_BUNDLE, "the bundle header is missing or damaged; build the bundle again") \
	SAY(IMAGE_BAD_HEADER_DIGEST, \
	    "the bundle header is damaged: its digest does not match; build the bundle again") \
	SAY(IMAGE_RESERVED, "a reserved field of the bundle is not zero; build the bundle again") \
	SAY(IMAGE_BAD_TEXT, \
	    "a name in the bundle header is not plain text; build the bundle again") \
	SAY(IMAGE_PART_COUNT, "the bundle has too many parts; give the firmware fewer segments") \
	SAY(IMAGE_BAD_PART, \
	    "a part of the bundle is not the one due there; build the bundle again") \
	SAY(IMAGE_PART_OUTSIDE, \
	    "a part of the bundle lies outside the file; build the bundle again") \
	SAY(IMAGE_PARTS_OVERLAP, \
	    "parts of the bundle overlap in the file; build the bundle again") \
	SAY(IMAGE_NO_FIRMWARE, "the bundle has no firmware; build it with FIRMWARE=") \
	SAY(IMAGE_BAD_SEGMENT, \
	    "a firmware segment is empty or outside the address space; " \
	    "link the firmware elsewhere") \
	SAY(IMAGE_SEGMENTS_OVERLAP, \
	    "two firmware segments want the same memory; link the firmware without overlap") \
	SAY(IMAGE_BAD_ENTRY, \
	    "the firmware's entry point is not inside its file; link it with an entry point") \
	SAY(IMAGE_PADDING, \
	    "the bundle is damaged: a byte between its parts is not zero; build it again") \
	SAY(IMAGE_SCRATCH, \
	    "the bundle is damaged: the monitor's scratch space is not zero; build it again") \
	SAY(IMAGE_BAD_RELOCS, \
	    "the bundle is damaged: its relocation table is not valid; build it again") \
	SAY(IMAGE_BAD_DIGEST, \
	    "the bundle is damaged: a part does not match its digest; build it again")

SENTENCES_DEFINE(SENTENCES);

static_assert(SENTENCE_COUNT == IMAGE_BAD_DIGEST + 1, "one sentence per status");

static const char part_text[][16] = {
	"unknown", "monitor", "relocations", "firmware", "scratch", "manifest",
};

const char *image_status_text(enum image_status status)
{
	return (uint32_t)status <= IMAGE_BAD_DIGEST ? SENTENCE_OF(status)
		: "the check of the bundle gave no answer";
}

const char *image_part_text(uint32_t type)
{
	return part_text[type <= IMAGE_PART_MANIFEST ? type : 0];
}
