/* SPDX-License-Identifier: Apache-2.0 */
/* Writing manifests, for the tools that sign. The monitor only reads them. */
#ifndef ATTEST_MANIFEST_WRITE_H
#define ATTEST_MANIFEST_WRITE_H

#include "attest/manifest.h"
#include "attest/sink.h"

/* One signature of a manifest. */
struct manifest_signature {
	int alg;            /* COSE_ES384 or COSE_HSS_LMS */
	const uint8_t *kid; /* COSE_KID_LEN bytes */
	struct crypto_bytes bytes;
};

/* The payload: everything that is signed, of the fields of *m that have a label. */
void manifest_write_payload(struct sink *s, const struct manifest *m);

/* The whole manifest. count is 1 or 2, the signature of ES384 the first one. */
void manifest_write(struct sink *s, struct crypto_bytes payload,
		    const struct manifest_signature *signatures, unsigned int count);

/* The digest that an ES384 signature is made over, by the key of this identifier. */
void manifest_digest_es384(struct crypto_bytes payload, const uint8_t kid[COSE_KID_LEN],
			   uint8_t out[CRYPTO_SHA384_LEN]);

/* The bytes that an HSS signature is made over. */
void manifest_write_hss_message(struct sink *s, struct crypto_bytes payload,
				const uint8_t kid[COSE_KID_LEN]);

#endif
