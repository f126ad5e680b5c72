/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates of the identity (RFC 5280), in DER: what is to be signed, and that with its
 * signature. ECDSA on P-384 with SHA-384 is all there is. What an X.509 library can be asked to do
 * is not here: there is no reader.
 */
#ifndef ATTEST_X509_H
#define ATTEST_X509_H

#include "attest/dice.h"
#include "crypto/crypto.h"

#define X509_ID_LEN   20u   /* bytes of a key's name */
#define X509_MAX      1280u /* bytes of a certificate */
/* Bytes of what is signed: at most 130 of algorithm, signature and heads come behind. */
#define X509_BODY_MAX (X509_MAX - 144u)

/* The common names of the three certificates of a device, and of one that nobody vouches for. */
#define X509_UDS_NAME         "Cordon UDS"
#define X509_MONITOR_NAME     "Cordon monitor"
#define X509_ATTESTATION_NAME "Cordon attestation"
#define X509_ZERO_NAME        "INSECURE zero identity" /* organisation */

/* A distinguished name: commonName, organizationName unless NULL, serialNumber (the id in hex). */
struct x509_name {
	const char *common;
	const char *organisation;
	uint8_t id[X509_ID_LEN];
};

/* What a certificate says of the layer whose key it certifies. */
struct x509_layer {
	const struct dice_input *input;
	struct crypto_bytes descriptor; /* whose SHA-384 is input->config */
	const char *version;
	uint32_t svn;
};

#define X509_NOT_AN_AUTHORITY (-1)

struct x509_request {
	struct x509_name subject;
	struct x509_name issuer;
	const struct crypto_p384_public *key; /* the subject's, whose id is subject.id */
	int path_length;                      /* authorities below it, or X509_NOT_AN_AUTHORITY */
	const struct x509_layer *layer;       /* NULL: none */
};

/* SHA-384 of a key's uncompressed point (SEC 1, 2.3.3). */
void x509_key_digest(const struct crypto_p384_public *key, uint8_t digest[CRYPTO_SHA384_LEN]);

/* The name of a key: the first 20 bytes of that digest. */
void x509_key_id(const struct crypto_p384_public *key, uint8_t id[X509_ID_LEN]);

/* The serial number of the certificate of that key: positive, not zero (RFC 5280, 4.1.2.2). */
void x509_serial(const uint8_t id[X509_ID_LEN], uint8_t serial[X509_ID_LEN]);

/* Writes the TBSCertificate; its length, 0 if it takes more than room bytes. */
size_t x509_write_body(const struct x509_request *request, uint8_t *out, size_t room);

/*
 * Writes the certificate: the body and the signature of its SHA-384; its length, 0 if it takes
 * more than room bytes. The body may be at out itself if room is X509_MAX.
 */
size_t x509_assemble(struct crypto_bytes body, const struct crypto_p384_signature *signature,
		     uint8_t *out, size_t room);

/*
 * Both of them with the signature in between, made at once: a "one at a time" call of
 * crypto/crypto.h. out has room for X509_MAX bytes. Returns the length, 0: not made.
 */
size_t x509_certify(const struct x509_request *request, const struct crypto_p384_private *issuer,
		    struct crypto_drbg *random, uint8_t out[X509_MAX]);

#endif
