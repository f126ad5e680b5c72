/* SPDX-License-Identifier: Apache-2.0 */
/* Empty: mbedTLS includes stdlib.h, and what we build of mbedTLS uses nothing of it. */
#ifndef CRYPTO_LIBC_STDLIB_H
#define CRYPTO_LIBC_STDLIB_H
#endif
