/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a bundle. It reads nothing outside the bytes it is given, trusts
 * nothing it has not compared, and accepts a file only if every byte of it is
 * either digested, compared, or zero where it must be zero.
 *
 * Freestanding and free of words that need relocation, so that the monitor can
 * call it before it has relocated itself.
 */
#ifndef ATTEST_IMAGE_H
#define ATTEST_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/image_format.h"

/* One answer per thing that can be wrong. */
enum image_status {
	IMAGE_OK,
	IMAGE_TRUNCATED,         /* fewer bytes than the headers promise, or no end mark */
	IMAGE_NOT_A_MONITOR,     /* no monitor header at byte 0 */
	IMAGE_BAD_VERSION,       /* of either header */
	IMAGE_NO_BUNDLE,         /* a monitor that no tool has bundled */
	IMAGE_BAD_MONITOR,       /* lengths in the monitor header contradict each other */
	IMAGE_NOT_A_BUNDLE,      /* no bundle header where the monitor header points */
	IMAGE_BAD_HEADER_DIGEST, /* the bundle header was changed */
	IMAGE_RESERVED,          /* a flag or reserved field is not zero */
	IMAGE_BAD_TEXT,          /* board, policies or firmware name is not a clean text */
	IMAGE_PART_COUNT,        /* more parts than the table holds */
	IMAGE_BAD_PART,          /* a part of unknown type, or not the one due at its place */
	IMAGE_PART_OUTSIDE,      /* a part reaches outside the file */
	IMAGE_PARTS_OVERLAP,     /* a part begins before its predecessor ends */
	IMAGE_NO_FIRMWARE,       /* no firmware part */
	IMAGE_BAD_SEGMENT,       /* a firmware part is empty, or outside the address space */
	IMAGE_SEGMENTS_OVERLAP,  /* two firmware parts want the same memory */
	IMAGE_BAD_ENTRY,         /* the entry is not inside a firmware part */
	IMAGE_PADDING,           /* a byte between the parts is not zero */
	IMAGE_SCRATCH,           /* the monitor's scratch space is not zero */
	IMAGE_BAD_RELOCS,        /* relocations out of order or outside the monitor */
	IMAGE_BAD_DIGEST,        /* the content of a part was changed */
};

/* What a check found; owned by the caller. Copies, so later writes to the file change nothing. */
struct image_info {
	struct image_monitor_header monitor;
	struct image_bundle_header bundle;
	uint32_t part; /* index of the part that a failure is about, else IMAGE_PARTS_MAX */
};

/* How a monitor that is already running has changed its own bytes. */
struct image_running {
	uint64_t slide;        /* added to every relocated word; 0 before relocation */
	bool scratch_in_use;   /* the scratch bytes are not to be looked at now ... */
	bool scratch_was_zero; /* ... but were found to be all zero before first use */
};

/*
 * Checks the bundle at file, of which max_len bytes may be read; what lies
 * behind the bundle's own end may be anything. No alignment is needed.
 * On IMAGE_OK every field of *out may be relied upon; on failure only out->part.
 * The digests in out->bundle.part[] are then the measured ones.
 */
enum image_status image_check(const uint8_t *file, size_t max_len, struct image_info *out);

/*
 * The same for the monitor's own bundle while it runs from it: the digest of
 * the monitor is taken over its bytes as they were before `running` happened.
 */
enum image_status image_check_running(const uint8_t *file, size_t max_len,
				      const struct image_running *running,
				      struct image_info *out);

/* SHA-384 of a bundle header with its digest field taken as zero. */
void image_digest_header(const struct image_bundle_header *header,
			 uint8_t digest[IMAGE_DIGEST_LEN]);

/*
 * The digest of a part that lies inside the file, as the table has it: of the monitor with those
 * fields as zero that are about the rest of the file (struct image_monitor_header).
 */
void image_digest_part(const uint8_t *file, const struct image_part *part,
		       uint8_t digest[IMAGE_DIGEST_LEN]);

/* One English sentence that says what is wrong and what to do; never NULL. */
const char *image_status_text(enum image_status status);

/* What a part of this type is called: "monitor", "firmware", ...; never NULL. */
const char *image_part_text(uint32_t type);

#endif
