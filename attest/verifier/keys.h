/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-384, keys on P-384 and signatures with them, by OpenSSL: not the library of the monitor. */
#ifndef ATTEST_VERIFIER_KEYS_H
#define ATTEST_VERIFIER_KEYS_H

#include <openssl/evp.h>

#include "cordon.h"

#define KEY_ID_LEN 20u
#define POINT_LEN 97u      /* 4, x, y (SEC 1, 2.3.3) */
#define SIGNATURE_LEN 96u  /* r and s side by side (RFC 9053, 2.1) */
#define SCALAR_LEN 48u

/* SHA-384 of the bytes. */
void sha384(struct span bytes, uint8_t out[DIGEST_LEN]);

/* HMAC with SHA-384 of the bytes. */
void hmac_sha384(struct span key, struct span bytes, uint8_t out[DIGEST_LEN]);

/* The uncompressed point of a public key; false if the key is not one on P-384. */
bool key_point(const EVP_PKEY *key, uint8_t out[POINT_LEN]);

/* The first 20 bytes of SHA-384 of the point: kid, key identifier, serial number. False as
 * above. */
bool key_id(const EVP_PKEY *key, uint8_t out[KEY_ID_LEN]);

/* NULL if the signature (ES384, raw) over the message is right, or what is wrong with it. */
const char *key_verify(EVP_PKEY *key, struct span message,
		       const uint8_t signature[SIGNATURE_LEN]);

/* Signs (ES384, raw); ends the program if OpenSSL fails. */
void key_sign(EVP_PKEY *key, struct span message, uint8_t out[SIGNATURE_LEN]);

/* A new key pair on P-384, freed by EVP_PKEY_free. Ends the program if OpenSSL fails. */
EVP_PKEY *key_generate(void);

/* The key pair of a private scalar, big-endian; NULL if it is not one of P-384. */
EVP_PKEY *key_of_scalar(const uint8_t scalar[SCALAR_LEN]);

/* A key pair or public key from PEM, on P-384; NULL if it is not that. Freed by EVP_PKEY_free. */
EVP_PKEY *key_read_private(struct span pem);
EVP_PKEY *key_read_public(struct span pem);

/* The same from a file; ends the program if it is not that. */
EVP_PKEY *key_load_private(const char *path);
EVP_PKEY *key_load_public(const char *path);

/* A public key as PEM, zero-terminated, freed by the caller. */
char *key_pem(EVP_PKEY *key);

#endif
