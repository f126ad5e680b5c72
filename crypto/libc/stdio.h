/* SPDX-License-Identifier: Apache-2.0 */
/* Empty: mbedTLS includes stdio.h, and what we build of mbedTLS uses nothing of it. */
#ifndef CRYPTO_LIBC_STDIO_H
#define CRYPTO_LIBC_STDIO_H
#endif
