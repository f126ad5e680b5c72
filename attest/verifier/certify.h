/* SPDX-License-Identifier: Apache-2.0 */
/* Making certificates: of a root, and of a device. */
#ifndef ATTEST_VERIFIER_CERTIFY_H
#define ATTEST_VERIFIER_CERTIFY_H

#include "keys.h"

/* The certificate of a root by itself, as PEM, zero-terminated, freed by the caller. */
char *root_certificate(EVP_PKEY *key, const char *name);

/*
 * The certificate of a device's key, by a root whose certificate is given, in DER. Ends the program
 * if the root's certificate is not that of its key. *len is its length; freed by OPENSSL_free.
 */
uint8_t *device_certificate(EVP_PKEY *device, EVP_PKEY *root, struct span root_certificate,
			    size_t *len);

#endif
