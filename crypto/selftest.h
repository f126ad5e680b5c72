/* SPDX-License-Identifier: Apache-2.0 */
/* Known answers of crypto_selftest, apart from the code because the signatures are long. */
#ifndef CRYPTO_SELFTEST_H
#define CRYPTO_SELFTEST_H

#include "crypto/crypto.h"

/* RFC 6979, A.2.6: the private key, and the signature of "sample" with SHA-384 */
extern const struct crypto_p384_private selftest_private;
extern const struct crypto_p384_public selftest_public;
extern const struct crypto_p384_signature selftest_signature;

/* An HSS key of one level made by Botan 3.7.1, and its signature of selftest_hss_message */
#define SELFTEST_HSS_MESSAGE_LEN 65u
extern const uint8_t selftest_hss_key[CRYPTO_HSS_PUBLIC_LEN];
extern const uint8_t selftest_hss_message[SELFTEST_HSS_MESSAGE_LEN + 1];
extern const uint8_t selftest_hss_signature[CRYPTO_HSS_SIGNATURE_LEN];

#endif
