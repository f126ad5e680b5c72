/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles (attest/image_format.h) and their manifests (attest/cordon.cddl), for whoever signs
 * them and makes reference values of them. */
#ifndef ATTEST_VERIFIER_BUNDLE_FILE_H
#define ATTEST_VERIFIER_BUNDLE_FILE_H

#include "attest/image_format.h"
#include "cose.h"

#define MANIFEST_SIGNATURES 2u
#define BUNDLE_PART_MANIFEST 5u

struct manifest_signature {
	struct span protected;
	int64_t algorithm; /* COSE_ES384 or COSE_HSS_LMS */
	struct span kid;
	struct span signature;
};

/* A COSE_Sign with tag 98. Spans point into it. */
struct manifest {
	struct span payload;
	size_t count;
	struct manifest_signature signature[MANIFEST_SIGNATURES];
	/* of the payload */
	struct span name, version, platform;
	uint64_t svn;
	uint8_t monitor[DIGEST_LEN];
};

/* Takes a manifest apart; NULL, or what is wrong with it. Verifies no signature. */
const char *manifest_parse(struct span bytes, struct manifest *out);

/* Where a bundle's headers are, copied out of a file. */
struct bundle {
	struct image_monitor_header monitor;
	struct image_bundle_header header;
};

/* Does the file begin as a bundle does? */
bool bundle_is(struct span file);

/* Reads the headers; ends the program if they are not sound or parts are not what their digests
 * say. */
void bundle_read(struct span file, struct bundle *out);

/* The manifest of a bundle; ends the program if there is none. */
struct span bundle_manifest(struct span file);

/* The index of the part with the manifest; part_count if there is none. */
uint32_t bundle_find_manifest(const struct bundle *b);

/* Computes the digest of a bundle header, its own field being zero. */
void bundle_digest_header(struct image_bundle_header *header);

#endif
