/* SPDX-License-Identifier: Apache-2.0 */
/* The mbedTLS configuration: what is built of it, one reason per line. All else is left out. */
#ifndef CRYPTO_MBEDTLS_CONFIG_H
#define CRYPTO_MBEDTLS_CONFIG_H

#include <stddef.h>

/* ---- where it runs: no C library, one static arena ---- */
#define MBEDTLS_PLATFORM_C                 /* Needed to name an allocator of our own. */
#define MBEDTLS_PLATFORM_MEMORY            /* Likewise. */
#define MBEDTLS_PLATFORM_CALLOC_MACRO crypto_arena_calloc /* Memory is crypto/arena.c's. */
#define MBEDTLS_PLATFORM_FREE_MACRO crypto_arena_free     /* Likewise; it erases what it gets. */
#define MBEDTLS_PLATFORM_ZEROIZE_ALT       /* Erasing is wipe(); upstream's wants the C library. */
#define MBEDTLS_NO_UDBL_DIVISION           /* 128-bit division would want the compiler's library. */

/* ---- SHA-384 and what is made of it ---- */
#define MBEDTLS_SHA384_C                   /* The one hash of measurements and signatures. */
#define MBEDTLS_MD_C                       /* HMAC_DRBG and ECDSA find their hash through it. */
#define MBEDTLS_HMAC_DRBG_C                /* Nonces by RFC 6979, private keys, blinding. */

/* ---- ECDSA on P-384 ---- */
#define MBEDTLS_BIGNUM_C                   /* Field and scalar arithmetic. */
#define MBEDTLS_ECP_C                      /* Arithmetic on the curve. */
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED   /* The one curve. */
#define MBEDTLS_ECP_NIST_OPTIM             /* Fast reduction for its prime: a third of the time. */
#define MBEDTLS_ECP_RESTARTABLE            /* Signing in slices: interrupts are served between. */
#define MBEDTLS_ECDSA_C                    /* Signature and verification. */
#define MBEDTLS_ECDSA_DETERMINISTIC        /* RFC 6979: no random number can leak the key. */
#define MBEDTLS_ASN1_PARSE_C               /* mbedTLS refuses ECDSA without; dropped in linking. */
#define MBEDTLS_ASN1_WRITE_C               /* Likewise. */

/* ---- LMS ---- */
#define MBEDTLS_LMS_C                      /* Verification of LMS signatures. */
#define MBEDTLS_SHA256_C                   /* Its hash: SHA256_M32_H10 with N32_W8. */
#define MBEDTLS_PSA_CRYPTO_C               /* It hashes by PSA calls: crypto/lms_hash.c has them. */
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG    /* Wanted by the line above; never called. */

void *crypto_arena_calloc(size_t count, size_t size);
void crypto_arena_free(void *p);

#endif
