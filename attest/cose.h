/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a COSE signature is made over (RFC 9052, 4.4), as a digest that is computed while the
 * structure is written, and the headers that say who signed and how. External data is empty
 * throughout.
 */
#ifndef ATTEST_COSE_H
#define ATTEST_COSE_H

#include "attest/sink.h"
#include "crypto/crypto.h"

/* Tags (RFC 9052, 2). */
#define COSE_TAG_SIGN1 18u
#define COSE_TAG_SIGN  98u
#define COSE_TAG_CWT   61u /* RFC 8392, 6: around a tag of COSE; taken nowhere here */

/* Algorithms (RFC 9053, 2.1; RFC 8778, 4.1), and labels of headers (RFC 9052, 3.1; RFC 9360, 2). */
#define COSE_ES384    (-35)
#define COSE_HSS_LMS  (-46)
#define COSE_ALG      1
#define COSE_CRIT     2
#define COSE_CONTENT  3
#define COSE_KID      4
#define COSE_X5CHAIN  33

#define COSE_KID_LEN 20u /* bytes; the first ones of the SHA-384 of the public key */

/* kid = the identifier of a key of P-384, SHA-384(4 || x || y) cut off. */
void cose_kid_p384(const struct crypto_p384_public *key, uint8_t kid[COSE_KID_LEN]);

/* kid = the identifier of an HSS key, of the CRYPTO_HSS_PUBLIC_LEN bytes at key. */
void cose_kid_hss(const void *key, uint8_t kid[COSE_KID_LEN]);

#define COSE_PROTECTED_MAX 40u /* bytes that cose_protected writes at most */
#define COSE_NO_CONTENT    0u

/*
 * The protected header {1: alg, 3: content, 4: kid}, without 3 if content is COSE_NO_CONTENT: the
 * content of the byte string, whose length is returned.
 */
size_t cose_protected(uint8_t out[COSE_PROTECTED_MAX], int alg, unsigned int content,
		      const uint8_t kid[COSE_KID_LEN]);

/*
 * Starts the digest of the Sig_structure of a COSE_Sign1 with this protected header, up to where
 * the payload_len bytes of the payload go: the caller adds them, in any pieces, and finishes.
 */
void cose_begin_sign1(struct crypto_sha384 *ctx, struct crypto_bytes header, size_t payload_len);

/* The same of one signature of a COSE_Sign, whose own protected header is empty. */
void cose_begin_sign(struct crypto_sha384 *ctx, struct crypto_bytes header, size_t payload_len);

#define COSE_TBS_MAX 96u /* bytes of a Sig_structure besides its payload, at most */

/* That Sig_structure itself, for a signature that is not made over a digest of ours. */
void cose_write_sign(struct sink *s, struct crypto_bytes header, struct crypto_bytes payload);

#endif
