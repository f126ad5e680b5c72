/* SPDX-License-Identifier: Apache-2.0 */
/* The mbedTLS configuration: what is built of it, one reason per line. All else is left out. */
#ifndef CRYPTO_MBEDTLS_CONFIG_H
#define CRYPTO_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA384_C             /* The one hash: every part of a bundle carries a SHA-384. */
#define MBEDTLS_PLATFORM_ZEROIZE_ALT /* Erasing is wipe(); upstream's wants the C library. */

#endif
